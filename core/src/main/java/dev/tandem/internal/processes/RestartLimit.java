package dev.tandem.internal.processes;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.DoubleSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How fast lost workers may be replaced, and when to stop trying: a leaky bucket, a growing delay and a circuit breaker.
 *
 * <p><b>The bucket.</b> Each unexpected death takes a token; one comes back every period, and never more than the bucket holds. So
 * the number of replacements in any time t stays below {@code capacity + t / period}; a death that finds no token opens the
 * circuit: nothing is started and nothing is run for a while. Then one worker is tried, and its first answer closes the
 * circuit. What the bucket lost is not given back by that: a worker that always dies on its second task keeps the circuit open
 * most of the time.
 *
 * <p><b>The delay</b> before the next start grows from death to death, so that a broken machine is not kept busy starting
 * JVMs: none, 0.1 s, 0.2 s ... 5 s. It begins anew once a worker has answered, or if the one that died had lived for a while.
 *
 * <p><b>Failures to start</b> are of two kinds. A worker whose process ran, and failed before it was ready, will do so again if no
 * worker ever became ready: the third such failure in a row is the end. If one has been ready before, the configuration
 * works and something else is wrong that may pass: the failure takes a token as a death does. But if there could not even be a
 * process (no more processes, descriptors, threads), that says nothing of the workers: it delays the next start, and opens
 * the circuit only if no worker could be had for as long as one may take to start.
 *
 * <pre>
 *           no token left, or none to be had       pause is over                 first answer of the tried worker
 *   CLOSED ──────────────────────────────▶ OPEN ─────────────────▶ HALF_OPEN ─────────────────────────────▶ CLOSED
 *     │                                     ▲     death, failed start   │
 *     │                                     └───────────────────────────┘
 *     │ third failed start in a row, and none was ever ready; or supervision itself has failed
 *     └──────▶ BROKEN, for ever (from HALF_OPEN too, and from OPEN if supervision has failed)
 * </pre>
 *
 * <p>Not thread-safe: guarded by the {@link Supervisor}'s lock. Time is passed in.
 */
final class RestartLimit {

    private static final long OPEN_NANOS =
            TimeUnit.SECONDS.toNanos(30); // longer: slow to heal; shorter: keeps crashing
    private static final long FIRST_DELAY_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final long MAX_DELAY_NANOS = TimeUnit.SECONDS.toNanos(5);
    private static final long PROVEN_NANOS =
            TimeUnit.SECONDS.toNanos(10); // who lived that long did not die of its start
    private static final int MAX_BOOT_FAILURES = 3; // in a row: a configuration that cannot work

    /** Whether anything is started and run. */
    enum Circuit {
        /** All is well. */
        CLOSED,
        /** Nothing is started, and nothing new is run. */
        OPEN,
        /** One worker is tried. */
        HALF_OPEN,
        /** Nothing will ever run. */
        BROKEN
    }

    private final double capacity;
    private final long periodNanos;
    private final long patienceNanos;
    private final DoubleSupplier chance;
    private final Deque<Circuit> transitions = new ArrayDeque<>(); // that nobody has told of yet

    private Circuit circuit = Circuit.CLOSED;
    private double tokens;
    private long countedAtNanos;
    private long openedAtNanos;
    private int inARow;
    private int failures; // since the bucket was last full
    private int bootFailures; // in a row
    private boolean everReady;
    private boolean unspawned; // since then no process could be had, and no worker is there:
    private long unspawnedSinceNanos;
    private long notBeforeNanos;
    private boolean delayed;

    /**
     * A limit that nothing has used up.
     *
     * @param patienceNanos for how long no process may be had before the circuit opens
     * @param chance numbers from 0 to 1, to vary the delays
     */
    RestartLimit(int capacity, long periodNanos, long patienceNanos, DoubleSupplier chance, long nowNanos) {
        this.capacity = capacity;
        this.periodNanos = periodNanos;
        this.patienceNanos = patienceNanos;
        this.chance = chance;
        this.tokens = capacity;
        this.countedAtNanos = nowNanos;
    }

