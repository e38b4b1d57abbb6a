package dev.tandem.internal.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testing.Row;
import org.junit.jupiter.api.Test;

class OutputBudgetTest {

    private static final long SECOND = 1_000_000_000L;

    private final OutputBudget budget = new OutputBudget(0);

    @Test
    void letsAnHonestBurstThroughWhole() {
        for (int i = 0; i < 40_000; i++) {
            assertThat(budget.take(100, 0)).isTrue();
        }
        assertThat(budget.dropped()).isEmpty();
    }

    @Test
    @Row("X10")
    void x10LogsASmallPartOfAFloodAndCountsTheRest() {
        long lines = 10_000_000;
        long logged = 0;
        long interruptions = 0;
        for (long i = 0; i < lines; i++) {
            if (budget.take(100, i * 1_000)) { // a gigabyte in ten seconds
                logged++;
                interruptions += budget.dropped().isEmpty() ? 0 : 1;
            }
        }
        assertThat(logged * 101)
                .isLessThanOrEqualTo(OutputBudget.CAPACITY_BYTES + 10 * OutputBudget.BYTES_PER_SECOND + 101);
        assertThat(interruptions).as("the gaps are not worse than the flood").isLessThanOrEqualTo(11);
    }

    @Test
    void saysHowMuchWasDropped() {
        assertThat(budget.take((int) OutputBudget.CAPACITY_BYTES - 1, 0)).isTrue();
        assertThat(budget.take(9, 0)).isFalse();
        assertThat(budget.take(19, 0)).isFalse();
        assertThat(budget.take(9, 2 * SECOND)).isTrue();
        assertThat(budget.dropped()).startsWith("2 lines (30 bytes) of its output were not logged");
        assertThat(budget.dropped()).isEmpty();
    }
}
