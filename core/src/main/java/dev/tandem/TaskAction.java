package dev.tandem;

import java.io.Serializable;

/**
 * A piece of work without a result, able to travel to another JVM.
 *
 * <p>Thread-safety is the implementor's, as with {@link Task}.
 */
@FunctionalInterface
public interface TaskAction extends Serializable {

    /**
     * Does the work.
     *
     * @throws Exception to fail the task; it reaches the caller as the cause of a {@link TaskFailedException}
     */
    void run() throws Exception;
}
