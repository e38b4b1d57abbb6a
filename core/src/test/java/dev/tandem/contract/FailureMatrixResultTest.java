package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tandem.NotTransferableException;
import dev.tandem.ParallelException;
import dev.tandem.ParallelRunner;
import dev.tandem.StopOutcome;
import dev.tandem.TaskFuture;
import dev.tandem.TaskTimeoutException;
import dev.tandem.WorkerLoss;
import dev.tandem.WorkerLostException;
import dev.tandem.testing.Eventually;
import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.Gate;
import dev.tandem.testing.Need;
import dev.tandem.testing.Row;
import dev.tandem.testing.Runners;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/** Rows d, e and k of the failure matrix: a result on its way home. */
final class FailureMatrixResultTest {

    private static ParallelRunner open(Runners runners) {
        return runners.open(settings -> settings.processes(o -> o.restartLimit(1_000, Duration.ofSeconds(1))));
    }

    @Row("S2")
    @EveryRunner(needs = Need.WORKER_JVM)
    void dKeepsTheWorkerWhoseResultCannotBeEncoded(Runners runners) {
        ParallelRunner runner = runners.open(1);
        long pid = runner.submit(() -> ProcessHandle.current().pid()).join();
        for (int i = 0; i < 20; i++) {
            TaskFuture<Object> future = runner.submit(() -> new Object());
            assertThatThrownBy(future::join).isInstanceOfSatisfying(NotTransferableException.class, failure -> {
                assertThat(failure.part()).isEqualTo(NotTransferableException.Part.RESULT);
                assertThat(failure.culprit()).isEqualTo("java.lang.Object");
                assertThat(failure).hasMessageContaining("task " + future.taskId());
            });
        }
        assertThat(runner.submit(() -> ProcessHandle.current().pid()).join()).isEqualTo(pid);
        assertThat(runner.stats().workersLost()).isZero();
        assertThat(runner.stats().failed()).isEqualTo(20);
    }

    @Row({"S4", "M-d-throws"})
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void dFailsTheResultThatThrowsWhileItIsEncoded(Runners runners) {
        ParallelRunner runner = runners.open(1);
        for (Hostile.Deed deed : List.of(Hostile.exception("no pickle"), Hostile.error("no pickle"))) {
            Throwable failure = catchThrowable(runner.submit(() -> new Hostile.InWorkerEncode(deed))::join);
            assertThat(failure).isInstanceOf(NotTransferableException.class).hasMessageContaining("no pickle");
            assertThat(failure.getSuppressed())
                    .anySatisfy(remote -> assertThat(remote).hasStackTraceContaining("InWorkerEncode.writeObject"));
        }
        assertThat(runner.submit(() -> 1).join()).isEqualTo(1);
        assertThat(runner.stats().workersStarted()).isEqualTo(1);
    }

    @Row({"S4", "M-d-exit", "M-d-crash"})
    @EveryRunner(needs = Need.WORKER_JVM)
    void dLosesTheTaskWhoseResultKillsItsWorker(Runners runners) {
        ParallelRunner runner = open(runners);
        for (Disaster disaster : List.of(Disaster.EXIT_0, Disaster.HALT_3, Disaster.SIGKILL)) {
            TaskFuture<Object> future = runner.submit(() -> new Hostile.InWorkerEncode(Hostile.deed(disaster)));
            disaster.checkCertificate(catchThrowable(future::join), future.taskId(), WorkerLoss.Phase.ENCODING);
            assertThat(runner.submit(() -> 1).join()).isEqualTo(1);
        }
    }

    @Row({"S4", "M-d-hang"})
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void dTimesOutTheResultThatIsNeverEncoded(Runners runners) {
        ParallelRunner runner = open(runners);
        runner.submit(() -> 1).join();
        Gate never = runners.gate();
        TaskFuture<Object> future = runner.withTimeout(Duration.ofMillis(300))
                .submit(() -> new Hostile.InWorkerEncode(Hostile.waitAt(never)));
        assertThatThrownBy(future::join).isInstanceOf(TaskTimeoutException.class);
        assertThat(future.stopped().toCompletableFuture().join()).isEqualTo(StopOutcome.KILLED);
        assertThat(runner.submit(() -> 1).join()).isEqualTo(1);
    }

