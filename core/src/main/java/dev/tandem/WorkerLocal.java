package dev.tandem;

import dev.tandem.internal.task.CurrentTask;
import dev.tandem.internal.task.WorkerLocals;
import java.io.Serializable;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A value that each worker builds once, on first use, and keeps for its tasks: a model, a connection, a parser.
 *
 * <p>Only the recipe travels to a worker JVM, never the value. A value that is {@link AutoCloseable} is closed when its worker
 * ends in an orderly way, the youngest first; a worker that is killed closes nothing.
 *
 * <pre>{@code
 * WorkerLocal<Model> model = WorkerLocal.withInitial(Model::load);
 * runner.map(images, image -> model.get().classify(image)).join();
 * }</pre>
 *
 * <p>Safe for use by any number of threads. A value is used by one task at a time, and what one task did to it
 * happens-before the next task of that worker sees it.
 *
 * @param <S> the type of the value
 */
public final class WorkerLocal<S extends @Nullable Object> implements Serializable {

    private static final long serialVersionUID = 1L;

    /** Unique among all JVMs of this machine, without the cost of a random number generator in each worker. */
    private static final String ORIGIN = ProcessHandle.current().pid() + "-" + System.nanoTime() + "-";

    private static final AtomicLong CREATED = new AtomicLong();

    private final String id;
    private final Task<? extends S> initial;

    private WorkerLocal(String id, Task<? extends S> initial) {
        this.id = id;
        this.initial = initial;
    }

    /**
     * Declares a value. Keep the instance, in a field or a captured variable: each call declares another value.
     *
     * @param <S> the type of the value
     * @param initial builds the value, in a worker; it must be able to travel
     * @return the handle by which tasks get their worker's value
     */
    public static <S extends @Nullable Object> WorkerLocal<S> withInitial(Task<? extends S> initial) {
        return new WorkerLocal<>(ORIGIN + CREATED.incrementAndGet(), Checks.present("initial", initial));
    }

    /**
     * The value of the worker that runs the current task; built now if this is its first use. If building it fails, this
     * call fails with what was thrown, and the next call tries again.
     *
     * @return the value
     * @throws IllegalStateException if the current thread runs no task, if building the value asks for the value itself, or
     *     if it throws a checked exception, which is then the cause
     */
    public S get() {
        WorkerLocals values = CurrentTask.locals();
        if (values == null) {
            throw new IllegalStateException("thread " + Thread.currentThread().getName()
                    + " runs no task, so a WorkerLocal has no value here: call get() in the task itself");
        }
        return values.get(id, initial);
    }

    /** Two handles are equal if they came from one call of {@link #withInitial}, possibly in another JVM. */
    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof WorkerLocal<?> that && id.equals(that.id);
    }

    @Override
    public int hashCode() {
        return id.hashCode();
    }

    @Override
    public String toString() {
        return "WorkerLocal[" + id + "]";
    }
}
