package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tandem.NotTransferableException;
import dev.tandem.Outcome;
import dev.tandem.ParallelRunner;
import dev.tandem.StopOutcome;
import dev.tandem.TaskFuture;
import dev.tandem.TaskTimeoutException;
import dev.tandem.WorkerLoss;
import dev.tandem.WorkerLostException;
import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.Gate;
import dev.tandem.testing.Need;
import dev.tandem.testing.Row;
import dev.tandem.testing.Runners;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.stream.Stream;

/** Rows a, b and c of the failure matrix: a task on its way to the worker, and at work there. */
final class FailureMatrixTaskTest {

    /** Many deaths on purpose: they must not count as a crash loop. */
    private static ParallelRunner open(Runners runners) {
        return runners.open(settings -> settings.processes(o -> o.restartLimit(1_000, Duration.ofSeconds(1))));
    }

    private static long taskOf(Hostile captured) {
        return captured.isInHost() ? 1 : 2;
    }

    @Row({"S1", "M-a-throws"})
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void aFailsAtOnceWithTheCallersStackWhenTheTaskCannotBeEncoded(Runners runners) {
        ParallelRunner runner = runners.shared();
        Thread captured = Thread.currentThread();
        TaskFuture<String> future = runner.submit(() -> captured.getName());
        assertThat(future.isDone()).as("it has failed already").isTrue();
        assertThatThrownBy(future::join)
                .isInstanceOfSatisfying(NotTransferableException.class, failure -> {
                    assertThat(failure.part()).isEqualTo(NotTransferableException.Part.TASK);
                    assertThat(failure.culprit()).isEqualTo("java.lang.Thread");
                    assertThat(failure.path()).contains("FailureMatrixTaskTest");
                    assertThat(failure.getStackTrace())
                            .extracting(StackTraceElement::getMethodName)
                            .contains("aFailsAtOnceWithTheCallersStackWhenTheTaskCannotBeEncoded");
                })
                .hasNoCause();
        assertThatThrownBy(future::get)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(NotTransferableException.class);
        assertThat(future.stopped().toCompletableFuture().join()).isEqualTo(StopOutcome.NOT_STARTED);
        assertThat(runner.submit(() -> 1).join()).isEqualTo(1);
    }

    @Row("S1")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void aFailsTheInputThatCannotBeEncoded(Runners runners) {
        ParallelRunner runner = runners.shared();
        List<Object> inputs = List.of("a", "b", new Object(), "d");
        assertThatThrownBy(runner.map(inputs, Object::toString)::join)
                .isInstanceOfSatisfying(NotTransferableException.class, failure -> {
                    assertThat(failure.part()).isEqualTo(NotTransferableException.Part.ARGUMENT);
                    assertThat(failure.inputIndex()).hasValue(2);
                    assertThat(failure.culprit()).isEqualTo("java.lang.Object");
                });
        try (Stream<Outcome<Object, String>> outcomes = runner.outcomes(inputs, Object::toString)) {
            assertThat(outcomes.map(Outcome::isSuccess)).containsExactly(true, true, false, true);
        }
    }

    @Row("S4")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void aFailsWhenTheTaskThrowsWhileItIsEncoded(Runners runners) {
        ParallelRunner runner = runners.shared();
        for (Hostile.Deed deed : List.of(Hostile.exception("no pickle"), Hostile.error("no pickle"))) {
            Hostile captured = new Hostile.InHostEncode(deed);
            TaskFuture<Long> future = runner.submit(() -> taskOf(captured));
            assertThat(future.isDone()).isTrue();
            Throwable failure = catchThrowable(future::join);
            assertThat(failure).isInstanceOf(NotTransferableException.class);
            assertThat(failure).hasMessageContaining("no pickle");
        }
        assertThat(runner.submit(() -> 1).join()).isEqualTo(1);
    }

