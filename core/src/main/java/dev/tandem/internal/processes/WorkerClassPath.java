package dev.tandem.internal.processes;

import dev.tandem.ProcessOptions;
import dev.tandem.ipc.Transport;
import java.io.File;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemNotFoundException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.CodeSource;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.slf4j.Logger;

/**
 * Where a worker JVM finds classes: what the user said, or else all that this JVM was started with.
 *
 * <p>Entries are made absolute, for a worker may have another working directory. The module path is flattened into the
 * class path: a worker calls code by reflection of its lambdas only, which needs no modules. The library itself is added if
 * it is missing. Immutable.
 */
final class WorkerClassPath {

    private final ProcessOptions options;

    WorkerClassPath(ProcessOptions options) {
        this.options = options;
    }

    List<String> entries() {
        Set<String> entries = new LinkedHashSet<>();
        if (options.classPath().isEmpty()) {
            split(System.getProperty("java.class.path", "")).forEach(entry -> entries.add(absolute(entry)));
            split(System.getProperty("jdk.module.path", "")).forEach(entry -> entries.addAll(modules(Path.of(entry))));
        } else {
            options.classPath()
                    .forEach(path -> entries.add(path.toAbsolutePath().toString()));
        }
        for (Class<?> needed : List.of(WorkerClassPath.class, Transport.class, Logger.class)) {
            addSourceOf(needed, entries);
        }
        return List.copyOf(entries);
    }

    private static List<String> split(String path) {
        List<String> entries = new ArrayList<>();
        for (String entry : path.split(File.pathSeparator)) {
            if (!entry.isEmpty()) {
                entries.add(entry);
            }
        }
        return entries;
    }

    private static String absolute(String entry) {
        // a wildcard is expanded by the launcher, and is no path
        return entry.endsWith("*") ? entry : Path.of(entry).toAbsolutePath().toString();
    }

    /** A module path entry is a module, or a directory of modules. */
    private static List<String> modules(Path entry) {
        if (!Files.isDirectory(entry) || Files.exists(entry.resolve("module-info.class"))) {
            return List.of(entry.toAbsolutePath().toString());
        }
        List<String> found = new ArrayList<>();
        try (DirectoryStream<Path> inside = Files.newDirectoryStream(entry)) {
            for (Path module : inside) {
                found.add(module.toAbsolutePath().toString());
            }
        } catch (IOException e) {
            found.add(entry.toAbsolutePath().toString());
        }
        return found;
    }

    private static void addSourceOf(Class<?> needed, Set<String> entries) {
        CodeSource source = needed.getProtectionDomain().getCodeSource();
        if (source == null || source.getLocation() == null) {
            return;
        }
        try {
            entries.add(Path.of(source.getLocation().toURI()).toAbsolutePath().toString());
        } catch (URISyntaxException | IllegalArgumentException | FileSystemNotFoundException e) {
            // not a file: then it is in an archive that the worker was given as a whole
        }
    }
}
