package dev.tandem.internal.engine;

import dev.tandem.NotTransferableException;
import dev.tandem.RunnerBrokenException;
import dev.tandem.TaskOptions;
import dev.tandem.TaskRef;
import dev.tandem.internal.task.CarriedContext;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.function.Supplier;
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
    private final @Nullable CarriedContext carried;

    // --- written by the calling thread, before anything is passed on ---
    private @Nullable Object preparedCode;

    Intake(RunnerContext context, Object owner, TaskOptions options, UserCode code) {
        context.engine().demandStackRoom();
        this.context = context;
        this.owner = owner;
        this.options = options;
        this.code = code;
        Map<String, String> current = MDC.getCopyOfContextMap();
        this.diagnosticContext = current == null ? Map.of() : current;
        this.carried = context.carriers().capture();
    }

    RunnerContext context() {
        return context;
    }

    Object owner() {
        return owner;
    }

    TaskOptions options() {
        return options;
    }

    Map<String, String> diagnosticContext() {
        return diagnosticContext;
    }

    @Nullable
    CarriedContext carried() {
        return carried;
    }

    /** What the engine made of the code, once it was prepared. */
    @Nullable
    Object preparedCode() {
        return preparedCode;
    }

    /** A submission without an input. */
    <R> Submission<R> single() {
        Submission<R> submission = new Submission<>(this, context.nextTaskId());
        pending(1);
        try {
            submission.prepared(codeOnce(submission.ref()), null);
        } catch (NotTransferableException e) {
            submission.refuse(e);
        } catch (StackOverflowError e) { // nobody has seen it, and for more than this there may be no room
            context.noLongerPending(1);
            throw e;
        } catch (RuntimeException | Error e) {
            unprepared(submission, e);
            throw e;
        }
        return submission;
    }

    /** Prepares the code, if it is not, and one input for it. */
    @Nullable
    Object prepare(@Nullable Object input, Supplier<TaskRef> task) {
        if (preparedCode == null) {
            codeOnce(task.get());
        }
        return context.engine().prepareInput(input, task);
    }

    /** So many tasks are on their way in: the runner is not idle before they are over, or refused. */
    void pending(int tasks) {
        context.pending().add(tasks);
    }

    /** A codec of the user's threw: the caller gets that, and nothing may stay pending. */
    void unprepared(Submission<?> submission, Throwable thrown) {
        submission.turnedAway(new IllegalStateException(submission.ref() + " could not be prepared", thrown));
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

    /** The same for what was added to a segment, which is in line afterwards. */
    void pass(Segment<?> segment) {
        try {
            accept(segment);
        } catch (RejectedExecutionException | CancellationException | RunnerBrokenException e) {
            segment.takeUnpassed().turnedAway(e);
            throw e;
        }
        if (context.callbacks().isInside()) {
            context.continuations().add(segment);
        }
    }

    private void pass(Batch ready) {
        try {
            accept(ready);
        } catch (RejectedExecutionException | CancellationException | RunnerBrokenException e) {
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

    private void accept(Batch ready) {
        try {
            context.engine().accept(ready, context.mustNotBlock());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new CancellationException("interrupted while " + context.name() + " was full; nothing was submitted");
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
