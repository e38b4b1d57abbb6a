package dev.tandem.internal.task;

import dev.tandem.TaskContext;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The task that a thread runs; the innermost one where a task runs another in its own thread.
 *
 * <p>Safe for use by any number of threads: each sees its own.
 */
public final class CurrentTask {

    private static final ThreadLocal<@Nullable Entry> INNERMOST = new ThreadLocal<>();

    private CurrentTask() {}

    /**
     * Begins a task in this thread. Pair it with {@link #exit()} in a {@code finally}.
     *
     * @param context the task's context
     * @param locals the values of its worker
     */
    public static void enter(TaskContext context, WorkerLocals locals) {
        enter(() -> context, locals);
    }

    /**
     * The same for tasks that follow each other, of which few ask for their context.
     *
     * @param context the context of the task that runs; asked by the current thread only
     * @param locals the values of their worker
     */
    public static void enter(Supplier<TaskContext> context, WorkerLocals locals) {
        INNERMOST.set(new Entry(context, locals, INNERMOST.get()));
    }

    /** Ends the task that was begun last in this thread. */
    public static void exit() {
        Entry innermost = INNERMOST.get();
        if (innermost == null) {
            throw new IllegalStateException("exit() without enter()");
        }
        if (innermost.outer() == null) {
            INNERMOST.remove();
        } else {
            INNERMOST.set(innermost.outer());
        }
    }

    /** {@return the context of the task that this thread runs, or null} */
    public static @Nullable TaskContext get() {
        Entry innermost = INNERMOST.get();
        return innermost == null ? null : innermost.context().get();
    }

    /** {@return the values of the worker whose task this thread runs, or null} */
    public static @Nullable WorkerLocals locals() {
        Entry innermost = INNERMOST.get();
        return innermost == null ? null : innermost.locals();
    }

    private record Entry(
            Supplier<TaskContext> context,
            WorkerLocals locals,
            @Nullable Entry outer) {}
}
