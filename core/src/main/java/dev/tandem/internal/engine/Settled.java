package dev.tandem.internal.engine;

import dev.tandem.NotTransferableException;
import dev.tandem.ParallelException;
import dev.tandem.TaskStatus;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * The outcome of a task, and how each way of asking for it gets it.
 *
 * <p>A failure was made on some thread of ours, whose frames help nobody; the first thread that asks puts its own stack in
 * their place, so that the report shows where the caller waited and, as its cause, where the task failed. A failure to
 * encode keeps its stack: it was made on the caller's thread.
 */
final class Settled<R> {

    private final @Nullable R value;
    private final @Nullable RuntimeException failure;
    private final AtomicBoolean asked = new AtomicBoolean();

    Settled(@Nullable R value, @Nullable RuntimeException failure) {
        this.value = value;
        this.failure = failure;
    }

    @Nullable
    R value() {
        return value;
    }

    @Nullable
    RuntimeException failure() {
        return failure;
    }

    TaskStatus status() {
        if (failure == null) {
            return TaskStatus.SUCCEEDED;
        }
        return failure instanceof CancellationException ? TaskStatus.CANCELLED : TaskStatus.FAILED;
    }

    /** What {@code join()} does: returns the value or throws the failure itself. */
    @SuppressWarnings("NullAway") // the value is null only where the task's own type allows it
    R joined() {
        if (failure != null) {
            throw showingTheCaller(failure);
        }
        return value;
    }

    /** What {@code get()} does: a failed task becomes an {@code ExecutionException} around the user's exception. */
    @SuppressWarnings("NullAway") // as above
    R got() throws ExecutionException {
        if (failure == null) {
            return value;
        }
        if (failure instanceof CancellationException) {
            throw showingTheCaller(failure);
        }
        Throwable cause = failure.getCause();
        throw new ExecutionException(failure.getMessage(), cause != null ? cause : failure);
    }

    void passTo(CompletableFuture<R> future) {
        if (failure != null) {
            future.completeExceptionally(failure);
        } else {
            future.complete(value);
        }
    }

    private RuntimeException showingTheCaller(RuntimeException exception) {
        boolean madeByTheEngine =
                exception instanceof ParallelException && !(exception instanceof NotTransferableException);
        if (madeByTheEngine && asked.compareAndSet(false, true)) {
            exception.fillInStackTrace();
        }
        return exception;
    }
}
