package dev.tandem.benchmarks.goals;

import dev.tandem.ParallelRunner;
import dev.tandem.Task;
import dev.tandem.benchmarks.TransportKind;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import net.viktorc.pp4j.api.JavaProcessOptions;
import net.viktorc.pp4j.impl.JavaProcessPoolExecutor;

/** What the rows work with, opened and warm. */
final class Subjects {

    static final Task<Integer> NO_OP = () -> 1;

    /** The transport that has goals of its own, where this version has it. */
    static final String RING = "RING";

    private static final int FIRST_JAVA_WITH_VIRTUAL_THREADS = 21;

    private Subjects() {}

    /** Worker JVMs that have each run a task. */
    static ParallelRunner processes(TransportKind transport, int workers) {
        return warm(ParallelRunner.processes(
                o -> o.workers(workers).transport(transport.transport()).queueCapacity(1 << 21)));
    }

    /** Threads that have run a task. */
    static ParallelRunner threads(int workers) {
        return warm(ParallelRunner.threads(o -> o.workers(workers).queueCapacity(1 << 21)));
    }

    /** Virtual threads, where Java has them. */
    static ParallelRunner virtualThreads() throws AbsentException {
        needVirtualThreads();
        return warm(ParallelRunner.threads(o -> o.workers(1).virtual()));
    }

    private static ParallelRunner warm(ParallelRunner runner) {
        runner.submit(NO_OP).join();
        return runner;
    }

    /** A pool of the JDK, ended with its row. */
    record Pool(ExecutorService executor) implements AutoCloseable {

        Future<?> submit(Callable<?> task) {
            return executor.submit(task);
        }

        @Override
        public void close() {
            executor.shutdownNow();
        }
    }

    /** The JDK's pool of one thread. */
    static Pool threadPool() {
        return new Pool(Executors.newFixedThreadPool(1));
    }

    /** A new virtual thread for each task; found by reflection, for this is compiled for a Java without it. */
    static Pool virtualThreadPool() throws Exception {
        needVirtualThreads();
        return new Pool((ExecutorService)
                Executors.class.getMethod("newVirtualThreadPerTaskExecutor").invoke(null));
    }

    private static void needVirtualThreads() throws AbsentException {
        if (Runtime.version().feature() < FIRST_JAVA_WITH_VIRTUAL_THREADS) {
            throw new AbsentException("Java " + Runtime.version() + " has no virtual threads");
        }
    }

    /** PP4J's pool of one worker JVM. */
    static Pool pp4j() throws InterruptedException {
        return new Pool(new JavaProcessPoolExecutor(new JavaProcessOptions() {}, 1, 1, 0, null, false));
    }

    static Optional<TransportKind> ring() {
        return Arrays.stream(TransportKind.values())
                .filter(kind -> kind.name().equals(RING))
                .findFirst();
    }

    static String tandem(TransportKind kind) {
        return "tandem " + kind.transport().name();
    }

    static int cores() {
        return Runtime.getRuntime().availableProcessors();
    }
}
