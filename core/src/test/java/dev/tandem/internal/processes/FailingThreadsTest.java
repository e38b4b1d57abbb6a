package dev.tandem.internal.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import dev.tandem.ParallelRunner;
import dev.tandem.ProcessOptions;
import dev.tandem.TaskAction;
import dev.tandem.TaskFuture;
import dev.tandem.TaskStatus;
import dev.tandem.WorkerLoss;
import dev.tandem.WorkerLoss.Verdict;
import dev.tandem.WorkerLostException;
import dev.tandem.internal.engine.EngineDoor;
import dev.tandem.internal.engine.Runner;
import dev.tandem.internal.engine.RunnerContext;
import dev.tandem.testing.SilentLog;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** Threads that listen to a worker fail, each in its turn: that worker is lost, and nothing else. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
@ExtendWith(SilentLog.class)
final class FailingThreadsTest {

    private final FailingTicker ticker = new FailingTicker();

    @Test
    void losesTheWorkerOfAThreadThatFailsAndGoesOnWithAnother() {
        ProcessOptions options = ProcessOptions.defaults().workers(1).heartbeat(Duration.ofMillis(500));
        try (ParallelRunner runner = new Runner(
                new RunnerContext(
                        "failing",
                        EngineDoor.surroundings("failing", ticker),
                        context -> new ProcessEngine(context, options)),
                false)) {
            TaskAction sleeps = () -> Thread.sleep(5_000);
            TaskAction exits = () -> Runtime.getRuntime().halt(1);
            TaskAction speaks = () -> {
                new ProcessBuilder("echo", "hello").inheritIO().start();
                Thread.sleep(5_000);
            };
            TaskFuture<Void> first = runner.submit(sleeps);
            await().until(() -> first.status() == TaskStatus.RUNNING);
            ticker.fail(1, "failing-reader-", "readUntilTheEnd");
            assertNamed(first);

            ticker.fail(1, "failing-reader-", "died");
            assertNamed(runner.submit(exits));

            ticker.fail(1, "failing-output-", "look");
            assertNamed(runner.submit(speaks));
            assertThat(runner.stats().workersLost()).isEqualTo(3);
        }
    }

    private void assertNamed(TaskFuture<?> lost) {
        await().until(() -> lost.status() != TaskStatus.QUEUED);
        Set<Thread> readers = Thread.getAllStackTraces().keySet().stream()
                .filter(thread -> thread.getName().startsWith("failing-reader-"))
                .collect(Collectors.toSet());
        WorkerLoss loss =
                catchThrowableOfType(WorkerLostException.class, lost::join).loss();
        assertThat(ticker.thrown()).isEqualTo(1);
        assertThat(loss.verdict()).isEqualTo(Verdict.CHANNEL_BROKEN);
        assertThat(loss.interventions()).anySatisfy(note -> assertThat(note).contains(FailingTicker.MISSING));
        await("what follows is about the next one").until(() -> readers.stream().noneMatch(Thread::isAlive));
    }
}
