package dev.tandem.benchmarks.goals;

import static dev.tandem.benchmarks.goals.Goal.atLeast;
import static dev.tandem.benchmarks.goals.Goal.compare;
import static dev.tandem.benchmarks.goals.Subjects.NO_OP;

import dev.tandem.ParallelRunner;
import dev.tandem.Task;
import dev.tandem.TaskAction;
import dev.tandem.TaskFuture;
import dev.tandem.benchmarks.TransportKind;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;

/** More work, more workers, more tasks that wait. */
final class ScalingRows {

    private static final int SLEEP_MILLIS = 10;
    private static final int SHORT_MODE_WORKERS = 16;
    private static final int SHORT_MODE_TASKS = 10_000;
    private static final int BURN_STEPS = 300_000; // about half a millisecond

    private static final Task<Long> BURN = ScalingRows::burn;
    private static final TaskAction SLEEP = () -> Thread.sleep(SLEEP_MILLIS);
    private static final TaskAction SLEEP_LONG = () -> Thread.sleep(600_000);

    private ScalingRows() {}

    static List<Row> all() {
        return List.of(twoWorkers(), workers(), queuedTime(), queuedMemory());
    }

    private static Row twoWorkers() {
        return Row.of("two-workers", "tasks of about 0.5 ms of pure computing, two in flight per worker", "tasks/s")
                .with("two threads, no tasks", ScalingRows::twoCores)
                .with(
                        "tandem pipes",
                        effort -> Subjects.processes(TransportKind.PIPES, 2),
                        (runner, effort) -> Timing.window(effort, 4, 16, () -> runner.submit(BURN)))
                .to(atLeast(0.88, "tandem pipes", "two threads, no tasks"));
    }

    /** What two cores can do when nothing has to be handed over. */
    private static Figure twoCores(Effort effort) throws Exception {
        var start = new CountDownLatch(1);
        var one = CompletableFuture.supplyAsync(() -> burnRate(effort, start));
        var other = CompletableFuture.supplyAsync(() -> burnRate(effort, start));
        start.countDown();
        return Figure.of(one.get() + other.get());
    }

    private static double burnRate(Effort effort, CountDownLatch start) {
        try {
            start.await();
            return Timing.rate(effort, 1, ScalingRows::burn).value();
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static Long burn() {
        long x = 88172645463325252L;
        for (int i = 0; i < BURN_STEPS; i++) {
            x ^= x << 13;
            x ^= x >>> 7;
            x ^= x << 17;
        }
        return x;
    }

    /** Sleeping tasks stand for cores that this machine does not have. */
    private static Row workers() {
        Row row = Row.of("workers", "tasks that sleep 10 ms: of what so many workers could do at most", "%");
        for (int workers : new int[] {1, 2, 4, 8, 16, 64}) {
            row.with(
                    workers + " workers",
                    effort -> {
                        if (workers > effort.count(2, SHORT_MODE_WORKERS, Integer.MAX_VALUE)) {
                            throw new AbsentException("starting so many takes the long mode");
                        }
                        return Subjects.processes(TransportKind.PIPES, workers);
                    },
                    (runner, effort) -> ofTheMost(runner, effort, workers));
            row.with(
                    workers + " threads",
                    effort -> Subjects.threads(workers),
                    (runner, effort) -> ofTheMost(runner, effort, workers));
            if (workers > 1) {
                row.to(compare(workers + " workers", "1 workers"));
                row.to(compare(workers + " threads", "1 threads"));
            }
        }
        return row;
    }

    private static Figure ofTheMost(ParallelRunner runner, Effort effort, int workers) throws Exception {
        Figure perSecond = Timing.window(effort, 2 * workers, 4 * workers, () -> runner.submit(SLEEP));
        return Figure.of(perSecond.value() * SLEEP_MILLIS / 10.0 / workers);
    }

    private static Row queuedTime() {
        Row row = Row.of("queued-time", "time per task when so many wait behind a long one, all of them joined", "µs");
        queued(row, ScalingRows::time);
        for (String where : new String[] {"", " on threads"}) {
            row.to(compare("10000 tasks" + where, "1000 tasks" + where));
            row.to(compare("1000000 tasks" + where, "1000 tasks" + where));
        }
        return row;
    }

    private static Row queuedMemory() {
        Row row = Row.of("queued-memory", "heap per task that waits", "bytes");
        queued(row, ScalingRows::memory);
        for (String where : new String[] {"", " on threads"}) {
            row.to(compare("1000000 tasks" + where, "10000 tasks" + where));
        }
        return row;
    }

    private interface Queue {

        double with(ParallelRunner runner, int tasks);
    }

    private static void queued(Row row, Queue queue) {
        for (int tasks : new int[] {1_000, 10_000, 100_000, 1_000_000}) {
            queued(row, queue, tasks, "", () -> Subjects.processes(TransportKind.PIPES, 1));
            queued(row, queue, tasks, " on threads", () -> Subjects.threads(1));
        }
    }

    private static void queued(Row row, Queue queue, int tasks, String where, Supplier<ParallelRunner> open) {
        row.with(
                tasks + " tasks" + where,
                effort -> {
                    if (tasks > effort.count(1_000, SHORT_MODE_TASKS, Integer.MAX_VALUE)) {
                        throw new AbsentException("so many take the long mode");
                    }
                    return open.get();
                },
                (runner, effort) -> Figure.of(queue.with(runner, tasks)));
    }

    private static double time(ParallelRunner runner, int tasks) {
        TaskFuture<?> gate = runner.submit(SLEEP_LONG);
        long start = System.nanoTime();
        List<TaskFuture<Integer>> waiting = submit(runner, tasks);
        gate.cancel();
        waiting.forEach(TaskFuture::join);
        return (System.nanoTime() - start) / 1e3 / tasks;
    }

    private static double memory(ParallelRunner runner, int tasks) {
        TaskFuture<?> gate = runner.submit(SLEEP_LONG);
        long before = usedBytes();
        List<TaskFuture<Integer>> waiting = submit(runner, tasks);
        double bytes = usedBytes() - before;
        gate.cancel();
        waiting.forEach(TaskFuture::join);
        return bytes / tasks;
    }

    private static List<TaskFuture<Integer>> submit(ParallelRunner runner, int tasks) {
        List<TaskFuture<Integer>> waiting = new ArrayList<>(tasks);
        for (int i = 0; i < tasks; i++) {
            waiting.add(runner.submit(NO_OP));
        }
        return waiting;
    }

    private static long usedBytes() {
        var memory = ManagementFactory.getMemoryMXBean();
        memory.gc();
        return memory.getHeapMemoryUsage().getUsed();
    }
}
