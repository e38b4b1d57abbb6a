package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import ch.qos.logback.classic.Level;
import dev.tandem.ParallelRunner;
import dev.tandem.StopOutcome;
import dev.tandem.Strategy;
import dev.tandem.TaskFuture;
import dev.tandem.TaskOptions;
import dev.tandem.TaskTimeoutException;
import dev.tandem.WorkerLoss;
import dev.tandem.WorkerLostException;
import dev.tandem.testing.Eventually;
import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.Gate;
import dev.tandem.testing.LoggedEvents;
import dev.tandem.testing.Marks;
import dev.tandem.testing.Need;
import dev.tandem.testing.Row;
import dev.tandem.testing.Runners;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;

/** Whoever has to be killed leaves word of what it was doing. */
final class ThreadDumpContractTest {

    private static final Duration TIMEOUT = Duration.ofMillis(300);
    private static final Duration MOST_LATE = Duration.ofSeconds(8); // grace, dump and kill on a busy machine

    private static void spinForEver() {
        while (true) {
            Thread.interrupted();
        }
    }

    @Row({"H4", "M-c-hang"})
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void h4ShowsWhereATaskHungThatIgnoredItsTimeout(Runners runners) {
        ParallelRunner runner = runners.open(
                settings -> settings.grace(Duration.ofMillis(100)).processes(o -> o.heartbeat(Duration.ofMillis(100))));
        long pid = runner.submit(() -> ProcessHandle.current().pid()).join();
        long begin = System.nanoTime();
        TaskFuture<Void> future = runner.withTimeout(TIMEOUT).submit(ThreadDumpContractTest::spinForEver);
        TaskTimeoutException timeout = catchThrowableOfType(TaskTimeoutException.class, future::join);
        assertThat(timeout.stopOutcome())
                .as("the future did not wait for the dump")
                .isEmpty();
        assertThat(timeout.threadDump()).isEmpty();

        assertThat(future.stopped().toCompletableFuture().join()).isEqualTo(StopOutcome.KILLED);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(TIMEOUT.plus(MOST_LATE));
        assertThat(timeout.threadDump()).get().satisfies(dump -> {
            String[] paragraphs = dump.split("\n\n");
            assertThat(paragraphs[0]).startsWith("Full thread dump");
            assertThat(paragraphs[1]).contains("RUNNABLE", "ThreadDumpContractTest.spinForEver(", "TaskLoop.run(");
            assertThat(dump).contains("-receiver\"");
        });
        assertThat(runner.stats().workersLost())
                .as("it was no hang of the process")
                .isZero();
        assertThat(Path.of("/tmp/.java_pid" + pid)).doesNotExist();
    }

    private static void waitAt(Gate gate, Marks begun) throws InterruptedException {
        begun.count("begun");
        gate.await();
    }

    @EveryRunner(needs = Need.ASYNC, eachTransport = false)
    void showsWhatEachWorkerOfALivingRunnerIsDoing(Runners runners) {
        ParallelRunner runner = runners.open(2);
        Gate gate = runners.gate();
        Marks begun = runners.marks();
        TaskFuture<Void> named =
                runner.with(TaskOptions.defaults().named("gatekeeper")).submit(() -> waitAt(gate, begun));
        TaskFuture<Void> other = runner.submit(() -> waitAt(gate, begun));
        Eventually.holds("both", () -> begun.all().size() == 2);

        AtomicReference<String> taken = new AtomicReference<>("");
        Eventually.holds("answers, on a machine that may be busy", () -> {
            taken.set(runner.threadDump());
            return !taken.get().contains("no thread dump");
        });
        String dump = taken.get();
        assertThat(dump.lines()).first().asString().contains("case-", " on " + runner.strategy() + ": 2 workers");
        assertThat(dump.split("=== task ")).hasSize(3);
        assertThat(dump)
                .containsPattern("=== task \\d+ \"gatekeeper\" \\(attempt 1\\) on \\S*worker.* ===\n")
                .contains("ThreadDumpContractTest.waitAt(");
        assertThat(dump.split("Gate\\.await\\(", -1)).hasSize(3);
        gate.open();
        named.join();
        other.join();
        Eventually.holds("idle", () -> runner.threadDump().split(", idle ===", -1).length == 3);
        runner.close();
        assertThat(runner.threadDump()).contains(": 0 workers").doesNotContain("===");
    }

