package dev.tandem.internal.threads;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.Outcome;
import dev.tandem.ParallelRunner;
import dev.tandem.RetryPolicy;
import dev.tandem.TaskOptions;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 20, unit = TimeUnit.SECONDS)
class InlineEngineTest {

    @Test
    void runsTheRestOfAChunkAfterATaskThatOutlivesItsTimeout() {
        try (ParallelRunner runner = ParallelRunner.inline();
                Stream<Outcome<Integer, Integer>> all = runner.with(
                                TaskOptions.defaults().chunkSize(3).timeout(Duration.ofMillis(20)))
                        .outcomes(List.of(1, 2, 3), n -> n == 1 ? spin(n) : n)) {
            List<Outcome<Integer, Integer>> outcomes = all.toList();
            assertThat(outcomes.get(0)).isInstanceOf(Outcome.Failure.class);
            assertThat(outcomes.get(1).orThrow()).isEqualTo(2);
            assertThat(outcomes.get(2).orThrow()).isEqualTo(3);
        }
    }

    @Test
    void keepsTheInterruptOfItsCallerAwayFromTheTask() {
        try (ParallelRunner runner = ParallelRunner.inline()) {
            Thread.currentThread().interrupt();
            boolean seen =
                    runner.submit(() -> Thread.currentThread().isInterrupted()).join();
            assertThat(Thread.interrupted()).as("the caller's interrupt").isTrue();
            assertThat(seen).as("in the task").isFalse();
        }
    }

    @Test
    void runsTheTasksOfEachCallerOnItsOwnThread() throws Exception {
        AtomicInteger strangers = new AtomicInteger();
        try (ParallelRunner runner = ParallelRunner.inline()) {
            List<Thread> callers = Stream.generate(() -> new Thread(() -> submitMany(runner, strangers)))
                    .limit(4)
                    .toList();
            callers.forEach(Thread::start);
            for (Thread caller : callers) {
                caller.join();
            }
        }
        assertThat(strangers).hasValue(0);
    }

    @Test
    void waitsForARetryOnTheCallersThread() {
        AtomicInteger attempts = new AtomicInteger();
        Thread caller = Thread.currentThread();
        try (ParallelRunner runner = ParallelRunner.inline()) {
            boolean onCaller = runner.with(
                            TaskOptions.defaults().retry(RetryPolicy.retries(1).on(failure -> true)))
                    .submit(() -> {
                        if (attempts.incrementAndGet() == 1) {
                            throw new IllegalStateException("the first time");
                        }
                        return Thread.currentThread() == caller;
                    })
                    .join();
            assertThat(onCaller).isTrue();
        }
    }

    private static void submitMany(ParallelRunner runner, AtomicInteger strangers) {
        Thread caller = Thread.currentThread();
        for (int i = 0; i < 5_000; i++) {
            runner.submit(() -> {
                if (Thread.currentThread() != caller) {
                    strangers.incrementAndGet();
                }
            });
        }
    }

    private static int spin(int n) {
        long startedNanos = System.nanoTime();
        while (System.nanoTime() - startedNanos < TimeUnit.MILLISECONDS.toNanos(200)) {
            Thread.onSpinWait();
        }
        return n;
    }
}
