package dev.tandem.ipc;

import java.time.Duration;

/** A moment on the monotonic clock after which waiting is over. Immutable. */
final class Deadline {

    private final long startNanos = System.nanoTime();
    private final long nanos;

    private Deadline(long nanos) {
        this.nanos = nanos;
    }

    static Deadline after(Duration duration) {
        if (duration.isNegative()) {
            return new Deadline(0);
        }
        boolean representable = duration.compareTo(Duration.ofNanos(Long.MAX_VALUE)) < 0;
        return new Deadline(representable ? duration.toNanos() : Long.MAX_VALUE);
    }

    boolean isOver() {
        return remainingNanos() <= 0;
    }

    long remainingNanos() {
        return nanos - (System.nanoTime() - startNanos);
    }

    /** For waits that take milliseconds and mean "without end" by 0: at least 1, at most the given. */
    long remainingMillis(long atMost) {
        return Math.max(1, Math.min(atMost, remainingNanos() / 1_000_000));
    }

    long elapsedMillis() {
        return (System.nanoTime() - startNanos) / 1_000_000;
    }
}
