package dev.tandem.recommend;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.OptionalDouble;
import java.util.stream.Stream;

/**
 * How much of the machine others use while we measure: what all cores have done, without what this JVM and its workers have, those that
 * have ended among them. Read from {@code /proc/stat}; elsewhere nothing is known. Immutable.
 */
final class OtherLoad {

    private static final Path ALL_CORES = Path.of("/proc/stat");
    private static final double NANOS_PER_TICK = 1e9 / 100; // USER_HZ, which is an ABI and no setting
    private static final int STEAL = 8;
    private static final Path OURSELVES = Path.of("/proc/self/stat");
    private static final int ENDED_IN_USER_MODE = 13; // cutime and cstime, counted from behind the name
    private static final int ENDED_IN_THE_SYSTEM = 14;

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

    /** How many cores that time is of: those of the machine, of which this JVM may have a part only. */
    static int allCores() {
        int ours = Runtime.getRuntime().availableProcessors();
        try (Stream<String> lines = Files.lines(ALL_CORES)) {
            return Math.max(
                    ours, (int) lines.filter(line -> line.matches("cpu\\d+ .*")).count());
        } catch (IOException | RuntimeException e) {
            return ours;
        }
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

    /** Of this JVM and all that it has started, be it still there or not. */
    private static double ownNanos() {
        try (Stream<ProcessHandle> descendants = ProcessHandle.current().descendants()) {
            return endedNanos()
                    + Stream.concat(Stream.of(ProcessHandle.current()), descendants)
                            .map(process -> process.info().totalCpuDuration().orElse(Duration.ZERO))
                            .mapToDouble(Duration::toNanos)
                            .sum();
        }
    }

    /** Of what has ended: the system adds it up for us when we hear of the end. */
    private static double endedNanos() {
        try {
            String line = Files.readString(OURSELVES);
            String[] afterTheName = line.substring(line.lastIndexOf(')') + 2).split(" ");
            return NANOS_PER_TICK
                    * (Long.parseLong(afterTheName[ENDED_IN_USER_MODE])
                            + Long.parseLong(afterTheName[ENDED_IN_THE_SYSTEM]));
        } catch (IOException | RuntimeException e) {
            return 0;
        }
    }
}