    @Row("S8")
    @EveryRunner(needs = Need.WORKER_JVM)
    void dRefusesAResultAboveTheLimitAndKeepsTheWorker(Runners runners) {
        ParallelRunner runner = runners.open(settings -> settings.processes(o -> o.maxPayload("1m")));
        long pid = runner.submit(() -> ProcessHandle.current().pid()).join();
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(runner.submit(() -> new byte[2 << 20])::join)
                    .isInstanceOfSatisfying(
                            NotTransferableException.class,
                            failure -> assertThat(failure.part()).isEqualTo(NotTransferableException.Part.RESULT))
                    .hasMessageContaining("maxPayload");
        }
        byte[] large = new byte[2 << 20];
        assertThatThrownBy(runner.submit(() -> large.length)::join)
                .isInstanceOf(NotTransferableException.class)
                .hasMessageContaining("maxPayload");
        assertThat(runner.submit(() -> ProcessHandle.current().pid()).join()).isEqualTo(pid);
    }

    @Row("S4")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void eFailsOnlyTheResultThatThrowsWhileItIsDecodedHere(Runners runners) {
        ParallelRunner runner = runners.open(1);
        for (Hostile.Deed deed : List.of(Hostile.exception("no unpickle"), Hostile.error("no unpickle"))) {
            Hostile captured = new Hostile.InHostDecode(deed);
            TaskFuture<Hostile> future = runner.submit(() -> captured);
            assertThat(catchThrowable(future::join))
                    .isInstanceOf(ParallelException.class)
                    .hasMessageContaining("no unpickle");
            assertThat(runner.submit(() -> 1).join()).isEqualTo(1);
        }
        assertThat(runner.stats().workersStarted()).isEqualTo(1);
    }

    @Row({"S4", "S7", "M-e-hang"})
    @EveryRunner(needs = Need.WORKER_JVM)
    void eServesOthersWhileAResultIsBeingDecodedHere(Runners runners) {
        ParallelRunner runner = runners.open(1);
        Gate gate = runners.gate();
        Hostile slow = new Hostile.InHostDecode(Hostile.waitAt(gate));
        TaskFuture<Hostile> blocked = runner.submit(() -> slow);
        for (int i = 0; i < 100; i++) {
            int expected = i;
            assertThat(runner.submit(() -> expected).join()).isEqualTo(expected);
        }
        assertThat(blocked.isDone()).isFalse();
        gate.open();
        assertThat(blocked.join()).isInstanceOf(Hostile.InHostDecode.class);
    }

    @Row("S7")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void s7TimesOutTheResultWhoseDecodingHereTakesForEver(Runners runners) {
        ParallelRunner runner = runners.open(1);
        runner.submit(() -> 1).join();
        Gate gate = runners.gate();
        Hostile slow = new Hostile.InHostDecode(Hostile.waitAt(gate));
        TaskFuture<Hostile> stuck = runner.withTimeout(Duration.ofSeconds(1)).submit(() -> slow);
        assertThatThrownBy(stuck::join).isInstanceOf(TaskTimeoutException.class);
        assertThat(runner.submit(() -> 1).join()).isEqualTo(1);
        assertThat(stuck.stopped().toCompletableFuture().join()).isEqualTo(StopOutcome.ABANDONED);
        gate.open();
    }

    /** The worker dies at any moment while eight megabytes are on their way: all of them arrive, or none. */
    @Row({"M-k-exit", "W5"})
    @EveryRunner(needs = Need.WORKER_JVM)
    void kLosesTheResultWhoseWorkerDiesWhileItIsSent(Runners runners) {
        ParallelRunner runner = open(runners);
        int lost = 0;
        for (int round = 0; round < 5; round++) {
            long delayNanos = 3_000_000L * round;
            TaskFuture<byte[]> future = runner.submit(() -> {
                Thread killer = new Thread(() -> {
                    LockSupport.parkNanos(delayNanos);
                    Runtime.getRuntime().halt(5);
                });
                killer.setDaemon(true);
                byte[] large = new byte[8 << 20];
                killer.start();
                return large;
            });
            try {
                assertThat(future.join()).hasSize(8 << 20);
            } catch (WorkerLostException e) {
                assertThat(e.loss().exitCode()).hasValue(5);
                lost++;
            }
            assertThat(untilItWorks(runner)).isEqualTo(1);
        }
        assertThat(lost).as("rounds in which the worker was faster").isPositive();
    }

    /** The last killer may still be on its way. */
    private static int untilItWorks(ParallelRunner runner) {
        for (int i = 0; i < 3; i++) {
            try {
                return runner.submit(() -> 1).join();
            } catch (WorkerLostException e) {
                assertThat(e.loss().exitCode()).hasValue(5);
            }
        }
        throw new AssertionError("no task comes through");
    }

    /** Arguments larger than any pipe's buffer, to workers that have stopped reading and then die. */
    @Row("M-k-crash")
    @EveryRunner(needs = Need.WORKER_JVM)
    void kFreesTheWriterOfAWorkerThatDiesWhileItIsSentTo(Runners runners) throws Exception {
        ParallelRunner runner = open(runners);
        long pid = runner.submit(() -> ProcessHandle.current().pid()).join();
        signal("STOP", pid);
        byte[] large = new byte[8 << 20];
        TaskFuture<Integer> future = runner.submit(() -> large.length);
        assertThat(future.isDone()).as("submit returned although nobody reads").isFalse();
        signal("KILL", pid);
        assertThat(future.join())
                .as("it had not started, so it moved to another worker")
                .isEqualTo(8 << 20);
        assertThat(runner.stats().retried()).isZero();
    }

    private static void signal(String signal, long pid) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + signal, String.valueOf(pid))
                        .start()
                        .waitFor())
                .isZero();
    }

    @EveryRunner(needs = Need.WORKER_JVM)
    void kCarriesLargePayloadsBothWaysAtOnce(Runners runners) {
        ParallelRunner runner = runners.open(settings -> settings.workers(2).processes(o -> o.maxHeap("256m")));
        byte[] large = new byte[10 << 20];
        List<TaskFuture<byte[]>> futures =
                IntStream.range(0, 6).mapToObj(i -> runner.submit(() -> large)).toList();
        assertThat(futures).allSatisfy(future -> assertThat(future.join()).hasSize(large.length));
    }

    @Row({"M-g-exit", "W4"})
    @EveryRunner(needs = Need.WORKER_JVM)
    void gKeepsAResultWhoseWorkerDiesRightAfterIt(Runners runners) {
        ParallelRunner runner = open(runners);
        for (int round = 0; round < 3; round++) {
            Gate now = runners.gate();
            TaskFuture<String> future = runner.submit(() -> {
                Thread late = new Thread(() -> {
                    now.awaitStubbornly();
                    Runtime.getRuntime().halt(6);
                });
                late.setDaemon(true);
                late.start();
                return "delivered";
            });
            assertThat(future.join()).isEqualTo("delivered");
            now.open();
            long lost = round + 1;
            Eventually.holds("dead", () -> runner.stats().workersLost() == lost);
            assertThat(future.join()).isEqualTo("delivered");
            assertThat(runner.submit(() -> 1).join()).isEqualTo(1);
        }
        assertThat(runner.stats().failed()).isZero();
    }

    @Row("M-g-hang")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void gClosesAWorkerInWhichATaskLeftAThread(Runners runners) {
        ParallelRunner runner = runners.open(1);
        Gate never = runners.gate();
        runner.submit(() -> new Thread(never::awaitStubbornly, "left behind").start())
                .join();
        long startedNanos = System.nanoTime();
        runner.close();
        assertThat(Duration.ofNanos(System.nanoTime() - startedNanos)).isLessThan(Duration.ofSeconds(10));
    }
}