    /** Nor does it matter who else attaches: what a live JVM needs for that stays. */
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void answersManyWhoAskAtOnceAndPrintsNothingInTheWorkers(Runners runners) throws Exception {
        ParallelRunner runner = runners.open(2);
        Gate gate = runners.gate();
        Marks begun = runners.marks();
        List<TaskFuture<Long>> tasks = Stream.generate(() -> runner.submit(() -> {
                    waitAt(gate, begun);
                    return ProcessHandle.current().pid();
                }))
                .limit(2)
                .toList();
        Eventually.holds("both", () -> begun.all().size() == 2);

        ExecutorService asking = Executors.newFixedThreadPool(8);
        try (LoggedEvents printed = LoggedEvents.of("dev.tandem.worker", Level.INFO)) {
            CountDownLatch together = new CountDownLatch(8);
            Callable<String> one = () -> {
                together.countDown();
                together.await();
                return runner.threadDump();
            };
            for (Future<String> dump : asking.invokeAll(Collections.nCopies(8, one))) {
                assertThat(dump.get().split("Full thread dump", -1))
                        .as(dump.get())
                        .hasSize(3);
            }
            gate.open();
            for (TaskFuture<Long> task : tasks) {
                assertThat(Path.of("/tmp/.java_pid" + task.join())).exists();
            }
            runner.close();
            assertThat(printed.with("Full thread dump")).isEmpty();
        } finally {
            asking.shutdownNow();
        }
        for (TaskFuture<Long> task : tasks) {
            assertThat(Path.of("/tmp/.java_pid" + task.join())).doesNotExist();
            assertThat(Path.of("/tmp/.attach_pid" + task.join())).doesNotExist();
        }
    }

    @EveryRunner(needs = Need.SHARED_HEAP)
    void showsTheTaskThatAsks(Runners runners) {
        ParallelRunner runner = runners.open(1);
        String dump = runner.submit(() -> runner.threadDump()).join();
        assertThat(dump).contains("=== task 1 (attempt 1) on ", "ThreadDumpContractTest");
        assertThat(runner.strategy() != Strategy.INLINE || runner.threadDump().contains(": 0 workers"))
                .isTrue();
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void saysWhyAWorkerThatIsStoppedShowsNothing(Runners runners) throws Exception {
        ParallelRunner runner = runners.open(1);
        long pid = runner.submit(() -> ProcessHandle.current().pid()).join();
        new ProcessBuilder("kill", "-STOP", Long.toString(pid)).start();
        try {
            Eventually.holds(
                    "stopped",
                    () -> Files.readString(Path.of("/proc/" + pid + "/stat")).contains(") T "));
            assertThat(runner.threadDump())
                    .contains(
                            "=== worker 0 (pid " + pid + "), idle ===",
                            "no thread dump: the process is stopped and cannot answer");
        } finally {
            new ProcessBuilder("kill", "-CONT", Long.toString(pid)).start();
        }
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void isNotTakenOfATaskThatEndsWhenItIsInterrupted(Runners runners) {
        ParallelRunner runner = runners.open(settings -> settings.grace(Duration.ofSeconds(20)));
        Gate never = runners.gate();
        TaskFuture<Void> future = runner.withTimeout(TIMEOUT).submit(never::await);
        TaskTimeoutException timeout = catchThrowableOfType(TaskTimeoutException.class, future::join);
        assertThat(future.stopped().toCompletableFuture().join()).isEqualTo(StopOutcome.INTERRUPTED);
        assertThat(timeout.threadDump()).isEmpty();
    }

    /** The figure of 10 heartbeats is H1's; that a stopped process costs no time of the dump's is ours. */
    @Row("H1")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void h1SaysThatAStoppedWorkerCouldNotAnswer(Runners runners) throws IOException {
        ParallelRunner runner = runners.open(settings -> settings.processes(o -> o.heartbeat(Duration.ofMillis(50))));
        Marks pids = runners.marks();
        TaskFuture<Void> future = runner.submit(() -> {
            pids.make(ProcessHandle.current().pid());
            spinForEver();
        });
        Eventually.holds("begun", () -> !pids.all().isEmpty());
        new ProcessBuilder("kill", "-STOP", pids.all().get(0)).start();
        WorkerLostException lost = catchThrowableOfType(WorkerLostException.class, future::join);
        WorkerLoss loss = lost.loss();
        assertThat(loss.verdict()).isEqualTo(WorkerLoss.Verdict.UNRESPONSIVE);
        assertThat(lost.maybeExecuted()).isTrue();
        assertThat(loss.threadDump()).isEmpty();
        assertThat(loss.interventions())
                .anySatisfy(
                        note -> assertThat(note).startsWith("SIGKILL: it was silent for longer than hangLimit=PT0.5S"))
                .contains("no thread dump: the process is stopped and cannot answer");
        assertThat(lost).hasMessageContaining("no thread dump: the process is stopped");
    }
}
