package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tandem.ParallelException;
import dev.tandem.ParallelRunner;
import dev.tandem.StopOutcome;
import dev.tandem.TaskFuture;
import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.Gate;
import dev.tandem.testing.Marks;
import dev.tandem.testing.Need;
import dev.tandem.testing.Row;
import dev.tandem.testing.Runners;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** B50 to B56: the ways to end a runner. */
final class CloseContractTest {

    private static final Duration SOON = Duration.ofSeconds(10);

    @Row("B51")
    @EveryRunner
    void takesAnyDeadline(Runners runners) {
        ParallelRunner runner = runners.open(1);
        TaskFuture<Integer> future = runner.submit(() -> 1);
        assertThat(runner.close(Duration.ofSeconds(Long.MAX_VALUE))).isTrue();
        assertThat(future.join()).isEqualTo(1);
    }

    @EveryRunner
    void runsEverythingThatWasSubmitted(Runners runners) {
        ParallelRunner runner = runners.open(2);
        Marks ran = runners.marks();
        List<TaskFuture<Integer>> futures = IntStream.range(0, 50)
                .mapToObj(i -> runner.submit(() -> {
                    ran.make(i);
                    return i;
                }))
                .toList();
        runner.close();
        assertThat(futures).allMatch(TaskFuture::isDone);
        assertThat(futures.stream().mapToInt(TaskFuture::join).sum()).isEqualTo(49 * 25);
        assertThat(ran.all()).hasSize(50);
        assertThat(runner.stats().workers()).isZero();
        assertThat(runner.stats().times().busyShare())
                .as("stands still")
                .isPositive()
                .isEqualTo(runner.stats().times().busyShare());
    }

