package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.NotTransferableException;
import dev.tandem.Outcome;
import dev.tandem.ParallelRunner;
import dev.tandem.RetryPolicy;
import dev.tandem.RunnerStats;
import dev.tandem.StopOutcome;
import dev.tandem.TaskContext;
import dev.tandem.TaskFailedException;
import dev.tandem.TaskFuture;
import dev.tandem.TaskOptions;
import dev.tandem.TaskTimeoutException;
import dev.tandem.WorkerLostException;
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
import java.util.stream.Stream;

/** B46: inputs so short that the runner groups them are still tasks of their own, whatever befalls one in the middle. */
final class ChunkContractTest {

    private static final int MIDDLE = 1_500;
    private static final List<Integer> MANY = IntStream.range(0, 1_600).boxed().toList();

    @EveryRunner(needs = Need.ASYNC, eachTransport = false)
    void blamesTheInputsThatThrowAlone(Runners runners) {
        ParallelRunner runner = runners.shared();
        RunnerStats before = runner.stats();
        List<Outcome<Integer, Integer>> outcomes;
        try (Stream<Outcome<Integer, Integer>> all = runner.outcomes(MANY, ChunkContractTest::refuseEachHundredth)) {
            outcomes = all.toList();
        }
        assertThat(outcomes).extracting(Outcome::input).containsExactlyElementsOf(MANY);
        for (Outcome<Integer, Integer> outcome : outcomes) {
            int input = outcome.input();
            if (outcome instanceof Outcome.Failure<Integer, Integer> failed) {
                assertThat(failed.failure()).isInstanceOfSatisfying(TaskFailedException.class, failure -> {
                    assertThat(failure.inputIndex()).hasValue(input);
                    assertThat(failure.attempt()).isEqualTo(1);
                    assertThat(failure.getCause()).hasMessage("refused: " + input);
                });
            } else {
                assertThat(outcome.orThrow()).isEqualTo(-input);
            }
        }
        RunnerStats stats = runner.stats();
        assertThat(stats.failed() - before.failed()).isEqualTo(16);
        assertThat(stats.succeeded() - before.succeeded()).isEqualTo(1_584);
        assertThat(stats.submitted() - before.submitted()).isEqualTo(1_600);
    }

    private static int refuseEachHundredth(int x) {
        if (x % 100 == 99) {
            throw new IllegalArgumentException("refused: " + x);
        }
        return -x;
    }

    @Row("B46")
    @EveryRunner(needs = Need.ASYNC, eachTransport = false)
    void losesOnlyTheInputThatTakesTooLong(Runners runners) {
        ParallelRunner runner = runners.open(2);
        runner.submit(() -> 1).join();
        Gate never = runners.gate();
        TaskOptions options =
                TaskOptions.defaults().timeout(Duration.ofMillis(runners.have(Need.WORKER_JVM) ? 500 : 200));
        List<Outcome<Integer, Integer>> outcomes;
        try (Stream<Outcome<Integer, Integer>> all = runner.with(options).outcomes(MANY, x -> {
            if (x == MIDDLE) {
                never.await();
            }
            return x;
        })) {
            outcomes = all.toList();
        }
        assertThat(outcomes)
                .filteredOn(outcome -> !outcome.isSuccess())
                .singleElement()
                .satisfies(outcome -> {
                    assertThat(outcome.input()).isEqualTo(MIDDLE);
                    assertThat(((Outcome.Failure<Integer, Integer>) outcome).failure())
                            .isInstanceOfSatisfying(
                                    TaskTimeoutException.class,
                                    failure -> assertThat(failure.inputIndex()).hasValue(MIDDLE));
                });
        assertThat(runner.stats().failed()).isEqualTo(1);
        assertThat(runner.stats().succeeded()).isEqualTo(MANY.size());
    }

    @EveryRunner(needs = Need.ASYNC, eachTransport = false)
    void letsNoInputWaitBehindALongOneWhileAWorkerHasNothingToDo(Runners runners) {
        ParallelRunner runner = runners.open(3);
        Gate first = runners.gate();
        Gate second = runners.gate();
        TaskFuture<List<Integer>> future = runner.map(MANY, x -> {
            switch (x) {
                case 700 -> first.await();
                case 701 -> first.open();
                case MIDDLE -> second.await();
                case MIDDLE + 1 -> second.open();
                default -> {}
            }
            return x;
        });
        assertThat(future.join()).isEqualTo(MANY);
    }

