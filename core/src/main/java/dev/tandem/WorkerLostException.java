package dev.tandem;

/**
 * The worker JVM of a task died while it was busy with it. Other tasks are not affected, and the worker is replaced.
 *
 * <p>Safe for use by any number of threads.
 */
public final class WorkerLostException extends ParallelException {

    private static final long serialVersionUID = 1L;

    private final WorkerLoss loss;
    private final boolean maybeExecuted;

    /**
     * Describes the failure.
     *
     * @param task which attempt of which task, and where
     * @param loss the death certificate
     * @param maybeExecuted whether user code may have run, in part or whole
     */
    public WorkerLostException(TaskRef task, WorkerLoss loss, boolean maybeExecuted) {
        super(task, message(task, loss, maybeExecuted), null);
        this.loss = loss;
        this.maybeExecuted = maybeExecuted;
    }

    private static String message(TaskRef task, WorkerLoss loss, boolean maybeExecuted) {
        return task + " lost its worker; "
                + (maybeExecuted ? "it may have run, so retry it only if it is idempotent: " : "it had not started: ")
                + loss.describe();
    }

    /** {@return the death certificate} */
    public WorkerLoss loss() {
        return loss;
    }

    /** {@return whether user code may have run, in part or whole; false if it certainly did not} */
    public boolean maybeExecuted() {
        return maybeExecuted;
    }
}
