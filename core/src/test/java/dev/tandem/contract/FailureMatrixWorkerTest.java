package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tandem.ParallelRunner;
import dev.tandem.RunnerBrokenException;
import dev.tandem.TaskFuture;
import dev.tandem.WorkerLostException;
import dev.tandem.WorkerStartException;
import dev.tandem.testing.Captured;
import dev.tandem.testing.Eventually;
import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.Gate;
import dev.tandem.testing.Marks;
import dev.tandem.testing.Need;
import dev.tandem.testing.Row;
import dev.tandem.testing.RunnerKind;
import dev.tandem.testing.Runners;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;

/** Rows h, i and j of the failure matrix: a worker that starts, idles or ends. */
final class FailureMatrixWorkerTest {

    private static final Duration SOON = Duration.ofSeconds(15);

    private static void kill(long pid) {
        assertThat(ProcessHandle.of(pid).orElseThrow().destroyForcibly()).isTrue();
    }

    @Row({"M-i-exit", "M-i-crash", "W2", "M-g-crash"})
    @EveryRunner(needs = Need.WORKER_JVM)
    void iReplacesAWorkerThatDiedIdleAndFailsNothing(Runners runners) {
        ParallelRunner runner = runners.open(1);
        for (int round = 1; round <= 3; round++) {
            long pid = runner.submit(() -> ProcessHandle.current().pid()).join();
            kill(pid);
            if (runners.kind() == RunnerKind.LOOPBACK) {
                // TCP loses what a dying worker said: a task that is sent before the death is noticed may have run.
                long lost = round;
                Eventually.holds("noticed", () -> runner.stats().workersLost() == lost);
            }
            assertThat(runner.submit(() -> ProcessHandle.current().pid()).join())
                    .isNotEqualTo(pid);
            assertThat(runner.stats().workersLost()).isEqualTo(round);
        }
        assertThat(runner.stats().failed() + runner.stats().retried()).isZero();
    }

    @Row("W12")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void iReplacesAllWorkersThatDiedAtOnce(Runners runners) {
        ParallelRunner runner = runners.open(3);
        Gate gate = runners.gate();
        Marks pids = runners.marks();
        List<TaskFuture<Integer>> running = IntStream.range(0, 3)
                .mapToObj(i -> runner.submit(() -> {
                    pids.make(ProcessHandle.current().pid());
                    gate.await();
                    return i;
                }))
                .toList();
        List<TaskFuture<Integer>> waiting =
                IntStream.range(0, 10).mapToObj(i -> runner.submit(() -> i)).toList();
        pids.awaitCount(3);
        pids.all().forEach(pid -> kill(Long.parseLong(pid)));
        assertThat(running)
                .allSatisfy(future -> assertThatThrownBy(future::join).isInstanceOf(WorkerLostException.class));
        assertThat(waiting.stream().mapToInt(TaskFuture::join).sum()).isEqualTo(45);
    }