    @EveryRunner(needs = Need.ASYNC, eachTransport = false)
    void letsNoInputWaitBehindALongOneWhileLaterTasksRun(Runners runners) throws InterruptedException {
        ParallelRunner runner = runners.shared();
        Gate never = runners.gate();
        Gate begun = runners.gate();
        Gate submitted = runners.gate();
        Marks ran = runners.marks();
        TaskFuture<List<Integer>> future = runner.map(MANY, x -> {
            if (x == MIDDLE) {
                begun.open();
                never.await();
            } else if (x > MIDDLE) {
                submitted.await();
                ran.make(x);
            }
            return x;
        });
        begun.await();
        List<TaskFuture<Integer>> later = IntStream.range(0, 50)
                .mapToObj(i -> runner.submit(() -> {
                    Thread.sleep(2);
                    return ran.all().size();
                }))
                .toList();
        submitted.open();
        assertThat(later.get(49).join()).isEqualTo(MANY.size() - MIDDLE - 1);
        future.cancel();
        future.stopped().toCompletableFuture().join();
    }

    @EveryRunner(needs = Need.ASYNC, eachTransport = false)
    void countsEachInputAndCancelsThoseThatHaveNotEnded(Runners runners) {
        ParallelRunner runner = runners.open(settings -> settings.workers(1).grace(Duration.ofSeconds(20)));
        Gate never = runners.gate();
        Marks ran = runners.marks();
        TaskFuture<List<Integer>> future = runner.map(MANY, x -> {
            if (x >= MIDDLE) {
                ran.make(x);
                never.await();
            }
            return x;
        });
        ran.await(MIDDLE);
        Eventually.holds("what has ended is counted", () -> runner.stats().succeeded() == MIDDLE);
        assertThat(runner.stats().running()).isEqualTo(1);
        assertThat(runner.stats().queued()).isEqualTo(MANY.size() - MIDDLE - 1);
        future.cancel();
        assertThatThrownBy(future::join).isInstanceOf(CancellationException.class);
        assertThat(future.stopped().toCompletableFuture().join()).isEqualTo(StopOutcome.INTERRUPTED);
        assertThat(runner.submit(() -> 1).join()).isEqualTo(1);
        RunnerStats stats = runner.stats();
        assertThat(stats.succeeded()).isEqualTo(MIDDLE + 1);
        assertThat(stats.cancelled()).isEqualTo(MANY.size() - MIDDLE);
        assertThat(ran.all()).containsExactly(String.valueOf(MIDDLE));
    }

    @EveryRunner(needs = Need.ASYNC, eachTransport = false)
    void triesAgainOnlyTheInputThatFailed(Runners runners) {
        ParallelRunner runner = runners.shared();
        RunnerStats before = runner.stats();
        TaskOptions options =
                TaskOptions.defaults().retry(RetryPolicy.retries(1).on(failure -> true));
        List<Integer> attempts = runner.with(options)
                .map(MANY, x -> {
                    int attempt = TaskContext.current().attempt();
                    if (x == MIDDLE && attempt == 1) {
                        throw new IllegalStateException("the first time");
                    }
                    return attempt;
                })
                .join();
        for (int i = 0; i < attempts.size(); i++) {
            assertThat(attempts.get(i)).as("input %d", i).isEqualTo(i == MIDDLE ? 2 : 1);
        }
        assertThat(runner.stats().retried() - before.retried()).isEqualTo(1);
        assertThat(runner.stats().succeeded() - before.succeeded()).isEqualTo(MANY.size());
    }

    @EveryRunner(needs = Need.ASYNC, eachTransport = false)
    void givesEachInputAContextOfItsOwn(Runners runners) {
        List<Long> ids = runners.shared()
                .map(MANY, x -> {
                    if (Thread.currentThread().isInterrupted()) {
                        throw new IllegalStateException("the interrupt of another input");
                    }
                    Thread.currentThread().interrupt();
                    return TaskContext.current().taskId();
                })
                .join();
        assertThat(ids).doesNotHaveDuplicates().isSorted();
    }

