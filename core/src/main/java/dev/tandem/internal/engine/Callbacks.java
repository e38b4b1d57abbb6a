package dev.tandem.internal.engine;

import java.util.concurrent.Executor;

/**
 * Where everything of the user's runs that is not a task: dependent stages, progress listeners, retry predicates.
 *
 * <p>Thread-safe; {@link #execute} neither blocks nor rejects, also after {@link #shutdown}.
 */
public interface Callbacks extends Executor {

    /** Whether the calling thread runs a callback, of whatever runner. */
    boolean isInsideAny();

    /** Whether the calling thread runs a callback of this runner. */
    boolean isInside();

    /** Lets what was handed in finish; idle threads end now. */
    void shutdown();
}
