package dev.tandem.benchmarks.goals;

import static dev.tandem.benchmarks.goals.Goal.atMost;
import static dev.tandem.benchmarks.goals.Subjects.NO_OP;

import dev.tandem.ParallelRunner;
import java.util.List;
import java.util.concurrent.ForkJoinPool;

/** Single tasks on threads, beside the pools of the JDK. */
final class ThreadRows {

    private ThreadRows() {}

    static List<Row> all() {
        return List.of(platform(), virtual());
    }

    private static Row platform() {
        return Row.of("threads-join", "submit + join of a no-op on one platform thread", "µs")
                .with("tandem threads", effort -> Subjects.threads(1), ThreadRows::join)
                .with("ThreadPoolExecutor", effort -> Subjects.threadPool(), ThreadRows::join)
                .with("ForkJoinPool", effort -> new Subjects.Pool(new ForkJoinPool(1)), ThreadRows::join)
                .to(atMost(1.05, "tandem threads", "ThreadPoolExecutor"));
    }

    private static Row virtual() {
        return Row.of("virtual-join", "submit + join of a no-op on a virtual thread", "µs")
                .with("tandem virtual", effort -> Subjects.virtualThreads(), ThreadRows::join)
                .with("virtual-thread executor", effort -> Subjects.virtualThreadPool(), ThreadRows::join)
                .to(atMost(1.05, "tandem virtual", "virtual-thread executor"));
    }

    private static Figure join(ParallelRunner runner, Effort effort) throws Exception {
        return Timing.closedLoop(effort, () -> runner.submit(NO_OP).join());
    }

    private static Figure join(Subjects.Pool pool, Effort effort) throws Exception {
        return Timing.closedLoop(effort, () -> pool.submit(NO_OP).get());
    }
}
