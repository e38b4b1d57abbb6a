package dev.tandem;

import static dev.tandem.OptionRules.refusesNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class WorkerLocalTest {

    private static final AtomicInteger BUILT = new AtomicInteger();

    @Test
    void isTheSameValueAfterTheJourney() throws Exception {
        WorkerLocal<Integer> value = WorkerLocal.withInitial(BUILT::incrementAndGet);
        WorkerLocal<Integer> arrived = SerializedCopy.of(value);

        try (ParallelRunner runner = ParallelRunner.inline()) {
            assertThat(runner.submit(value::get).join())
                    .isEqualTo(runner.submit(arrived::get).join());
        }
        assertThat(arrived).isEqualTo(value).hasSameHashCodeAs(value);
    }

    @Test
    void isAnotherValueForEachDeclaration() {
        Task<Integer> initial = () -> 1;

        assertThat(WorkerLocal.withInitial(initial)).isNotEqualTo(WorkerLocal.withInitial(initial));
    }

    @Test
    void hasNoValueOutsideATask() {
        assertThatIllegalStateException()
                .isThrownBy(() -> WorkerLocal.withInitial(() -> 1).get())
                .withMessage("thread " + Thread.currentThread().getName()
                        + " runs no task, so a WorkerLocal has no value here: call get() in the task itself");
        refusesNull(() -> WorkerLocal.withInitial(null), "initial");
    }
}
