package dev.tandem.internal.processes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RestartLimitTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final RestartLimit limit = new RestartLimit(3, 10 * SECOND, () -> 0.5, 0);

    @Test
    void replacesTheFirstLossAtOnceAndTheNextOnesLaterAndLater() {
        limit.died(0);
        assertThat(limit.waitNanos(0)).isZero();
        limit.died(0);
        long second = limit.waitNanos(0);
        limit.died(0);
        long third = limit.waitNanos(0);
        assertThat(second).isBetween(SECOND * 8 / 100, SECOND * 12 / 100);
        assertThat(third).isBetween(SECOND * 16 / 100, SECOND * 24 / 100);
    }

    @Test
    void forgetsTheDelayOnceAWorkerHasAnswered() {
        limit.died(0);
        limit.died(0);
        limit.answered();
        assertThat(limit.waitNanos(0)).isZero();
    }

    @Test
    void opensWhenTheBucketIsEmpty() {
        for (int death = 0; death < 4; death++) {
            limit.died(0);
        }
        assertThat(limit.openNanos(0)).isEqualTo(30 * SECOND);
        assertThat(limit.waitNanos(0)).isEqualTo(30 * SECOND);
    }

    @Test
    void staysClosedWhileDeathsAreRarerThanTheirTokens() {
        for (int death = 0; death < 100; death++) {
            limit.died(death * 10 * SECOND);
        }
        assertThat(limit.openNanos(1000 * SECOND)).isZero();
    }

    @Test
    void triesOneWorkerAfterThePauseAndHealsByItsFirstAnswer() {
        for (int death = 0; death < 4; death++) {
            limit.died(0);
        }
        assertThat(limit.waitNanos(30 * SECOND)).isZero();
        assertThat(limit.isTrying()).isTrue();
        limit.answered();
        assertThat(limit.isTrying()).isFalse();
        assertThat(limit.openNanos(30 * SECOND)).isZero();
    }

    @Test
    void opensAgainAtOnceWhenTheTriedWorkerDies() {
        for (int death = 0; death < 4; death++) {
            limit.died(0);
        }
        limit.waitNanos(30 * SECOND);
        limit.died(31 * SECOND);
        assertThat(limit.openNanos(31 * SECOND)).isEqualTo(30 * SECOND);
    }

    @Test
    void givesUpAfterThreeStartsInARowThatFailed() {
        assertThat(limit.failedToStart(0)).isFalse();
        assertThat(limit.failedToStart(0)).isFalse();
        limit.ready();
        assertThat(limit.failedToStart(0)).isFalse();
        assertThat(limit.failedToStart(0)).isFalse();
        assertThat(limit.failedToStart(0)).isTrue();
    }
}
