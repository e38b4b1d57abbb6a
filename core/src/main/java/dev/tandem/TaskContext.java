package dev.tandem;

import dev.tandem.internal.task.CurrentTask;
import java.time.Instant;
import java.util.Optional;

/**
 * What a running task may ask about itself and report.
 *
 * <p>It belongs to one attempt. It is safe for use by any number of threads, but {@link #current()} finds it only in the
 * thread that runs the task: a task that starts threads hands it to them.
 */
public interface TaskContext {

    /**
     * The context of the task that the current thread runs.
     *
     * @return the context
     * @throws IllegalStateException if the current thread runs no task; ask {@link #isInsideTask()} first
     */
    static TaskContext current() {
        TaskContext context = CurrentTask.get();
        if (context == null) {
            throw new IllegalStateException("thread " + Thread.currentThread().getName()
                    + " runs no task, so there is no TaskContext: ask isInsideTask() first, or hand the context to the"
                    + " threads that the task starts");
        }
        return context;
    }

    /** {@return whether the current thread runs a task of some runner} */
    static boolean isInsideTask() {
        return CurrentTask.get() != null;
    }

    /** {@return the number of the task in its runner, from 1} */
    long taskId();

    /** {@return 1 for the first attempt, 2 for the first retry} */
    int attempt();

    /** {@return which of the runner's workers this is, from 0; a replacement takes the number of the one it replaces} */
    int workerIndex();

    /** {@return when the task will time out, by the clock on the wall; empty if it has no time-out} */
    Optional<Instant> deadline();

    /**
     * Whether the task should stop: its future was cancelled or has timed out, or the runner is shutting down now. The thread
     * is interrupted as well; a task that computes without ever waiting asks here instead.
     *
     * @return true from the moment on in which nobody waits for the result any more
     */
    boolean isCancelled();

    /**
     * Reports progress, without a note. Cheap, and never blocks: the latest report wins if they come faster than the
     * listener takes them, and the last one is delivered before the future completes.
     *
     * @param done how many units are done, 0 or more
     * @param total how many there are in all, at least {@code done}; 0 if unknown
     * @throws IllegalArgumentException if a number is negative, or {@code done} exceeds a known {@code total}
     */
    default void report(long done, long total) {
        report(new Progress(done, total, ""));
    }

    /**
     * Reports progress, as {@link #report(long, long)} does.
     *
     * @param progress how far the task has come
     */
    void report(Progress progress);
}
