package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.ParallelRunner;
import dev.tandem.RunnerStats;
import dev.tandem.Task;
import dev.tandem.TaskFuture;
import dev.tandem.TaskOptions;
import dev.tandem.testing.Eventually;
import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.LogLines;
import dev.tandem.testing.Marks;
import dev.tandem.testing.Need;
import dev.tandem.testing.Row;
import dev.tandem.testing.Runners;
import java.io.IOException;
import java.io.ObjectOutputStream;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.stream.IntStream;

/** Workers that are retired on purpose: planned, said, and at the cost of no task. */
final class RecyclingContractTest {

    private static final List<Object> LEAK = new ArrayList<>(); // in the worker

    private static long pid(ParallelRunner runner) {
        return runner.submit(() -> ProcessHandle.current().pid()).join();
    }

    private static String nameOf(ParallelRunner runner) {
        String text = runner.toString();
        return text.substring(0, text.indexOf('['));
    }

    private static void assertNothingLost(ParallelRunner runner) {
        RunnerStats stats = runner.stats();
        assertThat(stats.failed() + stats.cancelled() + stats.retried() + stats.workersLost())
                .as("%s", stats)
                .isZero();
    }

    @Row("B62")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void b62RetiresAWorkerAfterSoManyTasks(Runners runners) {
        try (LogLines log = new LogLines()) {
            ParallelRunner runner = runners.open(s -> s.workers(1).processes(o -> o.maxTasksPerWorker(3)));
            List<Long> pids = IntStream.range(0, 7).mapToObj(i -> pid(runner)).toList();
            assertThat(new HashSet<>(pids.subList(0, 3))).hasSize(1);
            assertThat(new HashSet<>(pids.subList(3, 6))).hasSize(1).doesNotContain(pids.get(0));
            assertThat(new HashSet<>(pids)).hasSize(3);
            assertThat(runner.stats().workers()).isEqualTo(1);
            assertThat(runner.stats().workersStarted()).isEqualTo(3);
            assertThat(runner.stats().workersRecycled()).isEqualTo(2);
            assertThat(log.with("INFO", "is recycled after 3 tasks: maxTasksPerWorker=3"))
                    .hasSize(2);
            assertThat(log.with("WARN", nameOf(runner))).isEmpty();
            assertNothingLost(runner);
        }
    }

    @Row("B62")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void b62HoldsInsideOfBatchesToo(Runners runners) {
        ParallelRunner runner = runners.open(s -> s.workers(1).processes(o -> o.maxTasksPerWorker(4)));
        List<Long> pids = runner.with(TaskOptions.defaults().chunkSize(10))
                .map(
                        IntStream.range(0, 10).boxed().toList(),
                        i -> ProcessHandle.current().pid())
                .join();
        assertThat(new HashSet<>(pids)).hasSize(3);
        assertThat(pids)
                .allSatisfy(pid -> assertThat(Collections.frequency(pids, pid)).isLessThanOrEqualTo(4));
        assertNothingLost(runner);
    }

    @Row({"B64", "R5"})
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void b64RetiresAWorkerThatLeaksAndLosesNoTask(Runners runners) {
        try (LogLines log = new LogLines()) {
            ParallelRunner runner = runners.open(s -> s.workers(1)
                    .processes(o -> o.maxHeap("64m")
                            .jvmArgs("-XX:MaxDirectMemorySize=1g")
                            .maxWorkerMemory("256m")));
            List<Long> pids = runner.with(TaskOptions.defaults().chunkSize(5))
                    .map(IntStream.range(0, 30).boxed().toList(), i -> {
                        LEAK.add(touched(ByteBuffer.allocateDirect(24 << 20)));
                        return ProcessHandle.current().pid();
                    })
                    .join();
            assertThat(new HashSet<>(pids)).hasSizeBetween(3, 8);
            assertThat(log.with("INFO", "is recycled after", "memory: ")).hasSizeGreaterThanOrEqualTo(2);
            assertThat(log.with("WARN", nameOf(runner))).isEmpty();
            assertNothingLost(runner);
            Eventually.holds(
                    "a count for each line",
                    () -> runner.stats().workersRecycled()
                            == log.with("is recycled").size());
        }
    }

    @Row("B64")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void b64KeepsAWorkerThatOnlyMakesGarbage(Runners runners) {
        ParallelRunner runner = runners.open(s -> s.workers(1)
                .processes(o ->
                        o.maxHeap("192m").jvmArgs("-XX:MaxDirectMemorySize=1g").maxWorkerMemory("200m")));
        long first = pid(runner);
        for (int round = 0; round < 4; round++) {
            runner.submit(() -> {
                        List<Object> garbage = new ArrayList<>();
                        for (int i = 0; i < 130; i++) {
                            garbage.add(new byte[1 << 20]);
                        }
                        garbage.add(touched(ByteBuffer.allocateDirect(100 << 20)));
                    })
                    .join();
        }
        assertThat(pid(runner)).isEqualTo(first);
        assertThat(runner.stats().workersRecycled()).isZero();
    }

    private static ByteBuffer touched(ByteBuffer buffer) {
        for (int i = 0; i < buffer.capacity(); i += 1024) {
            buffer.put(i, (byte) 1);
        }
        return buffer;
    }

    /** Encoding takes longer than an idle worker is kept. */
    private record SlowToEncode(int number) implements Serializable {

        private static final class Form implements Serializable {

            private static final long serialVersionUID = 1L;
            private final int number;

            Form(int number) {
                this.number = number;
            }

