package dev.tandem.recommend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.Outcome;
import dev.tandem.Strategy;
import dev.tandem.TaskFailedException;
import dev.tandem.testing.Footprint;
import dev.tandem.testing.HardLimit;
import dev.tandem.testing.NothingLeft;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.atomic.AtomicIntegerArray;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Real items on real engines. Nothing here says which engine is faster: that is for the benchmarks. */
@ExtendWith({HardLimit.class, NothingLeft.class})
final class MeasuringTest {

    private static final Duration SHORT = Duration.ofMillis(300);
    private static final Duration AMPLE = Duration.ofSeconds(10);

    /** How often each item ran in this JVM. */
    private static final AtomicIntegerArray RUNS = new AtomicIntegerArray(200);

    @Test
    void runsEachItemOnceAndKeepsResultsAndFailuresInOrder() {
        List<Integer> items = IntStream.range(0, 120).boxed().toList();

        Measurement<Integer, String> measured = Recommender.measure(items, MeasuringTest::describe, AMPLE);

        assertThat(measured.outcomes()).hasSize(120);
        assertThat(measured.outcomes()).extracting(Outcome::input).isEqualTo(items);
        assertThat(measured.rest().hasNext()).isFalse();
        for (Outcome<Integer, String> outcome : measured.outcomes()) {
            if (outcome.input() == 7) {
                assertThatThrownBy(outcome::orThrow)
                        .isInstanceOf(TaskFailedException.class)
                        .hasMessageContaining(" input 7 ") // of all items, not of a trial
                        .hasCauseInstanceOf(IllegalStateException.class);
            } else {
                assertThat(outcome.orThrow()).isEqualTo("item " + outcome.input());
            }
        }
        assertThat(measured.notMeasured()).anyMatch(text -> text.contains("ran out"));
        assertThat(measured.trials())
                .filteredOn(Trial::isWarm)
                .extracting(Trial::strategy)
                .contains(Strategy.THREADS, Strategy.PROCESSES);
        Crossing crossing = measured.crossing().orElseThrow();
        CostModel costs = measured.recommendation().machine().costs();
        assertThat(costs.crossingNanos(1.0 * crossing.argumentBytes() + crossing.resultBytes()))
                .as("what is shown is what is reckoned with")
                .isCloseTo(1.0 * crossing.total().toNanos(), within(2.0));
    }

    @Test
    void leavesWhatDoesNotFitIntoTheBudget() {
        Iterable<Integer> endless = () -> Stream.iterate(0, i -> i + 1).iterator();

        Measurement<Integer, Integer> measured =
                Recommender.measure(WorkloadProfile.of(Trait.LIVE_SHARED_OBJECTS), endless, MeasuringTest::nap, SHORT);

        int done = measured.outcomes().size();
        assertThat(done).isPositive();
        assertThat(measured.rest().next()).as("the first that did not run").isEqualTo(done);
        assertThat(measured.trials()).extracting(Trial::strategy).containsOnly(Strategy.THREADS);
        assertThat(measured.explain()).contains("Measured ", "Decided by");
    }

    @Test
    void runsWhatCannotTravelOnThreadsAndSaysSo() {
        List<Object> items = Stream.generate(Object::new).limit(60).toList();

        Measurement<Object, Boolean> measured = Recommender.measure(items, item -> item != null, AMPLE);

        assertThat(measured.outcomes()).hasSize(60).allMatch(Outcome::isSuccess);
        assertThat(measured.outcomes()).extracting(Outcome::input).isEqualTo(items);
        assertThat(measured.isConclusive()).isFalse();
        assertThat(measured.notMeasured()).anyMatch(text -> text.contains("cannot be serialized"));
        assertThat(measured.recommendation().decidedBy().rule()).isEqualTo("GATE-TRAVEL");
        assertThat(measured.trials()).extracting(Trial::strategy).containsOnly(Strategy.THREADS);
    }

    @Test
    void losesNoItemToWorkerJvmsWhoseResultsCouldNotComeBack() {
        List<Integer> items = IntStream.range(0, 60).boxed().toList();

        Measurement<Integer, Object> measured = Recommender.measure(items, item -> new Object(), AMPLE);

        assertThat(measured.outcomes()).hasSize(60).allMatch(Outcome::isSuccess);
        assertThat(measured.notMeasured())
                .anyMatch(text -> text.startsWith("worker JVMs: the results cannot be serialized: ")
                        && text.contains("java.lang.Object"));
        assertThat(measured.recommendation().decidedBy().rule()).isEqualTo("GATE-TRAVEL");
    }

    @Test
    void startsNoWorkerThatTheBudgetDoesNotAllowFor() {
        List<Integer> items = IntStream.range(0, 500).boxed().toList();

        Measurement<Integer, Integer> measured = Recommender.measure(items, MeasuringTest::nap, Duration.ofMillis(700));

        assertThat(measured.outcomes()).hasSizeLessThan(500);
        assertThat(measured.notMeasured()).anyMatch(text -> text.endsWith("to start and end them may take 760 ms"));
        Measurement<Integer, Integer> gated = Recommender.measure(
                WorkloadProfile.of(Trait.MAY_CRASH), items, MeasuringTest::nap, Duration.ofMillis(700));
        assertThat(gated.outcomes()).as("the budget holds there too").isEmpty();
        assertThat(gated.rest().next()).isZero();
        assertThat(gated.notMeasured()).anyMatch(text -> text.endsWith("to start and end them may take 760 ms"));
    }

