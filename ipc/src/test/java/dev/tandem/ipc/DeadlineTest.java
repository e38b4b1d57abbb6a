package dev.tandem.ipc;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class DeadlineTest {

    @Test
    void isOverAtOnceForNoTimeAndNeverForTheLongest() {
        assertThat(Deadline.after(Duration.ZERO).isOver()).isTrue();
        assertThat(Deadline.after(Duration.ofSeconds(-1)).isOver()).isTrue();
        assertThat(Deadline.after(Duration.ofSeconds(Long.MAX_VALUE)).isOver()).isFalse();
        assertThat(Deadline.after(Duration.ofSeconds(Long.MIN_VALUE)).isOver()).isTrue();
    }

    @Test
    void givesWaitsThatNeverMeanWithoutEnd() {
        assertThat(Deadline.after(Duration.ZERO).remainingMillis(20)).isEqualTo(1);
        assertThat(Deadline.after(Duration.ofHours(1)).remainingMillis(20)).isEqualTo(20);
    }
}
