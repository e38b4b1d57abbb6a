package dev.tandem.benchmarks;

import dev.tandem.ParallelRunner;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a call of a logger costs in a worker whose level is off in the supervisor's JVM.
 *
 * <p>One task makes so many calls that its own way to the worker and back does not count. Compare with a loop that reads one
 * volatile field instead.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class LogDisabled {

    private static final int CALLS = 10_000_000;

    /** A worker JVM over pipes: what carries the task does not matter. */
    public static class Worker extends WarmRunner {
        @Override
        protected ParallelRunner open() {
            return ParallelRunner.processes(o -> o.workers(1));
        }
    }

    /** What only exists in the worker. */
    private static final class There {

        static final Logger LOGGER = LoggerFactory.getLogger(LogDisabled.class);

        static volatile int field;
        static int sum;

        static int log() {
            for (int i = 0; i < CALLS; i++) {
                LOGGER.trace("the {} of {} is never made", "text", "this");
            }
            return CALLS;
        }

        static int read() {
            for (int i = 0; i < CALLS; i++) {
                sum += field;
            }
            return sum;
        }
    }

    /** {@code Logger.trace} with two arguments. */
    @Benchmark
    @OperationsPerInvocation(CALLS)
    @ComparedWith("LogDisabled.fieldRead")
    public Integer trace(Worker state) {
        return state.runner.submit(There::log).join();
    }

    /** The loop alone, with one volatile read in it. */
    @Benchmark
    @OperationsPerInvocation(CALLS)
    public Integer fieldRead(Worker state) {
        return state.runner.submit(There::read).join();
    }
}