    /** The first item finds out whether it can cross, and the second warms up. */
    @Test
    void capsWorkersAsAdvisedAndTakesNoColdItemForACrossing() {
        WorkloadProfile work = WorkloadProfile.of(Trait.MUST_BE_CAPPED, Trait.OTHER_JVM_FLAGS)
                .memoryPerTask(16L << 20)
                .downstreamLimit(1);

        Measurement<Integer, Long> measured = Recommender.measure(
                work, List.of(0, 1), item -> Runtime.getRuntime().maxMemory(), AMPLE);

        assertThat(measured.recommendation().sizing().maxHeapBytes()).hasValue(32L << 20);
        assertThat(measured.outcomes())
                .hasSize(2)
                .allSatisfy(outcome -> assertThat(outcome.orThrow()).isLessThanOrEqualTo(32L << 20));
        assertThat(measured.crossing()).isEmpty();
        assertThat(measured.notMeasured())
                .contains("what crossing costs: there was no round on one worker JVM after warming up in which no item"
                        + " failed")
                .anyMatch(text -> text.startsWith("the JDK or the flags that the work needs"));
    }

    @Test
    void saysThatTheBudgetWasTooShortForRoundsThatCount() {
        Measurement<Integer, Integer> measured = Recommender.measure(
                WorkloadProfile.of(Trait.LIVE_SHARED_OBJECTS),
                List.of(1, 2, 3, 4, 5, 6, 7, 8, 9),
                MeasuringTest::napLong,
                Duration.ofMillis(600));

        assertThat(measured.notMeasured())
                .contains("two rounds after warming up, on threads: the budget was too short for them");
    }

    @Test
    void endsEarlyWhenInterrupted() {
        List<Integer> items = IntStream.range(0, 500).boxed().toList();
        Thread.currentThread().interrupt();

        Measurement<Integer, Integer> measured = Recommender.measure(items, MeasuringTest::nap, AMPLE);

        assertThat(Thread.interrupted()).as("the status is kept").isTrue();
        assertThat(measured.outcomes()).hasSizeLessThan(10);
        assertThat(measured.notMeasured())
                .contains("more rounds: interrupted", "worker JVMs: interrupted before they were started")
                .noneMatch(text -> text.contains("budget"));
    }

    @Test
    void neverTriesOnThreadsWhatAGateKeepsFromThem() {
        List<Integer> items = IntStream.range(0, 40).boxed().toList();
        WorkloadProfile onOneWorker = WorkloadProfile.of(Trait.CALLS_EXIT).downstreamLimit(1);

        Measurement<Integer, Integer> measured = Recommender.measure(onOneWorker, items, MeasuringTest::count, AMPLE);

        assertThat(measured.outcomes()).hasSize(40).allMatch(Outcome::isSuccess);
        assertThat(IntStream.range(0, RUNS.length()).map(RUNS::get).sum())
                .as("runs in this JVM")
                .isZero();
        assertThat(measured.recommendation().strategy()).isEqualTo(Strategy.PROCESSES);
        assertThat(measured.notMeasured()).anyMatch(text -> text.contains("GATE-EXIT"));
    }

    @Test
    void startsNothingForNoItems() {
        Footprint before = Footprint.now();

        Measurement<Integer, Integer> measured =
                Recommender.measure(WorkloadProfile.of(Trait.CPU_BOUND), List.of(), MeasuringTest::nap, AMPLE);

        assertThat(measured.notMeasured()).containsExactly("anything: there are no items");
        assertThat(measured.outcomes()).isEmpty();
        assertThat(measured.rest().hasNext()).isFalse();
        assertThat(measured.otherLoad()).isEmpty();
        assertThat(measured.explain()).contains("nothing ran", "Not measured anything: there are no items");
        assertThat(measured.recommendation().strategy()).isEqualTo(Strategy.PROCESSES);
        assertThat(Footprint.now().beyond(before)).isEmpty();
    }

    @Test
    void refusesABudgetOfNothing() {
        assertThatThrownBy(() -> Recommender.measure(List.of(1), MeasuringTest::nap, Duration.ZERO))
                .hasMessage("budget must be positive: budget=PT0S");
    }

    private static String describe(Integer item) {
        if (item == 7) {
            throw new IllegalStateException("seven");
        }
        return "item " + item;
    }

    private static Integer napLong(Integer item) throws InterruptedException {
        Thread.sleep(360);
        return item;
    }

    private static Integer nap(Integer item) throws InterruptedException {
        Thread.sleep(2);
        return item;
    }

    private static Integer count(Integer item) {
        return RUNS.incrementAndGet(item);
    }
}
