package dev.tandem;

import java.util.Objects;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.CompletionException;
import org.jspecify.annotations.Nullable;

/**
 * A task did not return: the root of all failures of a runner, with one subclass per decision that a caller can take.
 *
 * <p>{@link TaskFuture#join()} throws it as it is. {@link TaskFuture#get()} throws an {@link
 * java.util.concurrent.ExecutionException} whose cause is the user's exception for a {@link TaskFailedException}, and this
 * exception for all others: only {@link TaskFailedException} has a cause, the others carry what led to them as {@linkplain
 * Throwable#getSuppressed() suppressed}. The package description has the table of which failure means what.
 *
 * <p>Safe for use by any number of threads. Constructors are public for engines, and for tests of code that handles failures.
 */
public abstract sealed class ParallelException extends CompletionException
        permits TaskFailedException,
                TaskTimeoutException,
                WorkerLostException,
                WorkerStartException,
                RunnerBrokenException,
                PoisonTaskException,
                NotTransferableException {

    private static final long serialVersionUID = 1L;

    private final TaskRef task;

    ParallelException(TaskRef task, String message, @Nullable Throwable cause) {
        super(message, cause);
        this.task = Objects.requireNonNull(task, "task");
    }

    /** {@return which attempt of which task failed, and where} */
    public TaskRef task() {
        return task;
    }

    /** {@return the number of the task in its runner, from 1; 0 if no task is concerned} */
    public long taskId() {
        return task.taskId();
    }

    /** {@return the name of the task, if it has one} */
    public Optional<String> taskName() {
        return Optional.ofNullable(task.name());
    }

    /** {@return the position of the input in its map or stream, from 0; empty for a single task} */
    public OptionalLong inputIndex() {
        return task.inputIndex() < 0 ? OptionalLong.empty() : OptionalLong.of(task.inputIndex());
    }

    /** {@return a label such as {@code worker 3 (pid 4711)} or a thread's name; {@link TaskRef#NOT_ASSIGNED} if there was none} */
    public String worker() {
        return task.worker();
    }

    /** {@return which attempt failed, from 1; 0 if none was made} */
    public int attempt() {
        return task.attempt();
    }
}
