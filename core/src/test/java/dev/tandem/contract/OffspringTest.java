package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tandem.ParallelRunner;
import dev.tandem.TaskFuture;
import dev.tandem.WorkerLostException;
import dev.tandem.testing.Eventually;
import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.Gate;
import dev.tandem.testing.Marks;
import dev.tandem.testing.Need;
import dev.tandem.testing.Row;
import dev.tandem.testing.Runners;
import java.io.IOException;
import java.time.Duration;
import java.util.List;

/** What tasks start goes when their worker does. */
@Row({"R8", "B47"})
final class OffspringTest {

    private static final String SLEEP = "120";

    /** Starts a child that holds the worker's output open, and says who it is. */
    private static void leaveAChild(Marks pids) throws IOException {
        Process child = new ProcessBuilder("sleep", SLEEP).inheritIO().start();
        pids.make(child.pid());
    }

    /** One that has its own session, and whose parent is gone: no list of descendants names it. */
    private static void leaveADetachedChild(Marks pids) throws IOException, InterruptedException {
        new ProcessBuilder("sh", "-c", "setsid sleep " + SLEEP + " & touch '" + pids.directory() + "'/$!")
                .inheritIO()
                .start()
                .waitFor();
    }

    private static void assertGone(Marks pids, int count) {
        List<Long> all = pids.all().stream().map(Long::parseLong).toList();
        assertThat(all).hasSize(count);
        try {
            Eventually.holds("children gone", () -> all.stream().noneMatch(Processes::isAlive));
        } finally {
            all.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
        }
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void r8EndsWithAWorkerThatIsLetGo(Runners runners) {
        ParallelRunner runner = runners.open(1);
        Marks pids = runners.marks();
        runner.submit(() -> leaveAChild(pids)).join();
        runner.submit(() -> leaveADetachedChild(pids)).join();
        runner.close();
        assertGone(pids, 2);
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void r8EndsWithAWorkerThatIsRecycled(Runners runners) {
        ParallelRunner runner = runners.open(settings -> settings.processes(o -> o.maxTasksPerWorker(1)));
        Marks pids = runners.marks();
        runner.submit(() -> leaveAChild(pids)).join();
        assertGone(pids, 1);
        assertThat(runner.submit(() -> 1).join()).isEqualTo(1);
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void r8EndsWithAWorkerThatIsKilledForItsTask(Runners runners) {
        ParallelRunner runner = runners.open(settings -> settings.grace(Duration.ofMillis(100)));
        Marks pids = runners.marks();
        Marks begun = runners.marks();
        Gate never = runners.gate();
        TaskFuture<Void> future = runner.submit(() -> {
            leaveAChild(pids);
            leaveADetachedChild(pids);
            begun.make("stubborn");
            never.awaitStubbornly();
        });
        begun.awaitCount(1); // not for the pids: while it waits for its shell, an interrupt would still end the task
        future.cancel();
        future.stopped().toCompletableFuture().join();
        assertGone(pids, 2);
    }

    @Row("X9")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void r8EndsWithAWorkerThatDiesByItself(Runners runners) {
        for (Disaster disaster : List.of(Disaster.HALT_3, Disaster.SIGKILL, Disaster.EXIT_0)) {
            ParallelRunner runner = runners.open(1);
            Marks pids = runners.marks();
            TaskFuture<Void> future = runner.submit(() -> {
                leaveAChild(pids);
                leaveADetachedChild(pids);
                disaster.strike();
            });
            assertThatThrownBy(future::join).isInstanceOf(WorkerLostException.class);
            assertGone(pids, 2);
            runner.close();
        }
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void sparesAProcessThatIsMeantToStay(Runners runners) {
        ParallelRunner runner = runners.open(1);
        Marks pids = runners.marks();
        runner.submit(() -> {
                    ProcessBuilder staying = new ProcessBuilder(
                            "sh", "-c", "setsid sleep " + SLEEP + " & touch '" + pids.directory() + "'/$!");
                    staying.environment().remove("TANDEM_WORKER");
                    staying.redirectErrorStream(true)
                            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                            .start()
                            .waitFor();
                })
                .join();
        runner.close();
        ProcessHandle stayed =
                ProcessHandle.of(Long.parseLong(pids.all().get(0))).orElseThrow();
        assertThat(stayed.isAlive()).isTrue();
        stayed.destroyForcibly();
        Eventually.holds("gone", () -> !stayed.isAlive());
    }

    @Row({"C5", "B69"})
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void c5EndsTheWholeTreeOfARunnerInARunner(Runners runners) {
        ParallelRunner runner = runners.open(1);
        Marks pids = runners.marks();
        Gate never = runners.gate();
        TaskFuture<Void> outer = runner.submit(() -> {
            try (ParallelRunner inner =
                    ParallelRunner.processes(o -> o.workers(1).maxHeap("64m"))) {
                inner.submit(() -> {
                            leaveAChild(pids);
                            pids.make(ProcessHandle.current().pid());
                            never.awaitStubbornly();
                        })
                        .join();
            }
        });
        pids.awaitCount(2);
        runner.shutdownNow();
        runner.close();
        assertThat(catchThrowable(outer::join)).isNotNull();
        assertGone(pids, 2);
    }
}
