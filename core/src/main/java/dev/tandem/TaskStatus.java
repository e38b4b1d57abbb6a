package dev.tandem;

/**
 * What is known of a task's future.
 *
 * <pre>
 * QUEUED --started--&gt; RUNNING --returned--&gt; SUCCEEDED
 *    |                  |  |---threw, timed out, lost its worker--&gt; FAILED
 *    |                  |---cancelled--&gt; CANCELLED
 *    |                  `---retried, or its worker died before it began--&gt; QUEUED
 *    |---queue time-out, refused, cannot travel--&gt; FAILED
 *    `---cancelled--&gt; CANCELLED
 * </pre>
 */
public enum TaskStatus {
    /** The task waits for a worker, for the first time or between two attempts. */
    QUEUED,
    /** A worker is busy with the task. */
    RUNNING,
    /** The task returned; the future holds its result. */
    SUCCEEDED,
    /** The task failed; the future holds a {@link ParallelException}. */
    FAILED,
    /** The task was cancelled. Its work may still be stopping, see {@link TaskFuture#stopped()}. */
    CANCELLED;

    /** {@return whether the future is done, which is final} */
    public boolean isDone() {
        return this == SUCCEEDED || this == FAILED || this == CANCELLED;
    }
}
