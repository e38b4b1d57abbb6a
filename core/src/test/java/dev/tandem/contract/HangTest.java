package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tandem.ParallelRunner;
import dev.tandem.TaskFuture;
import dev.tandem.WorkerLoss;
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
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/** Rows H of the faults: a worker that lives and says nothing. */
final class HangTest {

    private static ParallelRunner open(Runners runners, int workers, Duration heartbeat) {
        return runners.open(settings -> settings.workers(workers).processes(o -> o.heartbeat(heartbeat)));
    }

    private static long pidOfOne(ParallelRunner runner) {
        return runner.submit(() -> ProcessHandle.current().pid()).join();
    }

    private static void signal(String name, long pid) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + name, Long.toString(pid))
                        .start()
                        .waitFor())
                .isZero();
    }

    @Row("H1")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void h1KillsTheWorkerThatIsStoppedInTheMiddleOfATask(Runners runners) throws Exception {
        ParallelRunner runner = open(runners, 1, Duration.ofMillis(100));
        Gate never = runners.gate();
        Marks pids = runners.marks();
        TaskFuture<Void> future = runner.submit(() -> {
            pids.make(ProcessHandle.current().pid());
            never.await();
        });
        pids.awaitCount(1);
        long pid = Long.parseLong(pids.all().get(0));
        signal("STOP", pid);
        assertThat(catchThrowable(future::join)).isInstanceOfSatisfying(WorkerLostException.class, failure -> {
            assertThat(failure.loss().verdict()).isEqualTo(WorkerLoss.Verdict.UNRESPONSIVE);
            assertThat(failure.loss().pid()).isEqualTo(pid);
            assertThat(failure.loss().phase()).isEqualTo(WorkerLoss.Phase.RUNNING);
            assertThat(failure.maybeExecuted()).isTrue();
        });
        assertThat(Processes.isAlive(pid)).isFalse();
        assertThat(pidOfOne(runner)).isNotEqualTo(pid);
    }

    @Row({"H1", "M-i-hang"})
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void h1KillsTheIdleWorkerThatIsStoppedAndFailsNothing(Runners runners) throws Exception {
        ParallelRunner runner = open(runners, 1, Duration.ofMillis(100));
        long pid = pidOfOne(runner);
        signal("STOP", pid);
        Eventually.holds("found out", () -> runner.stats().workersLost() == 1);
        assertThat(pidOfOne(runner)).isNotEqualTo(pid);
        assertThat(runner.stats().failed()).isZero();
    }

    @Row("H2")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void h2ForgivesAShortSilence(Runners runners) throws Exception {
        ParallelRunner runner = open(runners, 1, Duration.ofSeconds(1)); // the limit is ten of them
        long pid = pidOfOne(runner);
        signal("STOP", pid);
        Eventually.holds("all of it is stopped", () -> Processes.isStopped(pid)); // a busy system takes a moment
        TaskFuture<Long> future = runner.submit(() -> ProcessHandle.current().pid());
        LockSupport.parkNanos(
                TimeUnit.MILLISECONDS.toNanos(1_200)); // the fault itself: more than one heartbeat is missed
        assertThat(future.isDone()).isFalse();
        signal("CONT", pid);
        assertThat(future.join()).isEqualTo(pid);
        assertThat(runner.stats().workersLost()).isZero();
    }

    @Row("H2")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void h2HearsAWorkerWhoseTaskKeepsAllCoresBusy(Runners runners) {
        ParallelRunner runner = open(runners, 1, Duration.ofMillis(300));
        long pid = pidOfOne(runner);
        runner.submit(() -> {
                    List<Thread> busy = IntStream.range(0, 64)
                            .mapToObj(i -> new Thread(HangTest::spinForASecond))
                            .toList();
                    busy.forEach(Thread::start);
                    for (Thread thread : busy) {
                        thread.join();
                    }
                })
                .join();
        assertThat(pidOfOne(runner)).isEqualTo(pid);
    }

    private static void spinForASecond() {
        long startedNanos = System.nanoTime();
        while (System.nanoTime() - startedNanos < TimeUnit.SECONDS.toNanos(1)) {
            Thread.onSpinWait();
        }
    }

    @Row("H5")
    @EveryRunner(needs = Need.WORKER_JVM)
    void h5SurvivesATaskThatInterruptsEveryThread(Runners runners) {
        ParallelRunner runner = open(runners, 1, Duration.ofMillis(100));
        long pid = pidOfOne(runner);
        for (int round = 0; round < 3; round++) {
            runner.submit(() -> {
                        for (Thread thread : Thread.getAllStackTraces().keySet()) {
                            if (thread != Thread.currentThread()) {
                                thread.interrupt();
                            }
                        }
                    })
                    .join();
            assertThat(pidOfOne(runner)).isEqualTo(pid);
        }
        LockSupport.parkNanos(
                TimeUnit.MILLISECONDS.toNanos(1_500)); // longer than the limit: heartbeats must still come
        assertThat(pidOfOne(runner)).isEqualTo(pid);
    }

    @Row({"X6", "M-k-hang"})
    @EveryRunner(needs = Need.WORKER_JVM)
    void x6HoldsUpNobodyButTheWorkerThatDoesNotRead(Runners runners) throws Exception {
        ParallelRunner runner = open(runners, 2, Duration.ofMillis(200));
        Gate gate = runners.gate();
        Marks pids = runners.marks();
        List<TaskFuture<Void>> both = IntStream.range(0, 2)
                .mapToObj(i -> runner.submit(() -> {
                    pids.make(ProcessHandle.current().pid());
                    gate.await();
                }))
                .toList();
        pids.awaitCount(2);
        gate.open();
        both.forEach(TaskFuture::join);
        for (String pid : pids.all()) {
            signal("STOP", Long.parseLong(pid));
        }
        byte[] large = new byte[10 << 20];
        List<TaskFuture<Integer>> futures = IntStream.range(0, 4)
                .mapToObj(i -> runner.submit(() -> large.length))
                .toList();
        signal("CONT", Long.parseLong(pids.all().get(0)));
        assertThat(futures).allSatisfy(future -> assertThat(future.join()).isEqualTo(large.length));
        Eventually.holds("found out", () -> runner.stats().workersLost() == 1);
    }
}
