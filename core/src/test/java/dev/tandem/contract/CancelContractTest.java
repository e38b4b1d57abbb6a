package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.ParallelRunner;
import dev.tandem.StopOutcome;
import dev.tandem.TaskFuture;
import dev.tandem.TaskOptions;
import dev.tandem.TaskStatus;
import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.ExceptAdaptive;
import dev.tandem.testing.Gate;
import dev.tandem.testing.Marks;
import dev.tandem.testing.Need;
import dev.tandem.testing.Row;
import dev.tandem.testing.Runners;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.locks.LockSupport;

/** B22, B25, B40, B41, B42: cancelling stops what it is aimed at, at once, and nothing else. */
@ExceptAdaptive
final class CancelContractTest {

    @Row({"B22", "B40"})
    @EveryRunner(needs = Need.ASYNC)
    void neverRunsACancelledTaskThatWaited(Runners runners) {
        ParallelRunner runner = runners.open(1);
        Gate gate = runners.gate();
        Marks ran = runners.marks();
        TaskFuture<Integer> first = runner.submit(() -> {
            ran.make("first");
            gate.await();
            return 1;
        });
        ran.await("first");
        TaskFuture<Void> second = runner.submit(() -> ran.make("second"));
        assertThat(second.cancel()).isTrue();
        assertThat(second.cancel()).as("again").isFalse();
        assertThat(second.isDone()).isTrue();
        assertThat(second.isCancelled()).isTrue();
        assertThat(second.status()).isEqualTo(TaskStatus.CANCELLED);
        assertThatThrownBy(second::join).isInstanceOf(CancellationException.class);
        assertThatThrownBy(second::get).isInstanceOf(CancellationException.class);
        assertThat(second.stopped().toCompletableFuture().join()).isEqualTo(StopOutcome.NOT_STARTED);
        gate.open();
        assertThat(first.join()).isEqualTo(1);
        assertThat(runner.submit(() -> 3).join()).isEqualTo(3);
        assertThat(ran.all()).containsExactly("first");
    }

    @Row({"C3", "B41"})
    @EveryRunner(needs = Need.ASYNC)
    void interruptsACancelledTaskThatRuns(Runners runners) {
        ParallelRunner runner = runners.open(settings -> settings.grace(Duration.ofSeconds(20)));
        Gate never = runners.gate();
        Marks marks = runners.marks();
        TaskFuture<Void> future = runner.submit(() -> {
            marks.make("started");
            never.await();
            marks.make("the rest");
        });
        marks.await("started");
        assertThat(future.cancel()).isTrue();
        assertThat(future.isDone()).isTrue();
        assertThatThrownBy(future::join).isInstanceOf(CancellationException.class);
        assertThat(future.stopped().toCompletableFuture().join()).isEqualTo(StopOutcome.INTERRUPTED);
        assertThat(runner.submit(() -> 1).join()).isEqualTo(1);
        assertThat(marks.all()).containsExactly("started");
        assertThat(runner.stats().workersStarted())
                .as("a worker that obeys is kept")
                .isEqualTo(1);
    }

    @EveryRunner(needs = Need.ASYNC)
    void isDoneAtOnceAlthoughTheWorkIsStillStopping(Runners runners) {
        ParallelRunner runner = runners.open(settings -> settings.grace(Duration.ofSeconds(20)));
        Gate gate = runners.gate();
        Marks marks = runners.marks();
        TaskFuture<Void> future = runner.submit(() -> {
            marks.make("started");
            gate.awaitStubbornly();
        });
        marks.await("started");
        future.cancel();
        assertThat(future.isDone()).isTrue();
        assertThat(future.stopped().toCompletableFuture()).isNotDone();
        assertThat(runner.stats().cancelled()).isEqualTo(1);
        assertThat(runner.stats().running()).isZero();
        assertThat(runner.stats().busyWorkers()).isEqualTo(1);
        gate.open();
        assertThat(future.stopped().toCompletableFuture().join()).isEqualTo(StopOutcome.INTERRUPTED);
    }

    @Row("B41")
    @EveryRunner(needs = Need.ASYNC)
    void stopsATaskThatIgnoresInterruptionAfterTheGrace(Runners runners) {
        ParallelRunner runner = runners.open(settings -> settings.grace(Duration.ofMillis(100)));
        Gate gate = runners.gate();
        Marks marks = runners.marks();
        TaskFuture<Void> future = runner.submit(() -> {
            marks.make("started");
            gate.awaitStubbornly();
        });
        marks.await("started");
        future.cancel();
        assertThat(future.stopped().toCompletableFuture().join())
                .isEqualTo(runners.have(Need.WORKER_JVM) ? StopOutcome.KILLED : StopOutcome.ABANDONED);
        assertThat(runner.submit(() -> 1).join()).isEqualTo(1);
        assertThat(runner.stats().workersLost()).isZero();
    }

