package dev.tandem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import org.junit.jupiter.api.Test;

final class TaskRefTest {

    @Test
    void readsAsASentenceOfWhatIsKnown() {
        assertThat(new TaskRef(7, "parse", 2, "worker 3 (pid 4711)").atInput(12))
                .hasToString("task 7 \"parse\" input 12 (attempt 2) on worker 3 (pid 4711)");
        assertThat(new TaskRef(7, "parse", 2, "worker 3 (pid 4711)"))
                .hasToString("task 7 \"parse\" (attempt 2) on worker 3 (pid 4711)");
        assertThat(new TaskRef(7, null, 0, TaskRef.NOT_ASSIGNED)).hasToString("task 7");
        assertThat(TaskRef.NONE).hasToString("no task");
    }

    @Test
    void saysWhereInAMapTheInputWas() {
        TaskRef single = new TaskRef(7, null, 1, "worker 1");

        assertThat(single.inputIndex()).isEqualTo(-1);
        assertThat(single.atInput(0).inputIndex()).isZero();
        assertThat(single.atInput(0).taskId()).isEqualTo(7);
    }

    @Test
    void needsALabelForTheWorker() {
        assertThatNullPointerException()
                .isThrownBy(() -> new TaskRef(1, null, 1, null))
                .withMessage("worker");
    }
}
