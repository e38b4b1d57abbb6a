package dev.tandem;

import java.io.Serializable;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Which attempt of which task, on which worker: the facts that every failure carries.
 *
 * <p>Immutable and safe for use by any number of threads.
 *
 * @param taskId the number of the task in its runner, from 1; 0 if no task is concerned
 * @param name the name of the task, if it has one
 * @param attempt 1 for the first attempt; 0 if none was made
 * @param worker a label such as {@code worker 3 (pid 4711)} or the name of a thread; {@link #NOT_ASSIGNED} if there was none
 * @param inputIndex the position of the input in its map or stream, from 0; -1 for a single task
 */
public record TaskRef(long taskId, @Nullable String name, int attempt, String worker, long inputIndex)
        implements Serializable {

    /** The label of the worker of a task that never had one. */
    public static final String NOT_ASSIGNED = "not assigned";

    /** No task at all, for failures of the runner itself. */
    public static final TaskRef NONE = new TaskRef(0, null, 0, NOT_ASSIGNED);

    private static final long serialVersionUID = 1L;

    /** Checks for null. */
    public TaskRef {
        Objects.requireNonNull(worker, "worker");
    }

    /**
     * Describes an attempt of a single task.
     *
     * @param taskId the number of the task in its runner
     * @param name the name of the task, if it has one
     * @param attempt 1 for the first attempt; 0 if none was made
     * @param worker the label of the worker
     */
    public TaskRef(long taskId, @Nullable String name, int attempt, String worker) {
        this(taskId, name, attempt, worker, -1);
    }

    /**
     * The same attempt, for one input of a map or stream.
     *
     * @param index the position of the input, from 0
     * @return a copy that says so
     */
    public TaskRef atInput(long index) {
        return new TaskRef(taskId, name, attempt, worker, index);
    }

    /** Reads like {@code task 7 "parse" input 12 (attempt 2) on worker 3 (pid 4711)}, as far as each part is known. */
    @Override
    public String toString() {
        if (taskId == 0) {
            return "no task";
        }
        StringBuilder text = new StringBuilder("task ").append(taskId);
        if (name != null) {
            text.append(" \"").append(name).append('"');
        }
        if (inputIndex >= 0) {
            text.append(" input ").append(inputIndex);
        }
        if (attempt > 0) {
            text.append(" (attempt ").append(attempt).append(')');
        }
        if (!worker.equals(NOT_ASSIGNED)) {
            text.append(" on ").append(worker);
        }
        return text.toString();
    }
}
