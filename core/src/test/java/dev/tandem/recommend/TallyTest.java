package dev.tandem.recommend;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.Outcome;
import dev.tandem.Strategy;
import dev.tandem.TaskRef;
import dev.tandem.TaskTimeoutException;
import java.time.Duration;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the items of a trial took. */
final class TallyTest {

    private final Tally tally = new Tally(Strategy.PROCESSES, 1, true);

    @Test
    void countsATimeOutAsTheTimeThatTheItemTook() {
        tally.add(new Outcome.Success<>(1, new MeasuredResult<>("one", 5_000, -1, -1, -1)));
        assertThat(tally.longestNanos()).isEqualTo(5_000);
        assertThat(tally.hasLostWorkers()).isFalse();

        tally.add(new Outcome.Failure<>(
                2,
                new TaskTimeoutException(
                        TaskRef.NONE, Duration.ofSeconds(1), false, Optional::empty, Optional::empty)));

        assertThat(tally.longestNanos())
                .as("with what it has to end in, or an item that starts later outlasts the budget")
                .isEqualTo(Duration.ofMillis(1_100).toNanos());
        assertThat(tally.trial().failures()).isEqualTo(1);
        assertThat(tally.hasLostWorkers()).isTrue();
    }

    @Test
    void keepsTimeForAnotherWorkerOnceOneWasLost() {
        Budget budget = new Budget(Duration.ofSeconds(10).toNanos(), System.nanoTime());
        budget.startsWorkers(Duration.ofSeconds(1));
        long before = budget.left();

        budget.losesWorkers();

        assertThat(before - budget.left())
                .as("three starts, since several start at once")
                .isBetween(
                        Duration.ofSeconds(3).toNanos(), Duration.ofSeconds(4).toNanos());
    }
}
