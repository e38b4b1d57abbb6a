package dev.tandem.internal.processes;

/**
 * The number of a function that many inputs share, under which each worker keeps it until the last of them is over.
 *
 * <p>Once it is over no worker is told to keep it any more, so that one that is sent an input at that moment is not left with it. Thread-safe.
 */
final class FunctionNumber {

    private final long value;
    private final long bytes;

    private volatile boolean over; // once true, it stays so

    /** {@code bytes} is how large the function is. */
    FunctionNumber(long value, long bytes) {
        this.value = value;
        this.bytes = bytes;
    }

    long value() {
        return value;
    }

    long bytes() {
        return bytes;
    }

    boolean isOver() {
        return over;
    }

    void over() {
        over = true;
    }
}
