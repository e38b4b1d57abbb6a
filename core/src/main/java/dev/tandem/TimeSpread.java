package dev.tandem;

import java.time.Duration;
import java.util.Objects;

/**
 * How times are spread: how many there were, and how long the middle one, the longer ones and the longest took.
 *
 * <p>Sum and count are those of all that it stands for: where only a sample was timed ({@link RunnerTimes} says when), each of it counts for
 * several. Its numbers are of one moment. The longest is that of those that were timed; median, p90 and p99 are within one part in sixteen. All are zero if nothing was timed. Immutable and safe for use by any number of threads.
 *
 * @param count for how many it stands
 * @param total all of them together
 * @param median half of them took this or less
 * @param p90 nine of ten took this or less
 * @param p99 99 of 100 took this or less
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
