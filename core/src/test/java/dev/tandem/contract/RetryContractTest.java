package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.ParallelRunner;
import dev.tandem.RetryPolicy;
import dev.tandem.StopOutcome;
import dev.tandem.TaskContext;
import dev.tandem.TaskFailedException;
import dev.tandem.TaskFuture;
import dev.tandem.TaskOptions;
import dev.tandem.TaskStatus;
import dev.tandem.TaskTimeoutException;
import dev.tandem.testing.Eventually;
import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.Gate;
import dev.tandem.testing.Marks;
import dev.tandem.testing.Need;
import dev.tandem.testing.Runners;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CancellationException;

/** Another attempt: after which failures, how often, how late. */
final class RetryContractTest {

    private static final RetryPolicy ON_ANY_FAILURE = RetryPolicy.retries(3).on(failure -> true);

    @EveryRunner
    void doesNotRetryWhatTheTaskThrew(Runners runners) {
        Marks attempts = runners.marks();
        TaskFuture<Integer> future = runners.shared().withRetries(5).submit(() -> {
            attempts.make(TaskContext.current().attempt());
            return Integer.parseInt("x");
        });
        assertThatThrownBy(future::join)
                .isInstanceOfSatisfying(
                        TaskFailedException.class,
                        failure -> assertThat(failure.attempt()).isEqualTo(1));
        assertThat(attempts.all()).containsExactly("1");
    }

    @EveryRunner
    void retriesWhatThePredicateChooses(Runners runners) {
        ParallelRunner runner = runners.open(1);
        Marks attempts = runners.marks();
        TaskFuture<String> future = runner.with(TaskOptions.defaults().retry(ON_ANY_FAILURE))
                .submit(() -> {
                    int attempt = TaskContext.current().attempt();
                    attempts.make(attempt);
                    if (attempt < 3) {
                        throw new IllegalStateException("attempt " + attempt);
                    }
                    return "attempt " + attempt;
                });
        assertThat(future.join()).isEqualTo("attempt 3");
        assertThat(attempts.all()).containsExactly("1", "2", "3");
        assertThat(runner.stats().retried()).isEqualTo(2);
        assertThat(runner.stats().submitted()).isEqualTo(1);
        assertThat(runner.stats().succeeded()).isEqualTo(1);
        assertThat(runner.stats().failed()).isZero();
    }

    @EveryRunner
    void failsWithTheLastFailureWhenNoRetryIsLeft(Runners runners) {
        ParallelRunner runner = runners.open(1);
        TaskFuture<Void> future = runner.with(TaskOptions.defaults().retry(ON_ANY_FAILURE))
                .submit(() -> {
                    throw new IllegalStateException(
                            "attempt " + TaskContext.current().attempt());
                });
        assertThatThrownBy(future::join)
                .isInstanceOfSatisfying(
                        TaskFailedException.class,
                        failure -> assertThat(failure.attempt()).isEqualTo(4))
                .cause()
                .hasMessage("attempt 4");
        assertThat(runner.stats().retried()).isEqualTo(3);
        assertThat(runner.stats().failed()).isEqualTo(1);
        assertThat(future.stopped().toCompletableFuture().join()).isEqualTo(StopOutcome.FINISHED);
    }

    @EveryRunner
    void asksThePredicateForEachFailureWithItsAttempt(Runners runners) {
        List<Integer> asked = Collections.synchronizedList(new ArrayList<>());
        RetryPolicy twice = RetryPolicy.retries(5).on(failure -> {
            asked.add(failure.attempt());
            return failure.attempt() < 3;
        });
        TaskFuture<Void> future = runners.shared()
                .with(TaskOptions.defaults().retry(twice))
                .submit(() -> {
                    throw new IllegalStateException("again");
                });
        assertThatThrownBy(future::join).isInstanceOf(TaskFailedException.class);
        assertThat(asked).containsExactly(1, 2, 3);
    }

    @EveryRunner
    void doesNotRetryIfThePredicateThrowsAndSaysSo(Runners runners) {
        RetryPolicy broken = RetryPolicy.retries(5).on(failure -> {
            throw new ArithmeticException("from the predicate");
        });
        TaskFuture<Integer> future =
                runners.shared().with(TaskOptions.defaults().retry(broken)).submit(() -> Integer.parseInt("x"));
        assertThatThrownBy(future::join)
                .isInstanceOf(TaskFailedException.class)
                .hasCauseInstanceOf(NumberFormatException.class)
                .hasSuppressedException(new ArithmeticException("from the predicate"));
    }

