package dev.tandem.benchmarks.goals;

import static dev.tandem.benchmarks.goals.Goal.atMost;
import static dev.tandem.benchmarks.goals.Goal.compare;

import dev.tandem.ParallelRunner;
import dev.tandem.ProcessOptions;
import dev.tandem.Task;
import dev.tandem.benchmarks.HelloWorld;
import dev.tandem.benchmarks.JavaProcess;
import dev.tandem.benchmarks.TransportKind;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.function.UnaryOperator;
import java.util.stream.DoubleStream;

/** From nothing to a first result, and from a loss to the next task. */
final class StartRows {

    private static final int STARTS_PER_REPETITION = 3;

    /** More than a spare takes to be ready again. */
    private static final int SPARE_START_NANOS = 1_000_000_000;

    private static final long ARCHIVE_PATIENCE_NANOS = 40_000_000_000L;
    private static final long ARCHIVE_POLL_NANOS = 500_000_000;

    /** One clock for all processes, wherever JVMs run today. */
    private static final Task<Long> CLOCK = System::nanoTime;

    private StartRows() {}

    static List<Row> all() {
        return List.of(cold(), coldWithManyJars(), replacement());
    }

    private static Row cold() {
        return Row.of("cold-start", "from nothing to the first result of one worker", "ms")
                .with("hello world", effort -> starts(effort, StartRows::helloWorld))
                .with(
                        "tandem pipes",
                        StartRows::withArchive,
                        (ready, effort) -> firstResults(effort, TransportKind.PIPES))
                .with("tandem unix", effort -> starts(effort, () -> firstResult(TransportKind.UNIX)))
                .with("PP4J", effort -> starts(effort, StartRows::pp4j))
                .with(
                        "Python ProcessPoolExecutor, spawn",
                        effort -> ScriptPeer.python("executor", "cold"),
                        ScriptPeer::measure)
                .to(atMost(1.3, "tandem pipes", "hello world"))
                .to(compare("tandem unix", "hello world"));
    }

    private static Row coldWithManyJars() {
        return Row.of("cold-start-200-jars", "the same behind 200 jars that are searched first", "ms")
                .behind(200)
                .with("hello world", effort -> starts(effort, StartRows::helloWorld))
                .with(
                        "tandem pipes",
                        StartRows::withArchive,
                        (ready, effort) -> firstResults(effort, TransportKind.PIPES))
                .with(
                        "tandem pipes, no archive",
                        effort -> starts(effort, () -> firstResult(o -> o.classArchive(false))))
                .to(atMost(1.3, "tandem pipes", "hello world"))
                .to(compare("tandem pipes, no archive", "hello world"));
    }

    private static Row replacement() {
        return Row.of(
                        "replacement",
                        "from the kill of a worker to the start of the next task, a spare standing by",
                        "ms")
                .with("tandem pipes", effort -> withSpare(), StartRows::replace)
                .to(atMost(5, "tandem pipes"));
    }

    private static ParallelRunner withSpare() {
        return ParallelRunner.processes(o -> o.workers(1).spareWorkers(1).restartLimit(1_000, Duration.ofMillis(1)));
    }

    private static Figure replace(ParallelRunner runner, Effort effort) {
        long worker = runner.submit(() -> ProcessHandle.current().pid()).join();
        LockSupport.parkNanos(effort.count(1, SPARE_START_NANOS));
        long start = System.nanoTime();
        ProcessHandle.of(worker).ifPresent(ProcessHandle::destroyForcibly);
        long began = runner.withRetries(3).submit(CLOCK).join();
        return Figure.of((began - start) / 1e6);
    }

    /** Something that is started, timed and ended. */
    private interface Start {

        double millis() throws Exception;
    }

    private static Figure starts(Effort effort, Start start) throws Exception {
        var millis = new double[effort.count(1, STARTS_PER_REPETITION)];
        for (int i = 0; i < millis.length; i++) {
            millis[i] = start.millis();
        }
        return Figure.of(Spread.of(DoubleStream.of(millis)).median());
    }

    private static double helloWorld() throws IOException {
        long start = System.nanoTime();
        Process process = JavaProcess.of(HelloWorld.class).start();
        process.inputReader().readLine();
        double millis = (System.nanoTime() - start) / 1e6;
        process.onExit().join();
        return millis;
    }

    private static double pp4j() throws Exception {
        long start = System.nanoTime();
        try (Subjects.Pool pool = Subjects.pp4j()) {
            pool.submit(Subjects.NO_OP).get();
            return (System.nanoTime() - start) / 1e6;
        }
    }

    /** A class archive is made some seconds after the first runner on a machine was opened; this waits for it. */
    private static AutoCloseable withArchive(Effort effort) {
        if (effort != Effort.ONCE) {
            try (ParallelRunner runner = ParallelRunner.processes(o -> o.workers(1))) {
                runner.submit(Subjects.NO_OP).join();
                long start = System.nanoTime();
                while (isArchiveMissing() && System.nanoTime() - start < ARCHIVE_PATIENCE_NANOS) {
                    LockSupport.parkNanos(ARCHIVE_POLL_NANOS);
                }
            }
        }
        return () -> {};
    }

    private static boolean isArchiveMissing() {
        return ProcessOptions.defaults().doctor().report().contains("none yet");
    }

    private static Figure firstResults(Effort effort, TransportKind kind) throws Exception {
        return starts(effort, () -> firstResult(kind));
    }

    private static double firstResult(TransportKind kind) {
        return firstResult(o -> o.transport(kind.transport()));
    }

    private static double firstResult(UnaryOperator<ProcessOptions> options) {
        long start = System.nanoTime();
        try (ParallelRunner runner = ParallelRunner.processes(o -> options.apply(o.workers(1)))) {
            runner.submit(Subjects.NO_OP).join();
            return (System.nanoTime() - start) / 1e6;
        }
    }
}
