package dev.tandem;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What to do with each input of a {@code map} or {@code stream}, able to travel to another JVM.
 *
 * <p>Thread-safety is the implementor's: on threads several workers call one instance at once, on worker JVMs each works
 * with a copy.
 *
 * @param <A> the type of the inputs
 * @param <R> the type of the results
 */
@FunctionalInterface
public interface TaskFunction<A extends @Nullable Object, R extends @Nullable Object> extends Serializable {

    /**
     * Does the work for one input.
     *
     * @param input one of the inputs, possibly null
     * @return the result, possibly null
     * @throws Exception to fail this input; it reaches the caller as the cause of a {@link TaskFailedException}
     */
    R apply(A input) throws Exception;
}
