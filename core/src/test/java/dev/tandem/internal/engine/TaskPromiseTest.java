package dev.tandem.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tandem.Progress;
import dev.tandem.StopOutcome;
import dev.tandem.TaskFailedException;
import dev.tandem.TaskRef;
import dev.tandem.TaskStatus;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class TaskPromiseTest {

    private final RunnerContext context = new RunnerContext("promise-test", ignored -> new ScriptedEngine());

    @AfterEach
    void end() {
        context.terminated();
    }

    @Test
    void runsNoStageOnTheSettlingThread() throws Exception {
        TaskPromise<String> promise = promise();
        CompletableFuture<String> stage =
                promise.thenApply(value -> Thread.currentThread().getName());
        promise.succeed("done");
        assertThat(stage.get(5, TimeUnit.SECONDS)).startsWith("promise-test-callback-");
    }

    @Test
    void letsWhoSettlesManyWakeThoseThatWaitInTheEnd() throws Exception {
        Wakes later = new Wakes();
        List<Thread> waiting = new CopyOnWriteArrayList<>();
        List<TaskPromise<Integer>> promises = List.of(promise(), promise(), promise());
        for (TaskPromise<Integer> promise : promises) {
            Thread thread = new Thread(promise::join);
            thread.start();
            waiting.add(thread);
            await().until(() -> thread.getState() == Thread.State.WAITING);
        }
        promises.forEach(promise -> promise.succeed(7, later));
        assertThat(promises).allMatch(TaskPromise::isDone);
        later.wake();
        for (Thread thread : waiting) {
            thread.join(TimeUnit.SECONDS.toMillis(20));
            assertThat(thread.isAlive()).isFalse();
        }
    }

    @Test
    void runsAStageThatComesLateOnItsCaller() {
        TaskPromise<String> promise = promise();
        promise.succeed("done");
        assertThat(promise.thenApply(value -> Thread.currentThread()).join()).isSameAs(Thread.currentThread());
    }

    @Test
    void missesNoStageHoweverItRacesWithTheOutcome() throws Exception {
        for (int round = 0; round < 2_000; round++) {
            TaskPromise<Integer> promise = promise();
            int value = round;
            CyclicBarrier start = new CyclicBarrier(2);
            context.callBack(() -> {
                meet(start);
                promise.succeed(value);
            });
            meet(start);
            assertThat(promise.thenApply(seen -> seen).get(5, TimeUnit.SECONDS)).isEqualTo(value);
        }
    }

    @Test
    void isSettledOnceHoweverManyTry() {
        TaskPromise<Integer> promise = promise();
        CountDownLatch tried = new CountDownLatch(8);
        AtomicInteger cancelled = new AtomicInteger();
        for (int i = 0; i < 4; i++) {
            int value = i;
            context.callBack(() -> {
                promise.succeed(value);
                tried.countDown();
            });
            context.callBack(() -> {
                if (promise.cancel(true)) {
                    cancelled.incrementAndGet();
                }
                tried.countDown();
            });
        }
        meet(tried);
        assertThat(promise.isDone()).isTrue();
        assertThat(cancelled.get()).isEqualTo(promise.isCancelled() ? 1 : 0);
    }

    @Test
    void showsTheWaitingCallerAndTheUsersExceptionInOneTrace() throws Exception {
        TaskPromise<String> promise = promise();
        IllegalStateException users = new IllegalStateException("mine");
        CountDownLatch settled = new CountDownLatch(1);
        context.callBack(() -> {
            promise.fail(new TaskFailedException(TaskRef.NONE, users));
            settled.countDown();
        });
        meet(settled);
        assertThatThrownBy(promise::join)
                .hasCause(users)
                .satisfies(failure -> assertThat(failure.getStackTrace())
                        .anyMatch(frame -> frame.getClassName().equals(TaskPromiseTest.class.getName())));
        assertThatThrownBy(promise::get).isInstanceOf(ExecutionException.class).hasCause(users);
    }

    @Test
    void saysWhatIsStillGoingOnWhenAGetTimesOut() {
        TaskPromise<String> promise = promise();
        assertThatThrownBy(() -> promise.get(1, TimeUnit.MILLISECONDS))
                .isInstanceOf(TimeoutException.class)
                .hasMessageContaining("still QUEUED after 1 milliseconds");
    }

    @Test
    void deliversTheLastProgressBeforeItIsDone() throws Exception {
        for (int round = 0; round < 200; round++) {
            TaskPromise<String> promise = promise();
            List<Long> seen = new CopyOnWriteArrayList<>();
            promise.onProgress(progress -> seen.add(progress.done()));
            for (int step = 1; step <= 50; step++) {
                promise.reported(new Progress(step, 50, ""));
            }
            promise.succeed("done");
            promise.get(5, TimeUnit.SECONDS);
            assertThat(seen).isSorted().endsWith(50L).doesNotHaveDuplicates();
        }
    }

    @Test
    void goesOnWhenAListenerOrAStageThrows() throws Exception {
        TaskPromise<String> promise = promise();
        List<Long> seen = new CopyOnWriteArrayList<>();
        promise.onProgress(progress -> {
            throw new AssertionError("a listener's own trouble");
        });
        promise.onProgress(progress -> seen.add(progress.done()));
        promise.reported(new Progress(1, 1, ""));
        promise.succeed("done");
        assertThat(promise.get(5, TimeUnit.SECONDS)).isEqualTo("done");
        assertThat(seen).containsExactly(1L);
    }

    @Test
    void cancelsTheTaskThroughItsMirror() {
        TaskPromise<String> promise = promise();
        promise.toCompletableFuture().cancel(true);
        assertThat(promise.isCancelled()).isTrue();
    }

    @Test
    void doesNotBelieveAHandThatCompletesTheMirror() {
        TaskPromise<String> promise = promise();
        promise.toCompletableFuture().complete("forged");
        assertThat(promise.isDone()).isFalse();
    }

    @Test
    void tellsHowTheWorkEndedAlsoToWhoAsksLater() {
        TaskPromise<String> promise = promise();
        CompletableFuture<StopOutcome> early = promise.stopped().toCompletableFuture();
        promise.stopped(StopOutcome.KILLED);
        assertThat(early.join()).isEqualTo(StopOutcome.KILLED);
        assertThat(promise.stopped().toCompletableFuture().join()).isEqualTo(StopOutcome.KILLED);
    }

    private <R> TaskPromise<R> promise() {
        return new TaskPromise<>(1, context, new TaskPromise.Work() {
            @Override
            public @Nullable Batch claimWaiting() {
                return null;
            }

            @Override
            public void cancelled(boolean mayInterrupt) {}

            @Override
            public void settling(TaskStatus status, @Nullable RuntimeException failure) {}

            @Override
            public void settled() {}
        });
    }

    private static void meet(CyclicBarrier barrier) {
        try {
            barrier.await(5, TimeUnit.SECONDS);
        } catch (Exception e) {
            throw new AssertionError(e);
        }
    }

    private static void meet(CountDownLatch latch) {
        try {
            assertThat(latch.await(5, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
