package dev.tandem.internal.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.internal.processes.RestartLimit.Circuit;
import dev.tandem.testing.Row;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RestartLimitTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final RestartLimit limit = new RestartLimit(3, 10 * SECOND, 30 * SECOND, () -> 0.5, 0);

    @Test
    void replacesTheFirstLossAtOnceAndTheNextOnesLaterAndLater() {
        List<Long> delays = new ArrayList<>();
        for (int death = 0; death < 9; death++) {
            limit.died(0, death * 100 * SECOND);
            delays.add(TimeUnit.NANOSECONDS.toMillis(limit.delayNanos(death * 100 * SECOND)));
        }
        assertThat(delays).containsExactly(0L, 100L, 200L, 400L, 800L, 1600L, 3200L, 5000L, 5000L);
    }

    @Test
    void variesTheDelayByAFifth() {
        for (double chance : new double[] {0, 1}) {
            RestartLimit varied = new RestartLimit(3, 10 * SECOND, 30 * SECOND, () -> chance, 0);
            varied.died(0, 0);
            varied.died(0, 0);
            assertThat(varied.delayNanos(0)).isEqualTo(TimeUnit.MILLISECONDS.toNanos(chance == 0 ? 80 : 120));
        }
    }

    @Test
    void forgetsTheDelayOnceAWorkerHasAnsweredOrHadLivedForAWhile() {
        limit.died(0, 0);
        limit.died(0, 0);
        limit.answered(false);
        assertThat(limit.delayNanos(0)).isZero();
        limit.died(0, 0);
        limit.died(0, 0);
        limit.died(10 * SECOND, 0);
        assertThat(limit.delayNanos(0)).isZero();
    }

    @Test
    void allowsAsManyDeathsAtOnceAsTheBucketHoldsAndOpensAtTheNext() {
        die(3, 0);
        assertThat(limit.circuit(0)).isEqualTo(Circuit.CLOSED);
        die(1, 0);
        assertThat(limit.circuit(0)).isEqualTo(Circuit.OPEN);
        assertThat(limit.openNanos(0)).isEqualTo(30 * SECOND);
    }

    @Test
    void staysClosedWhileDeathsAreRarerThanTheirTokens() {
        for (int death = 0; death < 100; death++) {
            limit.died(0, death * 10 * SECOND);
        }
        assertThat(limit.circuit(1000 * SECOND)).isEqualTo(Circuit.CLOSED);
        die(3, 1000 * SECOND);
        assertThat(limit.circuit(1000 * SECOND)).isEqualTo(Circuit.CLOSED);
    }

    @Test
    void isNotKeptOpenByThoseWhoDieMeanwhile() {
        die(4, 0);
        limit.died(0, 29 * SECOND);
        assertThat(limit.circuit(30 * SECOND)).isEqualTo(Circuit.HALF_OPEN);
    }

    @Test
    void triesOneWorkerAfterThePauseAndHealsByItsFirstAnswer() {
        die(4, 0);
        limit.answered(true);
        assertThat(limit.circuit(29 * SECOND)).as("one that ran on").isEqualTo(Circuit.OPEN);
        assertThat(limit.circuit(30 * SECOND)).isEqualTo(Circuit.HALF_OPEN);
        limit.answered(false);
        assertThat(limit.circuit(30 * SECOND)).as("not the one that is tried").isEqualTo(Circuit.HALF_OPEN);
        limit.answered(true);
        assertThat(limit.circuit(30 * SECOND)).isEqualTo(Circuit.CLOSED);
        assertThat(transitions()).containsExactly(Circuit.OPEN, Circuit.HALF_OPEN, Circuit.CLOSED);
    }

    @Test
    void givesNothingBackWhenItHeals() {
        die(4, 0);
        limit.circuit(30 * SECOND);
        limit.answered(true);
        die(3, 30 * SECOND);
        assertThat(limit.circuit(30 * SECOND)).as("three tokens in 30 s").isEqualTo(Circuit.CLOSED);
        die(1, 30 * SECOND);
        assertThat(limit.circuit(30 * SECOND)).isEqualTo(Circuit.OPEN);
    }

    @Test
    void opensAgainAtOnceWhenTheTriedWorkerDiesOrDoesNotStart() {
        limit.ready();
        die(4, 0);
        limit.circuit(30 * SECOND);
        limit.died(0, 31 * SECOND);
        assertThat(limit.openNanos(31 * SECOND)).isEqualTo(30 * SECOND);
        limit.circuit(61 * SECOND);
        limit.failedToStart(62 * SECOND);
        assertThat(limit.openNanos(62 * SECOND)).isEqualTo(30 * SECOND);
    }

    @Test
    @Row("B1")
    void isBrokenForGoodAfterThreeStartsInARowThatFailedBeforeAnyWorkerWasReady() {
        limit.failedToStart(0);
        limit.failedToStart(0);
        assertThat(limit.circuit(0)).isEqualTo(Circuit.CLOSED);
        limit.failedToStart(0);
        assertThat(limit.circuit(0)).isEqualTo(Circuit.BROKEN);
        assertThat(limit.circuit(1000 * SECOND)).isEqualTo(Circuit.BROKEN);
        assertThat(transitions()).containsExactly(Circuit.BROKEN);
    }

    @Test
    @Row("B7")
    void countsAFailedStartAsADeathOnceAWorkerHasBeenReady() {
        limit.ready();
        for (int start = 0; start < 4; start++) {
            assertThat(limit.circuit(0)).isEqualTo(Circuit.CLOSED);
            limit.failedToStart(0);
        }
        assertThat(limit.circuit(0)).isEqualTo(Circuit.OPEN);
    }

    @Test
    @Row("B5")
    void opensOnlyWhenNoProcessCouldBeHadForAsLongAsAStartMayTake() {
        for (int second = 0; second < 30; second++) {
            limit.failedToSpawn(false, second * SECOND);
            assertThat(limit.delayNanos(second * SECOND)).isLessThanOrEqualTo(6 * SECOND);
        }
        assertThat(limit.circuit(29 * SECOND)).isEqualTo(Circuit.CLOSED);
        limit.failedToSpawn(false, 30 * SECOND);
        assertThat(limit.circuit(30 * SECOND)).isEqualTo(Circuit.OPEN);
        assertThat(limit.circuit(60 * SECOND)).isEqualTo(Circuit.HALF_OPEN);
        limit.failedToSpawn(false, 60 * SECOND);
        assertThat(limit.circuit(60 * SECOND)).as("as patient as before").isEqualTo(Circuit.HALF_OPEN);
    }

    @Test
    @Row("B6")
    void neverOpensForWantOfProcessesWhileAWorkerLives() {
        for (int second = 0; second < 100; second++) {
            limit.failedToSpawn(second != 50, second * SECOND);
        }
        assertThat(limit.circuit(100 * SECOND)).isEqualTo(Circuit.CLOSED);
    }

    private void die(int times, long nowNanos) {
        for (int death = 0; death < times; death++) {
            limit.died(0, nowNanos);
        }
    }

    private List<Circuit> transitions() {
        List<Circuit> all = new ArrayList<>();
        for (Circuit next = limit.nextTransition(); next != null; next = limit.nextTransition()) {
            all.add(next);
        }
        return all;
    }
}
