package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.ParallelRunner;
import dev.tandem.StopOutcome;
import dev.tandem.TaskFuture;
import dev.tandem.TaskOptions;
import dev.tandem.TaskStatus;
import dev.tandem.TaskTimeoutException;
import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.ExceptAdaptive;
import dev.tandem.testing.Gate;
import dev.tandem.testing.Marks;
import dev.tandem.testing.Need;
import dev.tandem.testing.Row;
import dev.tandem.testing.Runners;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** B43, B44, B46: time-outs hold, free the worker and hit nobody else. */
@ExceptAdaptive
final class TimeoutContractTest {

    /** Far below what a hang would take, far above what a busy machine adds. */
    private static final Duration LATE = Duration.ofSeconds(10);

    @EveryRunner
    void failsOnTimeAndInterrupts(Runners runners) {
        ParallelRunner runner = runners.open(settings -> settings.grace(LATE));
        runner.submit(() -> 1).join();
        Gate never = runners.gate();
        Marks interrupted = runners.marks();
        Duration timeout = Duration.ofMillis(200);
        long startedNanos = System.nanoTime();
        TaskFuture<Void> future = runner.withTimeout(timeout).submit(() -> {
            try {
                never.await();
            } catch (InterruptedException e) {
                interrupted.make("interrupted");
                throw e;
            }
        });
        assertThatThrownBy(future::join).isInstanceOfSatisfying(TaskTimeoutException.class, failure -> {
            assertThat(failure.timeout()).isEqualTo(timeout);
            assertThat(failure.isQueueTimeout()).isFalse();
            assertThat(failure).hasMessageContaining("task " + future.taskId()).hasMessageContaining("PT0.2S");
            assertThat(future.stopped().toCompletableFuture().join()).isEqualTo(StopOutcome.INTERRUPTED);
            assertThat(failure.stopOutcome()).contains(StopOutcome.INTERRUPTED);
        });
        assertThat(Duration.ofNanos(System.nanoTime() - startedNanos)).isBetween(timeout, LATE);
        assertThat(future.status()).isEqualTo(TaskStatus.FAILED);
        assertThat(interrupted.all()).hasSize(1);
        assertThat(runner.submit(() -> 1).join()).isEqualTo(1);
        assertThat(runner.stats().workersLost()).isZero();
    }

