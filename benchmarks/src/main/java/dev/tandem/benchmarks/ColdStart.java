package dev.tandem.benchmarks;

import dev.tandem.ParallelRunner;
import dev.tandem.Task;
import java.io.IOException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Time from nothing to a first result: open a runner of one worker, submit a task that does nothing, join it.
 *
 * <p>Compare with a JVM that does nothing but print a line, timed from its start to that line: no worker JVM can be
 * much faster. The workers are cold each time; the JVM that opens the runner has done so before, in the warm-up.
 */
@BenchmarkMode(Mode.SingleShotTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
@Fork(1)
@Warmup(iterations = 5)
@Measurement(iterations = 15)
public class ColdStart {

    private static final Task<Integer> NO_OP = () -> 1;

    /** With a worker JVM. */
    @Benchmark
    @ComparedWith("ColdStart.bareJava")
    public Integer processes(Connected connected, Started started) {
        var transport = connected.transport.transport();
        return firstResult(ParallelRunner.processes(o -> o.workers(1).transport(transport)), started);
    }

    /** With a thread. */
    @Benchmark
    public Integer threads(Started started) {
        return firstResult(ParallelRunner.threads(o -> o.workers(1)), started);
    }

    /** A JVM with default flags, up to the line that it prints. */
    @Benchmark
    public @Nullable String bareJava(Started started) throws IOException {
        Process process = JavaProcess.of(HelloWorld.class).start();
        started.end = process.onExit()::join;
        return process.inputReader().readLine();
    }

    private static Integer firstResult(ParallelRunner runner, Started started) {
        started.end = runner::close;
        return runner.submit(NO_OP).join();
    }

    /** How the worker is connected. */
    @State(Scope.Benchmark)
    public static class Connected {

        /** The transport. */
        @Param
        public TransportKind transport;
    }

    /** What one invocation has started. */
    @State(Scope.Benchmark)
    public static class Started {

        private Runnable end = () -> {};

        /** Ends it, unmeasured, so that it does not disturb the next start. */
        @TearDown(Level.Invocation)
        public void end() {
            end.run();
        }
    }
}
