package dev.tandem.recommend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * How much of the machine others use while we measure: what all cores have done, without what this JVM and its workers have. Read from
 * {@code /proc/stat}; elsewhere nothing is known. Immutable.
 */
final class OtherLoad {

    private static final Path ALL_CORES = Path.of("/proc/stat");
    private static final double NANOS_PER_TICK = 1e9 / 100; // USER_HZ, which is an ABI and no setting
    private static final int STEAL = 8;

    private final long start = System.nanoTime();
    private final double allNanos = allNanos();
    private final double ownNanos = ownNanos();

    /** Cores that others have used since then, on average. */
    OptionalDouble coresSince() {
        double all = allNanos();
        if (Double.isNaN(all) || Double.isNaN(allNanos)) {
            return OptionalDouble.empty();
        }
        double others = (all - allNanos) - (ownNanos() - ownNanos);
        return OptionalDouble.of(Math.max(0, others) / (System.nanoTime() - start));
    }

    /** User, nice and system time, and what the hypervisor gave to others. */
    private static double allNanos() {
        try (Stream<String> lines = Files.lines(ALL_CORES)) {
            List<String> first = List.of(lines.findFirst().orElse("").split(" +"));
            double ticks = 0;
            for (int i : new int[] {1, 2, 3, STEAL}) {
                ticks += i < first.size() ? Long.parseLong(first.get(i)) : 0;
            }
            return ticks * NANOS_PER_TICK;
        } catch (IOException | RuntimeException e) {
            return Double.NaN;
        }
    }

    /** Of this JVM and what it has started and is still there. */
    private static double ownNanos() {
        try (Stream<ProcessHandle> descendants = ProcessHandle.current().descendants()) {
            return Stream.concat(Stream.of(ProcessHandle.current()), descendants)
                    .map(process -> process.info().totalCpuDuration().orElse(Duration.ZERO))
                    .mapToDouble(Duration::toNanos)
                    .sum();
        }
    }
}