    @Row({"B31", "B33"})
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void blamesTheInputThatKillsItsWorkerAloneAndRunsEachOtherOnce(Runners runners) {
        ParallelRunner runner = runners.open(2);
        Marks ran = runners.marks();
        List<Outcome<Integer, Integer>> outcomes;
        try (Stream<Outcome<Integer, Integer>> all = runner.outcomes(MANY, x -> {
            if (x >= MIDDLE - 50) {
                ran.make(x); // fails if it was made before
            }
            if (x == MIDDLE) {
                Runtime.getRuntime().halt(7);
            }
            return x;
        })) {
            outcomes = all.toList();
        }
        assertThat(outcomes)
                .filteredOn(outcome -> !outcome.isSuccess())
                .singleElement()
                .satisfies(outcome -> {
                    assertThat(outcome.input()).isEqualTo(MIDDLE);
                    assertThat(((Outcome.Failure<Integer, Integer>) outcome).failure())
                            .isInstanceOfSatisfying(WorkerLostException.class, lost -> {
                                assertThat(lost.inputIndex()).hasValue(MIDDLE);
                                assertThat(lost.loss().exitCode()).hasValue(7);
                            });
                });
        assertThat(outcomes).extracting(Outcome::input).containsExactlyElementsOf(MANY);
        assertThat(runner.stats().succeeded()).isEqualTo(MANY.size() - 1);
        assertThat(runner.stats().workersLost()).isEqualTo(1);
    }

    @EveryRunner(needs = Need.ASYNC, eachTransport = false)
    void takesInputsAndResultsOfAllKinds(Runners runners) {
        List<Object> inputs = new ArrayList<>();
        for (int i = 0; i < 700; i++) {
            inputs.addAll(Arrays.asList(i, "text " + i, null, i / 2.0, List.of(i), 'x', i % 2 == 0, new int[] {i}));
        }
        assertThat(runners.shared().map(inputs, x -> x).join())
                .usingRecursiveComparison()
                .isEqualTo(inputs);
    }

    /** Some hundreds of these are worth a chunk by what they cost, but fewer have room together, and some have none with another. */
    @EveryRunner(needs = Need.ASYNC, eachTransport = false)
    void takesInputsOfWhichFewHaveRoomTogether(Runners runners) {
        List<Object> inputs = new ArrayList<>();
        for (int i = 0; i < 1_200; i++) {
            inputs.add(i % 300 == 250 ? new byte[40_000 + 50 * i] : "x".repeat(1_000) + i);
        }
        List<Integer> lengths = inputs.stream().map(ChunkContractTest::lengthOf).toList();
        assertThat(runners.shared().map(inputs, ChunkContractTest::lengthOf).join())
                .isEqualTo(lengths);
    }

    private static Integer lengthOf(Object input) {
        return input instanceof byte[] bytes ? bytes.length : input.toString().length();
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void failsOnlyTheInputsThatCannotTravelOrWhoseResultsCannot(Runners runners) {
        List<Object> inputs = new ArrayList<>(MANY);
        inputs.set(700, new Thread());
        List<Outcome<Object, Object>> outcomes;
        try (Stream<Outcome<Object, Object>> all =
                runners.shared().outcomes(inputs, x -> x.equals(MIDDLE) ? new Object() : x)) {
            outcomes = all.toList();
        }
        assertThat(outcomes)
                .filteredOn(outcome -> !outcome.isSuccess())
                .extracting(outcome -> ((Outcome.Failure<Object, Object>) outcome).failure())
                .satisfiesExactly(
                        failure -> assertThat(failure)
                                .isInstanceOfSatisfying(
                                        NotTransferableException.class,
                                        of -> assertThat(of.inputIndex()).hasValue(700)),
                        failure -> assertThat(failure)
                                .isInstanceOfSatisfying(
                                        NotTransferableException.class,
                                        of -> assertThat(of.inputIndex()).hasValue(MIDDLE)));
        assertThat(outcomes).extracting(Outcome::input).containsExactlyElementsOf(inputs);
    }
}