    @EveryRunner
    void throwsExecutionExceptionAroundTheTimeoutFromGet(Runners runners) {
        ParallelRunner runner = runners.open(1);
        Gate never = runners.gate();
        TaskFuture<Void> future = runner.withTimeout(Duration.ofMillis(50)).submit(never::await);
        assertThatThrownBy(() -> future.get(20, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(TaskTimeoutException.class);
        future.stopped().toCompletableFuture().join();
    }

    @Row("B43")
    @EveryRunner(needs = Need.ASYNC)
    void freesTheWorkerOfATaskThatIgnoresIt(Runners runners) {
        ParallelRunner runner = runners.open(settings -> settings.grace(Duration.ofMillis(100)));
        Gate gate = runners.gate();
        TaskFuture<Void> stubborn = runner.withTimeout(Duration.ofMillis(200)).submit(gate::awaitStubbornly);
        TaskFuture<Integer> next = runner.submit(() -> 1);
        assertThatThrownBy(stubborn::join).isInstanceOf(TaskTimeoutException.class);
        assertThat(next.join()).isEqualTo(1);
        assertThat(stubborn.stopped().toCompletableFuture().join())
                .isEqualTo(runners.have(Need.WORKER_JVM) ? StopOutcome.KILLED : StopOutcome.ABANDONED);
        assertThat(runner.stats().abandonedThreads()).isEqualTo(runners.have(Need.WORKER_JVM) ? 0 : 1);
        assertThat(runner.stats().workersLost())
                .as("stopped on purpose, not lost")
                .isZero();
    }

    @Row("B44")
    @EveryRunner(needs = Need.ASYNC)
    void startsTheClockWhenTheTaskStarts(Runners runners) {
        ParallelRunner runner = runners.open(1);
        Gate gate = runners.gate();
        Marks started = runners.marks();
        runner.submit(() -> {
            started.make("first");
            gate.await();
        });
        started.await("first");
        TaskFuture<Integer> waited = runner.withTimeout(Duration.ofSeconds(2)).submit(() -> 1);
        TaskFuture<Integer> expired = runner.with(TaskOptions.defaults().queueTimeout(Duration.ofMillis(2500)))
                .submit(() -> 2);
        assertThatThrownBy(expired::join).isInstanceOf(TaskTimeoutException.class);
        gate.open();
        assertThat(waited.join())
                .as("waited longer than its time-out, but ran shorter")
                .isEqualTo(1);
    }

    @Row("B44")
    @EveryRunner(needs = Need.ASYNC)
    void neverRunsATaskThatWaitedTooLong(Runners runners) {
        ParallelRunner runner = runners.open(1);
        Gate gate = runners.gate();
        Marks ran = runners.marks();
        runner.submit(() -> {
            ran.make("first");
            gate.await();
        });
        ran.await("first");
        TaskFuture<Void> future = runner.with(TaskOptions.defaults().queueTimeout(Duration.ofMillis(100)))
                .submit(() -> ran.make("second"));
        assertThatThrownBy(future::join).isInstanceOfSatisfying(TaskTimeoutException.class, failure -> {
            assertThat(failure.isQueueTimeout()).isTrue();
            assertThat(failure.timeout()).isEqualTo(Duration.ofMillis(100));
            assertThat(future.stopped().toCompletableFuture().join()).isEqualTo(StopOutcome.NOT_STARTED);
            assertThat(failure.stopOutcome()).contains(StopOutcome.NOT_STARTED);
        });
        assertThat(runner.stats().queued()).isZero();
        gate.open();
        assertThat(runner.submit(() -> 1).join()).isEqualTo(1);
        assertThat(ran.all()).containsExactly("first");
    }

    @EveryRunner(needs = Need.ASYNC)
    void runsATaskThatStartsBeforeItsQueueTimeout(Runners runners) {
        ParallelRunner runner = runners.open(1);
        runner.submit(() -> 1).join();
        Gate gate = runners.gate();
        Marks started = runners.marks();
        TaskFuture<Integer> future = runner.with(TaskOptions.defaults().queueTimeout(Duration.ofSeconds(1)))
                .submit(() -> {
                    started.make("started");
                    gate.await();
                    return 1;
                });
        TaskFuture<Integer> expired = runner.with(TaskOptions.defaults().queueTimeout(Duration.ofMillis(1500)))
                .submit(() -> 2);
        started.await("started");
        assertThatThrownBy(expired::join).isInstanceOf(TaskTimeoutException.class);
        gate.open();
        assertThat(future.join()).isEqualTo(1);
    }

    @Row("B46")
    @EveryRunner
    void givesEachInputItsOwnTime(Runners runners) {
        ParallelRunner runner = runners.open(1);
        runner.submit(() -> 1).join();
        List<Integer> inputs = IntStream.range(0, 12).boxed().toList();
        TaskOptions options =
                TaskOptions.defaults().timeout(Duration.ofSeconds(1)).chunkSize(12);
        assertThat(runner.with(options)
                        .map(inputs, x -> {
                            Thread.sleep(150); // the work itself, not a wait
                            return x;
                        })
                        .join())
                .isEqualTo(inputs);
    }

    @EveryRunner(needs = Need.ASYNC)
    void hitsNobodyElse(Runners runners) {
        ParallelRunner runner = runners.open(2);
        Gate gate = runners.gate();
        Marks started = runners.marks();
        TaskFuture<Integer> neighbour = runner.submit(() -> {
            started.make("neighbour");
            gate.await();
            return 1;
        });
        started.await("neighbour");
        Gate never = runners.gate();
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(runner.withTimeout(Duration.ofMillis(50)).submit(never::awaitStubbornly)::join)
                    .isInstanceOf(TaskTimeoutException.class);
        }
        assertThat(neighbour.isDone()).isFalse();
        gate.open();
        assertThat(neighbour.join()).isEqualTo(1);
    }

    @EveryRunner
    void leavesATaskAloneThatIsDoneInTime(Runners runners) {
        ParallelRunner runner = runners.shared();
        for (int i = 0; i < 50; i++) {
            int expected = i;
            assertThat(runner.withTimeout(Duration.ofSeconds(30))
                            .submit(() -> expected)
                            .join())
                    .isEqualTo(expected);
        }
    }
}
