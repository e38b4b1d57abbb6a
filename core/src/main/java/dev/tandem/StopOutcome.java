package dev.tandem;

/**
 * How the work of a task really ended, which may be later than its future and for another reason.
 *
 * <p>A cancelled or timed-out future is done at once; the work behind it ends when it ends. See {@link TaskFuture#stopped()}.
 */
public enum StopOutcome {
    /** The work never started: the task was cancelled, refused or timed out while it waited. */
    NOT_STARTED,
    /** The work ended by itself, by returning, by throwing, or by losing its worker without our doing. */
    FINISHED,
    /** The work ended after it had been interrupted. */
    INTERRUPTED,
    /** The work ignored the interrupt, so its worker JVM and the processes that it had started were killed. */
    KILLED,
    /** The work runs on: a thread that ignores interruption cannot be stopped, so it was replaced and is counted. */
    ABANDONED
}
