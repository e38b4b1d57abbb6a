package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.ParallelRunner;
import dev.tandem.TaskFuture;
import dev.tandem.TaskStatus;
import dev.tandem.testing.Eventually;
import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.Need;
import dev.tandem.testing.Runners;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** Ways to wait for short tasks, one after the other and mixed: whoever waits may be the one who takes the answers in. */
final class WaitingContractTest {

    private static final int ROUNDS = 60;

    private enum Way {
        JOIN,
        GET,
        GET_WITH_LIMIT,
        STAGE,
        MIRROR,
        IS_DONE,
        STATUS,
        STOPPED,
        INTERRUPTED_JOIN;

        int await(TaskFuture<Integer> future) throws Exception {
            switch (this) {
                case GET -> {
                    return future.get();
                }
                case GET_WITH_LIMIT -> {
                    return future.get(20, TimeUnit.SECONDS);
                }
                case STAGE -> {
                    return future.thenApply(value -> value)
                            .toCompletableFuture()
                            .get();
                }
                case MIRROR -> {
                    return CompletableFuture.allOf(future.toCompletableFuture())
                            .thenApply(all -> future.join())
                            .join();
                }
                case IS_DONE -> {
                    while (!future.isDone()) {
                        Thread.onSpinWait();
                    }
                }
                case STATUS -> {
                    while (future.status() != TaskStatus.SUCCEEDED) {
                        Thread.onSpinWait();
                    }
                }
                case STOPPED -> future.stopped().toCompletableFuture().join();
                case INTERRUPTED_JOIN -> {
                    Thread.currentThread().interrupt();
                    int value = future.join();
                    assertThat(Thread.interrupted()).as("the status is kept").isTrue();
                    return value;
                }
                default -> {}
            }
            return future.join();
        }
    }

    @EveryRunner(needs = Need.ASYNC)
    void hearsOfEachOutcomeHoweverItIsWaitedFor(Runners runners) throws Exception {
        ParallelRunner runner = runners.shared();
        for (int round = 0; round < ROUNDS; round++) {
            for (Way way : Way.values()) {
                int number = round;
                for (int joins = 0; joins < round % 3; joins++) { // after some of the plainest kind
                    assertThat(runner.submit(() -> number).join()).isEqualTo(number);
                }
                assertThat(way.await(runner.submit(() -> number))).as("%s", way).isEqualTo(number);
            }
        }
    }

    @EveryRunner(needs = Need.ASYNC)
    void hearsOfEachOutcomeWhileOthersWait(Runners runners) throws Exception {
        ParallelRunner runner = runners.shared();
        AtomicInteger heard = new AtomicInteger();
        CountDownLatch allThere = new CountDownLatch(3);
        List<CompletableFuture<Void>> callers = new ArrayList<>();
        for (int caller = 0; caller < 3; caller++) {
            int first = caller;
            CompletableFuture<Void> over = new CompletableFuture<>();
            callers.add(over);
            Thread thread = new Thread(() -> {
                try {
                    allThere.countDown();
                    allThere.await();
                    for (int round = 0; round < ROUNDS; round++) {
                        Way way = Way.values()[(first + round) % Way.values().length];
                        int number = round;
                        heard.addAndGet(way.await(runner.submit(() -> number)) == number ? 1 : 0);
                    }
                    over.complete(null);
                } catch (Throwable t) {
                    over.completeExceptionally(t);
                }
            });
            thread.setDaemon(true);
            thread.start();
        }
        for (CompletableFuture<Void> caller : callers) {
            caller.get(30, TimeUnit.SECONDS);
        }
        assertThat(heard).hasValue(3 * ROUNDS);
    }

    /** Whoever submits and waits does a part of the supervisor's work, and must not leave that half done. */
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void outlivesStacksThatOverflowWhileTheySubmitAndWait(Runners runners) throws Exception {
        ParallelRunner runner = runners.open(1);
        for (int i = 0; i < 500; i++) {
            runner.submit(() -> 1).join();
        }
        for (int i = 0; i < 25; i++) {
            CompletableFuture<Throwable> thrown = new CompletableFuture<>();
            Runnable overflows = () -> {
                try {
                    overflow(runner, 0);
                } catch (StackOverflowError e) {
                    thrown.complete(e);
                }
            };
            Thread caller = new Thread(null, overflows, "caller", (192 + i % 7) * 1024L);
            caller.setDaemon(true);
            caller.start();
            assertThat(thrown.get(20, TimeUnit.SECONDS)).isInstanceOf(StackOverflowError.class);
            assertThat(runner.submit(() -> 7).get(20, TimeUnit.SECONDS)).isEqualTo(7);
        }
        assertThat(runner.stats().workersLost()).isZero();
    }

    @SuppressWarnings("InfiniteRecursion") // that is the point
    private static int overflow(ParallelRunner runner, int depth) {
        int one = depth % 8 == 0 ? runner.submit(() -> 1).join() : 0;
        return one + overflow(runner, depth + 1);
    }

    /** Nobody listens to it in that moment, and what it is sent goes nowhere. */
    @EveryRunner(needs = Need.WORKER_JVM)
    void findsOutThatAWorkerHasDiedThatHadNothingToDo(Runners runners) {
        ParallelRunner runner = runners.open(1);
        long pid = 0;
        for (int i = 0; i < 100; i++) {
            pid = runner.submit(() -> ProcessHandle.current().pid()).join();
        }
        ProcessHandle worker = ProcessHandle.of(pid).orElseThrow();
        worker.destroyForcibly();
        long other = runner.submit(() -> ProcessHandle.current().pid()).join();
        assertThat(other).isNotEqualTo(pid);
        Eventually.holds("counted", () -> runner.stats().workersLost() == 1);
    }
}
