package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.NotTransferableException;
import dev.tandem.ParallelRunner;
import dev.tandem.Task;
import dev.tandem.TaskExecutorService;
import dev.tandem.testing.Eventually;
import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.Gate;
import dev.tandem.testing.Marks;
import dev.tandem.testing.Need;
import dev.tandem.testing.Runners;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.IntStream;

/** The face of an {@link java.util.concurrent.ExecutorService}, as its own documentation has it. */
final class ExecutorServiceContractTest {

    @EveryRunner
    void runsWhatIsSubmittedAndExecuted(Runners runners) throws Exception {
        ParallelRunner runner = runners.shared();
        TaskExecutorService executor = runner.asExecutorService();
        Marks ran = runners.marks();
        assertThat(executor).isSameAs(runner.asExecutorService());
        assertThat(executor.submit(() -> 42).get()).isEqualTo(42);
        assertThat(executor.submit(() -> ran.make("submitted")).get()).isNull();
        executor.execute(() -> ran.make("executed"));
        ran.awaitCount(2);
        Eventually.holds("idle", () -> runner.stats().running() == 0);
    }

    @EveryRunner
    void returnsTheGivenResultAfterARunnable(Runners runners) throws Exception {
        TaskExecutorService executor = runners.shared().asExecutorService();
        Marks ran = runners.marks();
        TaskExecutorService.TaskRunnable task = () -> ran.make("ran");
        Future<String> future = executor.submit(task, "given");
        assertThat(future.get()).isEqualTo("given");
        assertThat(ran.all()).containsExactly("ran");
    }

    @EveryRunner(needs = Need.SHARED_HEAP)
    void runsWhatCannotTravel(Runners runners) throws Exception {
        Object local = new Object();
        Callable<Object> callable = () -> local;
        assertThat(runners.shared().asExecutorService().submit(callable).get()).isSameAs(local);
    }

    @EveryRunner(needs = Need.WORKER_JVM)
    void namesTheCureForWhatCannotTravel(Runners runners) {
        TaskExecutorService executor = runners.shared().asExecutorService();
        Callable<Integer> callable = () -> 1;
        Runnable runnable = () -> {};
        assertThatThrownBy(executor.submit(callable)::get)
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(NotTransferableException.class)
                .hasMessageContaining("dev.tandem.Task");
        assertThatThrownBy(executor.submit(runnable)::get)
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(NotTransferableException.class);
        assertThatThrownBy(() -> executor.execute(runnable))
                .isInstanceOf(RejectedExecutionException.class)
                .hasCauseInstanceOf(NotTransferableException.class);
        assertThat(executor.submit(() -> 1).join()).isEqualTo(1);
    }

    @EveryRunner
    void invokesAll(Runners runners) throws Exception {
        List<Task<Integer>> tasks = List.of(() -> 1, () -> Integer.parseInt("x"), () -> 3);
        List<Future<Integer>> futures = runners.shared().asExecutorService().invokeAll(tasks);
        assertThat(futures).hasSize(3).allMatch(Future::isDone);
        assertThat(futures.get(0).get()).isEqualTo(1);
        assertThatThrownBy(futures.get(1)::get).hasCauseInstanceOf(NumberFormatException.class);
        assertThat(futures.get(2).get()).isEqualTo(3);
    }

    @EveryRunner(needs = Need.ASYNC)
    void cancelsWhatIsNotDoneWhenInvokeAllRunsOutOfTime(Runners runners) throws Exception {
        TaskExecutorService executor = runners.open(2).asExecutorService();
        executor.invokeAll(List.<Task<Integer>>of(() -> 1, () -> 2));
        Gate never = runners.gate();
        Task<String> slow = () -> {
            never.await();
            return "late";
        };
        List<Task<String>> tasks = List.of(() -> "quick", slow, slow, slow);
        List<Future<String>> futures = executor.invokeAll(tasks, 1, TimeUnit.SECONDS);
        assertThat(futures).hasSize(4).allMatch(Future::isDone);
        assertThat(futures.get(0).get()).isEqualTo("quick");
        assertThat(futures.subList(1, 4)).allMatch(Future::isCancelled);
    }

    @EveryRunner
    void invokesAnyAndReturnsASuccess(Runners runners) throws Exception {
        TaskExecutorService executor = runners.open(2).asExecutorService();
        List<Task<Integer>> tasks = List.of(() -> Integer.parseInt("x"), () -> 2);
        assertThat(executor.invokeAny(tasks)).isEqualTo(2);
        assertThat(executor.invokeAny(tasks, 20, TimeUnit.SECONDS)).isEqualTo(2);
    }

    @EveryRunner(needs = Need.ASYNC)
    void cancelsTheOthersWhenOneSucceeded(Runners runners) throws Exception {
        ParallelRunner runner = runners.open(2);
        Gate never = runners.gate();
        Task<String> slow = () -> {
            never.await();
            return "slow";
        };
        List<Task<String>> tasks = List.of(slow, () -> "quick", slow, slow);
        assertThat(runner.asExecutorService().invokeAny(tasks)).isEqualTo("quick");
        Eventually.holds(
                "idle",
                () -> runner.stats().busyWorkers() == 0 && runner.stats().queued() == 0);
    }

