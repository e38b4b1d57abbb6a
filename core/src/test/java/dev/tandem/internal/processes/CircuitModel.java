package dev.tandem.internal.processes;

import dev.tandem.internal.processes.RestartLimit.Circuit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * What the circuit must be, worked out from the history of failures by another method than the product's: the tokens that are
 * left are the least, over all earlier withdrawals, of what a bucket that was full then would hold now.
 */
final class CircuitModel {

    private static final long OPEN_NANOS = TimeUnit.SECONDS.toNanos(30);

    private final int capacity;
    private final long periodNanos;
    private final List<Long> withdrawals = new ArrayList<>();

    private Circuit circuit = Circuit.CLOSED;
    private long openedAtNanos;
    private boolean everReady;
    private int bootFailures;
    private boolean exact = true;

    CircuitModel(int capacity, long periodNanos) {
        this.capacity = capacity;
        this.periodNanos = periodNanos;
    }

    void died(long nowNanos) {
        pass(nowNanos);
        double tokens = capacity;
        for (int i = 0; i < withdrawals.size(); i++) {
            double back = (double) (nowNanos - withdrawals.get(i)) / periodNanos;
            tokens = Math.min(tokens, capacity + back - (withdrawals.size() - i));
        }
        if (Math.abs(tokens - 1) < 1e-6) {
            exact = false; // too close to call
        }
        if (circuit == Circuit.HALF_OPEN || (circuit == Circuit.CLOSED && tokens < 1)) {
            circuit = Circuit.OPEN;
            openedAtNanos = nowNanos;
        } else if (tokens >= 1) {
            withdrawals.add(nowNanos);
        }
    }

    void failedToStart(boolean ran, long nowNanos) {
        if (!ran) {
            exact = false; // patience is another matter
        } else if (everReady) {
            died(nowNanos);
        } else if (++bootFailures == 3) {
            circuit = Circuit.BROKEN;
        }
    }

    void becameReady() {
        everReady = true;
        bootFailures = 0;
    }

    /** Compares; the model believes that a try has succeeded, if anything was answered in this step. */
    boolean agrees(Circuit actual, boolean anythingAnswered, long nowNanos) {
        pass(nowNanos);
        if (circuit == Circuit.HALF_OPEN && actual == Circuit.CLOSED && anythingAnswered) {
            circuit = Circuit.CLOSED;
        }
        return !exact || circuit == actual;
    }

    Circuit expected() {
        return circuit;
    }

    private void pass(long nowNanos) {
        if (circuit == Circuit.OPEN && nowNanos - openedAtNanos >= OPEN_NANOS) {
            circuit = Circuit.HALF_OPEN;
        }
    }
}
