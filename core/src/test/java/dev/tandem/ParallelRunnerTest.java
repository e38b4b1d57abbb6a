package dev.tandem;

import static dev.tandem.OptionRules.refusesNull;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import org.junit.jupiter.api.Test;

/** The factories; what runners do is tested by the contract of all engines. */
final class ParallelRunnerTest {

    @Test
    void opensWhatTheOptionsDescribe() {
        try (ParallelRunner threads = ParallelRunner.of(ThreadOptions.defaults().workers(3));
                ParallelRunner changed = ParallelRunner.threads(options -> options.workers(2));
                ParallelRunner inline = ParallelRunner.inline()) {
            assertThat(threads.strategy()).isEqualTo(Strategy.THREADS);
            assertThat(changed.strategy()).isEqualTo(Strategy.THREADS);
            assertThat(inline.strategy()).isEqualTo(Strategy.INLINE);
        }
    }

    @Test
    void refusesOptionsThatAreNull() {
        refusesNull(() -> ParallelRunner.of(null), "options");
        refusesNull(() -> ParallelRunner.threads(null), "options");
        refusesNull(() -> ParallelRunner.processes(null), "options");
        assertThatNullPointerException()
                .isThrownBy(() -> ParallelRunner.threads(options -> null))
                .withMessage("the function of the options returned null");
    }
}
