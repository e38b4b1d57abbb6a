package dev.tandem;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Takes tasks: a {@link ParallelRunner}, or a view of one that applies other {@link TaskOptions}. Views share the pool of
 * their runner and cost nothing; only the runner can be closed.
 *
 * <p>What all methods have in common:
 *
 * <ul>
 *   <li><b>Failure.</b> Whatever a task does costs that task only, on worker JVMs even {@code System.exit}, a crash or an
 *       endless loop. A task runs at most once, unless a {@linkplain TaskOptions#retry(RetryPolicy) retry} is declared.
 *   <li><b>Travel.</b> On worker JVMs tasks and inputs are encoded by the caller, at once: later changes are not seen, and what
 *       cannot travel fails its future with a {@link NotTransferableException} that has the caller's stack. On threads they
 *       are shared.
 *   <li><b>Back pressure.</b> When {@link RunnerOptions#queueCapacity() queueCapacity} submissions wait, {@code submit} and {@code
 *       map} block until there is room, or throw a {@link java.util.concurrent.RejectedExecutionException}, as {@link FullQueue}
 *       says. A thread that is interrupted while it waits gets a {@link java.util.concurrent.CancellationException}, with its
 *       interrupt status set. {@code stream} pulls no more input than its window, so it needs no such bound.
 *   <li><b>After close</b> whatever would submit a task throws a {@link java.util.concurrent.RejectedExecutionException}; while the
 *       runner is broken, a {@link RunnerBrokenException}. A stream submits when it is consumed, and {@code outcomes} hands the
 *       refusal out as the failure of each input.
 *   <li><b>Nulls.</b> Inputs and results may be null; tasks, functions and options may not.
 * </ul>
 *
 * <p>Safe for use by any number of threads. Memory consistency effects: what a thread does before it submits a task
 * happens-before the task begins; what the task does happens-before a successful return of {@link TaskFuture#join()}, and
 * before a stream delivers its result.
 */
public interface TaskSubmitter {

    /**
     * Submits a task.
     *
     * @param <R> the type of its result
     * @param task what to do
     * @return its future
     */
    <R extends @Nullable Object> TaskFuture<R> submit(Task<R> task);

    /**
     * Submits a task without a result.
     *
     * @param action what to do
     * @return its future, whose result is null
     */
    TaskFuture<@Nullable Void> submit(TaskAction action);

    /**
     * Applies a function to all inputs. The collection is read before this method returns.
     *
     * <p>The future fails with the first failure, by time, which tells the {@linkplain ParallelException#inputIndex() index} of
     * its input; the rest is cancelled then. Cancelling the future cancels all inputs.
     *
     * <p>On threads all inputs share the function. On worker JVMs it is copied once to each worker, for this call, and those inputs share that copy which run there one
     * after the other; after one that fails or is interrupted the next ones may get a new copy. So what a function changes in its own fields is seen by some of
     * the inputs that come later, and lost after the call: keep there only what does not matter, as a cache or a buffer, and return results. It is the same for
     * {@code stream} and {@code outcomes}.
     *
     * @param <A> the type of the inputs
     * @param <R> the type of the results
     * @param inputs the inputs, possibly none
     * @param function what to do with each
     * @return the future of all results, in the order of the inputs unless {@linkplain TaskOptions#unordered() unordered}
     */
    <A extends @Nullable Object, R extends @Nullable Object> TaskFuture<List<R>> map(
            Collection<? extends A> inputs, TaskFunction<? super A, ? extends R> function);

    /**
     * Applies a function to inputs as they are needed, which may be endless.
     *
     * <p>Work starts with this call. The thread that consumes the stream pulls the inputs, at most a {@linkplain
     * TaskOptions#window(int) window} ahead of what it has taken; an exception of the iterator reaches it as it is. The results
     * before a failing input are delivered, then the terminal operation throws its failure. Closing the stream, and abandoning
     * it, cancels what waits or runs of it.
     *
     * @param <A> the type of the inputs
     * @param <R> the type of the results
     * @param inputs the inputs; iterated once
     * @param function what to do with each
     * @return the results, in the order of the inputs unless {@linkplain TaskOptions#unordered() unordered}; use it in a
     *     try-with-resources statement
     */
    <A extends @Nullable Object, R extends @Nullable Object> Stream<R> stream(
            Iterable<? extends A> inputs, TaskFunction<? super A, ? extends R> function);

    /**
     * Does what {@link #stream(Iterable, TaskFunction)} does, for inputs from a stream; closing one closes the other.
     *
     * @param <A> the type of the inputs
     * @param <R> the type of the results
     * @param inputs the inputs; consumed
     * @param function what to do with each
     * @return the results; use it in a try-with-resources statement
     */
    <A extends @Nullable Object, R extends @Nullable Object> Stream<R> stream(
            Stream<? extends A> inputs, TaskFunction<? super A, ? extends R> function);

    /**
     * Does what {@link #stream(Iterable, TaskFunction)} does, but delivers failures as values: each input gets an outcome, and
     * nothing stops early.
     *
     * <pre>{@code
     * try (Stream<Outcome<Path, Page>> all = runner.outcomes(files, Parser::parse)) {
     *     all.forEach(report::add);
     * }
     * }</pre>
     *
     * @param <A> the type of the inputs
     * @param <R> the type of the results
     * @param inputs the inputs; iterated once
     * @param function what to do with each
     * @return the outcomes, in the order of the inputs unless {@linkplain TaskOptions#unordered() unordered}; use it in a
     *     try-with-resources statement
     */
    <A extends @Nullable Object, R extends @Nullable Object> Stream<Outcome<A, R>> outcomes(
            Iterable<? extends A> inputs, TaskFunction<? super A, ? extends R> function);

    /**
     * Does what {@link #outcomes(Iterable, TaskFunction)} does, for inputs from a stream; closing one closes the other.
     *
     * @param <A> the type of the inputs
     * @param <R> the type of the results
     * @param inputs the inputs; consumed
     * @param function what to do with each
     * @return the outcomes; use it in a try-with-resources statement
     */
    <A extends @Nullable Object, R extends @Nullable Object> Stream<Outcome<A, R>> outcomes(
            Stream<? extends A> inputs, TaskFunction<? super A, ? extends R> function);

    /** {@return what applies to the tasks that are submitted here} */
    TaskOptions options();

    /**
     * A view of the same pool with other options.
     *
     * @param options what applies to the tasks that are submitted to the view
     * @return the view
     */
    TaskSubmitter with(TaskOptions options);

    /**
     * A view of the same pool with another {@linkplain TaskOptions#timeout(Duration) time-out}.
     *
     * @param timeout a positive time
     * @return the view
     */
    default TaskSubmitter withTimeout(Duration timeout) {
        return with(options().timeout(timeout));
    }

    /**
     * A view of the same pool that tries again at once after a lost worker or a time-out; it replaces the whole {@linkplain
     * TaskOptions#retry(RetryPolicy) policy}.
     *
     * @param retries how many attempts may follow the first one
     * @return the view
     */
    default TaskSubmitter withRetries(int retries) {
        return with(options().retry(RetryPolicy.retries(retries)));
    }
}
