package dev.tandem.internal.processes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A runner's private directory for argument files and crash logs; made when first needed, removed at the end.
 *
 * <p>Readable by its owner only ({@code createTempDirectory} makes it so where the system knows owners). As long as it is in
 * use this JVM holds a lock on a file in it, so that {@link StaleDirectories} can tell what a JVM left behind that was killed.
 * Thread-safe.
 */
final class RunDirectory {

    private final Executor background;

    // --- guarded by this ---
    private @Nullable Path directory;
    private @Nullable FileChannel lock;
    private boolean removed;

    /** Makes none yet; the first one in this JVM has what others left behind removed, in the background. */
    RunDirectory(Executor background) {
        this.background = background;
    }

    /** The directory; made again if somebody has deleted it. */
    synchronized Path path() {
        if (removed) {
            throw new IllegalStateException("the runner has ended");
        }
        Path known = directory;
        if (known == null || !Files.isDirectory(known)) {
            unlock(); // of the one that was deleted
            known = make();
            directory = known;
        }
        return known;
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
        if (known != null) {
            deleteTree(known);
        }
        unlock();
    }

    /** Deletes what can be deleted: a leftover file in a temporary directory harms nobody. Follows no links. */
    static void deleteTree(Path root) {
        try (Stream<Path> tree = Files.walk(root)) {
            List<Path> deepestFirst = tree.sorted(Comparator.reverseOrder()).toList();
            for (Path path : deepestFirst) {
                Files.deleteIfExists(path);
            }
        } catch (IOException | UncheckedIOException e) {
            // somebody else deletes, or adds, at the same time
        }
    }

    private Path make() {
        // asked each time, and not left to createTempDirectory: that remembers the place of its first call
        Path parent = Path.of(System.getProperty("java.io.tmpdir", ""));
        try {
            Files.createDirectories(parent); // a task may have deleted that as well
            Path fresh = Files.createTempDirectory(parent, StaleDirectories.namePrefix());
            lock(fresh);
            if (StaleDirectories.mustBeSwept()) {
                background.execute(() -> StaleDirectories.sweep(fresh));
            }
            return fresh;
        } catch (IOException e) {
            throw new UncheckedIOException("no private directory could be made in java.io.tmpdir=" + parent, e);
        }
    }

    /** Without a lock it is never taken for stale. */
    private void lock(Path fresh) {
        assert Thread.holdsLock(this);
        Path unlocked = fresh.resolve("unlocked");
        try {
            FileChannel channel = FileChannel.open(unlocked, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
            lock = channel;
            if (channel.tryLock() != null) {
                // under its real name only now: nobody may see it there without the lock
                Files.move(unlocked, fresh.resolve(StaleDirectories.LOCK_FILE));
            }
        } catch (IOException e) {
            unlock(); // a file system without locks
        }
    }

    private void unlock() {
        assert Thread.holdsLock(this);
        FileChannel held = lock;
        lock = null;
        if (held != null) {
            try {
                held.close();
            } catch (IOException e) {
                // there is nothing in that file that could be lost
            }
        }
    }
}
