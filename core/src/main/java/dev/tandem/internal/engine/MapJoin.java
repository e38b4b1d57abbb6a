package dev.tandem.internal.engine;

import dev.tandem.StopOutcome;
import dev.tandem.TaskFuture;
import dev.tandem.TaskStatus;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The future of a whole {@code map}: the results of all inputs in their order or, if unordered, as they came; or the first
 * failure.
 *
 * <p>On the first failure whatever has not ended is cancelled, on the callback executor because there may be a million of
 * them; when the user cancels it, on the user's thread, so that nothing that waits starts after {@code cancel} has
 * returned. The last input is cancelled first: a worker that is freed by the cancel of what it runs must not find the next
 * input still waiting. Thread-safe; the monitor guards the fields named below, and nothing is called while it is held.
 */
final class MapJoin<R> implements Watcher, TaskPromise.Work {

    private final RunnerContext context;
    private final TaskPromise<List<R>> promise;
    private final AtomicBoolean givenUp = new AtomicBoolean();
    private final boolean unordered;

    // --- guarded by this ---
    private final List<Submission<R>> inputs;
    private final List<Submission<?>> arrived = new ArrayList<>(); // in the order of their ends, if unordered
    private boolean complete; // all inputs have been submitted
    private int unsettled;
    private int unended;
    private int helped; // inputs up to here were offered to whoever waits for the whole
    private StopOutcome worst = StopOutcome.NOT_STARTED;

    private MapJoin(RunnerContext context, int inputs, boolean unordered) {
        this.context = context;
        this.unordered = unordered;
        this.promise = new TaskPromise<>(context.nextTaskId(), context, this);
        this.inputs = new ArrayList<>(inputs);
    }

    /** Submits one task for each input; returns when all are accepted. */
    static <R> TaskFuture<List<R>> submit(
            RunnerContext context, Intake intake, Collection<?> inputs, int chunkSize, boolean unordered) {
        MapJoin<R> join = new MapJoin<>(context, inputs.size(), unordered);
        try {
            List<Submission<R>> chunk = new ArrayList<>(Math.min(chunkSize, inputs.size()));
            long index = 0;
            for (Object input : inputs) {
                if (join.promise.isDone()) {
                    break; // one has failed already: the rest would only be cancelled
                }
                chunk.add(join.adopt(intake, index++, input));
                if (chunk.size() == chunkSize) {
                    intake.pass(chunk);
                    chunk.clear();
                }
            }
            if (!chunk.isEmpty()) {
                intake.pass(chunk);
            }
        } catch (RuntimeException | Error e) { // refused, interrupted, or thrown by the collection
            join.cancelAll(true);
            throw e;
        }
        join.allSubmitted();
        return join.promise;
    }

    private Submission<R> adopt(Intake intake, long index, @Nullable Object input) {
        synchronized (this) {
            unsettled++;
            unended++;
        }
        Submission<R> submission = intake.forInput(index, input, this);
        synchronized (this) {
            inputs.add(submission);
        }
        return submission;
    }

    private void allSubmitted() {
        synchronized (this) {
            complete = true;
        }
        if (promise.isDone()) {
            cancelAll(true); // it failed or was cancelled while the last inputs were still being submitted
        }
        finishIfSettled();
        finishIfEnded();
    }

    @Override
    public void started(Submission<?> submission) {
        promise.markRunning();
    }

    @Override
    public void settled(Submission<?> submission) {
        synchronized (this) {
            unsettled--;
            if (unordered) {
                arrived.add(submission);
            }
        }
        RuntimeException failure = submission.promise().failure();
        if (failure != null && givenUp.compareAndSet(false, true)) {
            promise.fail(failure);
            context.callBack(() -> cancelAll(true));
        }
        finishIfSettled();
    }

    @Override
    public void ended(Submission<?> submission, StopOutcome how) {
        synchronized (this) {
            unended--;
            worst = how.compareTo(worst) > 0 ? how : worst;
        }
        finishIfEnded();
    }

    @Override
    public @Nullable Batch claimWaiting() {
        for (Submission<R> next = nextToHelp(); next != null; next = nextToHelp()) {
            Batch claimed = next.claimWaiting();
            if (claimed != null) {
                return claimed;
            }
        }
        return null;
    }

    private synchronized @Nullable Submission<R> nextToHelp() {
        if (helped == inputs.size()) {
            helped = 0; // from the start again the next time, for what came back to the line
            return null;
        }
        return inputs.get(helped++);
    }

    @Override
    public void cancelled(boolean mayInterrupt) {
        givenUp.set(true);
        cancelAll(mayInterrupt);
    }

    @Override
    public void settling(TaskStatus status) {
        // the inputs have been counted, the whole is not
    }

    @Override
    public void settled() {}

    @SuppressWarnings("unchecked") // all submissions of this map are of type R
    private void finishIfSettled() {
        List<Submission<R>> all;
        synchronized (this) {
            if (!complete || unsettled > 0) {
                return;
            }
            all = unordered ? (List<Submission<R>>) (List<?>) arrived : inputs;
        }
        if (promise.isDone()) {
            return;
        }
        List<R> results = new ArrayList<>(all.size());
        for (Submission<R> one : all) {
            if (one.promise().failure() != null) {
                return; // whoever failed has settled, or is about to settle, the whole
            }
            results.add(one.promise().value());
        }
        promise.succeed(Collections.unmodifiableList(results));
    }

    private void finishIfEnded() {
        StopOutcome how;
        synchronized (this) {
            if (!complete || unended > 0) {
                return;
            }
            how = inputs.isEmpty() ? StopOutcome.FINISHED : worst;
        }
        promise.stopped(how);
    }

    private void cancelAll(boolean mayInterrupt) {
        List<Submission<R>> all;
        synchronized (this) {
            all = List.copyOf(inputs);
        }
        for (int i = all.size() - 1; i >= 0; i--) {
            all.get(i).promise().cancel(mayInterrupt);
        }
    }
}
