package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tandem.ParallelRunner;
import dev.tandem.RunnerStats;
import dev.tandem.StopOutcome;
import dev.tandem.TaskFuture;
import dev.tandem.TaskStatus;
import dev.tandem.TaskSubmitter;
import dev.tandem.TaskTimeoutException;
import dev.tandem.WorkerLoss;
import dev.tandem.WorkerLostException;
import dev.tandem.testing.Eventually;
import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.Gate;
import dev.tandem.testing.Marks;
import dev.tandem.testing.Need;
import dev.tandem.testing.Row;
import dev.tandem.testing.RunnerKind;
import dev.tandem.testing.Runners;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.IntStream;

/** B75: numbers are exact, and belong together. */
final class StatsContractTest {

    @EveryRunner
    void startsAtZero(Runners runners) {
        RunnerStats stats = runners.open(2).stats();
        assertThat(stats.submitted()).isZero();
        assertThat(stats.done()).isZero();
        assertThat(stats.queued()).isZero();
        assertThat(stats.running()).isZero();
        assertThat(stats.busyWorkers()).isZero();
        assertThat(stats.workersLost() + stats.workersRecycled() + stats.retried() + stats.abandonedThreads())
                .isZero();
    }

    @Row("B75")
    @EveryRunner
    void countsEveryEndAtTheMomentItIsSeen(Runners runners) {
        ParallelRunner runner = runners.open(2);
        for (int i = 0; i < 100; i++) {
            int number = i;
            TaskFuture<Integer> future = runner.submit(() -> number % 2 == 0 ? number : Integer.parseInt("x"));
            Throwable failure = catchThrowable(future::join);
            assertThat(failure == null).isEqualTo(number % 2 == 0);
            RunnerStats stats = runner.stats();
            assertThat(stats.submitted()).isEqualTo(i + 1);
            assertThat(stats.succeeded()).isEqualTo(i / 2 + 1);
            assertThat(stats.failed()).isEqualTo((i + 1) / 2);
            assertThat(stats.running() + stats.queued()).isZero();
        }
        assertThat(runner.stats().workersStarted()).isBetween(runners.have(Need.ASYNC) ? 1L : 0L, 2L);
    }

    @Row("B75")
    @EveryRunner(needs = Need.ASYNC)
    void tellsWaitingFromRunning(Runners runners) {
        ParallelRunner runner = runners.open(2);
        Gate gate = runners.gate();
        Marks started = runners.marks();
        List<TaskFuture<Void>> futures = IntStream.range(0, 10)
                .mapToObj(i -> runner.submit(() -> {
                    started.count("started");
                    gate.await();
                }))
                .toList();
        started.awaitCount(2);
        Eventually.holds("both known to run", () -> runner.stats().running() == 2);
        RunnerStats stats = runner.stats();
        assertThat(stats.running()).isEqualTo(2);
        assertThat(stats.busyWorkers()).isEqualTo(2);
        assertThat(stats.workers()).isEqualTo(2);
        assertThat(stats.workersStarted()).isEqualTo(2);
        assertThat(stats.queued()).isEqualTo(8);
        futures.get(9).cancel();
        assertThat(runner.stats().queued()).isEqualTo(7);
        assertThat(runner.stats().cancelled()).isEqualTo(1);
        gate.open();
        futures.subList(0, 9).forEach(TaskFuture::join);
        assertThat(runner.stats().succeeded()).isEqualTo(9);
        Eventually.holds("idle", () -> runner.stats().busyWorkers() == 0);
    }

    @Row("B75")
    @EveryRunner
    void countsEachInputOfAMapOnce(Runners runners) {
        ParallelRunner runner = runners.open(1);
        assertThat(runner.map(List.of(1, 2, 3, 4, 5), x -> x).join()).hasSize(5);
        assertThat(runner.stats().submitted()).isEqualTo(5);
        assertThat(runner.stats().succeeded()).isEqualTo(5);
        assertThat(runner.stats().started()).isEqualTo(5);
        assertThat(runner.map(List.of(), x -> x).join()).isEmpty();
        assertThat(runner.stats().submitted()).isEqualTo(5);
    }

