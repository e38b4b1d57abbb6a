package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tandem.ParallelRunner;
import dev.tandem.StopOutcome;
import dev.tandem.TaskContext;
import dev.tandem.TaskFuture;
import dev.tandem.WorkerLostException;
import dev.tandem.testing.Eventually;
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
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** The way down from asking to killing, from wherever a runner stands when it is closed. */
final class ShutdownLadderTest {

    private static final Duration GRACE = Duration.ofMillis(300);

    /** Far above what one after the other would not exceed, far below eight times the grace: machines are busy. */
    private static final int AT_MOST_AS_LONG = 4;

    private static void signal(String signal, long pid) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + signal, String.valueOf(pid))
                        .start()
                        .waitFor())
                .isZero();
    }

    /** A runner whose workers are all busy with something that only the gate or a kill ends. */
    private static ParallelRunner busy(Runners runners, int workers, Duration grace, Gate gate, Marks pids) {
        ParallelRunner runner =
                runners.open(settings -> settings.workers(workers).grace(grace));
        for (int i = 0; i < workers; i++) {
            runner.submit(() -> {
                pids.make(ProcessHandle.current().pid() + "-"
                        + TaskContext.current().taskId());
                gate.awaitStubbornly();
            });
        }
        pids.awaitCount(workers);
        return runner;
    }

    private static long closeNanos(ParallelRunner runner) {
        long startedNanos = System.nanoTime();
        assertThat(runner.close(Duration.ZERO)).isFalse();
        return System.nanoTime() - startedNanos;
    }

    @Row("C6")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void c6StopsEightStubbornWorkersInAboutTheTimeOfOne(Runners runners) {
        Gate never = runners.gate();
        ParallelRunner one = busy(runners, 1, GRACE, never, runners.marks());
        long oneNanos = closeNanos(one);
        ParallelRunner eight = busy(runners, 8, GRACE, never, runners.marks());
        long eightNanos = closeNanos(eight);
        assertThat(oneNanos).isGreaterThanOrEqualTo(GRACE.toNanos());
        assertThat(eightNanos)
                .as("eight workers against %d ns for one", oneNanos)
                .isLessThan(AT_MOST_AS_LONG * oneNanos);
    }

    @Row("C6")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void c6EndsWorkersThatAreAllStopped(Runners runners) throws Exception {
        Gate never = runners.gate();
        Marks pids = runners.marks();
        ParallelRunner runner = busy(runners, 2, GRACE, never, pids);
        for (String mark : pids.all()) {
            signal("STOP", Long.parseLong(mark.substring(0, mark.indexOf('-'))));
        }
        assertThat(runner.close(Duration.ZERO)).isFalse();
        assertThat(runner.stats().cancelled()).isEqualTo(2);
        assertThat(runner.stats().workers()).isZero();
    }

    @Row("C6")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void c6KillsAWorkerThatIsStillStarting(Runners runners) {
        Gate never = runners.gate();
        Marks started = runners.marks();
        ParallelRunner runner = runners.open(settings -> settings.processes(o -> o.onWorkerStart(() -> {
            started.make("starting");
            never.awaitStubbornly();
        })));
        TaskFuture<Integer> future = runner.submit(() -> 1);
        started.await("starting");
        assertThat(runner.close(Duration.ZERO)).isFalse();
        assertThatThrownBy(future::join).isInstanceOf(CancellationException.class);
        assertThat(future.stopped().toCompletableFuture().join()).isEqualTo(StopOutcome.NOT_STARTED);
    }

    @Row("C6")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void c6ClosesAtAnyMomentOfAStart(Runners runners) {
        for (int millis = 0; millis < 400; millis += 100) {
            ParallelRunner runner = runners.open(2);
            TaskFuture<Integer> future = runner.submit(() -> 1);
            boolean byItself = runner.close(Duration.ofMillis(millis));
            assertThat(future.isDone()).isTrue();
            if (byItself) {
                assertThat(future.join()).isEqualTo(1);
            }
        }
    }

    @Row({"C6", "B53"})
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void c6RunsWhatWasSubmittedAlthoughWorkersCrashInTheDrain(Runners runners) {
        ParallelRunner runner = runners.open(settings -> settings.workers(2)
                .processes(o -> o.restartLimit(1_000, Duration.ofSeconds(1)).maxTasksPerWorker(3)));
        List<TaskFuture<Integer>> futures = IntStream.range(0, 12)
                .mapToObj(i -> runner.submit(() -> {
                    if (i % 6 == 3) {
                        Disaster.HALT_3.strike();
                    }
                    return i;
                }))
                .toList();
        runner.close();
        for (int i = 0; i < futures.size(); i++) {
            TaskFuture<Integer> future = futures.get(i);
            assertThat(future.isDone()).isTrue();
            if (i % 6 == 3) {
                assertThat(catchThrowable(future::join)).isInstanceOf(WorkerLostException.class);
            } else {
                assertThat(future.join()).isEqualTo(i);
            }
        }
    }

    @Row("B56")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void b56LeavesNoSurvivorOfARecyclingThatACloseInterrupts(Runners runners) {
        for (int round = 0; round < 2; round++) {
            ParallelRunner runner = runners.open(settings ->
                    settings.workers(2).processes(o -> o.maxTasksPerWorker(1).spareWorkers(1)));
            List<TaskFuture<Integer>> futures =
                    IntStream.range(0, 8).mapToObj(i -> runner.submit(() -> i)).toList();
            futures.get(round).join();
            if (round % 2 == 0) {
                runner.shutdownNow();
            }
            runner.close();
            assertThat(futures).allMatch(TaskFuture::isDone);
            assertThat(runner.stats().workers()).isZero();
        }
    }

    @EveryRunner(needs = Need.ASYNC, eachTransport = false)
    void leavesNoFutureOpenWhenAProgressListenerIsSlow(Runners runners) throws Exception {
        ParallelRunner runner = runners.open(1);
        CountDownLatch told = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Gate gate = runners.gate();
        TaskFuture<Integer> future = runner.submit(() -> {
                    gate.await();
                    TaskContext.current().report(1, 1);
                    return 1;
                })
                .onProgress(progress -> {
                    told.countDown();
                    awaitUninterruptibly(release);
                });
        gate.open();
        assertThat(told.await(20, TimeUnit.SECONDS)).isTrue();
        CompletableFuture<Boolean> doneAtClose = CompletableFuture.supplyAsync(() -> {
            runner.close();
            return future.isDone();
        });
        Eventually.holds(
                "the work has ended",
                () -> future.stopped().toCompletableFuture().isDone());
        assertThat(doneAtClose).isNotDone();
        release.countDown();
        assertThat(doneAtClose.get(20, TimeUnit.SECONDS)).isTrue();
        assertThat(future.join()).isEqualTo(1);
    }

    @EveryRunner(needs = Need.ASYNC, eachTransport = false)
    void cancelsWhatWaitsForAProgressListenerThatNeverReturns(Runners runners) throws Exception {
        ParallelRunner runner = runners.open(1);
        CountDownLatch told = new CountDownLatch(1);
        CountDownLatch release = new CountDownLatch(1);
        Gate gate = runners.gate();
        TaskFuture<Void> future = runner.submit(() -> {
                    gate.await();
                    TaskContext.current().report(1, 1);
                })
                .onProgress(progress -> {
                    told.countDown();
                    awaitUninterruptibly(release);
                });
        gate.open();
        assertThat(told.await(20, TimeUnit.SECONDS)).isTrue();
        Eventually.holds(
                "the work has ended",
                () -> future.stopped().toCompletableFuture().isDone());
        assertThat(runner.close(Duration.ofMillis(1))).isFalse();
        assertThatThrownBy(future::join).isInstanceOf(CancellationException.class);
        release.countDown();
    }

    @Row("S4")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void cancelsAResultWhoseDecodingNeverEnds(Runners runners) {
        ParallelRunner runner = runners.open(settings -> settings.grace(Duration.ofMillis(100)));
        Gate never = runners.gate();
        Marks decoding = runners.marks();
        Hostile blocking = new Hostile.InHostDecode(() -> {
            decoding.make("decoding");
            never.awaitStubbornly();
        });
        TaskFuture<Hostile> future = runner.submit(() -> blocking);
        decoding.await("decoding");
        assertThat(runner.close(Duration.ZERO)).isFalse();
        assertThatThrownBy(future::join).isInstanceOf(CancellationException.class);
        assertThat(future.stopped().toCompletableFuture().join()).isEqualTo(StopOutcome.ABANDONED);
        never.open();
    }

    @Row({"C2", "B61"})
    @EveryRunner(needs = Need.ASYNC, eachTransport = false)
    void c2ClosesFromSeveralStagesAtOnce(Runners runners) {
        ParallelRunner runner = runners.open(2);
        Gate gate = runners.gate();
        List<CompletableFuture<Void>> closing = IntStream.range(0, 4)
                .mapToObj(i -> runner.submit(gate::await).thenRun(i % 2 == 0 ? runner::close : runner::shutdownNow))
                .toList();
        gate.open();
        runner.close();
        closing.forEach(stage -> assertThat(catchThrowable(() -> stage.get(20, TimeUnit.SECONDS)))
                .satisfiesAnyOf(
                        nothing -> assertThat(nothing).isNull(),
                        cancelled -> assertThat(cancelled).hasRootCauseInstanceOf(CancellationException.class),
                        cancelled -> assertThat(cancelled).isInstanceOf(CancellationException.class)));
        assertThat(runner.stats().done()).isEqualTo(4);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