    @Row("B50")
    @EveryRunner
    void refusesWorkAfterwards(Runners runners) {
        ParallelRunner runner = runners.open(1);
        runner.close();
        assertThatThrownBy(() -> runner.submit(() -> 1)).isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> runner.map(List.of(1), x -> x)).isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> runner.stream(List.of(1), x -> x).toList())
                .isInstanceOf(RejectedExecutionException.class);
        assertThat(runner.stats().submitted()).isZero();
    }

    @Row({"B50", "C2"})
    @EveryRunner
    void doesNothingTheSecondTime(Runners runners) {
        ParallelRunner runner = runners.open(1);
        assertThat(runner.submit(() -> 1).join()).isEqualTo(1);
        runner.close();
        runner.close();
        assertThat(runner.close(Duration.ZERO)).isTrue();
        runner.shutdownNow();
        runner.close();
    }

    @Row("B56")
    @EveryRunner
    void endsARunnerThatNeverRanAnything(Runners runners) {
        runners.open(2).close();
        assertThat(runners.open(2).close(Duration.ZERO)).isTrue();
        runners.open(2).shutdownNow();
    }

    @EveryRunner(needs = Need.ASYNC)
    void returnsTrueIfAllWorkEndedInTime(Runners runners) {
        ParallelRunner runner = runners.open(1);
        Gate gate = runners.gate();
        TaskFuture<Integer> future = runner.submit(() -> {
            gate.await();
            return 1;
        });
        CompletableFuture<Boolean> closed = CompletableFuture.supplyAsync(() -> runner.close(Duration.ofSeconds(30)));
        gate.open();
        assertThat(closed.join()).isTrue();
        assertThat(future.join()).isEqualTo(1);
    }

    @Row({"B52", "B55"})
    @EveryRunner(needs = Need.ASYNC)
    void stopsWhatIsLeftAtItsDeadline(Runners runners) {
        ParallelRunner runner = runners.open(settings -> settings.grace(Duration.ofMillis(200)));
        Gate never = runners.gate();
        Marks started = runners.marks();
        TaskFuture<Void> running = runner.submit(() -> {
            started.make("running");
            never.awaitStubbornly();
        });
        TaskFuture<Void> waiting = runner.submit(() -> started.make("waiting"));
        started.await("running");
        long startedNanos = System.nanoTime();
        assertThat(runner.close(Duration.ofMillis(300))).isFalse();
        assertThat(Duration.ofNanos(System.nanoTime() - startedNanos)).isBetween(Duration.ofMillis(300), SOON);
        assertThatThrownBy(running::join).isInstanceOf(CancellationException.class);
        assertThatThrownBy(waiting::join).isInstanceOf(CancellationException.class);
        assertThat(running.stopped().toCompletableFuture().join())
                .isEqualTo(runners.have(Need.WORKER_JVM) ? StopOutcome.KILLED : StopOutcome.ABANDONED);
        assertThat(waiting.stopped().toCompletableFuture().join()).isEqualTo(StopOutcome.NOT_STARTED);
        assertThat(started.all()).containsExactly("running");
    }

    @Row({"B51", "B52"})
    @EveryRunner(needs = Need.ASYNC)
    void cancelsAndInterruptsOnShutdownNow(Runners runners) {
        ParallelRunner runner = runners.open(settings -> settings.workers(2).grace(Duration.ofSeconds(20)));
        Gate never = runners.gate();
        Marks started = runners.marks();
        List<TaskFuture<Void>> futures = IntStream.range(0, 50)
                .mapToObj(i -> runner.submit(() -> {
                    started.count("started");
                    never.await();
                }))
                .toList();
        started.awaitCount(2);
        long startedNanos = System.nanoTime();
        runner.shutdownNow();
        runner.close();
        assertThat(Duration.ofNanos(System.nanoTime() - startedNanos)).isLessThan(SOON);
        assertThat(futures)
                .allSatisfy(future -> assertThatThrownBy(future::join).isInstanceOf(CancellationException.class));
        assertThat(futures.stream()
                        .map(future -> future.stopped().toCompletableFuture().join()))
                .containsOnly(StopOutcome.INTERRUPTED, StopOutcome.NOT_STARTED);
        assertThat(started.all()).hasSize(2);
        assertThat(runner.stats().cancelled()).isEqualTo(50);
    }

    @EveryRunner(needs = Need.ASYNC)
    void stopsTheWorkIfTheClosingThreadIsInterrupted(Runners runners) throws Exception {
        ParallelRunner runner = runners.open(1);
        Gate never = runners.gate();
        TaskFuture<Void> future = runner.submit(never::await);
        FutureTask<Boolean> closing = new FutureTask<>(() -> {
            runner.close();
            return Thread.currentThread().isInterrupted();
        });
        Thread closer = new Thread(closing, "closer");
        closer.start();
        assertThat(closing.isDone()).isFalse();
        closer.interrupt();
        assertThat(closing.get(20, TimeUnit.SECONDS))
                .as("the interrupt is kept")
                .isTrue();
        assertThatThrownBy(future::join).isInstanceOf(CancellationException.class);
    }

    @Row({"C2", "B61"})
    @EveryRunner(needs = Need.ASYNC)
    void returnsAtOnceInAStage(Runners runners) throws Exception {
        for (boolean withDeadline : new boolean[] {false, true}) {
            ParallelRunner runner = runners.open(1);
            Gate gate = runners.gate();
            Gate second = runners.gate();
            CompletableFuture<Void> closed = runner.submit(gate::await).thenRun(() -> {
                if (withDeadline) {
                    runner.close(Duration.ofSeconds(30));
                } else {
                    runner.close();
                }
            });
            TaskFuture<Void> behind = runner.submit(second::await);
            gate.open();
            closed.get(20, TimeUnit.SECONDS);
            assertThatThrownBy(() -> runner.submit(() -> 1)).isInstanceOf(RejectedExecutionException.class);
            second.open();
            assertThat(behind.join()).isNull();
            runner.close();
        }
    }

    @Row({"C2", "B61"})
    @EveryRunner(needs = Need.SHARED_HEAP)
    void returnsAtOnceInATask(Runners runners) {
        ParallelRunner runner = runners.open(1);
        assertThat(runner.submit(() -> {
                            runner.close();
                            return "closed from inside";
                        })
                        .join())
                .isEqualTo("closed from inside");
        assertThatThrownBy(() -> runner.submit(() -> 1)).isInstanceOf(RejectedExecutionException.class);
        runner.close();
    }

    @Row("C2")
    @EveryRunner(needs = Need.ASYNC)
    void endsOnceHoweverManyCloseIt(Runners runners) {
        for (int round = 0; round < 5; round++) {
            ParallelRunner runner = runners.open(1);
            TaskFuture<Integer> future = runner.submit(() -> 1);
            List<CompletableFuture<Void>> closers = IntStream.range(0, 6)
                    .mapToObj(i -> CompletableFuture.runAsync(() -> {
                        if (i == 5) {
                            runner.close(Duration.ofSeconds(20));
                        } else {
                            runner.close();
                        }
                    }))
                    .toList();
            closers.forEach(CompletableFuture::join);
            assertThat(future.join()).isEqualTo(1);
        }
    }

    /** B54. */
    @Row("B54")
    @EveryRunner(needs = Need.ASYNC)
    void endsRightAfterASubmitAndACancel(Runners runners) {
        for (int round = 0; round < 5; round++) {
            ParallelRunner runner = runners.open(2);
            List<TaskFuture<Integer>> futures =
                    IntStream.range(0, 10).mapToObj(i -> runner.submit(() -> i)).toList();
            futures.forEach(TaskFuture::cancel);
            runner.close();
            assertThat(runner.stats().done()).isEqualTo(10);
        }
    }

    /** C1. Whatever submit returned is done, whatever it refused never ran. */
    @Row("C1")
    @EveryRunner(needs = Need.ASYNC)
    void losesNoTaskThatRacesTheClose(Runners runners) throws Exception {
        int rounds = Integer.getInteger("tandem.test.rounds", runners.have(Need.WORKER_JVM) ? 3 : 100);
        for (int round = 0; round < rounds; round++) {
            ParallelRunner runner = runners.open(1);
            boolean now = round % 2 == 1;
            assertThat(runner.submit(() -> 1).join()).isEqualTo(1);
            FutureTask<Integer> submitter = new FutureTask<>(() -> {
                for (int i = 1; ; i++) {
                    try {
                        runner.submit(() -> 1);
                    } catch (RejectedExecutionException e) {
                        return i;
                    }
                }
            });
            new Thread(submitter, "submitter").start();
            for (int i = 0; i < round * 100; i++) {
                Thread.onSpinWait();
            }
            if (now) {
                runner.shutdownNow();
            }
            runner.close();
            int accepted = submitter.get(20, TimeUnit.SECONDS);
            assertThat(runner.stats().submitted()).isEqualTo(accepted);
            assertThat(runner.stats().done()).isEqualTo(accepted);
            assertThat(runner.stats().failed()).isZero();
            if (!now) {
                assertThat(runner.stats().succeeded()).isEqualTo(accepted);
            }
        }
    }

    @EveryRunner(needs = Need.ASYNC)
    void failsTheBlockedJoinOfWhatItStops(Runners runners) throws Exception {
        ParallelRunner runner = runners.open(1);
        Gate never = runners.gate();
        Marks started = runners.marks();
        TaskFuture<Void> future = runner.submit(() -> {
            started.make("started");
            never.await();
        });
        FutureTask<Throwable> waiter = new FutureTask<>(() -> catchThrowable(future::join));
        new Thread(waiter, "waiter").start();
        started.await("started");
        runner.shutdownNow();
        assertThat(waiter.get(20, TimeUnit.SECONDS))
                .isInstanceOf(CancellationException.class)
                .isNotInstanceOf(ParallelException.class);
    }
}
