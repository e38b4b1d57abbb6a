package dev.tandem.benchmarks;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The JDK's own executors, against which ours are compared. */
public final class Peers {

    private Peers() {}

    /** An executor that lives as long as a benchmark. */
    @State(Scope.Benchmark)
    public abstract static class Peer {

        ExecutorService executor;

        /** {@return a new executor} */
        protected abstract ExecutorService open() throws ReflectiveOperationException;

        /** Opens the executor. */
        @Setup
        public void start() throws ReflectiveOperationException {
            executor = open();
        }

        /** Ends its threads. */
        @TearDown
        public void stop() {
            executor.shutdownNow();
        }
    }

    /** A {@link java.util.concurrent.ThreadPoolExecutor} of one thread. */
    public static class ThreadPool extends Peer {
        @Override
        protected ExecutorService open() {
            return Executors.newFixedThreadPool(1);
        }
    }

    /** A new virtual thread for each task; found by reflection, for this is compiled for a Java without it. */
    public static class VirtualThreads extends Peer {
        @Override
        protected ExecutorService open() throws ReflectiveOperationException {
            return (ExecutorService)
                    Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null);
        }
    }
}
