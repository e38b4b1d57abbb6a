package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.FullQueue;
import dev.tandem.ParallelRunner;
import dev.tandem.TaskFuture;
import dev.tandem.testing.Eventually;
import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.Gate;
import dev.tandem.testing.Marks;
import dev.tandem.testing.Need;
import dev.tandem.testing.Row;
import dev.tandem.testing.Runners;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** B14: a full queue holds the submitter back, but never a task or a stage of the runner itself. */
final class BackPressureContractTest {

    private static final int CAPACITY = 2;

    /** A runner whose one worker is busy and whose queue is full, until its gate is opened. */
    private record Full(ParallelRunner runner, Gate gate, List<TaskFuture<Integer>> waiting) {

        static Full open(Runners runners, FullQueue policy) {
            ParallelRunner runner = runners.open(
                    settings -> settings.workers(1).queueCapacity(CAPACITY).onFullQueue(policy));
            Gate gate = runners.gate();
            Marks started = runners.marks();
            runner.submit(() -> {
                started.make("busy");
                gate.await();
            });
            started.await("busy");
            List<TaskFuture<Integer>> waiting = IntStream.range(0, CAPACITY)
                    .mapToObj(i -> runner.submit(() -> i))
                    .toList();
            return new Full(runner, gate, waiting);
        }

        /** Submits on another thread, and returns once that thread is blocked in it. */
        <T> FutureTask<T> blockedSubmit(Callable<T> submit) {
            FutureTask<T> body = new FutureTask<>(submit);
            Thread thread = new Thread(body, "submitter");
            thread.setDaemon(true);
            thread.start();
            Eventually.holds(
                    "blocked",
                    () -> thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TERMINATED);
            assertThat(body.isDone()).as("submit blocks").isFalse();
            return body;
        }
    }

    @EveryRunner(needs = Need.ASYNC)
    void blocksTheSubmitterUntilThereIsRoom(Runners runners) throws Exception {
        Full full = Full.open(runners, FullQueue.BLOCK);
        List<FutureTask<TaskFuture<Integer>>> blocked = new ArrayList<>();
        for (int i = 0; i < 4; i++) {
            int value = i;
            blocked.add(full.blockedSubmit(() -> full.runner.submit(() -> value)));
        }
        assertThat(full.runner.stats().queued()).isGreaterThanOrEqualTo(CAPACITY);
        full.gate.open();
        for (int i = 0; i < 4; i++) {
            assertThat(blocked.get(i).get(20, TimeUnit.SECONDS).join()).isEqualTo(i);
        }
        assertThat(full.waiting).extracting(TaskFuture::join).containsExactly(0, 1);
    }

    @EveryRunner(needs = Need.ASYNC)
    void letsTheSubmitterInWhenAWaitingTaskIsCancelled(Runners runners) throws Exception {
        Full full = Full.open(runners, FullQueue.BLOCK);
        FutureTask<TaskFuture<Integer>> blocked = full.blockedSubmit(() -> full.runner.submit(() -> 7));
        full.waiting.get(1).cancel();
        TaskFuture<Integer> future = blocked.get(20, TimeUnit.SECONDS);
        full.gate.open();
        assertThat(future.join()).isEqualTo(7);
    }

    @EveryRunner(needs = Need.ASYNC)
    void rejectsIfToldTo(Runners runners) {
        Full full = Full.open(runners, FullQueue.REJECT);
        assertThatThrownBy(() -> full.runner.submit(() -> 7))
                .isInstanceOf(RejectedExecutionException.class)
                .hasMessageContaining("queueCapacity=" + CAPACITY);
        assertThatThrownBy(() -> full.runner.map(List.of(1, 2, 3), x -> x))
                .isInstanceOf(RejectedExecutionException.class);
        assertThat(full.runner.stats().submitted())
                .as("what was rejected was not submitted")
                .isEqualTo(3);
        full.gate.open();
        assertThat(full.waiting).extracting(TaskFuture::join).containsExactly(0, 1);
        assertThat(full.runner.submit(() -> 8).join()).isEqualTo(8);
    }

