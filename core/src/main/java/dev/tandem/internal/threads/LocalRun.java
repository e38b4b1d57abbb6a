package dev.tandem.internal.threads;

import dev.tandem.TaskContext;
import dev.tandem.TaskFailedException;
import dev.tandem.internal.engine.Chunk;
import dev.tandem.internal.engine.Submission;
import dev.tandem.internal.engine.UserCode;
import dev.tandem.internal.task.CarriedContext;
import dev.tandem.internal.task.CurrentTask;
import dev.tandem.internal.task.RunningTask;
import dev.tandem.internal.task.WorkerLocals;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * One attempt of one submission, run on the current thread of this JVM.
 *
 * <p>The user's code sees its {@link TaskContext}, the worker's {@link WorkerLocals} and the submitter's
 * diagnostic context; all are put back afterwards, since the thread may be in the middle of another task that waits for
 * this one. Of a {@link Chunk} each input sees its own, as if it ran alone: what the one before it has put into the diagnostic
 * context is gone, and so is an interrupt. That is done before the next input begins, since from then on an interrupt may be
 * meant for that.
 *
 * <p>A context is made when it is asked for, because most tasks never do.
 */
final class LocalRun implements Supplier<TaskContext> {

    private final Submission<?> submission;
    private final long attemptId;
    private final int workerIndex;
    private final long timeoutNanos; // 0 for none

    // --- written by the thread that runs it ---
    private volatile @Nullable RunningTask context; // of the input that it is at, or of an earlier one
    private @Nullable Submission<?> rest;
    private long begunNanos;

    private volatile boolean cancelled;

    LocalRun(Submission<?> submission, long attemptId, int workerIndex) {
        this.submission = submission;
        this.attemptId = attemptId;
        this.workerIndex = workerIndex;
        this.timeoutNanos =
                submission.options().timeout().map(Duration::toNanos).orElse(0L);
        hasBegun();
    }

    Submission<?> submission() {
        return submission;
    }

    long attemptId() {
        return attemptId;
    }

    /** Tells the task, if it asks, that it is no longer wanted. */
    void markCancelled() {
        cancelled = true; // first: a context that is made at this moment is found, or looks here
        RunningTask made = context;
        if (made != null && made.taskId() == submission.taskId()) {
            made.cancel();
        }
    }

    /** The context of the task that runs. */
    @Override
    public TaskContext get() {
        long taskId = submission.taskId();
        RunningTask made = context;
        if (made == null || made.taskId() != taskId) {
            made = new RunningTask(
                    taskId,
                    submission.attempt(),
                    workerIndex,
                    begunNanos,
                    timeoutNanos,
                    progress -> submission.reported(attemptId, progress));
            context = made;
            if (cancelled) {
                made.cancel();
            }
        }
        return made;
    }

    /** What it had not begun with when an input failed, claimed for this thread; null if there is nothing. */
    @Nullable
    Submission<?> rest() {
        return rest;
    }

    /**
     * Runs the user's code and returns what became of it, to be told once the thread is its own again.
     *
     * @param goesOn called before each input but the first
     */
    Runnable call(WorkerLocals locals, Runnable goesOn) {
        submission.started(attemptId);
        Map<String, String> before = MDC.getCopyOfContextMap();
        Map<String, String> own = submission.diagnosticContext();
        show(own, before);
        CurrentTask.enter(this, locals);
        try {
            UserCode code = (UserCode) submission.code();
            if (code == null) {
                return () -> {}; // stopped and given up before it began
            }
            if (submission instanceof Chunk<?> chunk) {
                return callForEach(chunk, code, own, goesOn);
            }
            Object value = call(code, submission.input());
            return () -> submission.succeeded(attemptId, value);
        } catch (Throwable thrown) {
            return () -> submission.failed(attemptId, ref -> new TaskFailedException(ref, thrown));
        } finally {
            CurrentTask.exit();
            show(before == null ? Map.of() : before, MDC.getCopyOfContextMap());
        }
    }

    private Runnable callForEach(Chunk<?> chunk, UserCode code, Map<String, String> own, Runnable goesOn)
            throws Exception {
        long startNanos = System.nanoTime();
        try {
            int index = chunk.begin();
            if (index == Chunk.NONE) {
                return () -> submission.neverStarted(attemptId);
            }
            while (true) {
                Object value = call(code, chunk.input(index));
                Thread.interrupted(); // was meant for this one
                show(own, MDC.getCopyOfContextMap());
                int next = chunk.next(index, value);
                if (next == Chunk.NONE) {
                    chunk.measured(index, System.nanoTime() - startNanos);
                    return () -> submission.succeeded(attemptId, value);
                }
                index = next;
                hasBegun();
                goesOn.run();
            }
        } catch (Throwable thrown) {
            rest = chunk.cut();
            throw thrown;
        }
    }

    private @Nullable Object call(UserCode code, @Nullable Object input) throws Exception {
        CarriedContext carried = submission.carried();
        return carried == null ? code.call(input) : carried.around(() -> code.call(input));
    }

    private void hasBegun() {
        if (timeoutNanos != 0) {
            begunNanos = System.nanoTime(); // else nobody asks, and a clock costs more than a short task
        }
    }

    /** Makes one diagnostic context of another; most are empty, and stay so. */
    private static void show(Map<String, String> wanted, @Nullable Map<String, String> present) {
        if (wanted.isEmpty() ? present != null && !present.isEmpty() : !wanted.equals(present)) {
            if (wanted.isEmpty()) {
                MDC.clear();
            } else {
                MDC.setContextMap(wanted);
            }
        }
    }
}
