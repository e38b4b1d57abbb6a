package dev.tandem.internal.engine;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one timer of a runner: time-outs, graces, delays before a retry, heartbeats.
 *
 * <p>What it runs is the library's own, returns at once and never blocks. Its thread starts with the first deadline, so a
 * runner that sets none has none. Thread-safe.
 */
public final class Deadlines {

    private static final Logger log = LoggerFactory.getLogger(Deadlines.class);

    private final ScheduledThreadPoolExecutor timer;

    Deadlines(String runnerName) {
        timer = new ScheduledThreadPoolExecutor(1, body -> {
            Thread thread = new Thread(null, body, runnerName + "-timer", 0, false);
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    /** Runs an action once, later; null if the runner has ended, where no deadline matters any more. */
    public @Nullable Deadline after(long delayNanos, Runnable action) {
        try {
            return new Deadline(timer.schedule(() -> run(action), Math.max(0, delayNanos), TimeUnit.NANOSECONDS));
        } catch (RejectedExecutionException e) {
            return null;
        }
    }

    /** Runs an action again and again until the runner ends; the first time after one period. */
    public @Nullable Deadline every(long periodNanos, Runnable action) {
        try {
            return new Deadline(
                    timer.scheduleWithFixedDelay(() -> run(action), periodNanos, periodNanos, TimeUnit.NANOSECONDS));
        } catch (RejectedExecutionException e) {
            return null;
        }
    }

    void shutdown() {
        timer.shutdownNow();
    }

    private static void run(Runnable action) {
        try {
            action.run();
        } catch (Throwable t) {
            log.error("A deadline's action failed: this is a defect of the library", t);
        }
    }

    /** A deadline that can be called off. */
    public static final class Deadline {

        private final ScheduledFuture<?> scheduled;

        private Deadline(ScheduledFuture<?> scheduled) {
            this.scheduled = scheduled;
        }

        /** Calls it off; an action that has begun goes on. */
        public void callOff() {
            scheduled.cancel(false);
        }
    }
}
