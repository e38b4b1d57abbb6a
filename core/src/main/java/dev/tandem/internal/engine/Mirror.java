package dev.tandem.internal.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/**
 * The {@code CompletableFuture} that shows the outcome of a promise to those who want stages.
 *
 * <p>Cancelling it cancels the task. Stages made from it are of the same class, so that joining one from inside a task of
 * the same runner helps instead of waiting for itself.
 */
final class Mirror<T> extends CompletableFuture<T> {

    private final @Nullable TaskPromise<?> promise;
    private final RunnerContext context;

    /** The mirror of a promise. */
    Mirror(TaskPromise<T> promise, RunnerContext context) {
        this.promise = promise;
        this.context = context;
    }

    /** A stage that depends on a mirror. */
    private Mirror(RunnerContext context) {
        this.promise = null;
        this.context = context;
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new Mirror<>(context);
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
        context.helpUntil(this::isDone);
        return super.join();
    }

    @Override
    public T get() throws InterruptedException, ExecutionException {
        context.helpUntil(this::isDone);
        return super.get();
    }
}
