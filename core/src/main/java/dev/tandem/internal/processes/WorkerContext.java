package dev.tandem.internal.processes;

import dev.tandem.internal.protocol.OutputMark;
import org.slf4j.MDC;

/**
 * The MDC of a line that this JVM logs for a worker: on a thread of ours, which has none of its own. Stateless.
 *
 * <p>A back end and its appenders are the user's, and may throw whatever they like, on a full disk perhaps. The threads that log
 * for a worker must outlive that, or nobody reads what it says, and it waits for ever.
 */
final class WorkerContext {

    private static final String WORKER = "worker";
    private static final String TASK = "task";

    private WorkerContext() {}

    /**
     * Logs with the worker in the MDC, and the task if there is one; never throws.
     *
     * @param taskId the task, or {@link OutputMark#NOBODY}
     */
    static void log(String worker, long taskId, Runnable line) {
        try {
            MDC.put(WORKER, worker);
            if (taskId != OutputMark.NOBODY) {
                MDC.put(TASK, Long.toString(taskId));
            }
            line.run();
        } catch (Throwable e) {
            // nobody could be told in another way: the next line may be luckier
        } finally {
            clear();
        }
    }

    /** The back end's own, which may fail like any other part of it. */
    static void clear() {
        try {
            MDC.clear();
        } catch (Throwable e) {
            // the next line brings its own
        }
    }
}
