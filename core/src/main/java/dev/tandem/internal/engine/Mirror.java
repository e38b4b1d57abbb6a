package dev.tandem.internal.engine;

import java.lang.ref.WeakReference;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The {@code CompletableFuture} that shows the outcome of a promise to those who want stages.
 *
 * <p>Cancelling it cancels the task. Stages made from it are of the same class, so that joining one from inside a task of
 * the same runner helps instead of waiting for itself.
 */
final class Mirror<T> extends CompletableFuture<T> {

    private final @Nullable TaskPromise<?> promise;
    private final WeakReference<TaskPromise<?>> source; // weak: a stage must not keep the value that it was made from
    private final RunnerContext context;

    /** The mirror of a promise. */
    Mirror(TaskPromise<T> promise, RunnerContext context) {
        this.promise = promise;
        this.source = new WeakReference<>(promise);
        this.context = context;
    }

    /** A stage that depends on a mirror. */
    private Mirror(WeakReference<TaskPromise<?>> source, RunnerContext context) {
        this.promise = null;
        this.source = source;
        this.context = context;
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new Mirror<>(source, context);
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        if (promise != null) {
            promise.cancel(mayInterruptIfRunning);
        }
        return super.cancel(mayInterruptIfRunning);
    }

    @Override
    public T join() {
        warnOfWait();
        context.helpUntil(this::isDone, new Search(), this::pause);
        return super.join();
    }

    @Override
    public T get() throws InterruptedException, ExecutionException {
        warnOfWait();
        context.helpInterruptiblyUntil(this::isDone, new Search(), this::pause);
        return super.get();
    }

    @Override
    public T get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
        warnOfWait();
        long leftNanos = context.helpWithin(unit.toNanos(timeout), this::isDone, new Search(), this::pause);
        return super.get(leftNanos, TimeUnit.NANOSECONDS);
    }

    private void warnOfWait() {
        if (!isDone()) {
            TaskPromise<?> waited = source.get();
            EventThread.warnOfWait(waited == null ? "a stage of a task of " + context.name() : waited);
        }
    }

    private void pause(long nanos) throws InterruptedException {
        try {
            super.get(nanos, TimeUnit.NANOSECONDS);
        } catch (ExecutionException | CancellationException e) {
            // over: whoever asked for the outcome is about to see it
        } catch (TimeoutException e) {
            // not yet
        }
    }

    /**
     * What one call of {@code join} or {@code get} may run meanwhile: the source. What a stage waits for beside that nobody knows.
     * Once the source is done it is most likely a task that a callback has submitted; else it may be anything. But the
     * callback that completes the stage may just be about to run, and whatever is run in vain lies on the stack of the task
     * that waits.
     */
    private final class Search implements Supplier<@Nullable Batch> {

        private int misses;

        @Override
        public @Nullable Batch get() {
            TaskPromise<?> waited = source.get();
            Batch found = waited == null || waited.isDone() ? continuation() : waited.claimWaiting();
            misses = found == null ? misses + 1 : 0;
            return found;
        }

        private @Nullable Batch continuation() {
            Batch newest = context.continuations().claimNewest();
            return newest != null ? newest : context.engine().claimAny(misses);
        }
    }
}
