package dev.tandem.recommend;

import java.time.Duration;

/**
 * The time that a measurement may take, and what of it is left for one more item. Used by the calling thread, and by the one that consumes
 * what it hands out.
 *
 * <p>It ends early when the calling thread is interrupted. No item starts that, if it is as long as the longest so far, would end too late.
 */
final class Budget {

    /** Closing runners takes a moment, which belongs to the budget. */
    private static final long CLOSING_NANOS = 50_000_000;

    private static final int CLOSING_PART = 10;

    /** So many times as long as one alone: less, and the budget ends while they start; more, and short budgets never see them. */
    private static final int STARTS = 3;

    /** The end of a worker JVM takes about twice as long as its start. */
    private static final int ENDS = 2;

    /** What an item has to end in, once it is interrupted; a worker JVM in which it does not is killed. */
    static final Duration MOMENT = Duration.ofMillis(100);

    private final long nanos;
    private final long startNanos;
    private long itemsNanos; // from the start to where items must have ended
    private long startNanosOfOne; // worker JVM; 0 before any is started
    private long longestNanos;
    private long restartNanos; // before another item can begin

    /** Begins at some moment, by {@link System#nanoTime()}. */
    Budget(long nanos, long startNanos) {
        this.nanos = nanos;
        this.startNanos = startNanos;
        this.itemsNanos = nanos - Math.min(CLOSING_NANOS, nanos / CLOSING_PART);
    }

    /** So much of the whole. */
    long share(double part) {
        return (long) (part * nanos);
    }

    double partOf(double some) {
        return some / nanos;
    }

    /** An item took so long. */
    void took(long itemNanos) {
        longestNanos = Math.max(longestNanos, itemNanos);
    }

    /**
     * What having worker JVMs may take: as many as there are cores start at the same time, compile at first, and have to end again.
     *
     * @param one what it takes one of them alone to start
     */
    static long workersNanos(Duration one) {
        return (long) Math.min(Long.MAX_VALUE, (STARTS + ENDS) * (double) one.toNanos());
    }

    /** What an item takes that runs into its time-out. */
    static long timedOutNanos(Duration timeout) {
        return timeout.plus(MOMENT).toNanos();
    }

    /** Worker JVMs are started, and will have to end. */
    void startsWorkers(Duration one) {
        startNanosOfOne = one.toNanos();
        itemsNanos -= Math.min(itemsNanos, ENDS * startNanosOfOne);
    }

    /** Items cost their worker JVM: the next one may have to wait for another to start. */
    void losesWorkers() {
        restartNanos = STARTS * startNanosOfOne;
    }

    /** Until an item that is as long as the longest so far could not end in time. */
    long left() {
        return untilEnd() - longestNanos - restartNanos;
    }

    /** Until the end; at least a nanosecond, for those that must be given a limit. */
    long limit() {
        return Math.max(1, untilEnd());
    }

    private long untilEnd() {
        return Thread.currentThread().isInterrupted() ? 0 : itemsNanos - (System.nanoTime() - startNanos);
    }
}
