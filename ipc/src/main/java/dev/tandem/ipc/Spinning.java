package dev.tandem.ipc;

/**
 * How long to look again and again before falling asleep: waking another thread costs both sides more than an answer takes.
 *
 * <p>After a microsecond it yields between two looks, since the other side may need this very core; spinning without doing so makes
 * each side burn its whole time before the other one runs, and the system keeps them on one core for ever. It does not pay to
 * spin for what takes longer, so it stops after a few times in vain and begins again after a sleep that was short.
 *
 * <p>Used by one thread at a time.
 */
final class Spinning {

    /** How long a core is held while looking; longer is worse where both sides share it. */
    private static final long HOLD_NANOS = 1_000;

    /** A sleep that was shorter would have been a spin, but for what falling asleep and waking cost. */
    private static final long SHORT_SLEEP_NANOS = 100_000;

    /** Fewer gives up at the first slow task of many quick ones, more burns a core for longer. */
    private static final int PATIENCE = 8;

    private final long spinNanos;

    private int vain;

    /** Something to wait for; quick. */
    interface Awaited {
        boolean hasCome();
    }

    /** Spins so long at most: shorter misses answers of a busy peer; longer burns a core and gains nothing. */
    Spinning(long spinNanos) {
        this.spinNanos = spinNanos;
    }

    /** Spins until that has come, or it is time to sleep. */
    @SuppressWarnings("ThreadPriorityCheck") // yielding is the point
    boolean await(Awaited awaited) {
        if (vain >= PATIENCE) {
            return false;
        }
        long start = System.nanoTime();
        long spent;
        do {
            if (awaited.hasCome()) {
                vain = 0;
                return true;
            }
            spent = System.nanoTime() - start;
            if (spent < HOLD_NANOS) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        } while (spent < spinNanos);
        vain++;
        return false;
    }

    /** Learns how long a sleep took. */
    void slept(long nanos) {
        if (nanos < SHORT_SLEEP_NANOS) {
            vain = 0;
        }
    }
}
