package dev.tandem.internal.processes;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.UserPrincipal;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Removes the directories of runners whose JVM was killed before it could do so; once for each place in the life of a JVM.
 *
 * <p>A directory is stale if nobody holds the lock on its lock file, which the system lets go of when a process ends, however
 * that happens. Process ids would not tell: they are used again, and are the same in each container. The directories of
 * this JVM are told by their names and left alone, since opening and closing a file gives up the locks that the same process
 * holds on it. Only what belongs to the same user is touched: a directory that a stranger can write to could be made to
 * contain whatever else.
 *
 * <p>Thread-safe.
 */
final class StaleDirectories {

    /** In each run directory; locked as long as its runner lives. */
    static final String LOCK_FILE = "lock";

    private static final String PREFIX = "tandem-run-";
    private static final Set<Path> SWEPT = ConcurrentHashMap.newKeySet();

    private StaleDirectories() {}

    /** What the names of this JVM's run directories begin with; no other process has, or had, the same. */
    static String namePrefix() {
        ProcessHandle self = ProcessHandle.current();
        long startedMillis =
                self.info().startInstant().map(Instant::toEpochMilli).orElse(0L);
        return PREFIX + self.pid() + "-" + startedMillis + "-";
    }

    /** Whether {@link #sweep} is still to be called for what lies in a directory; true once. */
    static boolean mustBeSwept(Path parent) {
        return SWEPT.add(parent);
    }

    /** Removes those that lie beside {@code own}. */
    static void sweep(Path own) {
        Path parent = own.getParent();
        if (parent == null) {
            return;
        }
        try (DirectoryStream<Path> candidates = Files.newDirectoryStream(parent, PREFIX + "*")) {
            UserPrincipal user = Files.getOwner(own);
            for (Path candidate : candidates) {
                if (!candidate.getFileName().toString().startsWith(namePrefix()) && isStale(candidate, user)) {
                    RunDirectory.deleteTree(candidate);
                }
            }
        } catch (IOException | UncheckedIOException | UnsupportedOperationException e) {
            // the next JVM tries again
        }
    }

    private static boolean isStale(Path candidate, UserPrincipal user) {
        Path lockFile = candidate.resolve(LOCK_FILE);
        try {
            if (!Files.isDirectory(candidate, LinkOption.NOFOLLOW_LINKS)
                    || !Files.getOwner(candidate, LinkOption.NOFOLLOW_LINKS).equals(user)
                    || !Files.isRegularFile(lockFile, LinkOption.NOFOLLOW_LINKS)) {
                return false;
            }
            try (FileChannel channel = FileChannel.open(lockFile, StandardOpenOption.WRITE);
                    FileLock lock = channel.tryLock()) {
                return lock != null;
            }
        } catch (IOException | OverlappingFileLockException e) {
            return false; // gone meanwhile, or not ours to judge
        }
    }
}
