package dev.tandem.internal.adaptive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * Whether others take so much of the cores that what is measured says more of them than of the work: then nothing is concluded.
 *
 * <p>It is what all cores have done without what this JVM and its workers have, over half a second at least. Read from {@code
 * /proc/stat}; elsewhere nothing is known, and nobody is in the way. Used by one thread at a time.
 */
final class OtherWork {

    /** Of all cores of the machine; as the recommender has it. */
    private static final double MOST = 0.15;

    // shorter: the ticks of the system's clock are 10 ms for each core; longer: later
    private static final long LEAST_NANOS = TimeUnit.MILLISECONDS.toNanos(500);

    private static final Path ALL_CORES = Path.of("/proc/stat");
    private static final double NANOS_PER_TICK = 1e9 / 100; // USER_HZ, which is an ABI and no setting
    private static final int[] BUSY = {1, 2, 3, 8}; // user, nice, system, and what the hypervisor gave to others

    private final LongSupplier allNanos;
    private final LongSupplier ownNanos;
    private final int cores;
    private boolean hasBegun;
    private boolean isInTheWay;
    private long beganNanos;
    private long allBefore;
    private long ownBefore;

    /**
     * Looks at a machine.
     *
     * @param allNanos processor time of all cores, for differences; -1 if unknown
     * @param ownNanos processor time of this JVM and its workers, for differences; -1 if unknown
     * @param cores of how many cores the first is
     */
    OtherWork(LongSupplier allNanos, LongSupplier ownNanos, int cores) {
        this.allNanos = allNanos;
        this.ownNanos = ownNanos;
        this.cores = cores;
    }

    /** Begins anew. */
    void forget() {
        hasBegun = false;
    }

    /** Looks, at a moment by the clock of whoever asks; true also as long as it is too early to tell. */
    boolean isInTheWay(long nowNanos) {
        if (hasBegun && nowNanos - beganNanos < LEAST_NANOS) {
            return isInTheWay;
        }
        long all = allNanos.getAsLong();
        long own = ownNanos.getAsLong();
        boolean isKnown = all >= 0 && own >= 0;
        if (!isKnown) {
            isInTheWay = false;
        } else if (hasBegun && own >= ownBefore) {
            double others = (all - allBefore) - (own - ownBefore);
            isInTheWay = others > MOST * cores * (nowNanos - beganNanos);
        } else {
            isInTheWay = true; // for now
        }
        hasBegun = true;
        beganNanos = nowNanos;
        allBefore = all;
        ownBefore = own;
        return isInTheWay;
    }

    /** How many cores this machine has, of which this JVM may have a part only. */
    static int allCores() {
        int ours = Runtime.getRuntime().availableProcessors();
        try (Stream<String> lines = Files.lines(ALL_CORES)) {
            return Math.max(
                    ours, (int) lines.filter(line -> line.matches("cpu\\d+ .*")).count());
        } catch (IOException | RuntimeException e) {
            return ours;
        }
    }

    /** Of this machine. */
    static long allNanos() {
        try (Stream<String> lines = Files.lines(ALL_CORES)) {
            List<String> first = List.of(lines.findFirst().orElse("").split(" +"));
            long ticks = 0;
            for (int i : BUSY) {
                ticks += i < first.size() ? Long.parseLong(first.get(i)) : 0;
            }
            return (long) (ticks * NANOS_PER_TICK);
        } catch (IOException | RuntimeException e) {
            return -1;
        }
    }
}
