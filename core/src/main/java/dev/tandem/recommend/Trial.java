package dev.tandem.recommend;

import dev.tandem.Strategy;
import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;

/**
 * What was seen while some items ran on one engine with some number of workers.
 *
 * <p>Immutable and safe for use by any number of threads; no component is null.
 *
 * @param strategy the engine
 * @param workers how many items ran at once
 * @param isWarm whether the code had been compiled before, so that it counts
 * @param items how many items ended in it, those that failed among them
 * @param failures how many of them failed
 * @param wall how long all of it took
 * @param inside how long the items took, added up, on whatever ran them
 * @param cpu how much of that they computed; empty if the JVM does not tell
 * @param allocatedBytes what they allocated; empty if the JVM does not tell
 * @param gcShare how much of the time went into collecting garbage, from 0 to 1; empty if the JVM does not tell
 */
public record Trial(
        Strategy strategy,
        int workers,
        boolean isWarm,
        long items,
        long failures,
        Duration wall,
        Duration inside,
        Optional<Duration> cpu,
        OptionalLong allocatedBytes,
        OptionalDouble gcShare) {

    /** Checks for null. */
    public Trial {
        Objects.requireNonNull(strategy, "strategy");
        Objects.requireNonNull(wall, "wall");
        Objects.requireNonNull(inside, "inside");
        Objects.requireNonNull(cpu, "cpu");
        Objects.requireNonNull(allocatedBytes, "allocatedBytes");
        Objects.requireNonNull(gcShare, "gcShare");
    }

    /** {@return what one item cost: the time of the trial divided by its items} */
    public double nanosPerItem() {
        return items == 0 ? Double.POSITIVE_INFINITY : 1.0 * wall.toNanos() / items;
    }

    /** {@return how much an item waited for each nanosecond that it computed; empty if the JVM does not tell} */
    public OptionalDouble waitRatio() {
        return cpu.isEmpty() || cpu.get().isZero()
                ? OptionalDouble.empty()
                : OptionalDouble.of(Math.max(
                        0, 1.0 * inside.minus(cpu.get()).toNanos() / cpu.get().toNanos()));
    }
}
