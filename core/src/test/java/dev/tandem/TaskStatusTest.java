package dev.tandem;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

final class TaskStatusTest {

    @Test
    void isDoneWhenItCannotChangeAnyMore() {
        assertThat(Arrays.stream(TaskStatus.values()).filter(TaskStatus::isDone))
                .containsExactly(TaskStatus.SUCCEEDED, TaskStatus.FAILED, TaskStatus.CANCELLED);
    }
}
