package dev.tandem.internal.processes;

import java.util.function.DoubleSupplier;

/**
 * How fast lost workers may be replaced, and when to stop trying: a leaky bucket and a circuit breaker.
 *
 * <p>Each unexpected death takes a token; one comes back every period. An empty bucket opens the circuit: nothing is started
 * for a while, then one worker is tried, and its first answer closes the circuit again. Between deaths in a row the delay
 * before the next start grows, so that a broken machine is not kept busy starting JVMs.
 *
 * <pre>
 *           bucket empty                   pause is over               first answer
 *   CLOSED ──────────────▶ OPEN ─────────────────────────▶ HALF_OPEN ───────────────▶ CLOSED
 *                           ▲         another death            │
 *                           └──────────────────────────────────┘
 * </pre>
 *
 * <p>Not thread-safe: guarded by the {@link Supervisor}'s lock. Time is passed in.
 */
final class RestartLimit {

    private static final long OPEN_NANOS = 30_000_000_000L; // longer: slow to heal; shorter: keeps crashing
    private static final long FIRST_DELAY_NANOS = 100_000_000L;
    private static final long MAX_DELAY_NANOS = 5_000_000_000L;
    private static final int MAX_BOOT_FAILURES = 3; // in a row: a configuration that cannot work

    private enum Circuit {
        CLOSED,
        OPEN,
        HALF_OPEN
    }

    private final int capacity;
    private final long periodNanos;
    private final DoubleSupplier chance;

    private Circuit circuit = Circuit.CLOSED;
    private double tokens;
    private long countedAtNanos;
    private long openedAtNanos;
    private int inARow;
    private int deaths; // since the bucket was last full
    private int bootFailures;
    private long notBeforeNanos;
    private boolean delayed;

    RestartLimit(int capacity, long periodNanos, DoubleSupplier chance, long nowNanos) {
        this.capacity = capacity;
        this.periodNanos = periodNanos;
        this.chance = chance;
        this.tokens = capacity;
        this.countedAtNanos = nowNanos;
    }

    /** A worker died for a reason of its own. */
    void died(long nowNanos) {
        refill(nowNanos);
        backOff(nowNanos);
        deaths = tokens >= capacity ? 1 : deaths + 1;
        if (circuit == Circuit.HALF_OPEN || tokens < 1) {
            circuit = Circuit.OPEN;
            openedAtNanos = nowNanos;
        } else {
            tokens--;
        }
    }

    /** A worker did not become ready; whether that has now happened too often in a row to go on. */
    boolean failedToStart(long nowNanos) {
        backOff(nowNanos);
        return ++bootFailures >= MAX_BOOT_FAILURES;
    }

    /** A worker became ready. */
    void ready() {
        bootFailures = 0;
    }

    /** A worker has answered a task. */
    void answered() {
        if (inARow > 0 || circuit != Circuit.CLOSED) {
            inARow = 0;
            delayed = false;
            if (circuit == Circuit.HALF_OPEN) {
                circuit = Circuit.CLOSED;
                tokens = capacity;
            }
        }
    }

    /** How long no worker may be started; 0 if one may now. */
    long waitNanos(long nowNanos) {
        long pauseNanos = openNanos(nowNanos);
        if (circuit == Circuit.OPEN && pauseNanos == 0) {
            circuit = Circuit.HALF_OPEN;
        }
        return Math.max(pauseNanos, delayed ? Math.max(0, notBeforeNanos - nowNanos) : 0);
    }

    /** How long the circuit stays open; 0 if it is not. */
    long openNanos(long nowNanos) {
        return circuit == Circuit.OPEN ? Math.max(0, openedAtNanos + OPEN_NANOS - nowNanos) : 0;
    }

    /** Whether only one worker may be up, to see whether it lives. */
    boolean isTrying() {
        return circuit == Circuit.HALF_OPEN;
    }

    /** How many have died, or failed to start, since the last time that all was well. */
    int failures() {
        return Math.max(deaths, bootFailures);
    }

    private void backOff(long nowNanos) {
        inARow++;
        delayed = inARow > 1; // the first replacement comes at once
        if (delayed) {
            long doubled = FIRST_DELAY_NANOS << Math.min(inARow - 2, 10);
            long delayNanos = Math.min(doubled, MAX_DELAY_NANOS);
            double jitter = 0.8 + 0.4 * chance.getAsDouble();
            notBeforeNanos = nowNanos + (long) (delayNanos * jitter);
        }
    }

    private void refill(long nowNanos) {
        tokens = Math.min(capacity, tokens + (double) (nowNanos - countedAtNanos) / periodNanos);
        countedAtNanos = nowNanos;
    }
}
