package dev.tandem.internal.threads;

import dev.tandem.TaskFailedException;
import dev.tandem.internal.engine.Submission;
import dev.tandem.internal.engine.UserCode;
import dev.tandem.internal.task.CurrentTask;
import dev.tandem.internal.task.RunningTask;
import dev.tandem.internal.task.WorkerLocals;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * One attempt of one submission, run on the current thread of this JVM.
 *
 * <p>The user's code sees its {@link dev.tandem.TaskContext}, the worker's {@link WorkerLocals} and the submitter's
 * diagnostic context; all are put back afterwards, since the thread may be in the middle of another task that waits for
 * this one.
 */
final class LocalRun {

    private final Submission<?> submission;
    private final long attemptId;
    private final RunningTask task;

    LocalRun(Submission<?> submission, long attemptId, int workerIndex) {
        this.submission = submission;
        this.attemptId = attemptId;
        long timeoutNanos =
                submission.options().timeout().map(Duration::toNanos).orElse(0L);
        this.task = new RunningTask(
                submission.promise().taskId(),
                submission.attempt(),
                workerIndex,
                timeoutNanos,
                progress -> submission.reported(attemptId, progress));
    }

    Submission<?> submission() {
        return submission;
    }

    long attemptId() {
        return attemptId;
    }

    /** Tells the task, if it asks, that it is no longer wanted. */
    void markCancelled() {
        task.cancel();
    }

    /** Runs the user's code and returns what became of it, to be told once the thread is its own again. */
    Runnable call(WorkerLocals locals) {
        submission.started(attemptId);
        Map<String, String> before = MDC.getCopyOfContextMap();
        Map<String, String> own = submission.diagnosticContext();
        if (!own.isEmpty() || (before != null && !before.isEmpty())) {
            MDC.setContextMap(own);
        }
        CurrentTask.enter(task, locals);
        try {
            UserCode code = (UserCode) submission.code();
            if (code == null) {
                return () -> {}; // stopped and given up before it began
            }
            Object value = code.call(submission.input());
            return () -> submission.succeeded(attemptId, value);
        } catch (Throwable thrown) {
            return () -> submission.failed(attemptId, ref -> new TaskFailedException(ref, thrown));
        } finally {
            CurrentTask.exit();
            restore(before);
        }
    }

    private static void restore(@Nullable Map<String, String> before) {
        if (before == null) {
            MDC.clear();
        } else {
            MDC.setContextMap(before);
        }
    }
}
