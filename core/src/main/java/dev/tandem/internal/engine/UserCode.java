package dev.tandem.internal.engine;

import dev.tandem.Task;
import dev.tandem.TaskAction;
import dev.tandem.TaskFunction;
import org.jspecify.annotations.Nullable;

/** What the user wants to be called; one shape for the three kinds of tasks. */
public sealed interface UserCode {

    /** Calls the user's code on the current thread; {@code input} is ignored by all but functions. */
    @Nullable
    Object call(@Nullable Object input) throws Exception;

    /** The user's object, which is what has to travel. */
    Object function();

    /** A task that returns a value. */
    record OfTask(Task<?> function) implements UserCode {
        @Override
        public @Nullable Object call(@Nullable Object input) throws Exception {
            return function.call();
        }
    }

    /** A task that returns nothing. */
    record OfAction(TaskAction function) implements UserCode {
        @Override
        public @Nullable Object call(@Nullable Object input) throws Exception {
            function.run();
            return null;
        }
    }

    /** A function that is applied to one input. */
    record OfFunction(TaskFunction<@Nullable Object, @Nullable Object> function) implements UserCode {
        @Override
        public @Nullable Object call(@Nullable Object input) throws Exception {
            return function.apply(input);
        }

        /** Forgets the types, which the caller's signature has already checked. */
        @SuppressWarnings("unchecked") // inputs and results are passed through untouched
        static OfFunction of(TaskFunction<?, ?> function) {
            return new OfFunction((TaskFunction<@Nullable Object, @Nullable Object>) function);
        }
    }
}
