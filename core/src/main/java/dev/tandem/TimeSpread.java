package dev.tandem;

import java.time.Duration;
import java.util.Objects;

/**
 * How times are spread: how many there were, and how long the middle one, the longer ones and the longest took.
 *
 * <p>The sum, the count and the longest are as they were measured; the others are within one part in sixteen. All are zero if
 * nothing was measured. Immutable and safe for use by any number of threads.
 *
 * @param count for how many it stands
 * @param total all of them together
 * @param median as long as this or less took half of them
 * @param p90 as long as this or less took nine of ten
 * @param p99 as long as this or less took 99 of 100
 * @param max the longest that was measured
 */
public record TimeSpread(long count, Duration total, Duration median, Duration p90, Duration p99, Duration max) {

    /** Checks for null. */
    public TimeSpread {
        Objects.requireNonNull(total, "total");
        Objects.requireNonNull(median, "median");
        Objects.requireNonNull(p90, "p90");
        Objects.requireNonNull(p99, "p99");
        Objects.requireNonNull(max, "max");
    }

    /** {@return how long one took on average; zero if there was none} */
    public Duration mean() {
        return count == 0 ? Duration.ZERO : total.dividedBy(count);
    }
}
