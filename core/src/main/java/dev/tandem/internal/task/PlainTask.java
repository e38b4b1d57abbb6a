package dev.tandem.internal.task;

import dev.tandem.Task;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * A task made of a {@code Callable} or {@code Runnable} that was given to an executor's face.
 *
 * <p>Immutable. It can travel if what it was made of can.
 */
@SuppressWarnings("serial") // if the original cannot travel, encoding says so
public final class PlainTask<T extends @Nullable Object> implements Task<T> {

    private static final long serialVersionUID = 1L;

    private final @Nullable Callable<T> callable;
    private final @Nullable Runnable runnable;

    private PlainTask(@Nullable Callable<T> callable, @Nullable Runnable runnable) {
        this.callable = callable;
        this.runnable = runnable;
    }

    /** A task that calls {@code callable}. */
    public static <T extends @Nullable Object> PlainTask<T> of(Callable<T> callable) {
        return new PlainTask<>(callable, null);
    }

    /** A task that runs {@code runnable}; its result is null. */
    public static PlainTask<@Nullable Void> of(Runnable runnable) {
        return new PlainTask<>(null, runnable);
    }

    /** What it was made of. */
    public Object original() {
        return callable != null ? callable : Objects.requireNonNull(runnable);
    }

    @Override
    @SuppressWarnings("NullAway") // the result of a Runnable is null, and its type says so
    public T call() throws Exception {
        if (callable != null) {
            return callable.call();
        }
        Objects.requireNonNull(runnable).run();
        return null;
    }
}
