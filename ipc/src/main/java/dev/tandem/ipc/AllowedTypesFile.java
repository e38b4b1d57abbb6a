package dev.tandem.ipc;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.AtomicMoveNotSupportedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * A file of allowed types: UTF-8, one {@linkplain TypePatterns pattern} a line; blank lines and what follows a {@code #} mean
 * nothing.
 */
final class AllowedTypesFile {

    private static final Object WRITING = new Object();

    private AllowedTypesFile() {}

    /** The patterns of all files of this name that a loader sees. */
    static List<String> readAll(String resource, ClassLoader loader) throws IOException {
        List<String> patterns = new ArrayList<>();
        for (URL file : Collections.list(loader.getResources(resource))) { // twice the same means nothing
            for (String line : lines(file)) {
                String pattern = pattern(line);
                if (!pattern.isEmpty()) {
                    patterns.add(checked(pattern, file));
                }
            }
        }
        return patterns;
    }

    private static List<String> lines(URL file) throws IOException {
        var connection = file.openConnection();
        connection.setUseCaches(false); // else its jar stays open for as long as this JVM lives
        try (InputStream in = connection.getInputStream();
                BufferedReader reader = new BufferedReader(new InputStreamReader(in, StandardCharsets.UTF_8))) {
            return reader.lines().toList();
        }
    }

    private static String checked(String pattern, URL file) {
        try {
            TypePatterns.check(pattern);
            return pattern;
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(file + ": " + e.getMessage(), e);
        }
    }

    /**
     * Adds names, and remarks in lines of their own, to a file in one step; what it says already is kept and not said again.
     *
     * @param names classes, of which those that a pattern in the file covers are left out
     * @param remarks lines that begin with {@code #}
     */
    static void merge(Path file, Collection<String> names, Collection<String> remarks) throws IOException {
        synchronized (WRITING) { // several runners of this JVM may record into one file
            Set<String> comments = new LinkedHashSet<>();
            Set<String> patterns = new TreeSet<>();
            for (String line : Files.exists(file) ? Files.readAllLines(file) : List.<String>of()) {
                if (!pattern(line).isEmpty()) {
                    patterns.add(line.strip());
                } else if (!line.isBlank()) {
                    comments.add(line.strip());
                }
            }
            TypePatterns covered = TypePatterns.of(
                    patterns.stream().map(AllowedTypesFile::pattern).toList());
            names.stream().filter(name -> !covered.match(name)).forEach(patterns::add);
            comments.addAll(remarks);
            List<String> lines = new ArrayList<>(comments);
            lines.addAll(patterns);
            replace(file.toAbsolutePath(), lines);
        }
    }

    private static void replace(Path file, List<String> lines) throws IOException {
        Path directory = Files.createDirectories(file.getParent());
        Path fresh = Files.createTempFile(directory, file.getFileName().toString(), ".new");
        try {
            Files.write(fresh, lines);
            try {
                Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
            } catch (AtomicMoveNotSupportedException e) {
                Files.move(fresh, file, StandardCopyOption.REPLACE_EXISTING);
            }
        } finally {
            Files.deleteIfExists(fresh);
        }
    }

    private static String pattern(String line) {
        int comment = line.indexOf('#');
        return (comment < 0 ? line : line.substring(0, comment)).strip();
    }
}
