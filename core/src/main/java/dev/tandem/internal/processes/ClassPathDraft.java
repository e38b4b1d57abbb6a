package dev.tandem.internal.processes;

import dev.tandem.internal.processes.ClassPathEntry.Source;
import java.io.File;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A class path in the making: each file once, for the first reason that was found, and right after a jar what its manifest
 * names, which is the order in which a JVM looks. Not thread-safe.
 */
final class ClassPathDraft {

    private static final String JAR_SUFFIX = ".jar";

    private final Map<String, ClassPathEntry> entries = new LinkedHashMap<>();

    List<ClassPathEntry> entries() {
        return List.copyOf(entries.values());
    }

    /** Adds a path as the {@code java} command takes it: an empty element is the working directory. */
    void addAll(String classPath, Source source) {
        for (String element : classPath.split(File.pathSeparator, -1)) {
            addElement(element, source);
        }
    }

    /** Adds a file, a directory, or {@code directory/*} for all jars in it. */
    void addElement(String element, Source source) {
        try {
            if (element.equals("*") || element.endsWith(File.separator + "*") || element.endsWith("/*")) {
                jarsIn(Path.of(element.substring(0, element.length() - 1)), element)
                        .forEach(jar -> add(jar, source));
            } else {
                add(Path.of(element), source);
            }
        } catch (InvalidPathException | IOException e) {
            entries.putIfAbsent(element, new ClassPathEntry(element, source, false));
        }
    }

    /** Adds a file or a directory, and what it leads to: jars may name each other in chains of any length, and in circles. */
    void add(Path file, Source source) {
        Deque<Path> next = new ArrayDeque<>(List.of(file));
        Source reason = source;
        while (!next.isEmpty()) {
            Path first = next.pop();
            List<Path> named = addAlone(first, reason);
            for (int i = named.size() - 1; i >= 0; i--) {
                next.push(named.get(i));
            }
            reason = Source.MANIFEST;
        }
    }

    /** Returns what it names, if it is new. */
    private List<Path> addAlone(Path file, Source source) {
        String place = file.toAbsolutePath().toString();
        if (entries.containsKey(place)) {
            return List.of();
        }
        entries.put(place, new ClassPathEntry(place, source, Files.exists(file)));
        return Files.isRegularFile(file) ? JarManifest.classPath(file) : List.of();
    }

    /** Sorted, so that all workers find the same class in the same jar. */
    private static List<Path> jarsIn(Path directory, String wildcard) throws IOException {
        List<Path> jars = new ArrayList<>();
        try (DirectoryStream<Path> inside = Files.newDirectoryStream(directory.toAbsolutePath())) {
            for (Path file : inside) {
                String name = file.getFileName().toString();
                if (name.endsWith(JAR_SUFFIX) || name.endsWith(".JAR")) {
                    jars.add(file);
                }
            }
        }
        if (jars.isEmpty()) {
            throw new IOException("no jars in " + wildcard);
        }
        jars.sort(null);
        return jars;
    }
}
