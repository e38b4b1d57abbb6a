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
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A runner's private directory, for argument files and crash logs or for pages of memory; made when first needed, removed at the end.
 *
 * <p>Readable by its owner only ({@code createTempDirectory} makes it so where the system knows owners). As long as it is in
 * use this JVM holds a lock on a file in it, so that {@link StaleDirectories} can tell what a JVM left behind that was killed.
 * Thread-safe.
 */
final class RunDirectory {

    /** Where Linux keeps files that are nothing but memory. */
    private static final Path MEMORY = Path.of("/dev/shm");

    private final Executor background;
    private final Supplier<Path> place;

    // --- guarded by this ---
    private @Nullable Path directory;
    private @Nullable FileChannel lock;
    private boolean removed;

    /** Makes none yet; the first one in a place has what other JVMs left behind there removed, in the background. */
    RunDirectory(Executor background) {
        // asked each time, and not left to createTempDirectory: that remembers the place of its first call
        this(background, () -> Path.of(System.getProperty("java.io.tmpdir", "")));
    }

    /** The same where somebody says. */
    RunDirectory(Executor background, Supplier<Path> place) {
        this.background = background;
        this.place = place;
    }

    /** The same for files that are mapped and written to all the time: on a disk, a store could wait for that. */
    static RunDirectory inMemory(Executor background) {
        boolean usable = Files.isDirectory(MEMORY) && Files.isWritable(MEMORY);
        return usable ? new RunDirectory(background, () -> MEMORY) : new RunDirectory(background);
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
        Path parent = place.get();
        try {
            Files.createDirectories(parent); // a task may have deleted that as well
            Path fresh = Files.createTempDirectory(parent, StaleDirectories.namePrefix());
            lock(fresh);
            if (StaleDirectories.mustBeSwept(parent)) {
                background.execute(() -> StaleDirectories.sweep(fresh));
            }
            return fresh;
        } catch (IOException e) {
            throw new UncheckedIOException("no private directory could be made in " + describe(parent), e);
        }
    }

    private static String describe(Path parent) {
        return parent.equals(MEMORY) ? parent.toString() : "java.io.tmpdir=" + parent;
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
