package dev.tandem;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

final class RunnerStatsTest {

    @Test
    void countsAllWaysToBeDone() {
        RunnerStats stats = new RunnerStats(4, 2, 10, 2, 31, 14, 3, 2, 1, 5, 1, 0, 0, new ClassSupplyStats(0, 0, 0, 0));

        assertThat(stats.done()).isEqualTo(19);
        assertThat(stats.submitted()).isEqualTo(stats.done() + stats.queued() + stats.running());
    }
}
