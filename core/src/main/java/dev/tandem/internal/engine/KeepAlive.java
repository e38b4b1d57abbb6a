package dev.tandem.internal.engine;

import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Counts the work that a runner has accepted and not yet ended, and keeps the JVM alive while there is some.
 *
 * <p>All threads of a runner are daemons, so that a runner that was never closed does not keep a finished program
 * running. But a program whose {@code main} returns while tasks are pending expects them to finish, as with the JDK's
 * pools. So while work is pending one thread that is no daemon sits in here. It lingers a moment after the last task, for
 * a program that submits one task after the other must not pay for a thread each.
 *
 * <p>Thread-safe; nothing is called while the lock is held.
 */
final class KeepAlive {

    private static final long LINGER_NANOS = TimeUnit.MILLISECONDS.toNanos(100); // how much later a JVM may end

    private final Executor keeper;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition empty = lock.newCondition();

    // --- guarded by lock ---
    private long pending;
    private boolean sitting;
    private boolean released;

    KeepAlive(Executor keeper) {
        this.keeper = keeper;
    }

    void add(int submissions) {
        boolean start = false;
        lock.lock();
        try {
            pending += submissions;
            if (!sitting && !released) {
                sitting = true;
                start = true;
            }
        } finally {
            lock.unlock();
        }
        if (start) {
            keeper.execute(this::sitWhilePending);
        }
    }

    /** One has ended; whether it was the last. */
    boolean remove() {
        lock.lock();
        try {
            if (--pending > 0) {
                return false;
            }
            empty.signalAll();
            return true;
        } finally {
            lock.unlock();
        }
    }

    boolean isEmpty() {
        lock.lock();
        try {
            return pending == 0;
        } finally {
            lock.unlock();
        }
    }

    /** Waits until nothing is pending; false if the time was up first. */
    boolean awaitEmpty(long timeoutNanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long leftNanos = timeoutNanos;
            while (pending > 0) {
                if (leftNanos <= 0) {
                    return false;
                }
                leftNanos = empty.awaitNanos(leftNanos);
            }
            return true;
        } finally {
            lock.unlock();
        }
    }

    /** The runner ends: lets the JVM go. */
    void release() {
        lock.lock();
        try {
            released = true;
            empty.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void sitWhilePending() {
        lock.lock();
        try {
            while (!released) {
                if (pending > 0) {
                    empty.awaitUninterruptibly();
                } else if (lingerEndsIdle()) {
                    break;
                }
            }
            sitting = false;
        } finally {
            lock.unlock();
        }
    }

    private boolean lingerEndsIdle() {
        try {
            long leftNanos = LINGER_NANOS;
            while (pending == 0 && !released && leftNanos > 0) {
                leftNanos = empty.awaitNanos(leftNanos);
            }
            return pending == 0;
        } catch (InterruptedException e) {
            return pending == 0;
        }
    }
}
