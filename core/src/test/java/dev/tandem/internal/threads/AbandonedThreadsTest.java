package dev.tandem.internal.threads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tandem.ParallelRunner;
import dev.tandem.RunnerBrokenException;
import dev.tandem.StopOutcome;
import dev.tandem.TaskFuture;
import dev.tandem.ThreadOptions;
import dev.tandem.testing.LogLines;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Threads that ignore interruption: replaced up to a limit, counted, reported, and never said to be stopped. */
@Timeout(value = 30, unit = TimeUnit.SECONDS)
class AbandonedThreadsTest {

    private static final int FIRST_JAVA_WITH_VIRTUAL_THREADS = 21;

    private final List<CountDownLatch> stubborn = new ArrayList<>();
    private @Nullable ParallelRunner runner;

    @AfterEach
    void end() {
        stubborn.forEach(CountDownLatch::countDown);
        if (runner != null) {
            runner.shutdownNow();
            runner.close();
        }
    }

    static Stream<ThreadOptions> kindsOfThreads() {
        ThreadOptions platform = ThreadOptions.defaults().stopGrace(Duration.ofMillis(20));
        return Runtime.version().feature() < FIRST_JAVA_WITH_VIRTUAL_THREADS
                ? Stream.of(platform)
                : Stream.of(platform, platform.virtual());
    }

    private ParallelRunner open(ThreadOptions options) {
        ParallelRunner opened = ParallelRunner.of(options);
        runner = opened;
        return opened;
    }

    /** Runs until it is released, whatever anybody asks for; returns once it runs. */
    private TaskFuture<Object> beStubborn(ParallelRunner on) throws Exception {
        CountDownLatch until = new CountDownLatch(1);
        CountDownLatch runs = new CountDownLatch(1);
        stubborn.add(until);
        TaskFuture<Object> task = on.submit(() -> {
            runs.countDown();
            while (true) {
                try {
                    until.await();
                    return "after all";
                } catch (InterruptedException e) {
                    // ignored, which is the point
                }
            }
        });
        runs.await();
        return task;
    }

    /** The same, and its thread is given up. */
    private void abandon(ParallelRunner on) throws Exception {
        TaskFuture<Object> task = beStubborn(on);
        task.cancel();
        assertThat(task.stopped().toCompletableFuture().get(10, TimeUnit.SECONDS))
                .isEqualTo(StopOutcome.ABANDONED);
    }

    private static String answerOf(ParallelRunner runner) throws Exception {
        return runner.submit(() -> "served").get(10, TimeUnit.SECONDS);
    }

    @ParameterizedTest
    @MethodSource("kindsOfThreads")
    void areReplacedUpToTheLimitAndReportedWithTheirStacks(ThreadOptions options) throws Exception {
        try (LogLines log = new LogLines()) {
            ParallelRunner two = open(options.workers(2).maxAbandonedThreads(1));
            abandon(two);
            assertThat(answerOf(two)).isEqualTo("served");
            abandon(two);
            assertThat(answerOf(two)).as("one worker less, and one is left").isEqualTo("served");
            assertThat(two.stats().abandonedThreads()).isEqualTo(2);
            assertThat(two.stats().workers()).isEqualTo(1);
            assertThat(log.with("WARN", "ignores interruption", "It is replaced", "[with a stack]"))
                    .hasSize(1);
            assertThat(log.with("WARN", "It is not replaced; 2 such threads run now, maxAbandonedThreads=1"))
                    .hasSize(1);
        }
    }

    @ParameterizedTest
    @MethodSource("kindsOfThreads")
    void failWhatWaitsOnceNoneIsLeft(ThreadOptions options) throws Exception {
        ParallelRunner one = open(options.workers(1).maxAbandonedThreads(0));
        TaskFuture<Object> task = beStubborn(one);
        TaskFuture<String> waiting = one.submit(() -> "never");
        task.cancel();
        assertThatThrownBy(() -> waiting.get(10, TimeUnit.SECONDS))
                .cause()
                .isInstanceOf(RunnerBrokenException.class)
                .hasMessageContaining("no thread is left to run it")
                .hasMessageContaining("1, maxAbandonedThreads=0");
        assertThatThrownBy(() -> one.submit(() -> "nor this").get(10, TimeUnit.SECONDS))
                .cause()
                .isInstanceOf(RunnerBrokenException.class);
    }

    @ParameterizedTest
    @MethodSource("kindsOfThreads")
    void makeRoomWhenTheyEndAfterAll(ThreadOptions options) throws Exception {
        try (LogLines log = new LogLines()) {
            ParallelRunner one = open(options.workers(1).maxAbandonedThreads(0).name("late"));
            abandon(one);
            assertThat(log.with("late: ", "has ended after all"))
                    .as("nothing pretends")
                    .isEmpty();
            stubborn.get(0).countDown();
            log.await("INFO late: task 1", "has ended after all", "0 that were given up still run");
            assertThat(answerOf(one)).isEqualTo("served");
            assertThat(one.stats().abandonedThreads())
                    .as("it was one, and stays counted")
                    .isEqualTo(1);
        }
    }

    @ParameterizedTest
    @MethodSource("kindsOfThreads")
    void doNotCostTheLastWorkerWhenTheRunnerShrinks(ThreadOptions options) throws Exception {
        ParallelRunner two = open(options.workers(2).maxAbandonedThreads(0));
        abandon(two);
        assertThat(answerOf(two)).isEqualTo("served");
        two.resize(1);
        assertThat(answerOf(two)).isEqualTo("served");
        two.resize(3);
        List<TaskFuture<String>> more = new ArrayList<>();
        for (int i = 0; i < 20; i++) {
            more.add(two.submit(() -> "served"));
        }
        assertThat(more).allMatch(future -> future.join().equals("served"));
        await().until(() -> two.stats().workers() <= 2);
    }
}
