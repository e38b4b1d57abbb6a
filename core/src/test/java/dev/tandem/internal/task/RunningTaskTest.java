package dev.tandem.internal.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.within;

import dev.tandem.Progress;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class RunningTaskTest {

    private final List<Progress> reported = new ArrayList<>();

    @Test
    void knowsWhoItIs() {
        RunningTask task = new RunningTask(41, 2, 3, 0, reported::add);

        assertThat(task.taskId()).isEqualTo(41);
        assertThat(task.attempt()).isEqualTo(2);
        assertThat(task.workerIndex()).isEqualTo(3);
        assertThat(task.deadline()).isEmpty();
        assertThat(task.isCancelled()).isFalse();
    }

    @Test
    void tellsItsDeadlineByTheWallClock() {
        RunningTask task = new RunningTask(1, 1, 0, TimeUnit.HOURS.toNanos(1), reported::add);

        assertThat(task.deadline().orElseThrow())
                .isCloseTo(Instant.now().plus(1, ChronoUnit.HOURS), within(5, ChronoUnit.SECONDS));
    }

    @Test
    void seesThatItWasCancelled() {
        RunningTask task = new RunningTask(1, 1, 0, 0, reported::add);
        task.cancel();
        assertThat(task.isCancelled()).isTrue();
    }

    @Test
    void handsOnWhatItReports() {
        RunningTask task = new RunningTask(1, 1, 0, 0, reported::add);

        task.report(1, 2);
        task.report(new Progress(2, 2, "done"));

        assertThat(reported).containsExactly(new Progress(1, 2, ""), new Progress(2, 2, "done"));
        assertThatNullPointerException().isThrownBy(() -> task.report(null)).withMessage("progress");
    }
}
