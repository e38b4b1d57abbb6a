package dev.tandem;

import java.io.Serializable;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * A piece of work with a result, able to travel to another JVM.
 *
 * <p>It is serializable, so a lambda needs no cast; what the lambda captures must be serializable too when the task runs on
 * a worker JVM. Write it so that it may be interrupted: interruption is how a time-out or a cancel asks it to stop.
 *
 * <p>Thread-safety is the implementor's: on threads a task shares what it captures with everybody, on worker JVMs it works
 * on a copy that was made when it was submitted.
 *
 * @param <R> the type of the result, which may be null
 */
@FunctionalInterface
public interface Task<R extends @Nullable Object> extends Callable<R>, Serializable {

    /**
     * Does the work.
     *
     * @return the result, possibly null; to leave a worker JVM it must be serializable
     * @throws Exception to fail the task; it reaches the caller as the cause of a {@link TaskFailedException}
     */
    @Override
    R call() throws Exception;
}
