package dev.tandem.benchmarks.goals;

import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.jar.JarEntry;
import java.util.jar.JarOutputStream;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * The class path of this JVM as users have it: each directory that a build fills becomes a jar.
 *
 * <p>It matters where a JVM starts: the archive of classes that workers start from is there only for a library in jars.
 */
final class JarredClassPath {

    private static final int ENTRIES_OF_A_FILLER = 40;

    private JarredClassPath() {}

    /**
     * Makes the jars.
     *
     * @param directory where to
     * @param fillers how many jars that nobody needs are to be searched first
     */
    static String in(Path directory, int fillers) throws IOException {
        List<String> entries = new ArrayList<>();
        for (int i = 0; i < fillers; i++) {
            entries.add(filler(directory.resolve("filler-" + i + ".jar"), i).toString());
        }
        for (String entry : System.getProperty("java.class.path").split(System.getProperty("path.separator"))) {
            Path path = Path.of(entry);
            entries.add(
                    Files.isDirectory(path)
                            ? jar(path, directory.resolve("classes-" + entries.size() + ".jar"))
                                    .toString()
                            : entry);
        }
        return String.join(System.getProperty("path.separator"), entries);
    }

    private static Path jar(Path classes, Path target) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(classes)) {
            files = all.filter(Files::isRegularFile).sorted().collect(Collectors.toList());
        }
        return write(target, jar -> {
            for (Path file : files) {
                Path inside = classes.relativize(file);
                add(
                        jar,
                        inside.toString().replace(inside.getFileSystem().getSeparator(), "/"),
                        Files.readAllBytes(file));
            }
        });
    }

    private static Path filler(Path target, int number) throws IOException {
        return write(target, jar -> {
            for (int i = 0; i < ENTRIES_OF_A_FILLER; i++) {
                add(jar, "filler" + number + "/entry" + i, "nobody reads this".getBytes(StandardCharsets.UTF_8));
            }
        });
    }

    private interface Content {

        void writeTo(JarOutputStream jar) throws IOException;
    }

    private static Path write(Path target, Content content) throws IOException {
        try (OutputStream out = Files.newOutputStream(target);
                var jar = new JarOutputStream(out)) {
            content.writeTo(jar);
        }
        return target;
    }

    private static void add(JarOutputStream jar, String name, byte[] content) throws IOException {
        jar.putNextEntry(new JarEntry(name));
        jar.write(content);
        jar.closeEntry();
    }

    /** Removes a directory with all that is in it. */
    static void delete(Path directory) throws IOException {
        try (Stream<Path> all = Files.list(directory)) {
            all.forEach(file -> {
                try {
                    Files.delete(file);
                } catch (IOException e) {
                    throw new UncheckedIOException(e);
                }
            });
        }
        Files.delete(directory);
    }
}
