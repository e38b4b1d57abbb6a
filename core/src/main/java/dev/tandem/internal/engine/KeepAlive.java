package dev.tandem.internal.engine;

import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Counts the work that a runner has accepted and not yet ended, and keeps the JVM alive while there is some.
 *
 * <p>All threads of a runner are daemons, so that a runner that was never closed does not keep a finished program
 * running. But a program whose {@code main} returns while tasks are pending expects them to finish, as with the JDK's
 * pools. So while work is pending one thread that is no daemon sits in here.
 *
 * <p><b>What a task pays for that</b> is a count up and a count down. The keeper stays until nothing was added for a while, for
 * a program that submits one task after the other must not pay for a thread each; and while it lingers nobody wakes it, or each
 * of those tasks would pay for a thread that is woken in vain.
 *
 * <pre>
 *   nobody ──add──▶ sits, watching ──nothing is pending──▶ lingers ──something was added──▶ (watching, or lingers again)
 *      ▲                                                      │ nothing was added, nothing is pending
 *      └──────────────────────────────────────────────────────┘
 * </pre>
 *
 * <p>Thread-safe. The count is atomic. Who counts down to nothing writes the count and then looks for watchers, who watches
 * says so and then looks at the count: one of the two sees the other. So it is with who adds and with the keeper that leaves.
 * Nothing is called while the lock is held.
 */
final class KeepAlive {

    // longer: a JVM that is done ends later, by twice this; shorter: paced tasks pay for a thread each
    private static final long LINGER_NANOS = TimeUnit.MILLISECONDS.toNanos(50);

    private final Executor keeper;
    private final AtomicLong pending = new AtomicLong();
    private final AtomicInteger watchers = new AtomicInteger(); // who wants to hear that nothing is pending
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition empty = lock.newCondition();

    private volatile boolean sitting; // written with the lock held
    private volatile boolean released; // written once
    private volatile boolean added; // since the keeper began to linger; written by whoever adds, and by the keeper

    KeepAlive(Executor keeper) {
        this.keeper = keeper;
    }

    void add(int submissions) {
        pending.addAndGet(submissions);
        if (!added) {
            added = true;
        }
        if (!sitting && !released) {
            try {
                startKeeper();
            } catch (StackOverflowError e) { // whoever submits at the end of its stack has submitted nothing
                remove(submissions);
                throw e;
            }
        }
    }

    /** So many have ended; whether they were the last. */
    boolean remove(int submissions) {
        if (pending.addAndGet(-submissions) > 0) {
            return false;
        }
        if (watchers.get() > 0) {
            signal();
        }
        return true;
    }

    boolean isEmpty() {
        return pending.get() == 0;
    }

    /** Waits until nothing is pending; false if the time was up first. */
    boolean awaitEmpty(long timeoutNanos) throws InterruptedException {
        lock.lockInterruptibly();
        watchers.incrementAndGet();
        try {
            long leftNanos = timeoutNanos;
            while (!isEmpty()) {
                if (leftNanos <= 0) {
                    return false;
                }
                leftNanos = empty.awaitNanos(leftNanos);
            }
            return true;
        } finally {
            watchers.decrementAndGet();
            lock.unlock();
        }
    }

    /** The runner ends: lets the JVM go. */
    void release() {
        released = true;
        signal();
    }

    private void signal() {
        lock.lock();
        try {
            empty.signalAll();
        } finally {
            lock.unlock();
        }
    }

    private void startKeeper() {
        lock.lock();
        try {
            if (sitting || released) {
                return;
            }
            sitting = true;
        } finally {
            lock.unlock();
        }
        keeper.execute(this::sitWhilePending);
    }

    private void sitWhilePending() {
        lock.lock();
        try {
            do {
                watch();
                linger();
            } while (!leaves());
        } finally {
            lock.unlock();
        }
    }

    private void watch() {
        watchers.incrementAndGet();
        while (!isEmpty() && !released) {
            empty.awaitUninterruptibly();
        }
        watchers.decrementAndGet();
    }

    private void linger() {
        added = false;
        long leftNanos = LINGER_NANOS;
        try {
            while (!released && leftNanos > 0) {
                leftNanos = empty.awaitNanos(leftNanos);
            }
        } catch (InterruptedException e) {
            // by nobody of ours: it looks a little earlier
        }
    }

    private boolean leaves() {
        sitting = false;
        boolean stays = !released && (added || !isEmpty());
        sitting = stays;
        return !stays;
    }
}
