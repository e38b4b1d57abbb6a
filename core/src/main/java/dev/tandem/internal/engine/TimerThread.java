package dev.tandem.internal.engine;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Deadlines on a thread, which starts with the first of them, so that a runner that sets none has none. Thread-safe. */
final class TimerThread implements Deadlines {

    private static final Logger log = LoggerFactory.getLogger(TimerThread.class);

    private final ScheduledThreadPoolExecutor timer;

    TimerThread(String runnerName) {
        timer = new ScheduledThreadPoolExecutor(1, body -> {
            Thread thread = new Thread(null, body, runnerName + "-timer", 0, false);
            thread.setDaemon(true);
            return thread;
        });
        timer.setRemoveOnCancelPolicy(true);
        timer.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
    }

    @Override
    public @Nullable Deadline after(long delayNanos, Runnable action) {
        try {
            return deadline(timer.schedule(() -> run(action), Math.max(0, delayNanos), TimeUnit.NANOSECONDS));
        } catch (RejectedExecutionException e) {
            return null;
        }
    }

    @Override
    public @Nullable Deadline every(long periodNanos, Runnable action) {
        try {
            return deadline(
                    timer.scheduleWithFixedDelay(() -> run(action), periodNanos, periodNanos, TimeUnit.NANOSECONDS));
        } catch (RejectedExecutionException e) {
            return null;
        }
    }

    @Override
    public void shutdown() {
        timer.shutdownNow();
    }

    private static void run(Runnable action) {
        try {
            action.run();
        } catch (Throwable t) {
            log.error("A deadline's action failed: this is a defect of the library", t);
        }
    }

    private static Deadline deadline(ScheduledFuture<?> scheduled) {
        return () -> scheduled.cancel(false);
    }
}
