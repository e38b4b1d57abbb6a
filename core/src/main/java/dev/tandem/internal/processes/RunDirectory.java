package dev.tandem.internal.processes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A runner's private directory for argument files and crash logs; made when first needed, removed at the end.
 *
 * <p>Readable by its owner only ({@code createTempDirectory} makes it so where the system knows owners). Thread-safe.
 */
final class RunDirectory {

    // --- guarded by this ---
    private @Nullable Path directory;
    private boolean removed;

    /** The directory; made again if somebody has deleted it. */
    synchronized Path path() {
        if (removed) {
            throw new IllegalStateException("the runner has ended");
        }
        try {
            Path known = directory;
            if (known == null || !Files.isDirectory(known)) {
                known = Files.createTempDirectory("tandem-");
                directory = known;
            }
            return known;
        } catch (IOException e) {
            throw new UncheckedIOException(
                    "no private directory could be made in java.io.tmpdir=" + System.getProperty("java.io.tmpdir"), e);
        }
    }

    /** The directory, if there is one: for who wants to read and not to write. */
    synchronized @Nullable Path existing() {
        return directory;
    }

    /** Removes it with all that is in it; idempotent. */
    synchronized void remove() {
        removed = true;
        Path known = directory;
        directory = null;
        if (known == null) {
            return;
        }
        try (Stream<Path> tree = Files.walk(known)) {
            List<Path> deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException e) {
            // a leftover file in a temporary directory harms nobody
        }
    }
}