    @Row("S5")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void aFailsWhenTheTaskIsNestedTooDeep(Runners runners) {
        ParallelRunner runner = runners.shared();
        Object[] nested = new Object[1];
        for (int i = 0; i < 100_000; i++) {
            nested = new Object[] {nested};
        }
        Object[] deep = nested;
        TaskFuture<Integer> future = runner.submit(() -> deep.length);
        assertThatThrownBy(future::join).isInstanceOf(NotTransferableException.class);
        assertThat(runner.submit(() -> 1).join()).isEqualTo(1);
    }

    @Row("M-a-hang")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void aHoldsUpNobodyElseWhileATaskIsBeingEncoded(Runners runners) {
        ParallelRunner runner = runners.shared();
        Gate gate = runners.gate();
        Hostile slow = new Hostile.InHostEncode(Hostile.waitAt(gate));
        CompletableFuture<TaskFuture<Long>> submitting =
                CompletableFuture.supplyAsync(() -> runner.submit(() -> taskOf(slow)));
        assertThat(runner.submit(() -> 1).join()).isEqualTo(1);
        assertThat(submitting).isNotDone();
        gate.open();
        assertThat(submitting.join().join()).isEqualTo(2);
    }

    @Row({"S4", "M-b-throws"})
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void bFailsTheTaskThatThrowsWhileItIsDecodedAndKeepsTheWorker(Runners runners) {
        ParallelRunner runner = runners.shared();
        long started = runner.stats().workersStarted();
        for (Hostile.Deed deed : List.of(Hostile.exception("no unpickle"), Hostile.error("no unpickle"))) {
            Hostile captured = new Hostile.InWorkerDecode(deed);
            TaskFuture<Long> future = runner.submit(() -> taskOf(captured));
            Throwable failure = catchThrowable(future::join);
            assertThat(failure).isInstanceOf(NotTransferableException.class).hasMessageContaining("no unpickle");
            assertThat(failure.getSuppressed())
                    .as("the worker's own stack")
                    .anySatisfy(remote -> assertThat(remote)
                            .hasStackTraceContaining("no unpickle")
                            .hasStackTraceContaining("InWorkerDecode.readObject"));
            assertThat(runner.submit(() -> 1).join()).isEqualTo(1);
        }
        assertThat(runner.stats().workersStarted()).isEqualTo(started);
    }

    @Row({"S4", "M-b-exit", "M-b-crash"})
    @EveryRunner(needs = Need.WORKER_JVM)
    void bLosesTheTaskThatKillsItsWorkerWhileItIsDecoded(Runners runners) {
        ParallelRunner runner = open(runners);
        for (Disaster disaster : List.of(Disaster.EXIT_42, Disaster.HALT_3, Disaster.SIGKILL)) {
            Hostile captured = new Hostile.InWorkerDecode(Hostile.deed(disaster));
            TaskFuture<Long> future = runner.submit(() -> taskOf(captured));
            disaster.checkCertificate(catchThrowable(future::join), future.taskId(), WorkerLoss.Phase.DECODING);
            assertThat(runner.submit(() -> 1).join()).isEqualTo(1);
        }
    }

    @Row({"S4", "M-b-hang"})
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void bTimesOutTheTaskThatIsNeverDecoded(Runners runners) {
        ParallelRunner runner = open(runners);
        runner.submit(() -> 1).join();
        Hostile captured = new Hostile.InWorkerDecode(Hostile.waitAt(runners.gate()));
        TaskFuture<Long> future = runner.withTimeout(Duration.ofMillis(300)).submit(() -> taskOf(captured));
        assertThatThrownBy(future::join).isInstanceOf(TaskTimeoutException.class);
        assertThat(future.stopped().toCompletableFuture().join()).isEqualTo(StopOutcome.KILLED);
        assertThat(runner.submit(() -> 1).join()).isEqualTo(1);
    }

