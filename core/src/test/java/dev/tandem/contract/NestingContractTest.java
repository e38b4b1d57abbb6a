package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.NotTransferableException;
import dev.tandem.ParallelRunner;
import dev.tandem.TaskFuture;
import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.Need;
import dev.tandem.testing.Row;
import dev.tandem.testing.Runners;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** B69, B70: tasks that use runners. */
final class NestingContractTest {

    @Row("B70")
    @EveryRunner(needs = Need.SHARED_HEAP)
    void helpsWhenATaskJoinsAnotherOfItsOwnRunner(Runners runners) {
        ParallelRunner runner = runners.open(1);
        assertThat(runner.submit(() -> fibonacci(runner, 12)).join()).isEqualTo(144);
    }

    private static int fibonacci(ParallelRunner runner, int n) {
        if (n < 2) {
            return n;
        }
        TaskFuture<Integer> one = runner.submit(() -> fibonacci(runner, n - 1));
        TaskFuture<Integer> two = runner.submit(() -> fibonacci(runner, n - 2));
        return one.join() + two.join();
    }

    @Row("B70")
    @EveryRunner(needs = Need.SHARED_HEAP)
    void helpsInEveryWayToWait(Runners runners) {
        ParallelRunner runner = runners.open(1);
        List<Integer> inputs = IntStream.range(0, 20).boxed().toList();
        int sum = runner.submit(() -> {
                    int got = runner.submit(() -> 1).get();
                    int mapped = runner.map(inputs, x -> x).join().size();
                    int staged = runner.submit(() -> 2).thenApply(x -> x + 1).join();
                    int timed = runner.submit(() -> 4).thenApply(x -> x + 1).get(30, TimeUnit.SECONDS);
                    try (Stream<Integer> stream = runner.stream(inputs, x -> x)) {
                        return got
                                + mapped
                                + staged
                                + timed
                                + stream.mapToInt(x -> x).sum();
                    }
                })
                .join();
        assertThat(sum).isEqualTo(1 + 20 + 3 + 5 + 190);
    }

    @Row("B70")
    @EveryRunner(needs = Need.WORKER_JVM)
    void doesNotSendARunnerToItsWorkers(Runners runners) {
        ParallelRunner runner = runners.shared();
        TaskFuture<Integer> future = runner.submit(() -> runner.submit(() -> 1).join());
        assertThat(future.isDone()).isTrue();
        assertThatThrownBy(future::join)
                .isInstanceOfSatisfying(NotTransferableException.class, failure -> {
                    assertThat(failure.part()).isEqualTo(NotTransferableException.Part.TASK);
                    assertThat(failure.culprit()).contains("Runner");
                })
                .hasMessageContaining("NestingContractTest");
        assertThat(runner.submit(() -> 1).join()).isEqualTo(1);
    }

    @Row({"C5", "B69"})
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void opensARunnerInsideAWorker(Runners runners) {
        int sum = runners.shared()
                .submit(() -> {
                    try (ParallelRunner inner = ParallelRunner.processes(o -> o.workers(1));
                            ParallelRunner threads = ParallelRunner.threads()) {
                        return inner.submit(() -> 40).join()
                                + threads.submit(() -> 2).join();
                    }
                })
                .join();
        assertThat(sum).isEqualTo(42);
    }

    @Row("B69")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void givesRunnersInsideAWorkerItsShareOfTheCores(Runners runners) {
        int cores = Runtime.getRuntime().availableProcessors();
        int share = runners.open(cores)
                .submit(() -> Runtime.getRuntime().availableProcessors())
                .join();
        assertThat(share).isEqualTo(1);
    }

    @Row({"C5", "B69"})
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void refusesToNestDeeperThanFour(Runners runners) {
        List<String> levels = runners.open(1).submit(() -> nested(2)).join();
        assertThat(levels).hasSizeBetween(3, 5);
        assertThat(levels.get(levels.size() - 1))
                .startsWith("refused")
                .containsIgnoringCase("nest")
                .contains("4");
    }

    /** The depth of each level that could be opened, and the refusal of the first that could not. */
    private static List<String> nested(int depth) {
        if (depth > 6) {
            return List.of("no limit");
        }
        try (ParallelRunner inner = ParallelRunner.processes(o -> o.workers(1).maxHeap("64m"))) {
            return Stream.concat(Stream.of("level " + depth), inner.submit(() -> nested(depth + 1)).join().stream())
                    .toList();
        } catch (IllegalStateException | dev.tandem.ParallelException e) {
            return List.of("refused: " + e.getMessage());
        }
    }

    @Row({"C5", "B55", "B69"})
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void endsTheWholeTreeWhenTheOuterRunnerIsStopped(Runners runners) {
        ParallelRunner runner = runners.open(1);
        dev.tandem.testing.Marks started = runners.marks();
        dev.tandem.testing.Gate never = runners.gate();
        runner.submit(() -> {
            try (ParallelRunner inner = ParallelRunner.processes(o -> o.workers(1))) {
                inner.submit(() -> {
                            started.make("inner");
                            never.awaitStubbornly();
                        })
                        .join();
            }
        });
        started.await("inner");
        runner.shutdownNow();
        runner.close();
    }
}