            private void writeObject(ObjectOutputStream out) throws IOException {
                long endNanos = System.nanoTime() + Duration.ofMillis(60).toNanos();
                while (System.nanoTime() < endNanos) {
                    Thread.onSpinWait();
                }
                out.defaultWriteObject();
            }

            private Object readResolve() {
                return new SlowToEncode(number);
            }
        }

        private Object writeReplace() {
            return new Form(number);
        }
    }

    @Row("B65")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void b65LetsIdleWorkersGoAndStartsOthersWhenThereIsWork(Runners runners) {
        try (LogLines log = new LogLines()) {
            ParallelRunner runner =
                    runners.open(s -> s.workers(2).processes(o -> o.idleTimeout(Duration.ofMillis(10))));
            List<TaskFuture<Integer>> futures = new ArrayList<>();
            for (int i = 0; i < 8; i++) {
                SlowToEncode input = new SlowToEncode(i);
                futures.add(runner.submit(() -> input.number()));
            }
            assertThat(futures.stream().map(TaskFuture::join).toList()).containsExactly(0, 1, 2, 3, 4, 5, 6, 7);
            Eventually.holds("nobody is idle", () -> runner.stats().workers() == 0);
            assertThat(runner.submit(() -> "again").join()).isEqualTo("again");
            Eventually.holds("nobody is idle", () -> runner.stats().workers() == 0);
            assertThat(runner.stats().workersRecycled())
                    .isEqualTo(runner.stats().workersStarted());
            assertThat(log.with("INFO", "is recycled", "idle for idleTimeout=PT0.01S"))
                    .hasSize((int) runner.stats().workersRecycled());
            assertNothingLost(runner);
        }
    }

    @Row("B65")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void b65KeepsSparesAndLosesNoTaskThatComesWhenTheTimeIsUp(Runners runners) {
        ParallelRunner runner = runners.open(s ->
                s.workers(1).processes(o -> o.idleTimeout(Duration.ofMillis(1)).spareWorkers(1)));
        for (int i = 0; i < 400; i++) {
            int number = i;
            assertThat(runner.submit(() -> number).join()).isEqualTo(number);
            if (i % 4 == 0) {
                java.util.concurrent.locks.LockSupport.parkNanos(
                        i * 5_000L); // up to two milliseconds: now and then too late
            }
        }
        Eventually.holds("the spare one is left", () -> runner.stats().workers() == 1);
        assertNothingLost(runner);
    }

    @Row("B66")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void b66RunsTheStartActionOncePerWorkerAndBeforeAnyTask(Runners runners) {
        Marks starts = runners.marks();
        Marks stops = runners.marks();
        ParallelRunner runner = runners.open(s -> s.workers(1)
                .processes(o -> o.maxTasksPerWorker(2)
                        .onWorkerStart(() -> starts.make(ProcessHandle.current().pid()))
                        .onWorkerStop(() -> stops.make(ProcessHandle.current().pid()))));
        Task<Boolean> task = () -> starts.has(ProcessHandle.current().pid());
        for (int i = 0; i < 6; i++) {
            assertThat(runner.submit(task).join()).isTrue();
        }
        runner.close();
        assertThat(starts.all()).hasSize(3);
        assertThat(stops.all()).as("orderly ends, all of them").isEqualTo(starts.all());
    }

    @Row("B56")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void b56LeavesNoSurvivorOfAReplacementThatMeetsAForcedStop(Runners runners) {
        for (int round = 0; round < 4; round++) {
            ParallelRunner runner = runners.open(
                    s -> s.workers(2).processes(o -> o.maxTasksPerWorker(1).spareWorkers(1)));
            List<TaskFuture<Integer>> futures = new ArrayList<>();
            for (int i = 0; i < 10; i++) {
                int number = i;
                futures.add(runner.submit(() -> number));
            }
            futures.get(round).join(); // now somebody is being replaced
            runner.shutdownNow();
            runner.close();
            assertThat(runner.stats().workers()).isZero();
            assertThat(futures).allMatch(TaskFuture::isDone);
        }
    }

    @Row("W10")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void w10AnswersWithTheErrorOfTheJvmAndIsReplacedBeforeItsNextTask(Runners runners) {
        try (LogLines log = new LogLines()) {
            ParallelRunner runner =
                    runners.open(s -> s.workers(1).processes(o -> o.jvmArgs("-XX:MaxDirectMemorySize=4m")));
            List<Task<Integer>> errors =
                    List.of(() -> ByteBuffer.allocateDirect(8 << 20).capacity(), () -> deep(0), () -> {
                        new Thread(null, () -> {}, "with a stack that no system has", 1L << 46).start();
                        return 0;
                    });
            List<Class<? extends Error>> expected =
                    List.of(OutOfMemoryError.class, StackOverflowError.class, OutOfMemoryError.class);
            long before = pid(runner);
            for (int i = 0; i < errors.size(); i++) {
                assertThatThrownBy(runner.submit(errors.get(i))::join).hasCauseInstanceOf(expected.get(i));
                long after = pid(runner);
                assertThat(after).isNotEqualTo(before);
                before = after;
            }
            assertThat(runner.stats().workersRecycled()).isEqualTo(3);
            assertThat(runner.stats().workersLost()).isZero();
            assertThat(log.with("INFO", "is recycled", "a task met java.lang.")).hasSize(3);
        }
    }

    @SuppressWarnings("InfiniteRecursion") // it is the point
    private static int deep(int depth) {
        return deep(depth + 1) + 1;
    }
}
