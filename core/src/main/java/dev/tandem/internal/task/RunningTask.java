package dev.tandem.internal.task;

import dev.tandem.Progress;
import dev.tandem.TaskContext;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * What one attempt knows of itself while it runs, on either engine.
 *
 * <p>Safe for use by any number of threads.
 */
public final class RunningTask implements TaskContext {

    private final long taskId;
    private final int attempt;
    private final int workerIndex;
    private final boolean hasDeadline;
    private final long deadlineNanos;
    private final Consumer<? super Progress> progressSink;

    private volatile boolean cancelled;

    /**
     * Begins now.
     *
     * @param taskId the number of the task, from 1
     * @param attempt 1 for the first attempt
     * @param workerIndex which worker runs it, from 0
     * @param timeoutNanos how long it may run from now on, 0 for no limit
     * @param progressSink takes what the task reports, from whatever thread does; must not block
     */
    public RunningTask(
            long taskId, int attempt, int workerIndex, long timeoutNanos, Consumer<? super Progress> progressSink) {
        // a clock costs as much as a short task
        this(taskId, attempt, workerIndex, timeoutNanos == 0 ? 0 : System.nanoTime(), timeoutNanos, progressSink);
    }

    /**
     * Has begun some time ago.
     *
     * @param taskId the number of the task, from 1
     * @param attempt 1 for the first attempt
     * @param workerIndex which worker runs it, from 0
     * @param begunNanos when it has begun, by {@link System#nanoTime}; of no interest without a limit
     * @param timeoutNanos how long it may run from then on, 0 for no limit
     * @param progressSink takes what the task reports, from whatever thread does; must not block
     */
    public RunningTask(
            long taskId,
            int attempt,
            int workerIndex,
            long begunNanos,
            long timeoutNanos,
            Consumer<? super Progress> progressSink) {
        this.taskId = taskId;
        this.attempt = attempt;
        this.workerIndex = workerIndex;
        this.hasDeadline = timeoutNanos != 0;
        this.deadlineNanos = begunNanos + timeoutNanos;
        this.progressSink = progressSink;
    }

    /** Tells the task that nobody waits for it any more; interrupting it is up to the caller. Idempotent. */
    public void cancel() {
        cancelled = true;
    }

    @Override
    public long taskId() {
        return taskId;
    }

    @Override
    public int attempt() {
        return attempt;
    }

    @Override
    public int workerIndex() {
        return workerIndex;
    }

    /** Computed when asked: a wall clock that is set in between moves it along. */
    @Override
    public Optional<Instant> deadline() {
        return hasDeadline ? Optional.of(Instant.now().plusNanos(deadlineNanos - System.nanoTime())) : Optional.empty();
    }

    @Override
    public boolean isCancelled() {
        return cancelled;
    }

    @Override
    public void report(Progress progress) {
        progressSink.accept(Objects.requireNonNull(progress, "progress"));
    }
}