    @Row("B75")
    @EveryRunner(needs = Need.ASYNC, eachTransport = false)
    void tellsCausesApart(Runners runners) {
        ParallelRunner runner = runners.open(1);
        TaskSubmitter hasty = runner.withTimeout(Duration.ofMillis(50));
        assertThat(catchThrowable(() -> hasty.submit(() -> Thread.sleep(60_000)).join()))
                .isInstanceOf(TaskTimeoutException.class);
        Gate gate = runners.gate();
        TaskFuture<Void> running = runner.submit(gate::await);
        Eventually.holds("runs", () -> running.status() == TaskStatus.RUNNING);
        TaskFuture<Integer> impatient = runner.with(runner.options().queueTimeout(Duration.ofMillis(20)))
                .submit(() -> 1);
        assertThat(catchThrowable(impatient::join)).isInstanceOf(TaskTimeoutException.class);
        gate.open();
        running.join();
        long lost = runners.have(Need.WORKER_JVM) ? 1 : 0;
        if (lost == 1) {
            assertThat(catchThrowable(() ->
                            runner.submit(() -> Runtime.getRuntime().halt(7)).join()))
                    .isInstanceOf(WorkerLostException.class);
        }
        RunnerStats stats = runner.stats();
        assertThat(stats.submitted()).isEqualTo(3 + lost);
        assertThat(stats.started()).as("one waited for too long").isEqualTo(2 + lost);
        assertThat(stats.succeeded()).isEqualTo(1);
        assertThat(stats.failed()).isEqualTo(2 + lost);
        assertThat(stats.timedOut()).isEqualTo(2);
        assertThat(stats.lostWithWorker()).isEqualTo(lost);
        Map<WorkerLoss.Verdict, Long> losses = lost == 1 ? Map.of(WorkerLoss.Verdict.EXITED, 1L) : Map.of();
        Eventually.holds("buried", () -> runner.stats().losses().equals(losses));
    }

    /** A task that will not stop costs its worker, which is counted as that and as nothing else, at each moment. */
    @Row("B75")
    @EveryRunner(needs = Need.ASYNC, eachTransport = false)
    void accountsForEachWorker(Runners runners) throws Exception {
        ParallelRunner runner = runners.open(s -> s.workers(2)
                .threads(o -> o.stopGrace(Duration.ofMillis(20)))
                .processes(o -> o.killGrace(Duration.ofMillis(20))));
        AtomicBoolean over = new AtomicBoolean();
        List<RunnerStats> wrong = new ArrayList<>();
        Thread watcher = new Thread(
                () -> {
                    while (!over.get()) {
                        RunnerStats stats = runner.stats();
                        if (Runners.accountedFor(stats) != stats.workersStarted()) {
                            wrong.add(stats);
                        }
                    }
                },
                "watcher");
        watcher.start();
        Gate gate = runners.gate();
        TaskFuture<Void> stubborn = runner.withTimeout(Duration.ofMillis(30)).submit(() -> ignoreInterrupts(gate));
        assertThat(catchThrowable(stubborn::join)).isInstanceOf(TaskTimeoutException.class);
        stubborn.stopped().toCompletableFuture().join();
        Eventually.holds(
                "counted", () -> runner.stats().workersKilled() + runner.stats().abandonedThreads() == 1);
        assertThat(runner.stats().workersKilled()).isEqualTo(runners.have(Need.WORKER_JVM) ? 1 : 0);
        assertThat(runner.stats().workersLost()).isZero();
        gate.open();
        runner.submit(() -> {}).join();
        runner.close();
        over.set(true);
        watcher.join();
        if (runners.kind() != RunnerKind.ADAPTIVE) { // which looks at its two kinds of workers one after the other
            assertThat(wrong).isEmpty();
        }
        assertThat(runner.stats().workersStopped()).isPositive();
        assertThat(runner.stats().workers()).isZero();
    }

    private static void ignoreInterrupts(Gate gate) {
        while (!gate.isOpen()) {
            Thread.onSpinWait();
        }
    }

    @Row("B75")
    @EveryRunner(needs = Need.ASYNC)
    void addsUpWhileTasksComeAndGo(Runners runners) throws Exception {
        ParallelRunner runner = runners.shared();
        AtomicBoolean over = new AtomicBoolean();
        AtomicBoolean wrong = new AtomicBoolean();
        Thread watcher = new Thread(
                () -> {
                    while (!over.get()) {
                        RunnerStats stats = runner.stats();
                        if (stats.submitted() != stats.queued() + stats.running() + stats.done()
                                || stats.started() > stats.submitted()
                                || stats.started() < stats.succeeded() + stats.running()) {
                            wrong.set(true);
                        }
                    }
                },
                "watcher");
        watcher.start();
        int tasks = 2_000;
        long startedBefore = runner.stats().started();
        List<TaskFuture<Integer>> futures = new ArrayList<>();
        for (int i = 0; i < tasks; i++) {
            int number = i;
            TaskFuture<Integer> future = runner.submit(() -> number % 3 == 1 ? Integer.parseInt("x") : 1);
            futures.add(future);
            if (i % 3 == 0) {
                future.cancel();
            }
        }
        Eventually.holds("done", () -> runner.stats().queued() + runner.stats().running() == 0);
        over.set(true);
        watcher.join();
        assertThat(wrong).isFalse();
        long begun = futures.stream()
                .filter(future -> future.stopped().toCompletableFuture().join() != StopOutcome.NOT_STARTED)
                .count();
        assertThat(runner.stats().started() - startedBefore).isEqualTo(begun);
        Eventually.holds("idle", () -> runner.stats().busyWorkers() == 0);
    }
}
