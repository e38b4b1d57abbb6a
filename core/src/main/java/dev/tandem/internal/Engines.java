package dev.tandem.internal;

import dev.tandem.ParallelRunner;
import dev.tandem.ProcessOptions;
import dev.tandem.ThreadOptions;

/** Opens runners: the only class that the public API knows of the engines. */
@SuppressWarnings("DoNotCallSuggester") // the engines are added one by one
public final class Engines {

    private Engines() {}

    /**
     * Opens a runner on threads.
     *
     * @param options how to build it
     * @return the runner
     */
    public static ParallelRunner threads(ThreadOptions options) {
        throw new UnsupportedOperationException("threads");
    }

    /**
     * Opens a runner on worker JVMs.
     *
     * @param options how to build it
     * @return the runner
     */
    public static ParallelRunner processes(ProcessOptions options) {
        throw new UnsupportedOperationException("processes");
    }

    /** {@return a runner in the caller's thread} */
    public static ParallelRunner inline() {
        throw new UnsupportedOperationException("inline");
    }
}
