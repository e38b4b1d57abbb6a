package dev.tandem.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Gives this JVM a temporary directory of its own, so that what is left there is ours: other JVMs on the machine may be
 * running the same tests.
 */
final class PrivateTemporaryDirectory {

    private static final Path DIRECTORY = make();
    private static final Path MEMORY = Path.of("/dev/shm");
    private static final Pattern NAMES_IN_MEMORY =
            Pattern.compile("tandem-(run-)?" + ProcessHandle.current().pid() + "-.*");

    private PrivateTemporaryDirectory() {}

    /** Touched early, before a runner makes its first file. */
    static Set<String> filesOfOurs() {
        try (Stream<Path> files = Files.list(DIRECTORY);
                Stream<Path> memory = Files.isDirectory(MEMORY) ? Files.list(MEMORY) : Stream.empty()) {
            return Stream.concat(
                            files,
                            memory.filter(file -> NAMES_IN_MEMORY
                                    .matcher(file.getFileName().toString())
                                    .matches()))
                    .map(Path::toString)
                    .collect(Collectors.toSet());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path make() {
        try {
            // Not createTempDirectory(): it would remember the old place for ever. And a short name, for the sake of
            // sockets.
            String name = "jvm" + ProcessHandle.current().pid() + "-" + System.nanoTime() % 100_000;
            Path directory = Files.createDirectory(Path.of(System.getProperty("java.io.tmpdir"), name));
            System.setProperty("java.io.tmpdir", directory.toString());
            Runtime.getRuntime().addShutdownHook(new Thread(() -> delete(directory), "temporary-directory"));
            return directory;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void delete(Path directory) {
        try (Stream<Path> files = Files.walk(directory)) {
            files.sorted(Comparator.reverseOrder()).map(Path::toFile).forEach(File::delete);
        } catch (IOException e) {
            // nothing that anybody could do about it now
        }
    }
}
