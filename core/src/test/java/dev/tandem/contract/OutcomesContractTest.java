package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.NotTransferableException;
import dev.tandem.Outcome;
import dev.tandem.ParallelRunner;
import dev.tandem.TaskFailedException;
import dev.tandem.TaskOptions;
import dev.tandem.TaskSubmitter;
import dev.tandem.TaskTimeoutException;
import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.Gate;
import dev.tandem.testing.Need;
import dev.tandem.testing.Runners;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** B5, B6, B10, B46. */
final class OutcomesContractTest {

    @EveryRunner
    void givesEveryInputAnOutcomeInOrderAndStopsAtNothing(Runners runners) {
        for (int chunk : new int[] {1, 4}) {
            TaskSubmitter chunked = runners.shared().with(TaskOptions.defaults().chunkSize(chunk));
            List<Integer> inputs = IntStream.range(0, 20).boxed().toList();
            List<Outcome<Integer, Integer>> outcomes;
            try (Stream<Outcome<Integer, Integer>> all = chunked.outcomes(inputs, OutcomesContractTest::refuseThirds)) {
                outcomes = all.toList();
            }
            assertThat(outcomes).extracting(Outcome::input).containsExactlyElementsOf(inputs);
            assertThat(outcomes)
                    .allSatisfy(outcome ->
                            assertThat(outcome.isSuccess()).as("%s", outcome).isEqualTo(outcome.input() % 3 != 0));
        }
    }

    private static int refuseThirds(int x) {
        if (x % 3 == 0) {
            throw new IllegalArgumentException("refused: " + x);
        }
        return -x;
    }

    @EveryRunner
    void letsTheCallerLookAtResultAndFailure(Runners runners) {
        List<Outcome<Integer, Integer>> outcomes;
        try (Stream<Outcome<Integer, Integer>> all =
                runners.shared().outcomes(List.of(1, 3), OutcomesContractTest::refuseThirds)) {
            outcomes = all.toList();
        }
        Outcome<Integer, Integer> good = outcomes.get(0);
        Outcome<Integer, Integer> bad = outcomes.get(1);
        assertThat(good.orThrow()).isEqualTo(-1);
        assertThat(good.orElse(0)).isEqualTo(-1);
        assertThat(good.fold(x -> "result " + x, Throwable::toString)).isEqualTo("result -1");
        assertThat(bad.orElse(0)).isZero();
        assertThatThrownBy(bad::orThrow)
                .isInstanceOfSatisfying(
                        TaskFailedException.class,
                        failure -> assertThat(failure.inputIndex()).hasValue(1))
                .cause()
                .hasMessage("refused: 3");
    }

    @EveryRunner
    void handsOutTheVeryInput(Runners runners) {
        List<String> inputs = List.of(new String("one"), new String("two"));
        try (Stream<Outcome<String, Integer>> all = runners.shared().outcomes(inputs, String::length)) {
            Iterator<Outcome<String, Integer>> outcomes = all.iterator();
            assertThat(outcomes.next().input()).isSameAs(inputs.get(0));
            assertThat(outcomes.next().input()).isSameAs(inputs.get(1));
        }
    }

    @EveryRunner(needs = Need.ASYNC)
    void losesOnlyTheInputThatTimedOutAndNotItsChunk(Runners runners) {
        ParallelRunner runner = runners.open(1);
        Gate never = runners.gate();
        TaskSubmitter limited = runner.with(TaskOptions.defaults()
                .chunkSize(5)
                .timeout(Duration.ofMillis(runners.have(Need.WORKER_JVM) ? 600 : 200)));
        List<Outcome<Integer, Integer>> outcomes;
        try (Stream<Outcome<Integer, Integer>> all = limited.outcomes(List.of(0, 1, 2, 3, 4), x -> {
            if (x == 2) {
                never.await();
            }
            return x;
        })) {
            outcomes = all.toList();
        }
        assertThat(outcomes).extracting(Outcome::isSuccess).containsExactly(true, true, false, true, true);
        assertThat(((Outcome.Failure<Integer, Integer>) outcomes.get(2)).failure())
                .isInstanceOf(TaskTimeoutException.class);
    }

    @EveryRunner(needs = Need.ASYNC)
    void reportsWhatTheEndOfTheRunnerDidToTheRest(Runners runners) {
        ParallelRunner runner = runners.open(1);
        Gate never = runners.gate();
        List<Outcome<Integer, Integer>> outcomes = new ArrayList<>();
        try (Stream<Outcome<Integer, Integer>> all =
                runner.outcomes(IntStream.range(0, 4).boxed().toList(), x -> {
                    if (x > 0) {
                        never.await();
                    }
                    return x;
                })) {
            Iterator<Outcome<Integer, Integer>> iterator = all.iterator();
            outcomes.add(iterator.next());
            runner.shutdownNow();
            iterator.forEachRemaining(outcomes::add);
        }
        assertThat(outcomes).extracting(Outcome::input).containsExactly(0, 1, 2, 3);
        assertThat(outcomes.get(0).isSuccess()).isTrue();
        assertThat(outcomes.subList(1, 4))
                .allSatisfy(outcome -> assertThat(((Outcome.Failure<Integer, Integer>) outcome).failure())
                        .isInstanceOfAny(CancellationException.class, RejectedExecutionException.class));
    }

    @EveryRunner(needs = Need.ASYNC, eachTransport = false)
    void runsEachInputThatWasTakenThoughOthersAreRefusedWhileItWaits(Runners runners) throws InterruptedException {
        ParallelRunner runner = runners.open(1);
        Gate gate = runners.gate();
        runner.submit(gate::await);
        Object untransferable = runners.have(Need.WORKER_JVM) ? new Thread() : "anything";
        Iterator<Object> source = List.of(1, 2, untransferable, 3, "the last", "too late", "later")
                .iterator();
        Iterable<Object> inputs = () -> new Iterator<>() {
            @Override
            public boolean hasNext() {
                if (!source.hasNext()) {
                    gate.open(); // until now all of them have waited
                }
                return source.hasNext();
            }

            @Override
            public Object next() {
                Object next = source.next();
                if (next.equals("too late")) {
                    runner.asExecutorService().shutdown();
                }
                return next;
            }
        };
        TaskOptions options = TaskOptions.defaults().window(20);
        List<Outcome<Object, Object>> outcomes;
        try (Stream<Outcome<Object, Object>> all = runner.with(options).outcomes(inputs, x -> x)) {
            outcomes = all.toList();
        }
        for (Outcome<Object, Object> outcome : outcomes) {
            if (outcome instanceof Outcome.Failure<Object, Object> failed) {
                assertThat(failed.failure())
                        .isInstanceOfAny(RejectedExecutionException.class, NotTransferableException.class);
            }
        }
        assertThat(outcomes)
                .filteredOn(Outcome::isSuccess)
                .extracting(Outcome::input)
                .contains(1, 2, 3, "the last");
        assertThat(outcomes)
                .filteredOn(outcome -> !outcome.isSuccess())
                .extracting(Outcome::input)
                .endsWith("too late", "later");
        assertThat(runner.asExecutorService().awaitTermination(10, TimeUnit.SECONDS))
                .as("nothing is pending")
                .isTrue();
        assertThat(runner.stats().done()).isEqualTo(runner.stats().submitted());
    }
}
