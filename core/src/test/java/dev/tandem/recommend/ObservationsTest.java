package dev.tandem.recommend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.Strategy;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** What is made of what was seen, for observations that are made up. */
final class ObservationsTest {

    private static final double EXACT = 1e-9;

    @Test
    void findsTheTermsOfTheLawAgain() {
        List<ScalingFit.Point> points = new ArrayList<>();
        for (int workers : new int[] {1, 2, 4, 8, 16}) {
            points.add(new ScalingFit.Point(workers, 1e6 / CostModel.universalScalability(workers, 0.05, 0.002)));
        }

        ScalingFit fit = ScalingFit.to(points).orElseThrow();

        assertThat(fit.contention()).isCloseTo(0.05, within(EXACT));
        assertThat(fit.coherence()).isCloseTo(0.002, within(EXACT));
        assertThat(fit.rSquared().orElseThrow()).isCloseTo(1, within(EXACT));
    }

    @Test
    void fitsContentionAloneToTwoNumbersOfWorkers() {
        ScalingFit fit = ScalingFit.to(List.of(new ScalingFit.Point(1, 100), new ScalingFit.Point(2, 100 / 1.6)))
                .orElseThrow();

        assertThat(fit.contention()).isCloseTo(0.25, within(EXACT)); // 2 / 1.6 - 1
        assertThat(fit.coherence()).isZero();
        assertThat(fit.rSquared()).as("two points fit anything").isEmpty();
        assertThat(ScalingFit.to(List.of(new ScalingFit.Point(1, 100)))).isEmpty();
    }

    @Test
    void saysNothingOfALawThatExplainsNothing() {
        List<ScalingFit.Point> worse = List.of(
                new ScalingFit.Point(1, 100), new ScalingFit.Point(1, 300),
                new ScalingFit.Point(2, 300), new ScalingFit.Point(2, 100));

        assertThat(ScalingFit.to(worse).orElseThrow().rSquared()).isEmpty();
        assertThat(seen(
                                List.of(
                                        trial(1, Strategy.THREADS, 2_000, 0),
                                        trial(2, Strategy.THREADS, 1_000, 0),
                                        trial(2, Strategy.THREADS, 1_000, 0)),
                                OptionalDouble.empty())
                        .scaling())
                .as("one round is no basis")
                .isEmpty();
    }

    @Test
    void drawsTheLineWithTheLeastSquares() {
        LeastSquares line = new LeastSquares();
        line.add(1, 1);
        line.add(2, 3);
        line.add(3, 2);

        assertThat(line.slope().orElseThrow()).isCloseTo(0.5, within(EXACT));
        assertThat(line.interceptAt(0)).isCloseTo(1, within(EXACT));
        LeastSquares upright = new LeastSquares();
        upright.add(1, 1);
        upright.add(1, 2);
        assertThat(upright.slope()).isEmpty();
    }

    @Test
    void concludesNothingOnALoadedMachine() {
        List<Trial> trials = trials(2_000, 1_000, 0, 0);

        assertThat(seen(trials, OptionalDouble.of(0.29)).isConclusive()).isTrue();
        assertThat(seen(trials, OptionalDouble.of(0.31)).isConclusive()).isFalse();
        assertThat(seen(trials, OptionalDouble.empty()).isConclusive()).isTrue();
        assertThat(new Observations(trials, Optional.empty(), OptionalDouble.of(1.2), 16, 1, List.of()).isLoaded())
                .as("1.2 of the 16 cores of a machine, of which this JVM may have one")
                .isFalse();
        assertThat(OtherLoad.allCores())
                .isGreaterThanOrEqualTo(Runtime.getRuntime().availableProcessors());
    }

    @Test
    void keepsTheColumnsOfTheTableApart() {
        List<Trial> trials = trials(4_400_000, 1_000, 0.0004, 0);

        assertThat(new MeasurementText(
                                seen(trials, OptionalDouble.empty()), Recommender.recommend(WorkloadProfile.of()), 400)
                        .toString())
                .contains("4.4 ms      0 %     0 bytes  < 0.1 %");
    }

    @Test
    void concludesNothingFromOneRound() {
        assertThat(seen(trials(2_000, 1_000, 0, 0).subList(0, 3), OptionalDouble.empty())
                        .isConclusive())
                .isFalse();
    }

    @Test
    void namesGarbageAndTies() {
        assertThat(Cause.of(seen(trials(2_000, 1_000, 0.4, 0.1), OptionalDouble.empty())))
                .hasValue("garbage: collecting took 40 % of the time in one heap, 10 % in heaps of their own");
        assertThat(Cause.of(seen(trials(1_000, 1_100, 0, 0), OptionalDouble.empty()))
                        .orElseThrow())
                .contains("computes as fast anywhere");
        assertThat(Cause.of(seen(trials(1_000, 9_000, 0, 0), OptionalDouble.empty()))
                        .orElseThrow())
                .startsWith("crossing costs 11 µs");
    }

    @Test
    void tellsItemsThatCountFromThoseThatWarmUp() {
        Observations seen = seen(trials(2_000, 1_000, 0, 0), OptionalDouble.empty());
        Recommendation advice = Recommender.recommend(WorkloadProfile.of());

        assertThat(new MeasurementText(seen, advice, 1_234).toString())
                .startsWith(
                        "Measured 1,234 items, 400 of them after warming up, on 2 cores: worker JVMs are 2 times as fast");
        assertThat(new MeasurementText(seen, advice, 400).toString()).startsWith("Measured 400 items on 2 cores: ");
        assertThat(new MeasurementText(seen(List.of(), OptionalDouble.empty()), advice, 1).toString())
                .startsWith("Measured 1 item, none after warming up, on 2 cores: nothing is concluded");
    }

    private static Observations seen(List<Trial> trials, OptionalDouble otherCores) {
        Crossing crossing =
                new Crossing(Duration.ofNanos(1_000), Duration.ofNanos(8_000), Duration.ofNanos(2_000), 10, 10);
        return new Observations(trials, Optional.of(crossing), otherCores, 2, 2, List.of());
    }

    /** Two rounds on each engine, with two workers. */
    private static List<Trial> trials(long threadsNanos, long processesNanos, double gcHere, double gcThere) {
        return List.of(
                trial(Strategy.THREADS, threadsNanos, gcHere),
                trial(Strategy.THREADS, threadsNanos, gcHere),
                trial(Strategy.PROCESSES, processesNanos, gcThere),
                trial(Strategy.PROCESSES, processesNanos, gcThere));
    }

    private static Trial trial(Strategy strategy, long nanosPerItem, double gcShare) {
        return trial(2, strategy, nanosPerItem, gcShare);
    }

    private static Trial trial(int workers, Strategy strategy, long nanosPerItem, double gcShare) {
        return new Trial(
                strategy,
                workers,
                true,
                100,
                0,
                Duration.ofNanos(100 * nanosPerItem),
                Duration.ofNanos(100 * nanosPerItem),
                Optional.of(Duration.ofNanos(100 * nanosPerItem)),
                OptionalLong.of(0),
                OptionalDouble.of(gcShare));
    }
}
