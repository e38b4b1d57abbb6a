package dev.tandem.internal.engine;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A stage that is complete when the work of a task has ended, and what is made of it: like any other, but who waits for it on the thread of a user
 * interface is warned. It knows the runner by its name and the task by its number, so that it keeps nothing of them. Thread-safe.
 */
final class StoppedStage<T> extends CompletableFuture<T> {

    private final String runner;
    private final long taskId;

    StoppedStage(String runner, long taskId) {
        this.runner = runner;
        this.taskId = taskId;
    }

    @Override
    public <U> CompletableFuture<U> newIncompleteFuture() {
        return new StoppedStage<>(runner, taskId);
    }

    @Override
    public T join() {
        warnOfWait();
        return super.join();
    }

    @Override
    public T get() throws InterruptedException, ExecutionException {
        warnOfWait();
        return super.get();
    }

    @Override
    public T get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
        warnOfWait();
        return super.get(timeout, unit);
    }

    private void warnOfWait() {
        if (!isDone() && EventThread.isCurrent()) {
            EventThread.warnOfWait("the end of the work of task " + taskId + " of " + runner);
        }
    }
}