    @EveryRunner
    void failsInvokeAnyIfAllFail(Runners runners) {
        TaskExecutorService executor = runners.shared().asExecutorService();
        List<Task<Integer>> tasks = List.of(() -> Integer.parseInt("x"), () -> Integer.parseInt("y"));
        assertThatThrownBy(() -> executor.invokeAny(tasks))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(NumberFormatException.class);
        assertThatThrownBy(() -> executor.invokeAny(List.<Task<Integer>>of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @EveryRunner(needs = Need.ASYNC)
    void givesUpInvokeAnyWhenItRunsOutOfTime(Runners runners) {
        ParallelRunner runner = runners.open(1);
        Gate never = runners.gate();
        Task<String> slow = () -> {
            never.await();
            return "slow";
        };
        assertThatThrownBy(() -> runner.asExecutorService().invokeAny(List.of(slow, slow), 200, TimeUnit.MILLISECONDS))
                .isInstanceOf(TimeoutException.class);
        Eventually.holds(
                "idle",
                () -> runner.stats().busyWorkers() == 0 && runner.stats().queued() == 0);
    }

    @EveryRunner(needs = Need.ASYNC)
    void terminatesAfterShutdownWhenAllWorkIsDone(Runners runners) throws Exception {
        TaskExecutorService executor = runners.open(1).asExecutorService();
        Gate gate = runners.gate();
        Future<Void> future = executor.submit(() -> {
            gate.await();
            return null;
        });
        assertThat(executor.isShutdown()).isFalse();
        executor.shutdown();
        assertThat(executor.isShutdown()).isTrue();
        assertThat(executor.isTerminated()).isFalse();
        assertThat(executor.awaitTermination(20, TimeUnit.MILLISECONDS)).isFalse();
        assertThatThrownBy(() -> executor.submit(() -> 1)).isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> executor.execute(() -> {})).isInstanceOf(RejectedExecutionException.class);
        assertThatThrownBy(() -> executor.invokeAll(List.<Task<Integer>>of(() -> 1)))
                .isInstanceOf(RejectedExecutionException.class);
        gate.open();
        assertThat(executor.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        assertThat(executor.isTerminated()).isTrue();
        assertThat(future.get()).isNull();
    }

    @EveryRunner(needs = Need.ASYNC)
    void returnsWhatNeverStartedFromShutdownNow(Runners runners) throws Exception {
        TaskExecutorService executor = runners.open(1).asExecutorService();
        Gate never = runners.gate();
        Marks started = runners.marks();
        Future<?> running = executor.submit(() -> {
            started.make("running");
            never.await();
            return null;
        });
        started.await("running");
        List<Future<?>> waiting = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            waiting.add(executor.submit(() -> started.make("never")));
        }
        List<Runnable> neverStarted = executor.shutdownNow();
        assertThat(neverStarted).hasSize(5);
        assertThat(executor.awaitTermination(20, TimeUnit.SECONDS)).isTrue();
        assertThat(running.isDone()).isTrue();
        assertThat(waiting).allMatch(Future::isDone);
        assertThatThrownBy(waiting.get(0)::get).isInstanceOf(CancellationException.class);
        assertThat(started.all()).containsExactly("running");
        assertThat(executor.shutdownNow()).isEmpty();
    }

    @EveryRunner
    void feedsACompletableFuture(Runners runners) {
        TaskExecutorService executor = runners.shared().asExecutorService();
        if (runners.have(Need.SHARED_HEAP)) {
            assertThat(CompletableFuture.supplyAsync(() -> 1, executor).join()).isEqualTo(1);
        } else {
            assertThatThrownBy(() -> CompletableFuture.supplyAsync(() -> 1, executor))
                    .isInstanceOf(RejectedExecutionException.class)
                    .hasCauseInstanceOf(NotTransferableException.class);
        }
    }

    @EveryRunner
    void refusesNull(Runners runners) {
        TaskExecutorService executor = runners.shared().asExecutorService();
        assertThatThrownBy(() -> executor.submit((Callable<Integer>) null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> executor.submit((Runnable) null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> executor.execute((Runnable) null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> executor.invokeAll(null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> executor.invokeAny(null)).isInstanceOf(NullPointerException.class);
    }

    @EveryRunner
    void keepsManyFuturesApart(Runners runners) throws Exception {
        TaskExecutorService executor = runners.shared().asExecutorService();
        List<Task<Integer>> tasks =
                IntStream.range(0, 200).mapToObj(i -> (Task<Integer>) () -> i).toList();
        List<Future<Integer>> futures = executor.invokeAll(tasks);
        for (int i = 0; i < 200; i++) {
            assertThat(futures.get(i).get()).isEqualTo(i);
        }
    }
}
