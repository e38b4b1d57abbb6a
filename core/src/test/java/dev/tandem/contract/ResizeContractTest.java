package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.ParallelRunner;
import dev.tandem.Strategy;
import dev.tandem.TaskContext;
import dev.tandem.TaskFuture;
import dev.tandem.testing.Eventually;
import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.Gate;
import dev.tandem.testing.LogLines;
import dev.tandem.testing.Marks;
import dev.tandem.testing.Need;
import dev.tandem.testing.Row;
import dev.tandem.testing.Runners;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.IntStream;

/** The number of workers of a live runner changes, and no task notices. */
final class ResizeContractTest {

    /** Holds that many tasks at once, and not one more. */
    private static void assertRoomFor(ParallelRunner runner, Runners runners, int workers) {
        Gate gate = runners.gate();
        Marks inside = runners.marks();
        List<TaskFuture<Boolean>> futures = new ArrayList<>();
        for (int i = 0; i <= workers; i++) {
            futures.add(runner.submit(() -> {
                inside.count("in");
                gate.await();
                return true;
            }));
        }
        inside.awaitCount(workers);
        Eventually.holds("the supervisor has read that", () -> runner.stats().running() == workers);
        assertThat(runner.stats().queued()).isEqualTo(1);
        assertThat(runner.stats().workers()).isEqualTo(workers);
        gate.open();
        assertThat(futures).allMatch(TaskFuture::join);
    }

    @Row("B68")
    @EveryRunner(needs = {Need.ASYNC, Need.SHARED_HEAP})
    void b68FollowsEachSizeUnderLoadAndLosesNoTask(Runners runners) {
        ParallelRunner runner = runners.open(12);
        List<TaskFuture<Integer>> load = new ArrayList<>();
        for (int size : List.of(12, 2, 1, 12, 6, 1, 8, 5)) {
            for (int i = 0; i < 200; i++) {
                int number = load.size();
                load.add(runner.submit(() -> {
                    Thread.onSpinWait();
                    return number;
                }));
            }
            runner.resize(size);
            for (int i = 0; i < 50; i++) {
                int number = load.size();
                load.add(runner.submit(() -> number));
            }
            Eventually.holds("size " + size, () -> runner.stats().workers() <= size);
            assertRoomFor(runner, runners, size);
        }
        assertThat(load.stream().map(TaskFuture::join).toList())
                .isEqualTo(IntStream.range(0, load.size()).boxed().toList());
        assertThat(runner.strategy()).isEqualTo(Strategy.THREADS);
        assertThat(runner.stats().workersStarted())
                .isEqualTo(runner.stats().workersRecycled() + runner.stats().workers());
    }

    @Row("B68")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void b68FollowsEachSizeOnWorkerJvms(Runners runners) {
        try (LogLines log = new LogLines()) {
            ParallelRunner runner = runners.open(3);
            assertRoomFor(runner, runners, 3);
            Set<Long> old = pids(runner, 30);
            List<TaskFuture<Integer>> load = new ArrayList<>();
            for (int size : List.of(1, 3, 2)) {
                for (int i = 0; i < 50; i++) {
                    int number = load.size();
                    load.add(runner.submit(() -> number));
                }
                runner.resize(size);
                Eventually.holds("size " + size, () -> runner.stats().workers() <= size);
                if (size == 1) {
                    assertThat(old).as("a healthy old one").containsAll(pids(runner, 5));
                }
                assertRoomFor(runner, runners, size);
            }
            assertThat(load.stream().map(TaskFuture::join).toList())
                    .isEqualTo(IntStream.range(0, load.size()).boxed().toList());
            assertThat(runner.stats().workersLost()).isZero();
            assertThat(runner.stats().workersRecycled()).isEqualTo(3);
            assertThat(log.with("INFO", "is recycled", "resized to workers=")).hasSize(3);
        }
    }

    private static Set<Long> pids(ParallelRunner runner, int tasks) {
        return new HashSet<>(runner.map(
                        IntStream.range(0, tasks).boxed().toList(),
                        i -> ProcessHandle.current().pid())
                .join());
    }

    @EveryRunner(needs = Need.ASYNC, eachTransport = false)
    void letsTheSurplusFinishWhatItIsDoing(Runners runners) {
        ParallelRunner runner = runners.open(2);
        Gate gate = runners.gate();
        Marks inside = runners.marks();
        List<TaskFuture<Integer>> busy = IntStream.range(0, 2)
                .mapToObj(i -> runner.submit(() -> {
                    inside.make(i);
                    gate.await();
                    return i;
                }))
                .toList();
        inside.awaitCount(2);
        runner.resize(1);
        assertThat(runner.stats().busyWorkers()).isEqualTo(2);
        gate.open();
        assertThat(busy.stream().map(TaskFuture::join).toList()).containsExactly(0, 1);
        Eventually.holds("one is left", () -> runner.stats().workers() == 1);
        assertThat(runner.submit(() -> TaskContext.current().workerIndex()).join())
                .isBetween(0, 1);
    }

    @EveryRunner(needs = {Need.ASYNC, Need.SHARED_HEAP})
    void mayBeAskedForByATask(Runners runners) {
        ParallelRunner runner = runners.open(1);
        Gate gate = runners.gate();
        TaskFuture<Boolean> waiting = runner.submit(() -> {
            runner.resize(2);
            gate.await(); // which only the second worker can open
            return true;
        });
        runner.submit(gate::open).join();
        assertThat(waiting.join()).isTrue();
    }

    @EveryRunner(eachTransport = false)
    void refusesWhatMakesNoSense(Runners runners) {
        ParallelRunner runner = runners.open(1);
        assertThatThrownBy(() -> runner.resize(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("workers must be positive: workers=0");
        runner.resize(1);
        runner.close();
        assertThatThrownBy(() -> runner.resize(2))
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("is closed and cannot be resized");
    }
}
