package dev.tandem.internal.engine;

import dev.tandem.Outcome;
import dev.tandem.Task;
import dev.tandem.TaskAction;
import dev.tandem.TaskFunction;
import dev.tandem.TaskFuture;
import dev.tandem.TaskOptions;
import dev.tandem.TaskSubmitter;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Everything that can be submitted, with one set of options; a runner's own, or a view made by {@code with(...)}.
 *
 * <p>Thread-safe and immutable. It refers to the runner, so that a runner is not taken for forgotten while a view of it is
 * in use.
 */
final class Submitter implements TaskSubmitter {

    private final RunnerContext context;
    private final Object owner;
    private final TaskOptions options;

    Submitter(RunnerContext context, Object owner, TaskOptions options) {
        this.context = context;
        this.owner = owner;
        this.options = options;
    }

    @Override
    public <R extends @Nullable Object> TaskFuture<R> submit(Task<R> task) {
        return submitOne(new UserCode.OfTask(Objects.requireNonNull(task, "task")));
    }

    @Override
    public TaskFuture<@Nullable Void> submit(TaskAction action) {
        return submitOne(new UserCode.OfAction(Objects.requireNonNull(action, "action")));
    }

    @Override
    public <A extends @Nullable Object, R extends @Nullable Object> TaskFuture<List<R>> map(
            Collection<? extends A> inputs, TaskFunction<? super A, ? extends R> function) {
        Objects.requireNonNull(inputs, "inputs");
        return MapJoin.submit(context, intake(function), inputs);
    }

    @Override
    public <A extends @Nullable Object, R extends @Nullable Object> Stream<R> stream(
            Iterable<? extends A> inputs, TaskFunction<? super A, ? extends R> function) {
        return this.<A, R, R>open(LazyIterator.over(inputs), function, (input, settled) -> settled.joined());
    }

    @Override
    public <A extends @Nullable Object, R extends @Nullable Object> Stream<R> stream(
            Stream<? extends A> inputs, TaskFunction<? super A, ? extends R> function) {
        return this.<A, R>stream(Submitter.<A>asIterable(inputs), function).onClose(inputs::close);
    }

    @Override
    public <A extends @Nullable Object, R extends @Nullable Object> Stream<Outcome<A, R>> outcomes(
            Iterable<? extends A> inputs, TaskFunction<? super A, ? extends R> function) {
        return this.<A, R, Outcome<A, R>>open(LazyIterator.over(inputs), function, Submitter::outcome);
    }

    @Override
    public <A extends @Nullable Object, R extends @Nullable Object> Stream<Outcome<A, R>> outcomes(
            Stream<? extends A> inputs, TaskFunction<? super A, ? extends R> function) {
        return this.<A, R>outcomes(Submitter.<A>asIterable(inputs), function).onClose(inputs::close);
    }

    @Override
    public TaskOptions options() {
        return options;
    }

    @Override
    public TaskSubmitter with(TaskOptions other) {
        return new Submitter(context, owner, Objects.requireNonNull(other, "options"));
    }

    private <R extends @Nullable Object> TaskFuture<R> submitOne(UserCode code) {
        Intake intake = new Intake(context, owner, options, code);
        Submission<R> submission = intake.single();
        intake.pass(submission);
        return submission.promise();
    }

    private <A, R, T> Stream<T> open(
            Iterator<A> source, TaskFunction<?, ?> function, ResultWindow.Delivery<A, R, T> delivery) {
        return ResultWindow.open(context, intake(function), source, delivery);
    }

    private Intake intake(TaskFunction<?, ?> function) {
        Objects.requireNonNull(function, "function");
        return new Intake(context, owner, options, UserCode.OfFunction.of(function));
    }

    private static <A, R> Outcome<A, R> outcome(A input, Settled<R> settled) {
        RuntimeException failure = settled.failure();
        return failure == null ? new Outcome.Success<>(input, settled.joined()) : new Outcome.Failure<>(input, failure);
    }

    @SuppressWarnings("unchecked") // a stream of some subtype of A hands out A's
    private static <A> Iterable<A> asIterable(Stream<? extends A> inputs) {
        Objects.requireNonNull(inputs, "inputs");
        return () -> (Iterator<A>) inputs.iterator();
    }
}
