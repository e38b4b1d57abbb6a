package dev.tandem.internal.task;

import org.jspecify.annotations.Nullable;

/**
 * Lets interrupts through to one attempt and to no other.
 *
 * <p>A cancel races with the end of the attempt that it is meant for. Whoever asks "does attempt 7 still run?" and interrupts
 * the thread after that may hit attempt 8, which nobody cancelled. Here the question and the interrupt are one step under
 * a lock, and leaving an attempt takes the interrupts that it did not use with it, under the same lock.
 *
 * <pre>
 *   idle --begin(n)--&gt; n runs              the thread's interrupt status is put aside
 *   n runs --interrupt(n)--&gt; n runs        the thread is interrupted
 *   n runs --begin(m)--&gt; m runs in n       n's interrupt status is put aside: a waiting task helps with another
 *   m runs in n --interrupt(n)--&gt; same     noted for n, the thread is left alone
 *   m runs in n --end()--&gt; n runs          m's interrupt status is dropped, n's is back
 *   n runs --end()--&gt; idle                 n's interrupt status is dropped, what was there before is back
 *   any --interrupt(other)--&gt; same         false
 * </pre>
 *
 * <p>One gate belongs to one thread, which begins and ends attempts; any thread may interrupt. An interrupt runs foreign
 * code if the thread is inside an interruptible channel, which it closes: {@link #end()} then waits for it.
 */
public final class InterruptGate {

    private final Object lock = new Object();

    // Mutable state, guarded by lock.
    private @Nullable Entry innermost;

    /** Makes a gate that no attempt is in. */
    public InterruptGate() {}

    /**
     * Enters an attempt in the current thread; its interrupt status is clear after it. Pair it with {@link #end()} in a
     * {@code finally}.
     *
     * @param attemptId the attempt
     */
    public void begin(long attemptId) {
        synchronized (lock) {
            innermost = new Entry(attemptId, Thread.currentThread(), innermost, Thread.interrupted());
        }
    }

    /**
     * Leaves the attempt that was entered last; no interrupt meant for it comes after this.
     *
     * @throws IllegalStateException if the current thread is in no attempt of this gate
     */
    public void end() {
        synchronized (lock) {
            Entry ended = innermost;
            if (ended == null || ended.thread != Thread.currentThread()) {
                throw new IllegalStateException("end() without begin() in thread "
                        + Thread.currentThread().getName());
            }
            innermost = ended.outer;
            // Before the lock is free: an interrupt that lost the race with the end of its attempt must not outlive it.
            Thread.interrupted();
            if (ended.outerInterrupted) {
                ended.thread.interrupt();
            }
        }
    }

    /**
     * Interrupts an attempt if it is still running.
     *
     * @param attemptId the attempt
     * @return whether it was running
     */
    public boolean interrupt(long attemptId) {
        synchronized (lock) {
            Entry inner = null;
            for (Entry entry = innermost; entry != null; entry = entry.outer) {
                if (entry.attemptId == attemptId) {
                    if (inner == null) {
                        entry.thread.interrupt();
                    } else {
                        inner.outerInterrupted = true;
                    }
                    return true;
                }
                inner = entry;
            }
            return false;
        }
    }

    /** An attempt that has begun and not ended. */
    private static final class Entry {
        private final long attemptId;
        private final Thread thread;
        private final @Nullable Entry outer;

        /** What the interrupt status was before, and will be after. */
        private boolean outerInterrupted;

        Entry(long attemptId, Thread thread, @Nullable Entry outer, boolean outerInterrupted) {
            this.attemptId = attemptId;
            this.thread = thread;
            this.outer = outer;
            this.outerInterrupted = outerInterrupted;
        }
    }
}
