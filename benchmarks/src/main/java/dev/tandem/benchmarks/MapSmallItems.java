package dev.tandem.benchmarks;

import dev.tandem.ParallelRunner;
import dev.tandem.TaskFunction;
import dev.tandem.TaskOptions;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OperationsPerInvocation;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Time per item of a {@code map} over 10,000 boxed integers that adds one to each, one worker per core.
 *
 * <p>The work is next to nothing, so all of the time is ours: making chunks, moving them, putting results in order.
 * Compare with the parallel stream, which has nothing to move; the gap to it bounds from below how long an item must
 * take before workers pay.
 */
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.NANOSECONDS)
@OperationsPerInvocation(MapSmallItems.ITEMS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
@State(Scope.Benchmark)
public class MapSmallItems {

    static final int ITEMS = 10_000;

    private static final TaskFunction<Integer, Integer> ADD_ONE = item -> item + 1;

    private final List<Integer> items = IntStream.range(0, ITEMS).boxed().collect(Collectors.toUnmodifiableList());

    /** On platform threads. */
    @Benchmark
    @ComparedWith("MapSmallItems.parallelStream")
    public List<Integer> threads(Threads state, Chunks chunks) {
        return state.runner.with(chunks.options()).map(items, ADD_ONE).join();
    }

    /** In worker JVMs, over the default transport. */
    @Benchmark
    @ComparedWith("MapSmallItems.parallelStream")
    public List<Integer> processes(Processes state, Chunks chunks) {
        return state.runner.with(chunks.options()).map(items, ADD_ONE).join();
    }

    /** The JDK's parallel stream. */
    @Benchmark
    public List<Integer> parallelStream() {
        return items.parallelStream().map(item -> item + 1).collect(Collectors.toUnmodifiableList());
    }

    /** How many items travel together. */
    @State(Scope.Benchmark)
    public static class Chunks {

        /** Items per chunk; 0 leaves it to the runner. */
        @Param({"0", "1", "1000"})
        public int chunkSize;

        TaskOptions options() {
            return chunkSize == 0
                    ? TaskOptions.defaults()
                    : TaskOptions.defaults().chunkSize(chunkSize);
        }
    }

    /** One platform thread per core. */
    public static class Threads extends WarmRunner {
        @Override
        protected ParallelRunner open() {
            return ParallelRunner.threads();
        }
    }

    /** One worker JVM per core. */
    public static class Processes extends WarmRunner {
        @Override
        protected ParallelRunner open() {
            return ParallelRunner.processes();
        }
    }
}
