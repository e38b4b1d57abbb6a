package dev.tandem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.recommend.Trait;
import dev.tandem.recommend.WorkloadProfile;
import org.junit.jupiter.api.Test;

final class AdaptiveOptionsTest {

    @Test
    void changesACopy() {
        AdaptiveOptions defaults = AdaptiveOptions.defaults();
        AdaptiveOptions changed =
                defaults.name("etl").threads(o -> o.workers(3)).processes(o -> o.workers(2));

        assertThat(changed.name()).isEqualTo("etl");
        assertThat(changed.threads().apply(ThreadOptions.defaults()).workers()).isEqualTo(3);
        assertThat(changed.processes().apply(ProcessOptions.defaults()).workers())
                .isEqualTo(2);
        assertThat(defaults.name()).isEmpty();
        assertThat(defaults.threads().apply(ThreadOptions.defaults())).isEqualTo(ThreadOptions.defaults());
    }

    @Test
    void refusesByName() {
        AdaptiveOptions options = AdaptiveOptions.defaults();

        assertThatThrownBy(() -> options.name(" ")).hasMessage("name must not be blank: name=\" \"");
        assertThatThrownBy(() -> options.onAdaptation(null)).hasMessage("onAdaptation must not be null");
        assertThatThrownBy(() -> ParallelRunner.adaptive(null)).hasMessage("profile must not be null");
        assertThatThrownBy(() -> ParallelRunner.adaptive(WorkloadProfile.of(), o -> o.threads(t -> null)))
                .hasMessageContaining("options of threads");
        assertThatThrownBy(() -> ParallelRunner.adaptive(WorkloadProfile.of(), o -> o.processes(p -> null)))
                .hasMessageContaining("options of processes");
    }

    @Test
    void namesTheRunner() {
        try (AdaptiveRunner runner =
                ParallelRunner.adaptive(WorkloadProfile.of(Trait.LIVE_SHARED_OBJECTS), o -> o.name("etl"))) {
            assertThat(runner.toString()).startsWith("etl[THREADS");
            assertThat(runner.submit(() -> Thread.currentThread().getName()).join())
                    .startsWith("etl-worker-");
            assertThat(runner.recommendation().strategy()).isEqualTo(Strategy.THREADS);
            assertThat(runner.adaptations()).hasSize(1);
        }
    }
}
