package dev.tandem.recommend;

import dev.tandem.Outcome;
import dev.tandem.Strategy;
import dev.tandem.TaskTimeoutException;
import dev.tandem.WorkerLostException;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/** Adds up what the items of one trial took. Used by the thread that consumes their outcomes. */
final class Tally {

    private final Strategy strategy;
    private final int workers;
    private final boolean isWarm;
    private final long start = System.nanoTime();
    private final long gcBefore = PlatformBeans.gcNanos();

    // ---- sums; -1 once an item did not tell ----

    private long items;
    private long failures;
    private long wallNanos;
    private long cpuNanos;
    private long allocatedBytes;
    private long gcNanos;
    private long longestNanos;
    private long heardNanos = start;
    private boolean hasLostWorkers;

    Tally(Strategy strategy, int workers, boolean isWarm) {
        this.strategy = strategy;
        this.workers = workers;
        this.isWarm = isWarm;
    }

    void add(Outcome<?, ? extends MeasuredResult<?>> outcome) {
        long nowNanos = System.nanoTime();
        items++;
        if (outcome instanceof Outcome.Success<?, ? extends MeasuredResult<?>> success) {
            MeasuredResult<?> probed = success.value();
            wallNanos += probed.wallNanos();
            cpuNanos = sum(cpuNanos, probed.cpuNanos());
            allocatedBytes = sum(allocatedBytes, probed.allocatedBytes());
            gcNanos = sum(gcNanos, probed.gcNanos());
            longestNanos = Math.max(longestNanos, probed.wallNanos());
        } else {
            failures++;
            RuntimeException why = ((Outcome.Failure<?, ?>) outcome).failure();
            if (why instanceof TaskTimeoutException late) {
                longestNanos = Math.max(longestNanos, Budget.timedOutNanos(late.timeout()));
            }
            if (why instanceof WorkerLostException) { // it may have waited for its worker JVM, and so may the next one
                longestNanos = Math.max(longestNanos, nowNanos - heardNanos);
            }
            hasLostWorkers |= strategy == Strategy.PROCESSES
                    && (why instanceof TaskTimeoutException || why instanceof WorkerLostException);
        }
        heardNanos = nowNanos;
    }

    Strategy strategy() {
        return strategy;
    }

    long longestNanos() {
        return longestNanos;
    }

    /** Whether an item died with its worker JVM, or had to be stopped in it. */
    boolean hasLostWorkers() {
        return hasLostWorkers;
    }

    Trial trial() {
        long wall = Math.max(1, System.nanoTime() - start);
        return new Trial(
                strategy,
                workers,
                isWarm,
                items,
                failures,
                Duration.ofNanos(wall),
                Duration.ofNanos(wallNanos),
                cpuNanos < 0 ? Optional.empty() : Optional.of(Duration.ofNanos(cpuNanos)),
                allocatedBytes < 0 ? OptionalLong.empty() : OptionalLong.of(allocatedBytes),
                gcShare(wall));
    }

    /** On threads the whole JVM collects for everybody; in a worker JVM it does for its one task. */
    private OptionalDouble gcShare(long wall) {
        long gc = strategy == Strategy.PROCESSES ? gcNanos : difference(gcBefore, PlatformBeans.gcNanos());
        double time = strategy == Strategy.PROCESSES ? 1.0 * wall * workers : wall;
        return gc < 0 ? OptionalDouble.empty() : OptionalDouble.of(Math.min(1, gc / time));
    }

    private static long difference(long before, long after) {
        return before < 0 || after < 0 ? -1 : after - before;
    }

    private static long sum(long sum, long more) {
        return sum < 0 || more < 0 ? -1 : sum + more;
    }
}