    @EveryRunner(needs = Need.ASYNC)
    void stopsBlockingWhenTheSubmitterIsInterrupted(Runners runners) throws Exception {
        Full full = Full.open(runners, FullQueue.BLOCK);
        CompletableFuture<Boolean> interruptedAfterwards = new CompletableFuture<>();
        CompletableFuture<Thread> submitter = new CompletableFuture<>();
        FutureTask<@Nullable Throwable> blocked = full.blockedSubmit(() -> {
            submitter.complete(Thread.currentThread());
            try {
                full.runner.submit(() -> 7);
                return null;
            } catch (RuntimeException e) {
                interruptedAfterwards.complete(Thread.currentThread().isInterrupted());
                return e;
            }
        });
        submitter.join().interrupt();
        assertThat(blocked.get(20, TimeUnit.SECONDS)).isInstanceOf(CancellationException.class);
        assertThat(interruptedAfterwards.join()).isTrue();
        full.gate.open();
        assertThat(full.waiting).extracting(TaskFuture::join).containsExactly(0, 1);
        assertThat(full.runner.stats().submitted()).isEqualTo(3);
    }

    @EveryRunner(needs = Need.ASYNC)
    void stopsBlockingWhenTheRunnerCloses(Runners runners) throws Exception {
        Full full = Full.open(runners, FullQueue.BLOCK);
        FutureTask<@Nullable Throwable> blocked = full.blockedSubmit(() -> {
            try {
                full.runner.submit(() -> 7);
                return null;
            } catch (RuntimeException e) {
                return e;
            }
        });
        full.runner.asExecutorService().shutdown();
        assertThat(blocked.get(20, TimeUnit.SECONDS)).isInstanceOf(RejectedExecutionException.class);
        full.gate.open();
        assertThat(full.waiting).extracting(TaskFuture::join).containsExactly(0, 1);
    }

    @EveryRunner(needs = Need.ASYNC)
    void neverBlocksAStage(Runners runners) throws Exception {
        for (FullQueue policy : FullQueue.values()) {
            Gate gate = runners.gate();
            ParallelRunner runner = runners.open(
                    settings -> settings.workers(1).queueCapacity(CAPACITY).onFullQueue(policy));
            CompletableFuture<Integer> sum = runner.submit(gate::await)
                    .thenApply(nothing -> IntStream.range(0, 20).mapToObj(i -> runner.submit(() -> i)).toList().stream()
                            .mapToInt(TaskFuture::join)
                            .sum());
            gate.open();
            assertThat(sum.get(20, TimeUnit.SECONDS)).as("%s", policy).isEqualTo(190);
        }
    }

    @EveryRunner(needs = Need.ASYNC)
    void neverBlocksAUserInterface(Runners runners) throws Exception {
        Full full = Full.open(runners, FullQueue.BLOCK);
        FutureTask<TaskFuture<Integer>> submit = new FutureTask<>(() -> full.runner.submit(() -> 7));
        new Thread(submit, "AWT-EventQueue-0").start();
        TaskFuture<Integer> future = submit.get(20, TimeUnit.SECONDS);
        assertThat(future.isDone()).isFalse();
        full.gate.open();
        assertThat(future.join()).isEqualTo(7);
    }

    @EveryRunner(needs = {Need.ASYNC, Need.SHARED_HEAP})
    void neverBlocksATaskOfItsOwn(Runners runners) {
        for (FullQueue policy : FullQueue.values()) {
            ParallelRunner runner = runners.open(
                    settings -> settings.workers(1).queueCapacity(CAPACITY).onFullQueue(policy));
            int sum = runner.submit(() -> IntStream.range(0, 20).mapToObj(i -> runner.submit(() -> i)).toList().stream()
                            .mapToInt(TaskFuture::join)
                            .sum())
                    .join();
            assertThat(sum).as("%s", policy).isEqualTo(190);
        }
    }

    @Row("R9")
    @EveryRunner(needs = Need.ASYNC)
    void losesNoWakeUpAmongManySubmitters(Runners runners) throws Exception {
        ParallelRunner runner = runners.open(settings -> settings.workers(2).queueCapacity(1));
        int perThread = runners.have(Need.WORKER_JVM) ? 300 : 2_000;
        List<FutureTask<Long>> submitters = IntStream.range(0, 4)
                .mapToObj(thread -> new FutureTask<>(
                        () -> IntStream.range(0, perThread).mapToObj(i -> runner.submit(() -> 1L)).toList().stream()
                                .mapToLong(TaskFuture::join)
                                .sum()))
                .toList();
        for (FutureTask<Long> submitter : submitters) {
            new Thread(submitter, "submitter").start();
        }
        for (FutureTask<Long> submitter : submitters) {
            assertThat(submitter.get(40, TimeUnit.SECONDS)).isEqualTo(perThread);
        }
    }
}
