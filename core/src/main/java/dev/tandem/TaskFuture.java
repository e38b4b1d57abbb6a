package dev.tandem;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The future of a submitted task: a {@link Future} to wait for and a {@link CompletionStage} to build on, which only its runner
 * can complete.
 *
 * <p>It is done when the caller's question is answered; the work behind it may still be stopping then, see {@link
 * #stopped()}.
 *
 * <p>Stages that depend on it run on threads that the runner keeps for them or, if it is done already, in the thread that
 * adds them; never on a thread that reads a worker's connection, and never while a lock of ours is held. A stage that blocks
 * for long should name its own executor. Each stage method returns a {@link CompletableFuture} and means what {@link
 * CompletionStage} says.
 *
 * <p>Safe for use by any number of threads. Memory consistency effects: what the task does happens-before a successful return
 * of {@link #join()} or {@code get}, and before the stages that depend on it.
 *
 * @param <R> the type of the result
 */
public interface TaskFuture<R extends @Nullable Object> extends Future<R>, CompletionStage<R> {

    /**
     * Waits for the result.
     *
     * <p>In a task of the same runner, when every worker is busy, the wait would be for itself: on threads the waiting thread
     * helps, on worker JVMs the runner fails it with a clear message.
     *
     * @return the result, possibly null
     * @throws ParallelException if the task failed, as it is and not wrapped
     * @throws CancellationException if the task was cancelled
     */
    R join();

    /**
     * Does what {@code cancel(true)} does.
     *
     * @return true unless the future was done already
     */
    default boolean cancel() {
        return cancel(true);
    }

    /**
     * Cancels the task. The future is done at once; a task that waits never runs.
     *
     * @param mayInterruptIfRunning what to do with work that runs: if true, interrupt it, and kill a worker JVM whose task
     *     ignores that; if false, let it run on and drop its result
     * @return true unless the future was done already
     */
    @Override
    boolean cancel(boolean mayInterruptIfRunning);

    /** {@return the number of the task in its runner, from 1} */
    long taskId();

    /** {@return what is known of the task now} */
    TaskStatus status();

    /**
     * When and how the work itself ended, which after a cancel or a time-out is later than this future.
     *
     * @return a stage that always completes, and always normally
     */
    CompletionStage<StopOutcome> stopped();

    /**
     * Adds a listener for what the task {@linkplain TaskContext#report reports}. Calls come one after the other, in order; the
     * latest report wins if they come too fast, and the last one is delivered before this future completes. A listener that
     * is added late gets the latest report, if there is one; if this future is done by then, in no order with what depends on it. What a listener throws is logged,
     * once for each listener. The future of a {@code map} is
     * of many tasks and has no reports of its own.
     *
     * <p>A call that has not returned after a second is no longer waited for: a result, a failure or a time-out then completes this future, which is
     * logged, and the last report may come after that. A cancel waits for no listener.
     *
     * @param listener called where dependent stages run; it should return quickly
     * @return this future
     * @throws NullPointerException if the listener is null
     */
    TaskFuture<R> onProgress(Consumer<? super Progress> listener);

    /**
     * Adds a listener as {@link #onProgress(Consumer)} does, which is called on an executor, at most thirty times a second: for the
     * event thread of a user interface.
     *
     * <pre>{@code
     * future.onProgress(p -> bar.setValue((int) p.done()), SwingUtilities::invokeLater)
     *       .thenAcceptAsync(result -> label.setText(result), SwingUtilities::invokeLater);
     * }</pre>
     *
     * <p>However busy the executor is, one call at most waits in it, and brings the latest report when it runs. The last report is
     * handed to the executor before this future completes, so that on an executor which keeps the order it comes before any stage.
     *
     * @param listener called on the executor, one call after the other
     * @param executor such as {@code SwingUtilities::invokeLater} or {@code Platform::runLater}; if it refuses, the report is dropped and that is
     *     logged, once for each listener
     * @return this future
     * @throws NullPointerException if one of them is null
     */
    TaskFuture<R> onProgress(Consumer<? super Progress> listener, Executor executor);

    /**
     * A mirror of this future, for code that wants a {@link CompletableFuture}. Cancelling the mirror cancels the task;
     * completing it by hand changes the mirror only.
     *
     * @return the mirror
     */
    @Override
    CompletableFuture<R> toCompletableFuture();

    // ---- CompletionStage, returning CompletableFuture: all of it delegates to the mirror ----

    @Override
    default <U extends @Nullable Object> CompletableFuture<U> thenApply(Function<? super R, ? extends U> fn) {
        return toCompletableFuture().thenApply(fn);
    }

    @Override
    default <U extends @Nullable Object> CompletableFuture<U> thenApplyAsync(Function<? super R, ? extends U> fn) {
        return toCompletableFuture().thenApplyAsync(fn);
    }

    @Override
    default <U extends @Nullable Object> CompletableFuture<U> thenApplyAsync(
            Function<? super R, ? extends U> fn, Executor executor) {
        return toCompletableFuture().thenApplyAsync(fn, executor);
    }

    @Override
    default CompletableFuture<Void> thenAccept(Consumer<? super R> action) {
        return toCompletableFuture().thenAccept(action);
    }

    @Override
    default CompletableFuture<Void> thenAcceptAsync(Consumer<? super R> action) {
        return toCompletableFuture().thenAcceptAsync(action);
    }

    @Override
    default CompletableFuture<Void> thenAcceptAsync(Consumer<? super R> action, Executor executor) {
        return toCompletableFuture().thenAcceptAsync(action, executor);
    }

    @Override
    default CompletableFuture<Void> thenRun(Runnable action) {
        return toCompletableFuture().thenRun(action);
    }

    @Override
    default CompletableFuture<Void> thenRunAsync(Runnable action) {
        return toCompletableFuture().thenRunAsync(action);
    }

    @Override
    default CompletableFuture<Void> thenRunAsync(Runnable action, Executor executor) {
        return toCompletableFuture().thenRunAsync(action, executor);
    }

    @Override
    default <U extends @Nullable Object> CompletableFuture<U> thenCompose(
            Function<? super R, ? extends CompletionStage<U>> fn) {
        return toCompletableFuture().thenCompose(fn);
    }

    @Override
    default <U extends @Nullable Object> CompletableFuture<U> thenComposeAsync(
            Function<? super R, ? extends CompletionStage<U>> fn) {
        return toCompletableFuture().thenComposeAsync(fn);
    }

    @Override
    default <U extends @Nullable Object> CompletableFuture<U> thenComposeAsync(
            Function<? super R, ? extends CompletionStage<U>> fn, Executor executor) {
        return toCompletableFuture().thenComposeAsync(fn, executor);
    }

    @Override
    default <U extends @Nullable Object, V extends @Nullable Object> CompletableFuture<V> thenCombine(
            CompletionStage<? extends U> other, BiFunction<? super R, ? super U, ? extends V> fn) {
        return toCompletableFuture().thenCombine(other, fn);
    }

    @Override
    default <U extends @Nullable Object, V extends @Nullable Object> CompletableFuture<V> thenCombineAsync(
            CompletionStage<? extends U> other, BiFunction<? super R, ? super U, ? extends V> fn) {
        return toCompletableFuture().thenCombineAsync(other, fn);
    }

    @Override
    default <U extends @Nullable Object, V extends @Nullable Object> CompletableFuture<V> thenCombineAsync(
            CompletionStage<? extends U> other, BiFunction<? super R, ? super U, ? extends V> fn, Executor executor) {
        return toCompletableFuture().thenCombineAsync(other, fn, executor);
    }

    @Override
    default <U extends @Nullable Object> CompletableFuture<Void> thenAcceptBoth(
            CompletionStage<? extends U> other, BiConsumer<? super R, ? super U> action) {
        return toCompletableFuture().thenAcceptBoth(other, action);
    }

    @Override
    default <U extends @Nullable Object> CompletableFuture<Void> thenAcceptBothAsync(
            CompletionStage<? extends U> other, BiConsumer<? super R, ? super U> action) {
        return toCompletableFuture().thenAcceptBothAsync(other, action);
    }

    @Override
    default <U extends @Nullable Object> CompletableFuture<Void> thenAcceptBothAsync(
            CompletionStage<? extends U> other, BiConsumer<? super R, ? super U> action, Executor executor) {
        return toCompletableFuture().thenAcceptBothAsync(other, action, executor);
    }

    @Override
    default CompletableFuture<Void> runAfterBoth(CompletionStage<?> other, Runnable action) {
        return toCompletableFuture().runAfterBoth(other, action);
    }

    @Override
    default CompletableFuture<Void> runAfterBothAsync(CompletionStage<?> other, Runnable action) {
        return toCompletableFuture().runAfterBothAsync(other, action);
    }

    @Override
    default CompletableFuture<Void> runAfterBothAsync(CompletionStage<?> other, Runnable action, Executor executor) {
        return toCompletableFuture().runAfterBothAsync(other, action, executor);
    }

    @Override
    default <U extends @Nullable Object> CompletableFuture<U> applyToEither(
            CompletionStage<? extends R> other, Function<? super R, U> fn) {
        return toCompletableFuture().applyToEither(other, fn);
    }

    @Override
    default <U extends @Nullable Object> CompletableFuture<U> applyToEitherAsync(
            CompletionStage<? extends R> other, Function<? super R, U> fn) {
        return toCompletableFuture().applyToEitherAsync(other, fn);
    }

    @Override
    default <U extends @Nullable Object> CompletableFuture<U> applyToEitherAsync(
            CompletionStage<? extends R> other, Function<? super R, U> fn, Executor executor) {
        return toCompletableFuture().applyToEitherAsync(other, fn, executor);
    }

    @Override
    default CompletableFuture<Void> acceptEither(CompletionStage<? extends R> other, Consumer<? super R> action) {
        return toCompletableFuture().acceptEither(other, action);
    }

    @Override
    default CompletableFuture<Void> acceptEitherAsync(CompletionStage<? extends R> other, Consumer<? super R> action) {
        return toCompletableFuture().acceptEitherAsync(other, action);
    }

    @Override
    default CompletableFuture<Void> acceptEitherAsync(
            CompletionStage<? extends R> other, Consumer<? super R> action, Executor executor) {
        return toCompletableFuture().acceptEitherAsync(other, action, executor);
    }

    @Override
    default CompletableFuture<Void> runAfterEither(CompletionStage<?> other, Runnable action) {
        return toCompletableFuture().runAfterEither(other, action);
    }

    @Override
    default CompletableFuture<Void> runAfterEitherAsync(CompletionStage<?> other, Runnable action) {
        return toCompletableFuture().runAfterEitherAsync(other, action);
    }

    @Override
    default CompletableFuture<Void> runAfterEitherAsync(CompletionStage<?> other, Runnable action, Executor executor) {
        return toCompletableFuture().runAfterEitherAsync(other, action, executor);
    }

    @Override
    default <U extends @Nullable Object> CompletableFuture<U> handle(BiFunction<? super R, Throwable, ? extends U> fn) {
        return toCompletableFuture().handle(fn);
    }

    @Override
    default <U extends @Nullable Object> CompletableFuture<U> handleAsync(
            BiFunction<? super R, Throwable, ? extends U> fn) {
        return toCompletableFuture().handleAsync(fn);
    }

    @Override
    default <U extends @Nullable Object> CompletableFuture<U> handleAsync(
            BiFunction<? super R, Throwable, ? extends U> fn, Executor executor) {
        return toCompletableFuture().handleAsync(fn, executor);
    }

    @Override
    default CompletableFuture<R> whenComplete(BiConsumer<? super R, ? super Throwable> action) {
        return toCompletableFuture().whenComplete(action);
    }

    @Override
    default CompletableFuture<R> whenCompleteAsync(BiConsumer<? super R, ? super Throwable> action) {
        return toCompletableFuture().whenCompleteAsync(action);
    }

    @Override
    default CompletableFuture<R> whenCompleteAsync(BiConsumer<? super R, ? super Throwable> action, Executor executor) {
        return toCompletableFuture().whenCompleteAsync(action, executor);
    }

    @Override
    default CompletableFuture<R> exceptionally(Function<Throwable, ? extends R> fn) {
        return toCompletableFuture().exceptionally(fn);
    }

    @Override
    default CompletableFuture<R> exceptionallyAsync(Function<Throwable, ? extends R> fn) {
        return toCompletableFuture().exceptionallyAsync(fn);
    }

    @Override
    default CompletableFuture<R> exceptionallyAsync(Function<Throwable, ? extends R> fn, Executor executor) {
        return toCompletableFuture().exceptionallyAsync(fn, executor);
    }

    @Override
    default CompletableFuture<R> exceptionallyCompose(Function<Throwable, ? extends CompletionStage<R>> fn) {
        return toCompletableFuture().exceptionallyCompose(fn);
    }

    @Override
    default CompletableFuture<R> exceptionallyComposeAsync(Function<Throwable, ? extends CompletionStage<R>> fn) {
        return toCompletableFuture().exceptionallyComposeAsync(fn);
    }

    @Override
    default CompletableFuture<R> exceptionallyComposeAsync(
            Function<Throwable, ? extends CompletionStage<R>> fn, Executor executor) {
        return toCompletableFuture().exceptionallyComposeAsync(fn, executor);
    }
}
