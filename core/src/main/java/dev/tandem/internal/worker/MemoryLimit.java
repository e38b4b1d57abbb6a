package dev.tandem.internal.worker;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Tells when this process holds more memory than it may, garbage not counted: the supervisor starts such a worker with a heap
 * that shrinks when it is collected.
 *
 * <p>What counts is the resident memory as the system sees it, which includes what native code and buffers take; where
 * there is no {@code /proc} it is the used heap. Used by the task thread only, between two tasks.
 */
final class MemoryLimit {

    private static final Path STATUS = Path.of("/proc/self/status");
    private static final String RESIDENT = "VmRSS:";

    /**
     * After a collection that helped, the next one waits for this many times as long as it took: less spends more of the
     * worker's time on collections, more lets a leak grow longer before it is noticed.
     */
    private static final int PAUSE_FACTOR = 10;

    /** Buffers are freed by a thread of the JVM's, soon after the collection that found them. */
    private static final int LOOKS = 10;

    private static final long LOOK_NANOS = 5_000_000;

    private final long limitBytes;

    // Mutable state of the task thread.
    private long nextCheckNanos = System.nanoTime();

    MemoryLimit(long limitBytes) {
        this.limitBytes = limitBytes;
    }

    /** Why this worker must be replaced, or null. */
    @Nullable
    String exceeded() {
        long begin = System.nanoTime();
        if (begin - nextCheckNanos < 0 || usedBytes() <= limitBytes) {
            return null;
        }
        System.gc();
        long used = usedBytes();
        for (int look = 1; look < LOOKS && used > limitBytes; look++) {
            LockSupport.parkNanos(LOOK_NANOS);
            Thread.interrupted(); // with the status set no park would wait
            used = usedBytes();
        }
        long end = System.nanoTime();
        nextCheckNanos = end + PAUSE_FACTOR * (end - begin);
        return used <= limitBytes
                ? null
                : "memory: the worker holds " + used + " bytes after a collection, its limit is " + limitBytes;
    }

    private static long usedBytes() {
        long resident = residentBytes();
        Runtime runtime = Runtime.getRuntime();
        return resident > 0 ? resident : runtime.totalMemory() - runtime.freeMemory();
    }

    /** 0 if unknown. */
    private static long residentBytes() {
        try (BufferedReader lines = Files.newBufferedReader(STATUS, StandardCharsets.ISO_8859_1)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                if (line.startsWith(RESIDENT)) {
                    String kibibytes =
                            line.substring(RESIDENT.length()).replace("kB", "").strip();
                    return Long.parseLong(kibibytes) * 1024;
                }
            }
            return 0;
        } catch (IOException | NumberFormatException unknown) {
            return 0;
        }
    }
}
