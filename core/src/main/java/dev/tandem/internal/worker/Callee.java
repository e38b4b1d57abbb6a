package dev.tandem.internal.worker;

import dev.tandem.Task;
import dev.tandem.TaskAction;
import dev.tandem.TaskFunction;
import dev.tandem.internal.protocol.Message.Call;
import dev.tandem.ipc.EncodingException;
import org.jspecify.annotations.Nullable;

/** User code that can be called: one face for the three kinds of functions. */
interface Callee {

    /**
     * Calls user code.
     *
     * @param input the item's input, null where there is none
     * @return its result, null for an action
     */
    @Nullable
    Object call(@Nullable Object input) throws Exception;

    /** Whether {@link #call} looks at its input. */
    boolean takesInput();

    /** Checks that what was decoded is what the supervisor said it would be. */
    static Callee of(Call call, @Nullable Object function) throws EncodingException {
        if (call == Call.TASK && function instanceof Task<?> task) {
            return new OfTask(task);
        }
        if (call == Call.ACTION && function instanceof TaskAction action) {
            return new OfAction(action);
        }
        if (call == Call.FUNCTION && function instanceof TaskFunction<?, ?> taskFunction) {
            return new OfFunction(cast(taskFunction));
        }
        String found = function == null ? "null" : function.getClass().getName();
        throw new EncodingException(
                "the codec decoded " + found + " where a " + call + " was encoded", found, "", null);
    }

    @SuppressWarnings("unchecked") // the compiler of whoever submitted it has checked that input and function fit
    private static TaskFunction<@Nullable Object, @Nullable Object> cast(TaskFunction<?, ?> function) {
        return (TaskFunction<@Nullable Object, @Nullable Object>) function;
    }

    /** A {@link Task}. */
    record OfTask(Task<?> task) implements Callee {
        @Override
        public @Nullable Object call(@Nullable Object input) throws Exception {
            return task.call();
        }

        @Override
        public boolean takesInput() {
            return false;
        }
    }

    /** A {@link TaskAction}. */
    record OfAction(TaskAction action) implements Callee {
        @Override
        public @Nullable Object call(@Nullable Object input) throws Exception {
            action.run();
            return null;
        }

        @Override
        public boolean takesInput() {
            return false;
        }
    }

    /** A {@link TaskFunction}. */
    record OfFunction(TaskFunction<@Nullable Object, @Nullable Object> function) implements Callee {
        @Override
        public @Nullable Object call(@Nullable Object input) throws Exception {
            return function.apply(input);
        }

        @Override
        public boolean takesInput() {
            return true;
        }
    }
}
