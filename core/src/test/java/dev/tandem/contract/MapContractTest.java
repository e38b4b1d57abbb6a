package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.ParallelException;
import dev.tandem.ParallelRunner;
import dev.tandem.StopOutcome;
import dev.tandem.TaskFailedException;
import dev.tandem.TaskFuture;
import dev.tandem.TaskOptions;
import dev.tandem.TaskSubmitter;
import dev.tandem.testing.Eventually;
import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.Gate;
import dev.tandem.testing.Marks;
import dev.tandem.testing.Need;
import dev.tandem.testing.Row;
import dev.tandem.testing.Runners;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.stream.IntStream;

/** B1 to B5, B46. */
final class MapContractTest {

    private static final List<Integer> TEN = IntStream.range(0, 10).boxed().toList();

    @EveryRunner
    void keepsTheOrderOfTheInputsWhateverTheChunk(Runners runners) {
        ParallelRunner runner = runners.shared();
        List<Integer> sequential = TEN.stream().map(x -> x * x).toList();
        assertThat(runner.map(TEN, x -> x * x).join()).isEqualTo(sequential);
        for (int chunk : new int[] {1, 6, 10, 20}) {
            TaskSubmitter chunked = runner.with(TaskOptions.defaults().chunkSize(chunk));
            assertThat(chunked.map(TEN, x -> x * x).join())
                    .as("chunk %d", chunk)
                    .isEqualTo(sequential);
        }
    }

    @EveryRunner
    void hasTheResultsOfNoInputsAtOnce(Runners runners) {
        TaskFuture<List<Integer>> future = runners.shared().map(List.<Integer>of(), x -> x);
        assertThat(future.isDone()).isTrue();
        assertThat(future.join()).isEmpty();
        assertThat(future.stopped().toCompletableFuture().join()).isEqualTo(StopOutcome.FINISHED);
    }

    @EveryRunner(needs = {Need.ASYNC, Need.SHARED_HEAP})
    void hasAllResultsHoweverSoonTheLastOneIsThere(Runners runners) {
        ParallelRunner runner = runners.shared();
        for (int round = 0; round < 5_000; round++) {
            assertThat(runner.map(List.of(1, 2), x -> x).join()).containsExactly(1, 2);
        }
    }

    @EveryRunner
    void takesAndReturnsNull(Runners runners) {
        assertThat(runners.shared().map(Arrays.asList("a", null, "c"), x -> x).join())
                .containsExactly("a", null, "c");
    }

    @EveryRunner
    void failsWithTheIndexOfTheFailedInput(Runners runners) {
        ParallelRunner runner = runners.shared();
        TaskFuture<List<Integer>> future = runner.map(TEN, MapContractTest::refuseSeven);
        assertThatThrownBy(future::join)
                .isInstanceOfSatisfying(
                        TaskFailedException.class,
                        failure -> assertThat(failure.inputIndex()).hasValue(7))
                .hasMessageContaining("input 7")
                .cause()
                .hasMessage("seven is refused");
        assertThat(runner.map(TEN, x -> x).join()).isEqualTo(TEN);
        future.stopped().toCompletableFuture().join(); // the others may still be ending
    }

    private static int refuseSeven(int x) {
        if (x == 7) {
            throw new IllegalArgumentException("seven is refused");
        }
        return x;
    }

    @EveryRunner(needs = Need.ASYNC)
    void failsWithTheFirstFailureByTimeAndCancelsTheRest(Runners runners) {
        ParallelRunner runner = runners.open(settings -> settings.workers(2).grace(Duration.ofSeconds(20)));
        Gate gate = runners.gate();
        Marks ran = runners.marks();
        TaskFuture<List<Integer>> future =
                runner.map(IntStream.range(0, 50).boxed().toList(), x -> {
                    ran.make(x);
                    if (x == 1) {
                        ran.await("0");
                        throw new IllegalStateException("second but first to fail");
                    }
                    gate.await();
                    return x;
                });
        assertThatThrownBy(future::join)
                .isInstanceOfSatisfying(
                        ParallelException.class,
                        failure -> assertThat(failure.inputIndex()).hasValue(1));
        assertThat(future.stopped().toCompletableFuture().join()).isEqualTo(StopOutcome.INTERRUPTED);
        assertThat(ran.all()).contains("0", "1").hasSizeLessThan(10);
        assertThat(runner.submit(() -> 1).join()).isEqualTo(1);
    }

