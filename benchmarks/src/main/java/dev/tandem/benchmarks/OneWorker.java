package dev.tandem.benchmarks;

import dev.tandem.ParallelRunner;
import org.openjdk.jmh.annotations.Param;

/** Warm runners of one worker, for tasks that come one after the other. */
public final class OneWorker {

    private OneWorker() {}

    /** {@link ParallelRunner#inline()}. */
    public static class Inline extends WarmRunner {
        @Override
        protected ParallelRunner open() {
            return ParallelRunner.inline();
        }
    }

    /** One platform thread. */
    public static class Threads extends WarmRunner {
        @Override
        protected ParallelRunner open() {
            return ParallelRunner.threads(o -> o.workers(1));
        }
    }

    /** One virtual thread at a time. */
    public static class VirtualThreads extends WarmRunner {
        @Override
        protected ParallelRunner open() {
            return ParallelRunner.threads(o -> o.workers(1).virtual());
        }
    }

    /** One worker JVM. */
    public static class Processes extends WarmRunner {

        /** How the worker is connected. */
        @Param
        public TransportKind transport;

        @Override
        protected ParallelRunner open() {
            return ParallelRunner.processes(o -> o.workers(1).transport(transport.transport()));
        }
    }
}
