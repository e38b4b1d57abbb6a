package dev.tandem.internal.insight;

import dev.tandem.TimeSpread;
import java.time.Duration;

/**
 * How often times of each length occurred, within one part in sixteen.
 *
 * <pre>
 *   value   0 .. 31 | 32 33 .. 63 | 64 66 .. 126 | 128 132 .. 252 | ...
 *   bucket  0 .. 31 | 32    .. 47 ..             each doubling has 16 buckets, twice as wide as those before
 * </pre>
 *
 * Each doubling of the time has as many buckets as the one before, so that a microsecond is known as well as an hour. Thread-safe: guarded by its own
 * monitor, so that a spread is of one moment; only what is timed comes here, which is little unless events are recorded.
 */
final class Histogram {

    private static final int STEP_BITS = 4; // more: more memory; fewer: coarser
    private static final int STEPS = 1 << STEP_BITS;
    private static final int BUCKETS = (64 - STEP_BITS) * STEPS;

    // --- guarded by this ---
    private final long[] counts = new long[BUCKETS];
    private long count;
    private long sum;
    private long max;

    /** Adds a time that stands for so many. */
    synchronized void add(long nanos, int weight) {
        long value = Math.max(0, nanos);
        counts[bucket(value)] += weight;
        count += weight;
        sum += value * weight;
        max = Math.max(max, value);
    }

    synchronized TimeSpread spread() {
        return new TimeSpread(count, Duration.ofNanos(sum), at(0.5), at(0.9), at(0.99), Duration.ofNanos(max));
    }

    private Duration at(double share) {
        assert Thread.holdsLock(this);
        long wanted = (long) Math.ceil(share * count);
        long passed = 0;
        for (int i = 0; i < BUCKETS && count > 0; i++) {
            passed += counts[i];
            if (passed >= wanted) {
                return Duration.ofNanos(Math.min(max, middle(i)));
            }
        }
        return Duration.ZERO;
    }

    static int bucket(long value) {
        int doublings = Math.max(0, 64 - Long.numberOfLeadingZeros(value) - STEP_BITS - 1);
        return doublings * STEPS + (int) (value >>> doublings);
    }

    /** The middle of a bucket. */
    static long middle(int bucket) {
        if (bucket < 2 * STEPS) {
            return bucket;
        }
        int doublings = bucket / STEPS - 1;
        long low = (long) (bucket - doublings * STEPS) << doublings;
        return low + (1L << doublings) / 2;
    }
}
