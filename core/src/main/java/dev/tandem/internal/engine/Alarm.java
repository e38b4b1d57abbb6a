package dev.tandem.internal.engine;

import dev.tandem.internal.engine.Deadlines.Deadline;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The one deadline of a submission that matters in its present state: of its wait, of its run, of its grace, of its delay.
 * Most submissions never have one, and so no alarm.
 *
 * <p>Who sets it names the state that it is for, and that is looked at with the lock held; who leaves a state leaves first and
 * then calls off. So a deadline that is set too late for its state is never set, or is called off at once.
 *
 * <p>Thread-safe. The lock is no monitor, since the timer has locks of its own: a virtual thread that waited for one of them in
 * a monitor would hold on to its carrier, on a Java before 24.
 */
final class Alarm {

    private final ReentrantLock lock = new ReentrantLock();

    // --- guarded by lock ---
    private @Nullable Deadline current;

    // --- volatile, written once ---
    private volatile boolean endsWaiting;
    private volatile long waitEndsNanos;

    /** Notes when the task will have waited too long; once. */
    void limitsWaiting(long endsNanos) {
        waitEndsNanos = endsNanos;
        endsWaiting = true;
    }

    /** Whether there is an end to its waiting. */
    boolean isWaitingLimited() {
        return endsWaiting;
    }

    /** How much of its waiting is left; not below 0. */
    long waitLeftNanos(long nowNanos) {
        return Math.max(0, waitEndsNanos - nowNanos);
    }

    /** Sets it, in place of what it was set to, if it is still for something. */
    void set(BooleanSupplier stillNeeded, Deadlines timer, long delayNanos, Runnable action) {
        lock.lock();
        try {
            if (stillNeeded.getAsBoolean()) {
                callOff();
                current = timer.after(delayNanos, action);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Sets it to nothing. */
    void callOff() {
        lock.lock();
        try {
            if (current != null) {
                current.callOff();
                current = null;
            }
        } finally {
            lock.unlock();
        }
    }
}
