package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.ParallelRunner;
import dev.tandem.TaskAction;
import dev.tandem.TaskFailedException;
import dev.tandem.TaskFuture;
import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.Gate;
import dev.tandem.testing.Need;
import dev.tandem.testing.Row;
import dev.tandem.testing.Runners;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.stream.IntStream;

/** B24: dependent stages, and what they can do to others. */
final class CallbackContractTest {

    private static final String WORKER_OR_READER = ".*-(worker|reader|supervisor|timer)-?\\d*$";

    @EveryRunner
    void chainsStages(Runners runners) {
        ParallelRunner runner = runners.shared();
        TaskFuture<Integer> two = runner.submit(() -> 2);
        TaskFuture<Integer> three = runner.submit(() -> 3);
        assertThat(two.thenApply(x -> x * 10).join()).isEqualTo(20);
        assertThat(two.thenCombine(three, Integer::sum).join()).isEqualTo(5);
        assertThat(two.thenCompose(x -> runner.submit(() -> x + 1)).join()).isEqualTo(3);
        assertThat(CompletableFuture.allOf(two.toCompletableFuture(), three.toCompletableFuture())
                        .join())
                .isNull();
    }

    @EveryRunner
    void handsTheFailureToStages(Runners runners) {
        TaskAction failing = () -> {
            throw new IllegalStateException("no");
        };
        TaskFuture<Void> future = runners.shared().submit(failing);
        assertThat(future.handle((value, failure) -> failure).join())
                .isInstanceOf(TaskFailedException.class)
                .hasCauseInstanceOf(IllegalStateException.class);
        assertThatThrownBy(future.thenApply(x -> x)::join)
                .as("a stage fails with our exception, not with one around it")
                .isInstanceOf(TaskFailedException.class);
    }

    @EveryRunner(needs = Need.ASYNC)
    void runsStagesOnNoThreadThatOthersWaitFor(Runners runners) {
        Gate gate = runners.gate();
        TaskFuture<Void> future = runners.shared().submit(gate::await);
        CompletableFuture<String> thread =
                future.thenApply(nothing -> Thread.currentThread().getName());
        gate.open();
        assertThat(thread.join())
                .doesNotMatch(WORKER_OR_READER)
                .isNotEqualTo(Thread.currentThread().getName());
    }

    @EveryRunner
    void runsALateStageInTheThreadThatAddsIt(Runners runners) {
        TaskFuture<Integer> future = runners.shared().submit(() -> 1);
        future.join();
        assertThat(future.thenApply(x -> Thread.currentThread()).getNow(null)).isSameAs(Thread.currentThread());
    }

    @Row({"C4", "B24"})
    @EveryRunner(needs = Need.ASYNC)
    void goesOnAfterAStageThatThrew(Runners runners) {
        ParallelRunner runner = runners.shared();
        Gate gate = runners.gate();
        TaskFuture<Integer> future = runner.submit(() -> {
            gate.await();
            return 1;
        });
        CompletableFuture<Void> throwing = future.thenAccept(x -> {
            throw new IllegalStateException("an exception");
        });
        CompletableFuture<Void> dying = future.thenAccept(x -> {
            throw new StackOverflowError("an error");
        });
        CompletableFuture<Integer> innocent = future.thenApply(x -> x + 1);
        gate.open();
        assertThat(innocent.join()).isEqualTo(2);
        assertThatThrownBy(throwing::join).isInstanceOf(CompletionException.class);
        assertThatThrownBy(dying::join).hasCauseInstanceOf(StackOverflowError.class);
        assertThat(runner.submit(() -> 2).join()).isEqualTo(2);
    }

    @Row({"C4", "B24"})
    @EveryRunner(needs = Need.ASYNC)
    void delaysNobodyElseByASlowStage(Runners runners) {
        ParallelRunner runner = runners.shared();
        Gate gate = runners.gate();
        CountDownLatch entered = new CountDownLatch(8);
        CountDownLatch release = new CountDownLatch(1);
        try {
            IntStream.range(0, 8)
                    .forEach(i -> runner.submit(gate::await).thenRun(() -> {
                        entered.countDown();
                        awaitUninterruptibly(release);
                    }));
            gate.open();
            awaitUninterruptibly(entered);
            for (int i = 0; i < 100; i++) {
                int expected = i;
                assertThat(runner.submit(() -> expected).join()).isEqualTo(expected);
            }
        } finally {
            release.countDown();
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @Row("C4")
    @EveryRunner(needs = Need.ASYNC)
    void letsAStageSubmitAndWaitAtTheSameRunner(Runners runners) {
        ParallelRunner runner = runners.open(settings -> settings.workers(1).queueCapacity(1));
        Gate gate = runners.gate();
        CompletableFuture<Integer> sum = runner.submit(gate::await)
                .thenApply(nothing -> IntStream.range(0, 10).mapToObj(i -> runner.submit(() -> i)).toList().stream()
                        .mapToInt(TaskFuture::join)
                        .sum());
        gate.open();
        assertThat(sum.join()).isEqualTo(45);
    }
}
