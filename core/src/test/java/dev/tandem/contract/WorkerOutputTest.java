package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.tandem.ParallelRunner;
import dev.tandem.StopOutcome;
import dev.tandem.TaskFuture;
import dev.tandem.WorkerLostException;
import dev.tandem.testing.Eventually;
import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.LoggedEvents;
import dev.tandem.testing.Marks;
import dev.tandem.testing.Need;
import dev.tandem.testing.Row;
import dev.tandem.testing.Runners;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.slf4j.LoggerFactory;

/** Nothing that a task prints, and nothing that its JVM prints, gets into the way of results. */
final class WorkerOutputTest {

    /** Else nobody would read what the worker prints, and it would wait for ever. */
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void goesOnAfterAnErrorOfAnAppender(Runners runners) {
        Logger logger = (Logger) LoggerFactory.getLogger("dev.tandem.worker");
        AppenderBase<ILoggingEvent> failing = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                if (event.getFormattedMessage().equals("a line too many")) {
                    throw new AssertionError("the appender fails");
                }
            }
        };
        failing.start();
        try (LoggedEvents log = LoggedEvents.of("dev.tandem.worker", Level.INFO)) {
            logger.addAppender(failing);
            ParallelRunner runner = runners.open(1);
            runner.submit(() -> System.out.println("a line too many")).join();
            runner.submit(() -> System.out.println("the line after it")).join();
            assertThat(log.await("the line after it").getMDCPropertyMap()).containsEntry("task", "2");
        } finally {
            logger.detachAppender(failing);
        }
    }

    @Row("X1")
    @EveryRunner(needs = Need.WORKER_JVM)
    void getsIntoTheWayOfNoResult(Runners runners) {
        ParallelRunner runner = runners.open(2);
        List<TaskFuture<Integer>> futures = IntStream.range(0, 120)
                .mapToObj(i -> runner.submit(() -> {
                    pollute(i % 6);
                    return i;
                }))
                .toList();
        for (int i = 0; i < futures.size(); i++) {
            assertThat(futures.get(i).join()).isEqualTo(i);
        }
        assertThat(runner.stats().workersStarted()).isEqualTo(2);
    }

    private static void pollute(int how) throws Exception {
        switch (how) {
            case 0 -> System.out.println("a line");
            case 1 -> System.err.print("x".repeat(100_000));
            case 2 -> System.out.println("y".repeat(200_000));
            case 3 -> {
                byte[] garbage = new byte[10_000];
                new java.util.Random(1).nextBytes(garbage);
                new FileOutputStream(FileDescriptor.out).write(garbage);
            }
            case 4 ->
                new ProcessBuilder(
                                "kill",
                                "-QUIT",
                                String.valueOf(ProcessHandle.current().pid()))
                        .start()
                        .waitFor();
            default ->
                new ProcessBuilder("echo", "from a child").inheritIO().start().waitFor();
        }
    }

    @EveryRunner(needs = Need.WORKER_JVM)
    void mayBeClosed(Runners runners) {
        ParallelRunner runner = runners.open(1);
        runner.submit(() -> {
                    System.out.close();
                    System.err.close();
                    System.in.close();
                })
                .join();
        assertThat(runner.submit(() -> 1).join()).isEqualTo(1);
        assertThat(runner.stats().workersStarted()).isEqualTo(1);
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void givesTasksAnEmptyInput(Runners runners) {
        assertThat(runners.open(1).submit(() -> System.in.read()).join()).isEqualTo(-1);
    }

    /** B47. A task that is killed takes along what it has started. */
    @EveryRunner(needs = Need.WORKER_JVM)
    void killsTheChildrenOfAKilledTask(Runners runners) {
        ParallelRunner runner = runners.open(settings -> settings.grace(Duration.ofMillis(100)));
        Marks children = runners.marks();
        TaskFuture<Void> future = runner.submit(() -> {
            Process child = new ProcessBuilder("sleep", "600").start();
            children.make(child.pid());
            Process family = new ProcessBuilder("sh", "-c", "sleep 600 & sleep 600").start();
            Eventually.holds("grandchild", () -> family.descendants().count() > 0);
            family.descendants().forEach(grandchild -> children.make(grandchild.pid()));
            children.make("all");
            while (true) {
                Thread.interrupted();
            }
        });
        children.await("all");
        future.cancel();
        assertThat(future.stopped().toCompletableFuture().join()).isEqualTo(StopOutcome.KILLED);
        for (String pid : children.all()) {
            if (!pid.equals("all")) {
                Eventually.holds("end of " + pid, () -> !Processes.isAlive(Long.parseLong(pid)));
            }
        }
    }

    /** A grandchild that holds the streams open must not delay the news of a death. */
    @EveryRunner(needs = Need.WORKER_JVM)
    void tellsADeathAtOnceAlthoughAGrandchildLivesOn(Runners runners) {
        ParallelRunner runner = runners.open(1);
        runner.submit(() -> 1).join();
        Marks children = runners.marks();
        long startedNanos = System.nanoTime();
        TaskFuture<Void> future = runner.submit(() -> {
            children.make(new ProcessBuilder("sleep", "60").inheritIO().start().pid());
            Runtime.getRuntime().halt(9);
        });
        assertThat(catchThrowable(future::join)).isInstanceOf(WorkerLostException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - startedNanos)).isLessThan(Duration.ofSeconds(10));
        assertThat(runner.submit(() -> 1).join()).isEqualTo(1);
        children.all().forEach(pid -> ProcessHandle.of(Long.parseLong(pid)).ifPresent(ProcessHandle::destroyForcibly));
    }
}