    @Row({"M-h-throws", "B38"})
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void hFailsWhatWaitsIfTheStartActionFailsAndStartsNoStorm(Runners runners) {
        Marks starts = runners.marks();
        ParallelRunner runner = runners.open(settings -> settings.workers(2)
                .processes(o -> o.onWorkerStart(() -> {
                    starts.count("start");
                    throw new IllegalStateException("no licence");
                })));
        List<TaskFuture<Integer>> futures =
                IntStream.range(0, 5).mapToObj(i -> runner.submit(() -> i)).toList();
        assertThat(futures)
                .allSatisfy(future -> assertThatThrownBy(future::join)
                        .isInstanceOfAny(RunnerBrokenException.class, WorkerStartException.class)
                        .hasStackTraceContaining("no licence"));
        assertThat(starts.all()).hasSizeBetween(1, 6);
        assertThatThrownBy(() -> runner.submit(() -> 1).join()).isInstanceOf(RunnerBrokenException.class);
        assertThat(runner.close(Duration.ofSeconds(5))).isTrue();
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void hShowsTheWordsOfAJvmThatDoesNotStart(Runners runners) {
        ParallelRunner runner = runners.open(settings -> settings.processes(o -> o.jvmArgs("-XX:+ThereIsNoSuchFlag")));
        Throwable failure = catchThrowable(runner.submit(() -> 1)::join);
        assertThat(failure)
                .isInstanceOfAny(RunnerBrokenException.class, WorkerStartException.class)
                .hasStackTraceContaining("ThereIsNoSuchFlag");
    }

    @Row("M-h-hang")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void hGivesUpAStartThatTakesTooLong(Runners runners) {
        Gate never = runners.gate();
        ParallelRunner runner = runners.open(settings -> settings.processes(o -> o.onWorkerStart(never::awaitStubbornly)
                .heartbeat(Duration.ofMillis(100))
                .startTimeout(Duration.ofMillis(1500))));
        assertThat(catchThrowable(runner.submit(() -> 1)::join))
                .isInstanceOfAny(RunnerBrokenException.class, WorkerStartException.class)
                .hasMessageContaining("startTimeout");
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void hRunsTheStartActionOncePerWorkerBeforeItsFirstTask(Runners runners) {
        Marks marks = runners.marks();
        ParallelRunner runner =
                runners.open(settings -> settings.processes(o -> o.onWorkerStart(() -> System.setProperty(
                                "started.at", String.valueOf(marks.all().size())))
                        .onWorkerStop(() -> marks.count("stopped"))));
        for (int i = 0; i < 5; i++) {
            assertThat(runner.submit(() -> System.getProperty("started.at")).join())
                    .isEqualTo("0");
        }
        runner.close();
        assertThat(marks.all()).hasSize(1);
    }

    @Row("M-j-throws")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void jEndsAlthoughAStopActionFails(Runners runners) {
        Marks marks = runners.marks();
        ParallelRunner runner = runners.open(settings -> settings.workers(2)
                .processes(o -> o.onWorkerStop(() -> {
                    marks.count("stopping");
                    throw new IllegalStateException("from the stop action");
                })));
        occupyBoth(runners, runner);
        long startedNanos = System.nanoTime();
        try (Captured log = Captured.of("dev.tandem.internal.processes.Supervisor")) {
            runner.close();
            assertThat(log.warnings()).as("one for each worker").hasSize(2).allSatisfy(warning -> {
                assertThat(warning.getFormattedMessage())
                        .matches("case-\\d+: onWorkerStop failed in worker [01] \\(pid \\d+\\)");
                assertThat(warning.getThrowableProxy().getMessage()).isEqualTo("from the stop action");
            });
        }
        assertThat(Duration.ofNanos(System.nanoTime() - startedNanos)).isLessThan(SOON);
        assertThat(marks.all()).hasSize(2);
        assertThat(runner.stats().workersLost()).isZero();
    }

    @Row({"M-j-exit", "M-j-hang"})
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void jEndsAlthoughAStopActionHangsOrExits(Runners runners) {
        Gate never = runners.gate();
        for (boolean hangs : new boolean[] {true, false}) {
            ParallelRunner runner = runners.open(settings -> settings.workers(2)
                    .processes(o -> o.onWorkerStop(() -> {
                        if (hangs) {
                            never.awaitStubbornly();
                        }
                        System.exit(5);
                    })));
            occupyBoth(runners, runner);
            long startedNanos = System.nanoTime();
            runner.close();
            assertThat(Duration.ofNanos(System.nanoTime() - startedNanos)).isLessThan(SOON);
            assertThat(runner.stats().workersLost()).isZero();
        }
    }

    private static void occupyBoth(Runners runners, ParallelRunner runner) {
        Gate gate = runners.gate();
        Marks started = runners.marks();
        List<TaskFuture<Void>> futures = IntStream.range(0, 2)
                .mapToObj(i -> runner.submit(() -> {
                    started.make(i);
                    gate.await();
                }))
                .toList();
        started.awaitCount(2);
        gate.open();
        futures.forEach(TaskFuture::join);
        Eventually.holds("idle", () -> runner.stats().busyWorkers() == 0);
    }
}
