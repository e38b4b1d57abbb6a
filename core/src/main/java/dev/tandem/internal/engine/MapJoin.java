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
 * returned. Thread-safe; the monitor guards the fields named below, and nothing is called while it is held.
 */
final class MapJoin<R> implements Watcher, TaskPromise.Work {

    private static final long UNKNOWN = -1;

    private final RunnerContext context;
    private final TaskPromise<List<R>> promise;
    private final Inputs<R> inputs;
    private final AtomicBoolean givenUp = new AtomicBoolean();
    private final boolean unordered;

    // --- guarded by this ---
    private final List<@Nullable R> arrived = new ArrayList<>(); // in the order of their ends, if unordered
    private long count = UNKNOWN; // until all inputs have been submitted
    private long settled;
    private long ended;
    private StopOutcome worst = StopOutcome.NOT_STARTED;

    private MapJoin(RunnerContext context, Intake intake, int expected) {
        this.context = context;
        this.unordered = intake.options().isUnordered();
        this.promise = new TaskPromise<>(context.nextTaskId(), context, this);
        this.inputs = Inputs.ofMap(intake, this, expected);
    }

    /** Submits one task for each input; returns when all are accepted. */
    static <R> TaskFuture<List<R>> submit(RunnerContext context, Intake intake, Collection<?> inputs) {
        MapJoin<R> join = new MapJoin<>(context, intake, inputs.size());
        try {
            for (Object input : inputs) {
                if (join.promise.isSettled()) {
                    break; // one has failed already: the rest would only be cancelled
                }
                join.inputs.feed().add(input);
            }
            join.inputs.feed().flush();
        } catch (RuntimeException | Error e) { // refused, interrupted, or thrown by the collection
            join.inputs.cancel(true);
            throw e;
        }
        join.allSubmitted();
        return join.promise;
    }

    private void allSubmitted() {
        synchronized (this) {
            count = inputs.feed().count();
        }
        if (promise.isSettled()) {
            inputs.cancel(true); // it failed or was cancelled while the last inputs were still being submitted
        }
        finishIfSettled();
        finishIfEnded();
    }

    @Override
    public void started() {
        promise.markRunning();
    }

    @Override
    public void published(Segment<?> segment, int index) {
        synchronized (this) {
            settled++;
            arrive(segment, index);
            if (settled != count) {
                return;
            }
        }
        finishIfSettled(); // whoever has ended its chunk may have been faster
    }

    @Override
    public void settled(Segment<?> segment, int from, int to, @Nullable RuntimeException failure) {
        synchronized (this) {
            settled += to - from;
            if (unordered && failure == null) {
                for (int i = from; i < to; i++) {
                    arrive(segment, i);
                }
            }
        }
        if (failure != null && givenUp.compareAndSet(false, true)) {
            promise.fail(failure);
            context.callBack(() -> inputs.cancel(true));
        }
        finishIfSettled();
    }

    @SuppressWarnings("unchecked") // all segments of this map are of type R
    private void arrive(Segment<?> segment, int index) {
        arrived.add(((Segment<R>) segment).outcome(index).value());
    }

    @Override
    public void ended(int inputs, StopOutcome how) {
        synchronized (this) {
            ended += inputs;
            worst = how.compareTo(worst) > 0 ? how : worst;
        }
        finishIfEnded();
    }

    @Override
    public @Nullable Batch claimWaiting() {
        return inputs.claimWaiting();
    }

    @Override
    public void cancelled(boolean mayInterrupt) {
        givenUp.set(true);
        inputs.cancel(mayInterrupt);
    }

    @Override
    public void settling(TaskStatus status, @Nullable RuntimeException failure) {
        // the inputs have been counted, the whole is not
    }

    @Override
    public void settled() {}

    private void finishIfSettled() {
        synchronized (this) {
            if (settled != count) {
                return;
            }
        }
        if (!promise.isSettled() && !givenUp.get()) { // whoever gives up settles the whole, or is about to
            promise.succeed(results());
        }
    }

    private List<R> results() {
        if (unordered) {
            return Collections.unmodifiableList(arrived);
        }
        return ResultBlocks.of(inputs.segments(), (int) inputs.feed().count());
    }

    private void finishIfEnded() {
        StopOutcome how;
        synchronized (this) {
            if (ended != count) {
                return;
            }
            how = count == 0 ? StopOutcome.FINISHED : worst;
        }
        finishIfSettled(); // first, even if another thread is about to: it may not have looked at the results yet
        inputs.release();
        promise.stopped(how);
    }
}
