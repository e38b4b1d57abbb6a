package dev.tandem;

import java.util.Objects;

/**
 * The user's code threw. The {@linkplain #getCause() cause} is what it threw, with the frames of the worker's stack; if that
 * exception could not travel, a {@link StandInException} with its name, message and frames.
 *
 * <p>Safe for use by any number of threads.
 */
public final class TaskFailedException extends ParallelException {

    private static final long serialVersionUID = 1L;

    /**
     * Describes the failure.
     *
     * @param task which attempt of which task, and where
     * @param cause what the user's code threw
     */
    public TaskFailedException(TaskRef task, Throwable cause) {
        super(task, task + " failed: " + summary(cause), cause);
    }

    /** The user's own {@code getMessage()} may throw, and must not cost us the failure. */
    private static String summary(Throwable cause) {
        Objects.requireNonNull(cause, "cause");
        try {
            return cause.toString();
        } catch (RuntimeException | Error unprintable) {
            return cause.getClass().getName();
        }
    }

    /** {@return what the user's code threw, never null} */
    @Override
    public synchronized Throwable getCause() {
        return Objects.requireNonNull(super.getCause(), "cause");
    }
}
