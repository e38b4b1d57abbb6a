package dev.tandem.benchmarks.goals;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The processor time that each thread of this process, and of all that it has started, had used by one moment.
 *
 * <p>From the scheduler's own account, in nanoseconds: ticks of 10 ms are too coarse for processes at rest. What a thread has used since the earlier moment and
 * that has ended since is not seen; at rest hardly any ends. Immutable.
 */
final class OwnTime {

    private static final Path PROC = Path.of("/proc");

    private final Map<Path, Long> usedNanos = new HashMap<>();
    private final long nanos;

    private OwnTime(List<Long> processes, long nanos) throws IOException {
        for (long pid : processes) {
            add(PROC.resolve(Long.toString(pid)).resolve("task"));
        }
        this.nanos = nanos;
    }

    static boolean isKnown() {
        return Files.isReadable(PROC.resolve("self").resolve("schedstat"));
    }

    /**
     * At the beginning of a stretch: this process comes last, so that looking does not count.
     *
     * @param processes this one first
     */
    static OwnTime before(List<Long> processes) throws IOException {
        List<Long> thisOneLast = new ArrayList<>(processes);
        Collections.reverse(thisOneLast);
        return new OwnTime(thisOneLast, System.nanoTime());
    }

    /** At its end, likewise: this process comes first. */
    static OwnTime after(List<Long> processes) throws IOException {
        return new OwnTime(processes, System.nanoTime());
    }

    /** {@return the cores that were used since then, on average} */
    double coresSince(OwnTime earlier) {
        long sum = 0;
        for (Map.Entry<Path, Long> thread : usedNanos.entrySet()) {
            sum += thread.getValue() - earlier.usedNanos.getOrDefault(thread.getKey(), 0L);
        }
        return (double) sum / (nanos - earlier.nanos);
    }

    private void add(Path threads) throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(threads)) {
            for (Path thread : all) {
                try {
                    String line = Files.readString(thread.resolve("schedstat"));
                    usedNanos.put(thread, Long.parseLong(line.substring(0, line.indexOf(' '))));
                } catch (IOException gone) {
                    // ended while we looked
                }
            }
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }
}
