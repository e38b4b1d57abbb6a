package dev.tandem.internal.insight;

import dev.tandem.Progress;
import dev.tandem.TaskStatus;
import org.jspecify.annotations.Nullable;

/**
 * Something that happened in a runner, at a time of this JVM's {@code nanoTime}.
 *
 * <p>Immutable, but for the {@link Course} of a task, which says of itself who writes it.
 */
public sealed interface Event {

    /**
     * When.
     *
     * @return a time of {@code nanoTime}
     */
    long nanos();

    /** The work of a worker has ended. */
    enum Departure {
        /** Its runner needed it no longer. */
        STOPPED,
        /** It was retired on purpose, and another takes its place if there is work. */
        RECYCLED,
        /** It was killed for a task that would not stop. */
        KILLED,
        /** It died unasked. */
        LOST,
        /** It never took a task. */
        FAILED_TO_START,
        /** A thread that ignored its interrupt and was given up. */
        ABANDONED
    }

    /** A task was submitted. */
    record Submitted(long nanos, Course task) implements Event {}

    /** A worker has begun with a task. */
    record Started(long nanos, Course task) implements Event {}

    /** A task has said how far it is. */
    record Reported(long nanos, Course task, Progress progress) implements Event {}

    /**
     * The future of a task is done although its worker is still at it: after a time-out, or a cancel.
     *
     * @param status how the task ended
     * @param failure why, for people
     */
    record GivenUp(
            long nanos,
            Course task,
            TaskStatus status,
            @Nullable String failure) implements Event {}

    /**
     * The runner did not take it in, so that it is no task.
     *
     * @param why for people
     */
    record Refused(long nanos, Course task, @Nullable String why) implements Event {}

    /**
     * An attempt is over.
     *
     * @param status how the task ended; {@link TaskStatus#QUEUED} if it is tried again
     * @param failure what became of it, for people; null if it returned
     */
    record Ended(
            long nanos,
            Course task,
            TaskStatus status,
            @Nullable String failure) implements Event {}

    /** What those are told who look at an attempt that is over. */
    static String outcome(TaskStatus ended) {
        return ended == TaskStatus.QUEUED ? "TRIED_AGAIN" : ended.name();
    }

    /**
     * A worker takes tasks.
     *
     * @param sinceNanos when it was asked for
     */
    record WorkerStarted(long nanos, int slot, long pid, long sinceNanos) implements Event {}

    /**
     * A worker is no more.
     *
     * @param cause why, for people
     */
    record WorkerEnded(long nanos, int slot, long pid, Departure how, String cause) implements Event {}

    /**
     * The runner has decided something.
     *
     * @param what for people
     */
    record Decided(long nanos, String what) implements Event {}
}