    @EveryRunner
    void waitsLongerBeforeEachRetry(Runners runners) {
        ParallelRunner runner = runners.open(1);
        RetryPolicy policy = ON_ANY_FAILURE.backoff(Duration.ofMillis(100), Duration.ofMillis(300));
        TaskFuture<Long> future = runner.with(TaskOptions.defaults().retry(policy))
                .submit(() -> {
                    if (TaskContext.current().attempt() < 4) {
                        throw new IllegalStateException("not yet");
                    }
                    return System.nanoTime();
                });
        long startedNanos = System.nanoTime();
        future.join();
        assertThat(Duration.ofNanos(System.nanoTime() - startedNanos))
                .isBetween(Duration.ofMillis(runners.have(Need.ASYNC) ? 590 : 0), Duration.ofSeconds(20));
    }

    @EveryRunner
    void retriesATimeout(Runners runners) {
        ParallelRunner runner = runners.open(1);
        runner.submit(() -> 1).join();
        Gate never = runners.gate();
        TaskOptions options = TaskOptions.defaults()
                .timeout(Duration.ofMillis(runners.have(Need.WORKER_JVM) ? 500 : 100))
                .retry(RetryPolicy.retries(1));
        TaskFuture<Integer> future = runner.with(options).submit(() -> {
            if (TaskContext.current().attempt() == 1) {
                never.await();
            }
            return TaskContext.current().attempt();
        });
        assertThat(future.join()).isEqualTo(2);
        assertThatThrownBy(runner.with(options).submit(never::await)::join)
                .isInstanceOfSatisfying(
                        TaskTimeoutException.class,
                        failure -> assertThat(failure.attempt()).isEqualTo(2));
    }

    @EveryRunner(needs = Need.ASYNC)
    void canBeCancelledBetweenTwoAttempts(Runners runners) {
        ParallelRunner runner = runners.open(1);
        Marks attempts = runners.marks();
        RetryPolicy slow = ON_ANY_FAILURE.backoff(Duration.ofHours(1), Duration.ofHours(1));
        TaskFuture<Void> future = runner.with(TaskOptions.defaults().retry(slow))
                .submit(() -> {
                    attempts.make(TaskContext.current().attempt());
                    throw new IllegalStateException("no");
                });
        attempts.await("1");
        Eventually.holds("delayed", () -> runner.stats().retried() == 1);
        assertThat(future.status()).isEqualTo(TaskStatus.QUEUED);
        assertThat(future.cancel()).isTrue();
        assertThatThrownBy(future::join).isInstanceOf(CancellationException.class);
        assertThat(future.stopped().toCompletableFuture().join()).isIn(StopOutcome.NOT_STARTED, StopOutcome.FINISHED);
        runner.close();
        assertThat(attempts.all()).containsExactly("1");
    }

    @EveryRunner(needs = Need.ASYNC)
    void waitsForItsLastAttemptWhenTheRunnerIsClosed(Runners runners) {
        ParallelRunner runner = runners.open(1);
        RetryPolicy policy = ON_ANY_FAILURE.backoff(Duration.ofMillis(200), Duration.ofMillis(200));
        TaskFuture<Integer> future = runner.with(TaskOptions.defaults().retry(policy))
                .submit(() -> {
                    if (TaskContext.current().attempt() < 3) {
                        throw new IllegalStateException("not yet");
                    }
                    return 3;
                });
        runner.close();
        assertThat(future.isDone()).isTrue();
        assertThat(future.join()).isEqualTo(3);
    }

    @EveryRunner
    void countsTheAttemptsOfEachInputOnItsOwn(Runners runners) {
        ParallelRunner runner = runners.open(1);
        List<String> results = runner.with(
                        TaskOptions.defaults().retry(ON_ANY_FAILURE).chunkSize(3))
                .map(List.of(1, 2, 3), x -> {
                    if (TaskContext.current().attempt() < x) {
                        throw new IllegalStateException("not yet");
                    }
                    return x + "/" + TaskContext.current().attempt();
                })
                .join();
        assertThat(results).containsExactly("1/1", "2/2", "3/3");
    }
}
