package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.spi.ILoggingEvent;
import dev.tandem.ParallelRunner;
import dev.tandem.RunnerBrokenException;
import dev.tandem.TaskFuture;
import dev.tandem.TaskStatus;
import dev.tandem.WorkerLostException;
import dev.tandem.WorkerStartException;
import dev.tandem.testing.Eventually;
import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.Gate;
import dev.tandem.testing.LoggedEvents;
import dev.tandem.testing.Need;
import dev.tandem.testing.Runners;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/** Each line that a worker prints is logged with the task that printed it. */
final class OutputAttributionTest {

    private static final int TASKS = 200;

    @EveryRunner(needs = Need.WORKER_JVM)
    void namesTheTaskOfEachLineThatJavaPrints(Runners runners) {
        ParallelRunner runner = runners.shared();
        try (LoggedEvents printed = LoggedEvents.of("dev.tandem.worker", Level.INFO)) {
            List<TaskFuture<Void>> tasks = new ArrayList<>();
            for (int i = 0; i < TASKS; i++) {
                String text = "attributed-" + i + ".";
                int how = i % 5;
                tasks.add(runner.submit(() -> print(text, how)));
            }
            tasks.forEach(task -> task.stopped().toCompletableFuture().join());
            for (int i = 0; i < TASKS; i++) {
                String text = "attributed-" + i + ".";
                if (i % 5 != 4) {
                    assertThat(taskOf(printed.await(text)))
                            .as(text)
                            .isEqualTo(tasks.get(i).taskId());
                }
            }
            assertThat(printed.all())
                    .extracting(ILoggingEvent::getFormattedMessage)
                    .noneMatch(line -> line.contains("\\u001e"));
        }
    }

    private static void print(String text, int how) {
        switch (how) {
            case 0 -> System.out.println(text);
            case 1 -> System.err.println(text);
            case 2 -> System.out.print(text); // the line is never ended
            case 3 -> {
                System.out.println(text);
                throw new IllegalStateException("failed on purpose");
            }
            default -> {} // prints nothing
        }
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void namesTheTaskThatTookItsWorkerAlong(Runners runners) {
        ParallelRunner runner = runners.open(1);
        try (LoggedEvents printed = LoggedEvents.of("dev.tandem.worker", Level.INFO)) {
            runner.submit(() -> System.out.println("before")).join();
            TaskFuture<Void> killed = runner.submit(() -> {
                System.out.println("first words");
                System.err.print("last words");
                Runtime.getRuntime().halt(9);
            });
            WorkerLostException lost = (WorkerLostException) catchThrowable(killed::join);
            assertThat(taskOf(printed.await("first words"))).isEqualTo(killed.taskId());
            assertThat(taskOf(printed.await("last words"))).isEqualTo(killed.taskId());
            assertThat(lost.loss().lastOutput()).containsExactly("before", "first words", "last words");
            assertThat(printed.await("first words").getMDCPropertyMap()).containsEntry("worker", "worker 0");
        }
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void takesNativeOutputForThatOfTheTaskThatHasBegun(Runners runners) {
        ParallelRunner runner = runners.open(
                settings -> settings.processes(o -> o.onWorkerStart(() -> System.out.println("starting"))));
        Gate begun = runners.gate();
        try (LoggedEvents printed = LoggedEvents.of("dev.tandem.worker", Level.INFO)) {
            TaskFuture<Void> speaking = runner.submit(() -> {
                System.out.println("spoken");
                printPastJava("past the speaker\n");
            });
            speaking.join();
            TaskFuture<Void> silent = runner.submit(() -> {
                begun.await();
                printPastJava("past the silent\n");
            });
            Eventually.holds("it runs", () -> silent.status() == TaskStatus.RUNNING);
            begun.open();
            silent.join();
            assertThat(printed.await("starting").getMDCPropertyMap()).doesNotContainKey("task");
            assertThat(taskOf(printed.await("past the speaker"))).isEqualTo(speaking.taskId());
            assertThat(taskOf(printed.await("past the silent"))).isEqualTo(silent.taskId());
        }
    }

    private static void printPastJava(String text) {
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8).print(text);
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void blamesNoTaskForWhatIsPrintedBetweenTwo(Runners runners) {
        ParallelRunner runner = runners.open(1);
        try (LoggedEvents printed = LoggedEvents.of("dev.tandem.worker", Level.INFO)) {
            runner.submit(() -> {
                        Thread late = new Thread(() -> {
                            for (int i = 0; i < 40; i++) {
                                System.out.println("left behind");
                                LockSupport.parkNanos(5_000_000);
                            }
                        });
                        late.setDaemon(true);
                        late.start();
                    })
                    .join();
            Eventually.holds(
                    "a line of nobody's",
                    () -> printed.with("left behind").stream()
                            .anyMatch(line -> !line.getMDCPropertyMap().containsKey("task")));
            TaskFuture<Void> next = runner.submit(() -> System.out.println("of the next"));
            next.join();
            assertThat(taskOf(printed.await("of the next"))).isEqualTo(next.taskId());
        }
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void namesTheTaskOfWhatItsThreadsPrint(Runners runners) {
        ParallelRunner runner = runners.open(1);
        try (LoggedEvents printed = LoggedEvents.of("dev.tandem.worker", Level.INFO)) {
            TaskFuture<Void> task = runner.submit(() -> {
                List<Thread> threads = IntStream.range(0, 4)
                        .mapToObj(t -> new Thread(() -> {
                            for (int i = 0; i < 100; i++) {
                                (t % 2 == 0 ? System.out : System.err).println("thread " + t + " line " + i + " end");
                            }
                        }))
                        .toList();
                threads.forEach(Thread::start);
                for (Thread thread : threads) {
                    thread.join();
                }
            });
            task.join();
            Eventually.holds(
                    "all lines",
                    () -> printed.all().stream()
                                    .mapToInt(line -> line.getFormattedMessage().split(" end", -1).length - 1)
                                    .sum()
                            == 400);
            assertThat(printed.all())
                    .allSatisfy(line -> assertThat(taskOf(line)).isEqualTo(task.taskId()));
        }
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void showsNoMarkInTheLastOutputOfAWorkerThatDidNotStart(Runners runners) {
        ParallelRunner runner = runners.open(settings -> settings.processes(o -> o.onWorkerStart(() -> {
            System.out.println("before it fails");
            throw new IllegalStateException("no licence");
        })));
        RunnerBrokenException broken = (RunnerBrokenException)
                catchThrowable(() -> runner.submit(() -> 1).join());
        WorkerStartException failure = (WorkerStartException) broken.getSuppressed()[0];
        assertThat(failure.lastOutput()).containsExactly("before it fails");
    }

    private static long taskOf(ILoggingEvent line) {
        Map<String, String> mdc = line.getMDCPropertyMap();
        return Long.parseLong(mdc.getOrDefault("task", "0"));
    }
}
