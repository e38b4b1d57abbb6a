package dev.tandem.internal.engine;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Deadlines on a thread, which starts with the first of them, so that a runner that sets none has none.
 *
 * <p><b>If this JVM was frozen</b> (stopped, swapped out, suspended with its machine), all deadlines that passed meanwhile are due
 * at once when it goes on, and so is all that the workers have said meanwhile. An action that comes much too late is therefore
 * put off once, by a moment in which the readers catch up: nobody is punished for an answer that this JVM did not read.
 *
 * <p><b>If an action fails</b>, which must never be, something that was to be stopped, killed or tried again may never be, and somebody would wait for
 * that for ever; so the runner is told, and ends. An action for which there was no memory is tried again, since that may pass.
 *
 * <p>Thread-safe.
 */
final class TimerThread implements Deadlines {

    private static final Logger log = LoggerFactory.getLogger(TimerThread.class);

    // longer: a short freeze is not noticed; shorter: a machine that is merely busy looks frozen, and time-outs come
    // late
    private static final long FROZEN_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final long CATCH_UP_NANOS = TimeUnit.MILLISECONDS.toNanos(250);

    private static final long MEMORY_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
    private static final int MEMORY_TRIES = 100; // more: all that is due waits longer; fewer: a peak ends the runner

    private final ScheduledThreadPoolExecutor timer;
    private final Ticker ticker;

    // --- written once, when the runner is opened ---
    private volatile Consumer<Throwable> whenFailed = failure -> {};

    TimerThread(String runnerName, Ticker ticker) {
        this.ticker = ticker;
        timer = new ScheduledThreadPoolExecutor(1, body -> {
            Thread thread = new Thread(null, body, runnerName + "-timer", 0, false);
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** For how long an action that comes so late is put off; 0 if it is on time. */
    static long catchUpNanos(long lateNanos) {
        return lateNanos > FROZEN_NANOS ? CATCH_UP_NANOS : 0;
    }

    @Override
    public @Nullable Deadline after(long delayNanos, Runnable action) {
        Once once = new Once(action, ticker.nanoTime() + Math.max(0, delayNanos));
        return once.schedule(Math.max(0, delayNanos)) ? once : null;
    }

    @Override
    public @Nullable Deadline every(long periodNanos, Runnable action) {
        try {
            ScheduledFuture<?> scheduled =
                    timer.scheduleWithFixedDelay(() -> perform(action), periodNanos, periodNanos, TimeUnit.NANOSECONDS);
            return () -> scheduled.cancel(false);
        } catch (RejectedExecutionException e) {
            return null;
        }
    }

    @Override
    public void whenFailed(Consumer<Throwable> listener) {
        whenFailed = listener;
    }

    @Override
    public void shutdown() {
        timer.shutdownNow();
    }

    private void perform(Runnable action) {
        for (int tries = 1; ; tries++) {
            try {
                action.run();
                return;
            } catch (OutOfMemoryError e) {
                if (tries == MEMORY_TRIES) {
                    failed(e);
                    return;
                }
                LockSupport.parkNanos(MEMORY_PAUSE_NANOS);
            } catch (Throwable t) {
                failed(t);
                return;
            }
        }
    }

    private void failed(Throwable thrown) {
        if (timer.isShutdown()) {
            return; // all is over, and so is what the action was about
        }
        try {
            log.error("A deadline's action failed: this is a defect of the library or of its installation", thrown);
        } finally {
            whenFailed.accept(thrown);
        }
    }

    /** A deadline that may be put off once. */
    private final class Once implements Deadline, Runnable {

        private final Runnable action;
        private final long dueNanos;
        private final ReentrantLock lock = new ReentrantLock(); // no monitor: the timer's own lock is taken inside

        // --- guarded by lock ---
        private @Nullable ScheduledFuture<?> scheduled;
        private boolean calledOff;
        private boolean putOff;

        Once(Runnable action, long dueNanos) {
            this.action = action;
            this.dueNanos = dueNanos;
        }

        boolean schedule(long delayNanos) {
            lock.lock();
            try {
                if (!calledOff) {
                    scheduled = timer.schedule(this, delayNanos, TimeUnit.NANOSECONDS);
                }
                return true;
            } catch (RejectedExecutionException e) {
                return false;
            } finally {
                lock.unlock();
            }
        }

        @Override
        public void run() {
            perform(this::act);
        }

        private void act() {
            long putOffNanos = catchUpNanos(ticker.nanoTime() - dueNanos);
            lock.lock();
            try {
                if (calledOff) {
                    return;
                }
                if (putOffNanos > 0 && !putOff) {
                    putOff = true;
                    schedule(putOffNanos);
                    return;
                }
            } finally {
                lock.unlock();
            }
            action.run();
        }

        @Override
        public void callOff() {
            lock.lock();
            try {
                calledOff = true;
                if (scheduled != null) {
                    scheduled.cancel(false);
                }
            } finally {
                lock.unlock();
            }
        }
    }
}
