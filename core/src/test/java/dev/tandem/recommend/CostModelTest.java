package dev.tandem.recommend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.time.Duration;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;

/** The formulas, at values that their sources give or that can be done by hand. */
final class CostModelTest {

    private static final double EXACT = 1e-9;
    private static final CostModel COSTS = CostModel.defaults();

    @Test
    void knowsHowMuchOfATimeIsWork() {
        assertThat(CostModel.efficiency(9, 1)).isCloseTo(0.9, within(EXACT));
        assertThat(CostModel.efficiency(0, 0)).isEqualTo(1);
        assertThat(CostModel.efficiency(0, 1)).isZero();
    }

    @Test
    void findsTheLeastChunkThatIsEfficientEnough() {
        long chunk = COSTS.inputsPerCrossing(1_000, 100, 0.8);

        assertThat(efficiencyOf(chunk)).isGreaterThanOrEqualTo(0.8);
        assertThat(efficiencyOf(chunk - 1)).isLessThan(0.8);
        assertThat(COSTS.inputsPerCrossing(100, 1_000, 0.8))
                .as("bytes take longer than work")
                .isZero();
    }

    private static double efficiencyOf(long inputs) {
        return inputs * 1_000.0 / (inputs * 1_100.0 + COSTS.crossing().toNanos());
    }

    @Test
    void followsGoetzLittleAmdahlAndGunther() {
        assertThat(CostModel.threadsThatWait(4, 0.5, 9)).isEqualTo(20);
        assertThat(CostModel.underWay(50, 2e8)).isCloseTo(10, within(EXACT));
        assertThat(CostModel.speedup(0.05, 20)).isCloseTo(10.2564, within(1e-4));
        assertThat(CostModel.speedup(1, 100)).isEqualTo(1);
        assertThat(CostModel.universalScalability(1, 0.1, 0.01)).isEqualTo(1);
        assertThat(CostModel.universalScalability(8, 0, 0)).isEqualTo(8);
        assertThat(CostModel.universalScalability(8, 0.1, 0)).isCloseTo(1 / (0.1 + 0.9 / 8), within(EXACT));
    }

    @Test
    void countsTheWorkersThatAreWorthHaving() {
        assertThat(CostModel.workersWorthHaving(1, 0, 64))
                .as("a lock around everything")
                .isEqualTo(1);
        assertThat(CostModel.workersWorthHaving(0, 0, 64))
                .as("nothing in the way")
                .isEqualTo(64);
        assertThat(CostModel.workersWorthHaving(0.5, 0, 64)).isEqualTo(4); // 1, 1.33, 1.5, 1.6, 1.667
        assertThat(CostModel.workersWorthHaving(0, 0.01, 64))
                .as("falls off at ten")
                .isBetween(7, 10);
        assertThat(CostModel.workersWorthHaving(0, 0, Integer.MAX_VALUE)).isEqualTo(Integer.MAX_VALUE);
    }

    @Test
    void reckonsWithTheCrossingThatWasMeasured() {
        Crossing small =
                new Crossing(Duration.ofNanos(5_000), Duration.ofNanos(80_000), Duration.ofNanos(9_000), 29, 53);
        Crossing large = new Crossing(Duration.ofMillis(1), Duration.ZERO, Duration.ofMillis(1), 8_000_000, 100);

        assertThat(COSTS.measured(small).crossingNanos(82)).isCloseTo(94_000, within(1.0));
        assertThat(COSTS.measured(large).crossingNanos(8_000_100))
                .as("faster than the bytes were thought to be")
                .isCloseTo(2_000_000, within(1.0));
    }

    @Test
    void addsBytesToTheCrossing() {
        assertThat(COSTS.crossingNanos(1e6)).isCloseTo(COSTS.crossing().toNanos() + 1e6, within(EXACT));
    }

    @Test
    void refusesTimesThatAreNone() {
        assertThatThrownBy(() -> COSTS.withCrossing(Duration.ofNanos(-1)))
                .hasMessage("crossing must not be negative: crossing=PT-0.000000001S");
        assertThatThrownBy(() -> COSTS.withCrossing(Duration.ofDays(365 * 293)))
                .hasMessageStartingWith("crossing must not be longer than a century: crossing=PT");
        assertThatThrownBy(() -> new CostModel(Duration.ZERO, 1, Duration.ZERO, 0, Duration.ZERO, Duration.ZERO))
                .hasMessage("workerBytes must be positive: workerBytes=0");
        CostModel slow = COSTS.withCrossing(Duration.ofDays(36_525));
        assertThat(Recommender.recommend(
                                WorkloadProfile.of(Trait.CPU_BOUND).taskTime(Duration.ofHours(1)),
                                Machine.of(2, 1L << 32, 17).withCosts(slow))
                        .decidedBy()
                        .rule())
                .isEqualTo("C-CROSSING");
    }

    @Test
    void refusesWhatItsFormulasAreNotFor() {
        refused(() -> CostModel.speedup(0, 0), "workers must be positive: workers=0");
        refused(() -> CostModel.speedup(1.1, 2), "serialShare must be from 0 to 1: serialShare=1.1");
        refused(() -> CostModel.speedup(Double.NaN, 2), "serialShare must be a finite number: serialShare=NaN");
        refused(() -> CostModel.efficiency(-1, 2), "workNanos must not be negative: workNanos=-1");
        refused(() -> CostModel.efficiency(1, Double.POSITIVE_INFINITY), "overheadNanos must be a finite number");
        refused(() -> CostModel.threadsThatWait(0, 1, 1), "cores must be positive: cores=0");
        refused(() -> CostModel.threadsThatWait(2, 2, 1), "utilisation must be from 0 to 1: utilisation=2");
        refused(() -> CostModel.underWay(-1, 1), "arrivalsPerSecond must not be negative: arrivalsPerSecond=-1");
        refused(() -> CostModel.universalScalability(0, 0, 0), "workers must be positive: workers=0");
        refused(() -> CostModel.universalScalability(2, -1, 0), "contention must not be negative: contention=-1");
        refused(() -> CostModel.workersWorthHaving(0, 0, 0), "most must be positive: most=0");
        refused(() -> COSTS.crossingNanos(-1), "bytes must not be negative: bytes=-1");
        refused(() -> COSTS.inputsPerCrossing(1, 1, 1), "target must be from 0 to below 1: target=1");
    }

    private static void refused(ThrowingCallable call, String message) {
        assertThatThrownBy(call).isInstanceOf(IllegalArgumentException.class).hasMessageStartingWith(message);
    }
}