    @Row("B41")
    @EveryRunner(needs = Need.ASYNC)
    void letsTheWorkRunOnIfItMustNotBeInterrupted(Runners runners) {
        ParallelRunner runner = runners.open(1);
        Gate gate = runners.gate();
        Marks marks = runners.marks();
        TaskFuture<Integer> future = runner.submit(() -> {
            marks.make("started");
            gate.await();
            marks.make("to the end");
            return 1;
        });
        marks.await("started");
        assertThat(future.cancel(false)).isTrue();
        assertThat(future.isDone()).isTrue();
        TaskFuture<Integer> next = runner.submit(() -> 2);
        assertThat(future.stopped().toCompletableFuture()).isNotDone();
        gate.open();
        assertThat(future.stopped().toCompletableFuture().join()).isEqualTo(StopOutcome.FINISHED);
        assertThatThrownBy(future::join).as("the late result is dropped").isInstanceOf(CancellationException.class);
        assertThat(next.join()).isEqualTo(2);
        assertThat(marks.all()).containsExactly("started", "to the end");
    }

    @EveryRunner(needs = Need.ASYNC)
    void takesOutWhatHasNotBegunEvenIfNothingMustBeInterrupted(Runners runners) {
        ParallelRunner runner = runners.open(1);
        Gate gate = runners.gate();
        Marks marks = runners.marks();
        TaskFuture<List<Integer>> both = runner.with(TaskOptions.defaults().chunkSize(2))
                .map(List.of(0, 1), input -> {
                    marks.make("started " + input);
                    gate.await();
                    return input;
                });
        marks.await("started 0");
        assertThat(both.cancel(false)).isTrue();
        gate.open();
        assertThat(both.stopped().toCompletableFuture().join()).isEqualTo(StopOutcome.FINISHED);
        assertThat(runner.submit(() -> 1).join()).isEqualTo(1);
        assertThat(marks.all()).containsExactly("started 0");
    }

    /** B42. The cancel comes at any moment of the task's short life, and the next task of the same worker must not feel it. */
    @Row({"C3", "B42"})
    @EveryRunner
    void isFencedFromTheNextTaskOfTheSameWorker(Runners runners) {
        ParallelRunner runner = runners.open(settings -> settings.grace(Duration.ofSeconds(20)));
        runner.submit(() -> 1).join();
        int rounds = Integer.getInteger("tandem.test.rounds", runners.have(Need.WORKER_JVM) ? 2_000 : 10_000);
        int values = 0;
        long roundTripNanos = 1_000;
        for (int round = 0; round < rounds; round++) {
            int expected = round;
            long startedNanos = System.nanoTime();
            TaskFuture<Integer> raced = runner.submit(() -> expected);
            TaskFuture<Integer> next = runner.submit(CancelContractTest::feelsAnInterrupt);
            LockSupport.parkNanos(roundTripNanos * (round % 8) / 4);
            boolean cancelled = raced.cancel();
            assertThat(next.join()).as("round %d", round).isZero();
            if (cancelled) {
                assertThatThrownBy(raced::join).isInstanceOf(CancellationException.class);
            } else {
                assertThat(raced.join()).isEqualTo(expected);
                values++;
                roundTripNanos = Math.min(2_000_000, (System.nanoTime() - startedNanos) / 2);
            }
        }
        assertThat(runner.stats().workersStarted())
                .as("no worker had to be replaced")
                .isLessThanOrEqualTo(1);
        assertThat(runner.stats().failed()).isZero();
        assertThat(values).as("rounds in which the task was faster").isBetween(1, rounds);
    }

    private static int feelsAnInterrupt() {
        for (int i = 0; i < 20; i++) {
            if (Thread.interrupted()) {
                return 1;
            }
            Thread.onSpinWait();
        }
        return 0;
    }

    /** B42, for time-outs: the task ends just when its time does. */
    @Row("B42")
    @EveryRunner(needs = Need.ASYNC)
    void isFencedFromTheNextTaskWhenATimeoutRacesTheEnd(Runners runners) {
        ParallelRunner runner = runners.open(settings -> settings.grace(Duration.ofSeconds(20)));
        runner.submit(() -> 1).join();
        TaskOptions limited = TaskOptions.defaults().timeout(Duration.ofMillis(2));
        for (int round = 0; round < 300; round++) {
            TaskFuture<Integer> raced = runner.with(limited).submit(() -> {
                LockSupport.parkNanos(1_900_000);
                return 1;
            });
            assertThat(runner.submit(CancelContractTest::feelsAnInterrupt).join())
                    .as("round %d", round)
                    .isZero();
            raced.stopped().toCompletableFuture().join();
            assertThat(raced.isDone()).isTrue();
        }
        assertThat(runner.stats().workersStarted()).isEqualTo(1);
        assertThat(runner.stats().done()).isEqualTo(601);
    }

    @EveryRunner
    void cancelsATaskThatCancelsItself(Runners runners) {
        ParallelRunner runner = runners.shared();
        TaskFuture<Integer> future = runner.submit(() -> 1);
        future.thenAccept(x -> future.cancel());
        assertThat(future.join()).isEqualTo(1);
        assertThat(runner.submit(() -> 2).join()).isEqualTo(2);
    }
}
