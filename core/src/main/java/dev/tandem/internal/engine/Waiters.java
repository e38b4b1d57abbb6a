package dev.tandem.internal.engine;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.locks.AbstractQueuedSynchronizer;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The threads that wait for one outcome: a latch that is opened once, with one seat in front of it.
 *
 * <p><b>The seat.</b> Between the answer of a worker and the outcome lies a last step, to decode it and tell everybody, which is not
 * for the thread that reads the answer. Were it always given to a thread of its own, whoever waits would
 * wait for two threads to be woken instead of one. So the first who waits without a limit takes the seat, and gets the step
 * handed over; the reader wakes it, and nobody else.
 *
 * <pre>
 *   empty ──sit──▶ the thread ──hand over──▶ the step
 *     ▲                │ opened                 │ taken out by the thread, which runs it
 *     └────────────────┴────────────────────────┘
 * </pre>
 *
 * Whoever leaves the seat takes out what lies in it in the same step, so that nothing that was handed over is lost. Who opens
 * writes the state and then looks at the seat; who sits down writes the seat and then looks at the state: at least one of
 * the two sees the other.
 *
 * <p>All others wait in the queue of the synchronizer. Those with a limit do not take the seat: the step may take longer than they
 * have. Thread-safe.
 */
final class Waiters extends AbstractQueuedSynchronizer {

    private static final long serialVersionUID = 1L;
    private static final int OPEN = 1;
    private static final VarHandle SEAT;

    static {
        try {
            SEAT = MethodHandles.lookup().findVarHandle(Waiters.class, "seat", Object.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private transient volatile @Nullable Object
            seat; // the thread that sits in it, or the LastStep that was handed to it

    /** Where the outcome comes from. */
    interface Source {

        /**
         * Looks whether it comes, for a moment, if that is possible.
         *
         * @param done whether there is nothing more to look for; quick
         */
        default void listen(BooleanSupplier done) {}
    }

    /** No bare Runnable: a thread is one too. */
    private record LastStep(Runnable action) {}

    /** Lets all go that wait, or will. */
    void open() {
        releaseShared(OPEN);
        if (seat instanceof Thread sitting) {
            LockSupport.unpark(sitting);
        }
    }

    boolean isOpen() {
        return getState() == OPEN;
    }

    /** Gives the last step to a thread that waits; false if there is none. */
    boolean handOver(Runnable lastStep) {
        Object found = seat;
        if (found instanceof Thread sitting && SEAT.compareAndSet(this, found, new LastStep(lastStep))) {
            LockSupport.unpark(sitting);
            return true;
        }
        return false;
    }

    /** Waits, and first looks for a moment where the outcome comes from; an interrupt is kept for later. */
    void await(Source source) {
        boolean interrupted = false;
        while (!isOpen()) {
            if (sit()) {
                source.listen(this::mustLeave);
                while (!mustLeave()) {
                    LockSupport.park(this);
                    interrupted |= Thread.interrupted();
                }
                leave();
            } else {
                acquireShared(OPEN);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    /** The same, until the thread is interrupted. */
    void awaitInterruptibly(Source source) throws InterruptedException {
        while (!isOpen()) {
            if (sit()) {
                source.listen(() -> mustLeave() || Thread.currentThread().isInterrupted());
                while (!mustLeave() && !Thread.currentThread().isInterrupted()) {
                    LockSupport.park(this);
                }
                boolean interrupted = Thread.interrupted(); // what was handed over is not to be disturbed by it
                leave();
                if (interrupted && !isOpen()) {
                    throw new InterruptedException();
                }
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            } else {
                acquireSharedInterruptibly(OPEN);
            }
        }
    }

    /** The same, so long at most; whether it was opened. */
    boolean awaitNanos(long timeoutNanos, Source source) throws InterruptedException {
        long startNanos = System.nanoTime();
        if (!isOpen() && timeoutNanos > 0) {
            source.listen(() -> isOpen()
                    || System.nanoTime() - startNanos >= timeoutNanos
                    || Thread.currentThread().isInterrupted());
        }
        return tryAcquireSharedNanos(OPEN, timeoutNanos - (System.nanoTime() - startNanos));
    }

    private boolean sit() {
        return SEAT.compareAndSet(this, null, Thread.currentThread());
    }

    private boolean mustLeave() {
        return seat != Thread.currentThread() || isOpen();
    }

    private void leave() {
        if (SEAT.getAndSet(this, null) instanceof LastStep step) {
            step.action().run();
        }
    }

    @Override
    protected int tryAcquireShared(int ignored) {
        return isOpen() ? 1 : -1;
    }

    @Override
    protected boolean tryReleaseShared(int open) {
        setState(open);
        return true;
    }
}
