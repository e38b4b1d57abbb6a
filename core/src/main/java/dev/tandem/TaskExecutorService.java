package dev.tandem;

import java.io.Serializable;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import org.jspecify.annotations.Nullable;

/**
 * A {@link ParallelRunner} with the face of an {@link ExecutorService}, whose whole contract it keeps.
 *
 * <p>The overloads for {@link Task} and {@link TaskRunnable} take precedence for lambdas and method references, and make them
 * serializable. Something that was typed as a plain {@link Callable} or {@link Runnable} elsewhere is not; on worker JVMs its
 * future fails with a {@link NotTransferableException} that says what to do. {@link #execute(Runnable)} has no future, so it
 * throws a {@link java.util.concurrent.RejectedExecutionException} with that failure as cause.
 *
 * <p><b>Note:</b> code that wraps what it is given in objects of its own before it hands them to an executor, such as {@code
 * CompletableFuture.supplyAsync} or {@code ExecutorCompletionService}, cannot use worker JVMs: its wrappers hold the future
 * that waits in this JVM, and cannot travel. It works on threads. For {@code invokeAll} and {@code invokeAny} on worker JVMs
 * type the collection as {@code List<Task<T>>}.
 *
 * <p>Safe for use by any number of threads. Memory consistency effects are those of {@link ExecutorService}.
 */
public interface TaskExecutorService extends ExecutorService, AutoCloseable {

    /**
     * A {@link Runnable} that is able to travel, so that lambdas need no cast. It is no {@link TaskAction}, which may throw
     * checked exceptions, because {@code submit(() -> {})} would be ambiguous then.
     */
    @FunctionalInterface
    interface TaskRunnable extends Runnable, Serializable {}

    /**
     * Submits a task that is able to travel.
     *
     * @param <T> the type of its result
     * @param task what to do
     * @return its future
     */
    <T extends @Nullable Object> TaskFuture<T> submit(Task<T> task);

    /**
     * Submits a task without a result that is able to travel.
     *
     * @param task what to do
     * @return its future, whose result is null
     */
    TaskFuture<?> submit(TaskRunnable task);

    @Override
    <T extends @Nullable Object> TaskFuture<T> submit(Callable<T> task);

    @Override
    TaskFuture<?> submit(Runnable task);

    @Override
    <T extends @Nullable Object> TaskFuture<T> submit(Runnable task, T result);

    /**
     * Runs a task that is able to travel. What it throws is logged.
     *
     * @param task what to do
     */
    default void execute(TaskRunnable task) {
        execute((Runnable) task);
    }

    /** Shuts down and waits without limit, as {@link ParallelRunner#close()} does. */
    @Override
    void close();
}