    @EveryRunner(needs = Need.ASYNC)
    void startsWithoutBeingAskedForTheResults(Runners runners) {
        Marks ran = runners.marks();
        TaskFuture<List<Integer>> future = runners.shared().map(TEN, x -> {
            ran.make(x);
            return x;
        });
        ran.awaitCount(10);
        Eventually.holds("done", future::isDone);
    }

    @Row("B49")
    @EveryRunner(needs = Need.ASYNC)
    void cancelsItsInputsWhenItIsCancelled(Runners runners) {
        ParallelRunner runner = runners.open(settings -> settings.workers(1).grace(Duration.ofSeconds(20)));
        Gate gate = runners.gate();
        Marks ran = runners.marks();
        TaskFuture<List<Integer>> future = runner.map(TEN, x -> {
            ran.make(x);
            gate.await();
            return x;
        });
        ran.await("0");
        assertThat(future.cancel()).isTrue();
        assertThatThrownBy(future::join).isInstanceOf(CancellationException.class);
        assertThat(future.stopped().toCompletableFuture().join()).isEqualTo(StopOutcome.INTERRUPTED);
        assertThat(runner.submit(() -> 1).join()).isEqualTo(1);
        assertThat(ran.all()).containsExactly("0");
        assertThat(runner.stats().cancelled()).isEqualTo(10);
    }

    @EveryRunner(needs = Need.ASYNC)
    void readsTheInputsBeforeItReturns(Runners runners) {
        Gate gate = runners.gate();
        List<Integer> inputs = new ArrayList<>(TEN);
        TaskFuture<List<Integer>> future = runners.shared().map(inputs, x -> {
            gate.await();
            return x;
        });
        inputs.clear();
        gate.open();
        assertThat(future.join()).isEqualTo(TEN);
    }

    @EveryRunner(needs = Need.ASYNC)
    void returnsFirstDoneFirstIfUnordered(Runners runners) {
        Gate gate = runners.gate();
        TaskSubmitter unordered = runners.shared().with(TaskOptions.defaults().unordered());
        TaskFuture<List<Integer>> future = unordered.map(List.of(0, 1, 2, 3), x -> {
            if (x == 0) {
                gate.await();
            } else if (x == 3) {
                gate.open();
            }
            return x;
        });
        List<Integer> results = future.join();
        assertThat(results).containsExactlyInAnyOrder(0, 1, 2, 3);
        assertThat(results.get(0)).as("the input that waits for the others").isNotZero();
    }

    @EveryRunner
    void mapsMoreInputsThanTheQueueHolds(Runners runners) {
        ParallelRunner runner = runners.open(settings -> settings.queueCapacity(5));
        List<Integer> inputs = IntStream.range(0, 100).boxed().toList();
        assertThat(runner.map(inputs, x -> x + 1).join()).hasSize(100).endsWith(100);
        assertThat(runner.with(TaskOptions.defaults().chunkSize(20))
                        .map(inputs, x -> x + 1)
                        .join())
                .as("chunks that are larger than the queue")
                .hasSize(100)
                .endsWith(100);
    }

    @EveryRunner
    void refusesAChunkOfNone(Runners runners) {
        assertThatThrownBy(() -> runners.shared().with(TaskOptions.defaults().chunkSize(0)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("chunkSize=0");
    }

    @EveryRunner
    void handsOutAListThatNobodyCanChange(Runners runners) {
        List<Integer> results = runners.shared().map(TEN, x -> x).join();
        assertThatThrownBy(() -> results.set(0, 1)).isInstanceOf(UnsupportedOperationException.class);
    }
}
