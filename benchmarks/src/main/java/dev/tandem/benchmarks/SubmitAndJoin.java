package dev.tandem.benchmarks;

import dev.tandem.Task;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Fork;
import org.openjdk.jmh.annotations.Measurement;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Warmup;

/**
 * Latency of one task that does nothing: {@code submit}, then {@code join}, in a closed loop of one caller and one
 * worker.
 *
 * <p>Compare the thread engine with a plain executor of the JDK, and the process engine with {@link TransportPingPong}
 * over the same transport: what a ratio has above 1 is what a task costs beyond moving its bytes. Most of the time goes
 * into waking the other side, and depends on whether both happen to share a core: never compare across runs.
 */
@BenchmarkMode(Mode.SampleTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
@Fork(1)
@Warmup(iterations = 2, time = 1)
@Measurement(iterations = 5, time = 500, timeUnit = TimeUnit.MILLISECONDS)
public class SubmitAndJoin {

    private static final Task<Integer> NO_OP = () -> 1;

    /** In the caller's thread: the price of the contract alone. */
    @Benchmark
    public Integer inline(OneWorker.Inline state) {
        return state.runner.submit(NO_OP).join();
    }

    /** On a platform thread. */
    @Benchmark
    @ComparedWith("SubmitAndJoin.threadPoolExecutor")
    public Integer threads(OneWorker.Threads state) {
        return state.runner.submit(NO_OP).join();
    }

    /** On a virtual thread, on JVMs that have them. */
    @Benchmark
    @ComparedWith("SubmitAndJoin.virtualThreadExecutor")
    public Integer virtualThreads(OneWorker.VirtualThreads state) {
        return state.runner.submit(NO_OP).join();
    }

    /** In a worker JVM. */
    @Benchmark
    @ComparedWith("TransportPingPong.roundTrip")
    public Integer processes(OneWorker.Processes state) {
        return state.runner.submit(NO_OP).join();
    }

    /** The JDK's pool of one platform thread, {@code submit().get()}. */
    @Benchmark
    public Integer threadPoolExecutor(Peers.ThreadPool peer) throws ExecutionException, InterruptedException {
        return peer.executor.submit(NO_OP).get();
    }

    /** The JDK's executor with a new virtual thread for each task, {@code submit().get()}. */
    @Benchmark
    public Integer virtualThreadExecutor(Peers.VirtualThreads peer) throws ExecutionException, InterruptedException {
        return peer.executor.submit(NO_OP).get();
    }
}
