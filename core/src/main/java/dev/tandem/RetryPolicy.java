package dev.tandem;

import java.time.Duration;
import java.util.Objects;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * How often a failed task is tried again, after how long, and after which failures.
 *
 * <p>Unless {@link #on} says otherwise, only a lost worker and a time-out are worth another attempt; what the user's own code
 * throws is not retried. Delays are exact, without jitter: all retries of a runner go through one queue, so no herd can form.
 *
 * <p>A task that has killed two different workers is poison: it fails with a {@link PoisonTaskException} whatever retries
 * are left, so that it cannot take down one worker after the other.
 *
 * <p>Immutable and safe for use by any number of threads.
 */
public final class RetryPolicy {

    private static final Predicate<ParallelException> LOST_OR_TIMED_OUT = RetryPolicy::isLostOrTimedOut;

    private static final RetryPolicy NONE = new RetryPolicy(0, Duration.ZERO, Duration.ZERO, LOST_OR_TIMED_OUT);

    private final int maxRetries;
    private final Duration firstDelay;
    private final Duration maxDelay;
    private final Predicate<? super ParallelException> condition;

    private RetryPolicy(
            int maxRetries, Duration firstDelay, Duration maxDelay, Predicate<? super ParallelException> condition) {
        this.maxRetries = maxRetries;
        this.firstDelay = firstDelay;
        this.maxDelay = maxDelay;
        this.condition = condition;
    }

    private static boolean isLostOrTimedOut(ParallelException failure) {
        return failure instanceof WorkerLostException || failure instanceof TaskTimeoutException;
    }

    /** {@return the policy that never tries again} */
    public static RetryPolicy none() {
        return NONE;
    }

    /**
     * Tries again at once, up to a number of times.
     *
     * @param retries how many attempts may follow the first one; 0 or more
     * @return the policy
     */
    public static RetryPolicy retries(int retries) {
        return new RetryPolicy(Checks.notNegative("retries", retries), Duration.ZERO, Duration.ZERO, LOST_OR_TIMED_OUT);
    }

    /**
     * Waits before each retry: {@code first} before the first one, twice as long before each one that follows, never longer
     * than {@code max}.
     *
     * @param first zero or more
     * @param max at least {@code first}
     * @return a copy of this policy with those delays
     */
    public RetryPolicy backoff(Duration first, Duration max) {
        Checks.notNegative("backoff first", first);
        Checks.notNegative("backoff max", max);
        if (first.compareTo(max) > 0) {
            throw new IllegalArgumentException("backoff first must not exceed max: first=" + first + ", max=" + max);
        }
        return new RetryPolicy(maxRetries, first, max, condition);
    }

    /**
     * Chooses the failures that are worth another attempt, instead of a lost worker and a time-out.
     *
     * @param condition sees each failure; it runs in the submitting JVM, must be quick and safe for use by several threads.
     *     If it throws, the task is not tried again and its failure carries the exception as suppressed
     * @return a copy of this policy with that choice
     */
    public RetryPolicy on(Predicate<? super ParallelException> condition) {
        return new RetryPolicy(maxRetries, firstDelay, maxDelay, Checks.present("on", condition));
    }

    /** {@return how many attempts may follow the first one} */
    public int maxRetries() {
        return maxRetries;
    }

    /**
     * The wait before a retry.
     *
     * @param retry 1 for the first retry, which is the second attempt
     * @return zero or more
     */
    public Duration delayBefore(int retry) {
        Checks.positive("retry", retry);
        // Anything positive doubled 62 times is longer than the longest delay that backoff() accepts.
        if (firstDelay.isZero() || retry > 62) {
            return firstDelay.isZero() ? Duration.ZERO : maxDelay;
        }
        long doublings = 1L << (retry - 1);
        return firstDelay.compareTo(maxDelay.dividedBy(doublings)) > 0 ? maxDelay : firstDelay.multipliedBy(doublings);
    }

    /**
     * Whether a failure is worth another attempt, however many there were.
     *
     * @param failure how an attempt ended
     * @return true if a retry that is left should be used
     */
    public boolean appliesTo(ParallelException failure) {
        return condition.test(failure);
    }

    /** Two policies are equal if all their values are; conditions are compared by {@link Object#equals}. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof RetryPolicy that
                && maxRetries == that.maxRetries
                && firstDelay.equals(that.firstDelay)
                && maxDelay.equals(that.maxDelay)
                && condition.equals(that.condition);
    }

    @Override
    public int hashCode() {
        return Objects.hash(maxRetries, firstDelay, maxDelay, condition);
    }

    @Override
    public String toString() {
        String delays = maxDelay.isZero() ? "" : ", backoff=" + firstDelay + ".." + maxDelay;
        String on = condition.equals(LOST_OR_TIMED_OUT) ? "" : ", on=" + condition;
        return "RetryPolicy[retries=" + maxRetries + delays + on + "]";
    }
}