    // ---- events

    /** A worker died for a reason of its own, so long after it was ready. */
    void died(long livedNanos, long nowNanos) {
        if (livedNanos >= PROVEN_NANOS) {
            inARow = 0;
        }
        backOff(nowNanos);
        takeToken(nowNanos);
    }

    /** A worker's process ran, and ended before it was ready. */
    void failedToStart(long nowNanos) {
        backOff(nowNanos);
        if (everReady) {
            takeToken(nowNanos);
        } else {
            failures++;
            if (++bootFailures >= MAX_BOOT_FAILURES && circuit != Circuit.BROKEN) {
                moveTo(Circuit.BROKEN);
            }
        }
    }

    /** No process could be had for a worker; {@code othersLive} if others are there, which go on. */
    void failedToSpawn(boolean othersLive, long nowNanos) {
        backOff(nowNanos);
        failures++;
        if (othersLive) {
            unspawned = false;
        } else if (!unspawned) {
            unspawned = true;
            unspawnedSinceNanos = nowNanos;
        } else if (nowNanos - unspawnedSinceNanos >= patienceNanos) {
            open(nowNanos);
        }
    }

    /** A worker became ready. */
    void ready() {
        everReady = true;
        bootFailures = 0;
        unspawned = false;
    }

    /** A worker has answered a task; {@code tried} if it is the one that is tried while the circuit is half open. */
    void answered(boolean tried) {
        inARow = 0;
        delayed = false;
        if (tried && circuit == Circuit.HALF_OPEN) {
            moveTo(Circuit.CLOSED);
        }
    }

    /** Nothing may be started or run any more, whatever happens. */
    void giveUp() {
        if (circuit != Circuit.BROKEN) {
            moveTo(Circuit.BROKEN);
        }
    }

    // ---- questions

    /** How things are now; the end of the pause is noticed by asking. */
    Circuit circuit(long nowNanos) {
        if (circuit == Circuit.OPEN && openNanos(nowNanos) <= 0) {
            unspawned = false;
            moveTo(Circuit.HALF_OPEN);
        }
        return circuit;
    }

    /** How long the circuit stays open; 0 if it is not. */
    long openNanos(long nowNanos) {
        return circuit == Circuit.OPEN ? Math.max(0, OPEN_NANOS - (nowNanos - openedAtNanos)) : 0;
    }

    /** How long no worker may be started after the last failure; 0 if one may now. */
    long delayNanos(long nowNanos) {
        return delayed ? Math.max(0, notBeforeNanos - nowNanos) : 0;
    }

    /** How many have died, or failed to start, since the last time that all was well. */
    int failures() {
        return failures;
    }

    /** The oldest change of the circuit that was not asked for yet, as what it changed to; null if there is none. */
    @Nullable
    Circuit nextTransition() {
        return transitions.poll();
    }

    // ---- steps

    private void takeToken(long nowNanos) {
        tokens = Math.min(capacity, tokens + (double) (nowNanos - countedAtNanos) / periodNanos);
        countedAtNanos = nowNanos;
        failures = tokens >= capacity ? 1 : failures + 1;
        if (circuit == Circuit.HALF_OPEN || tokens < 1) {
            open(nowNanos);
        } else {
            tokens--;
        }
    }

    /** One that is open stays so until its time is up, whoever else dies meanwhile: what ran when it opened may go on. */
    private void open(long nowNanos) {
        if (circuit == Circuit.CLOSED || circuit == Circuit.HALF_OPEN) {
            openedAtNanos = nowNanos;
            unspawned = false;
            moveTo(Circuit.OPEN);
        }
    }

    private void moveTo(Circuit to) {
        circuit = to;
        transitions.add(to);
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
}
