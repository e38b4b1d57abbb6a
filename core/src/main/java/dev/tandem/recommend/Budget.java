package dev.tandem.recommend;

/**
 * The time that a measurement may take, and what of it is left for one more item. Used by one thread.
 *
 * <p>It ends early when the thread is interrupted. No item starts that, if it is as long as the longest so far, would end too late.
 */
final class Budget {

    /** Closing worker JVMs takes a moment, which belongs to the budget. */
    private static final long CLOSING_NANOS = 50_000_000;

    private static final int CLOSING_PART = 10;

    private final long nanos;
    private final long endNanos;
    private long longestNanos;

    /** Begins now. */
    Budget(long nanos) {
        this.nanos = nanos;
        this.endNanos = System.nanoTime() + nanos - Math.min(CLOSING_NANOS, nanos / CLOSING_PART);
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

    /** Until an item that is as long as the longest so far could not end in time. */
    long left() {
        return untilEnd() - longestNanos;
    }

    /** Until the end; at least a nanosecond, for those that must be given a limit. */
    long limit() {
        return Math.max(1, untilEnd());
    }

    private long untilEnd() {
        return Thread.currentThread().isInterrupted() ? 0 : endNanos - System.nanoTime();
    }
}
