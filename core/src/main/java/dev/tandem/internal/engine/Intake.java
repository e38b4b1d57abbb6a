package dev.tandem.internal.engine;

import dev.tandem.NotTransferableException;
import dev.tandem.RunnerBrokenException;
import dev.tandem.TaskOptions;
import dev.tandem.TaskRef;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * The way in, on the caller's thread: makes submissions of what the user hands over, prepares them and passes them on.
 *
 * <p>One intake serves one call of the user's ({@code submit}, {@code map}, {@code stream}), so that the options, the
 * diagnostic context and the prepared code are the same for all of its submissions. Used by one thread.
 */
final class Intake {

    private final RunnerContext context;
    private final Object owner;
    private final TaskOptions options;
    private final UserCode code;
    private final Map<String, String> diagnosticContext;

    // --- the calling thread's ---
    private @Nullable Object preparedCode;

    Intake(RunnerContext context, Object owner, TaskOptions options, UserCode code) {
        this.context = context;
        this.owner = owner;
        this.options = options;
        this.code = code;
        Map<String, String> current = MDC.getCopyOfContextMap();
        this.diagnosticContext = current == null ? Map.of() : current;
    }

    /** A submission without an input. */
    <R> Submission<R> single() {
        Submission<R> submission = make(-1, null);
        prepare(submission, null);
        return submission;
    }

    /** A submission for one of many inputs. */
    <R> Submission<R> forInput(long index, @Nullable Object input, @Nullable Watcher watcher) {
        Submission<R> submission = make(index, watcher);
        prepare(submission, input);
        return submission;
    }

    /**
     * Hands a submission to the engine, unless it could not be prepared and has failed already.
     *
     * @throws RejectedExecutionException if the runner takes no more; none was taken then
     * @throws CancellationException if interrupted while waiting for room; none was taken then
     */
    void pass(Submission<?> submission) {
        if (submission.isReady()) {
            pass(Batch.of(submission));
        }
    }

    /** The same for several. */
    void pass(List<? extends Submission<?>> submissions) {
        List<Submission<?>> ready = new ArrayList<>(submissions.size());
        for (Submission<?> submission : submissions) {
            if (submission.isReady()) {
                ready.add(submission);
            }
        }
        if (!ready.isEmpty()) {
            pass(Batch.of(ready));
        }
    }

    private void pass(Batch ready) {
        try {
            context.engine().accept(ready, context.mustNotBlock());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            CancellationException interrupted = new CancellationException(
                    "interrupted while " + context.name() + " was full; nothing was submitted");
            turnAway(ready.submissions(), interrupted);
            throw interrupted;
        } catch (RejectedExecutionException | RunnerBrokenException e) {
            turnAway(ready.submissions(), e);
            throw e;
        }
        boolean inCallback = context.callbacks().isInside();
        for (Submission<?> submission : ready.submissions()) {
            submission.accepted();
            if (inCallback) {
                context.continuations().add(submission);
            }
        }
    }

    private <R> Submission<R> make(long index, @Nullable Watcher watcher) {
        return new Submission<>(context, owner, options, index, diagnosticContext, watcher);
    }

    private void prepare(Submission<?> submission, @Nullable Object input) {
        context.counters().submitted(1);
        context.pending().add(1);
        TaskRef task = submission.ref();
        try {
            submission.prepared(codeOnce(task), context.engine().prepareInput(input, task));
        } catch (NotTransferableException e) {
            submission.refuse(e);
        } catch (RuntimeException
                | Error e) { // from a codec of the user's: the caller gets it, and nothing may stay pending
            submission.turnedAway(new IllegalStateException(task + " could not be prepared", e));
            throw e;
        }
    }

    private Object codeOnce(TaskRef task) {
        Object known = preparedCode;
        if (known == null) {
            known = context.engine().prepareCode(code, task);
            preparedCode = known;
        }
        return known;
    }

    private void turnAway(List<Submission<?>> submissions, RuntimeException why) {
        for (Submission<?> submission : submissions) {
            submission.turnedAway(why);
        }
    }
}