    @Row({"M-c-exit", "M-c-crash", "W1", "B36"})
    @EveryRunner(needs = Need.WORKER_JVM)
    void cLosesTheTaskThatKillsItsWorkerAndSaysHow(Runners runners) {
        ParallelRunner runner = open(runners);
        List<Long> pids = new ArrayList<>();
        for (Disaster disaster : Disaster.values()) {
            TaskFuture<Void> future = runner.submit(disaster::strike);
            Throwable failure = catchThrowable(future::join);
            disaster.checkCertificate(failure, future.taskId(), WorkerLoss.Phase.RUNNING);
            assertThat(((WorkerLostException) failure).maybeExecuted()).isTrue();
            assertThat(failure).hasNoCause();
            pids.add(((WorkerLostException) failure).loss().pid());
            assertThat(runner.submit(() -> 1).join()).isEqualTo(1);
        }
        assertThat(pids).doesNotHaveDuplicates();
        assertThat(runner.stats().workersLost()).isEqualTo(Disaster.values().length);
        assertThat(runner.stats().failed()).isEqualTo(Disaster.values().length);
    }

    @Row("B39")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void cNamesTheFrameOfANativeCrashAndLeavesNoLogBehind(Runners runners) {
        ParallelRunner runner = open(runners);
        Throwable failure = catchThrowable(runner.submit(Disaster.NATIVE_CRASH::strike)::join);
        WorkerLoss loss = ((WorkerLostException) failure).loss();
        assertThat(loss.problematicFrame()).isPresent();
        assertThat(loss.signal()).contains("SIGABRT");
        assertThat(Path.of("hs_err_pid" + loss.pid() + ".log")).doesNotExist();
        assertThat(Path.of("core." + loss.pid())).doesNotExist();
        assertThat(Path.of("core")).doesNotExist();
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void cTellsAFullHeapFromAnExitWithTheSameCode(Runners runners) {
        ParallelRunner runner = runners.open(
                settings -> settings.processes(o -> o.maxHeap("32m").restartLimit(1_000, Duration.ofSeconds(1))));
        Throwable failure = catchThrowable(runner.submit(() -> {
            List<byte[]> hoard = new ArrayList<>();
            while (hoard.size() < 1_000) {
                hoard.add(new byte[1 << 20]);
            }
            return hoard.size();
        })::join);
        assertThat(failure).isInstanceOf(WorkerLostException.class).hasMessageContaining("maxHeap");
        assertThat(((WorkerLostException) failure).loss().verdict()).isEqualTo(WorkerLoss.Verdict.HEAP_EXHAUSTED);
        assertThat(runner.submit(() -> 1).join()).isEqualTo(1);
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void cShowsTheLastWordsOfAWorker(Runners runners) {
        ParallelRunner runner = open(runners);
        Throwable failure = catchThrowable(runner.submit(() -> {
            System.out.println("last word on stdout");
            System.err.println("last word on stderr");
            Runtime.getRuntime().halt(9);
        })::join);
        assertThat(((WorkerLostException) failure).loss().lastOutput())
                .contains("last word on stdout", "last word on stderr");
        assertThat(failure).hasMessageContaining("last word on stderr");
    }

    @Row("B43")
    @EveryRunner(needs = Need.WORKER_JVM)
    void cKillsTheTaskThatBlocksTheEndOfItsJvm(Runners runners) {
        ParallelRunner runner = open(runners);
        runner.submit(() -> 1).join();
        Gate never = runners.gate();
        TaskFuture<Void> future = runner.withTimeout(Duration.ofMillis(300)).submit(() -> {
            Runtime.getRuntime().addShutdownHook(new Thread(never::awaitStubbornly));
            never.awaitStubbornly();
        });
        assertThatThrownBy(future::join).isInstanceOf(TaskTimeoutException.class);
        assertThat(future.stopped().toCompletableFuture().join()).isEqualTo(StopOutcome.KILLED);
        TaskFuture<Void> exiting = runner.submit(() -> {
            Runtime.getRuntime().addShutdownHook(new Thread(never::awaitStubbornly));
            System.exit(7);
        });
        Throwable failure = catchThrowable(exiting::join);
        assertThat(failure).isInstanceOf(WorkerLostException.class);
        assertThat(((WorkerLostException) failure).loss().verdict()).isEqualTo(WorkerLoss.Verdict.EXITED);
        assertThat(runner.submit(() -> 1).join()).isEqualTo(1);
    }
}
