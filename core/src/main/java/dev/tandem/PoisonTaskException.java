package dev.tandem;

import java.util.List;

/**
 * A task killed several workers, one after the other, and is not tried again, whatever its {@link RetryPolicy} says.
 *
 * <p>Safe for use by any number of threads.
 */
public final class PoisonTaskException extends ParallelException {

    private static final long serialVersionUID = 1L;

    private final WorkerLoss[] history;

    /**
     * Describes the failure.
     *
     * @param task the last attempt
     * @param history the death certificates of the workers, oldest first
     */
    public PoisonTaskException(TaskRef task, List<WorkerLoss> history) {
        super(task, message(task, history), null);
        this.history = history.toArray(WorkerLoss[]::new);
    }

    private static String message(TaskRef task, List<WorkerLoss> history) {
        StringBuilder text = new StringBuilder(task + " has killed " + history.size()
                + " workers and is not tried again; correct the task or leave this input out:");
        for (int i = 0; i < history.size(); i++) {
            text.append(System.lineSeparator()).append("death ").append(i + 1).append(": ");
            text.append(history.get(i).describe());
        }
        return text.toString();
    }

    /** {@return the death certificates of the workers, oldest first} */
    public List<WorkerLoss> history() {
        return List.of(history);
    }
}
