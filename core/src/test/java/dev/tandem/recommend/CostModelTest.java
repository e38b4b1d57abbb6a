package dev.tandem.recommend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

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
    void addsBytesToTheCrossing() {
        assertThat(COSTS.crossingNanos(1e6)).isCloseTo(COSTS.crossing().toNanos() + 1e6, within(EXACT));
    }
}
