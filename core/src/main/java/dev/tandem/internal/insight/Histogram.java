package dev.tandem.internal.insight;

import dev.tandem.TimeSpread;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicLongArray;

/**
 * How often times of each length occurred, within one part in sixteen.
 *
 * <pre>
 *   value   0 .. 31 | 32 33 .. 63 | 64 66 .. 126 | 128 132 .. 252 | ...
 *   bucket  0 .. 31 | 32    .. 47 ..             each doubling has 16 buckets, twice as wide as those before
 * </pre>
 *
 * Each doubling of the time has as many buckets as the one before, so that a microsecond is known as well as an hour. Thread-safe
 * without a lock; numbers that are read while others are written may miss the latest.
 */
final class Histogram {

    private static final int STEP_BITS = 4; // more: more memory; fewer: coarser
    private static final int STEPS = 1 << STEP_BITS;
    private static final int BUCKETS = (64 - STEP_BITS) * STEPS;

    private final AtomicLongArray counts = new AtomicLongArray(BUCKETS);
    private final AtomicLong count = new AtomicLong();
    private final AtomicLong sum = new AtomicLong();
    private final AtomicLong max = new AtomicLong();

    /** Adds a time that stands for so many. */
    void add(long nanos, int weight) {
        long value = Math.max(0, nanos);
        counts.getAndAdd(bucket(value), weight);
        count.getAndAdd(weight);
        sum.getAndAdd(value * weight);
        if (value > max.get()) {
            max.accumulateAndGet(value, Math::max);
        }
    }

    TimeSpread spread() {
        long[] seen = new long[BUCKETS];
        long total = 0;
        for (int i = 0; i < BUCKETS; i++) {
            seen[i] = counts.get(i);
            total += seen[i];
        }
        long most = max.get();
        return new TimeSpread(
                total,
                Duration.ofNanos(sum.get()),
                at(seen, total, most, 0.5),
                at(seen, total, most, 0.9),
                at(seen, total, most, 0.99),
                Duration.ofNanos(most));
    }

    private static Duration at(long[] seen, long total, long most, double share) {
        long wanted = (long) Math.ceil(share * total);
        long passed = 0;
        for (int i = 0; i < BUCKETS && total > 0; i++) {
            passed += seen[i];
            if (passed >= wanted) {
                return Duration.ofNanos(Math.min(most, middle(i)));
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
