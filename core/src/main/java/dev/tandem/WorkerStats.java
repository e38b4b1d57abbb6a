package dev.tandem;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * One worker of a runner, at one moment.
 *
 * <p>Immutable and safe for use by any number of threads.
 *
 * @param index its place in the runner, from 0; a worker that takes another's place has the same
 * @param pid its process, that of this JVM for a thread; empty while there is none
 * @param state what it is doing
 * @param task the task that it works on or, if it was sent some and has begun with none, the first of these, as messages name it; empty if there is none
 * @param age how long it has taken tasks
 * @param busyShare the share of that time that it worked on tasks which are over, from 0 to 1
 * @param memoryBytes the memory that its process takes; empty for a thread, and where the system does not say (it is read from {@code /proc})
 */
public record WorkerStats(
        int index,
        OptionalLong pid,
        State state,
        Optional<String> task,
        Duration age,
        double busyShare,
        OptionalLong memoryBytes) {

    /** What a worker is doing. */
    public enum State {
        /** It does not take tasks yet. */
        STARTING,
        /** It waits for a task. */
        IDLE,
        /** It was given a task, and has not answered it; so there is a {@link WorkerStats#task task}. */
        BUSY,
        /** It takes no more tasks, and ends. */
        LEAVING
    }

    /** Checks for null. */
    public WorkerStats {
        Objects.requireNonNull(pid, "pid");
        Objects.requireNonNull(state, "state");
        Objects.requireNonNull(task, "task");
        Objects.requireNonNull(age, "age");
        Objects.requireNonNull(memoryBytes, "memoryBytes");
    }
}
