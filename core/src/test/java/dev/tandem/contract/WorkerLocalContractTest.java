package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.ParallelRunner;
import dev.tandem.TaskFailedException;
import dev.tandem.TaskFuture;
import dev.tandem.WorkerLocal;
import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.Gate;
import dev.tandem.testing.Marks;
import dev.tandem.testing.Need;
import dev.tandem.testing.Runners;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;

/** One value per worker, built late and closed with it. */
final class WorkerLocalContractTest {

    @EveryRunner
    void buildsOneValuePerWorkerOnFirstUse(Runners runners) {
        ParallelRunner runner = runners.open(1);
        Marks built = runners.marks();
        WorkerLocal<AtomicInteger> counter = WorkerLocal.withInitial(() -> {
            built.count("built");
            return new AtomicInteger();
        });
        assertThat(runner.submit(() -> 1).join()).isEqualTo(1);
        assertThat(built.all()).isEmpty();
        List<Integer> counts = runner.map(
                        IntStream.range(0, 10).boxed().toList(),
                        x -> counter.get().incrementAndGet())
                .join();
        assertThat(counts).containsExactly(1, 2, 3, 4, 5, 6, 7, 8, 9, 10);
        assertThat(built.all()).hasSize(1);
    }

    @EveryRunner(needs = Need.ASYNC)
    void isNotSharedBetweenWorkers(Runners runners) {
        ParallelRunner runner = runners.open(2);
        Marks built = runners.marks();
        Gate gate = runners.gate();
        WorkerLocal<AtomicInteger> counter = WorkerLocal.withInitial(() -> {
            built.count("built");
            return new AtomicInteger();
        });
        List<TaskFuture<Integer>> futures = IntStream.range(0, 2)
                .mapToObj(i -> runner.submit(() -> {
                    int count = counter.get().incrementAndGet();
                    gate.await();
                    return count;
                }))
                .toList();
        built.awaitCount(2);
        gate.open();
        assertThat(futures).extracting(TaskFuture::join).containsExactly(1, 1);
    }

    @EveryRunner
    void tellsOneValueFromAnother(Runners runners) {
        ParallelRunner runner = runners.shared();
        WorkerLocal<String> one = WorkerLocal.withInitial(() -> "one");
        WorkerLocal<String> two = WorkerLocal.withInitial(() -> "two");
        assertThat(runner.submit(() -> one.get() + " " + two.get() + " " + one.get())
                        .join())
                .isEqualTo("one two one");
    }

    record Resource(Marks marks, String name) implements AutoCloseable {
        @Override
        public void close() {
            marks.make(marks.all().size() + " closed " + name);
        }
    }

    @EveryRunner
    void closesItsValuesTheYoungestFirst(Runners runners) {
        ParallelRunner runner = runners.open(1);
        Marks closed = runners.marks();
        WorkerLocal<Resource> old = WorkerLocal.withInitial(() -> new Resource(closed, "old"));
        WorkerLocal<Resource> young = WorkerLocal.withInitial(() -> new Resource(closed, "young"));
        runner.submit(() -> old.get().name() + young.get().name()).join();
        assertThat(closed.all()).isEmpty();
        runner.close();
        assertThat(closed.all()).containsExactly("0 closed young", "1 closed old");
    }

    @EveryRunner
    void failsTheTaskWhoseValueCannotBeBuiltAndTriesAgain(Runners runners) {
        ParallelRunner runner = runners.open(1);
        Marks attempts = runners.marks();
        WorkerLocal<String> late = WorkerLocal.withInitial(() -> {
            attempts.count("attempt");
            if (attempts.all().size() < 3) {
                throw new IllegalArgumentException("not yet");
            }
            return "ready";
        });
        for (int i = 0; i < 2; i++) {
            assertThatThrownBy(runner.submit(late::get)::join)
                    .isInstanceOf(TaskFailedException.class)
                    .cause()
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("not yet");
        }
        assertThat(runner.submit(late::get).join()).isEqualTo("ready");
        assertThat(runner.submit(late::get).join()).isEqualTo("ready");
        assertThat(attempts.all()).hasSize(3);
    }

    @EveryRunner
    void wrapsACheckedExceptionOfItsInitialValue(Runners runners) {
        WorkerLocal<String> broken = WorkerLocal.withInitial(() -> {
            throw new java.io.IOException("no model");
        });
        assertThatThrownBy(runners.shared().submit(broken::get)::join)
                .cause()
                .isInstanceOf(IllegalStateException.class)
                .hasCauseInstanceOf(java.io.IOException.class);
    }

    @EveryRunner
    void hasNoValueOutsideATask(Runners runners) {
        WorkerLocal<String> local = WorkerLocal.withInitial(() -> "value");
        assertThatThrownBy(local::get)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(Thread.currentThread().getName());
        assertThat(runners.shared().submit(local::get).join()).isEqualTo("value");
    }
}
