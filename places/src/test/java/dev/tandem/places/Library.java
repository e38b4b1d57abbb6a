package dev.tandem.places;

import dev.tandem.ParallelRunner;
import dev.tandem.ipc.Transport;
import java.io.File;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.NullMarked;
import org.slf4j.Logger;

/** The jars that users get: what this build has just packaged, and what it stands on. */
final class Library {

    private Library() {}

    /** Core, ipc and SLF4J; each is a module too. */
    static List<Path> jars() {
        return List.of(jarOf(ParallelRunner.class), jarOf(Transport.class), jarOf(Logger.class));
    }

    /** What a module that uses the library needs on its module path to be compiled, and not to run. */
    static Path annotations() {
        return jarOf(NullMarked.class);
    }

    static Path jarOf(Class<?> type) {
        Path source;
        try {
            source = Path.of(
                    type.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException(e);
        }
        if (!Files.isRegularFile(source)) {
            throw new IllegalStateException(
                    source + " is no jar: these tests run after the packaging of the other modules, in `mvn verify`");
        }
        return source;
    }

    /** Entries of a class path or module path as one argument. */
    static String path(List<Path> entries) {
        return entries.stream().map(Path::toString).collect(Collectors.joining(File.pathSeparator));
    }
}
