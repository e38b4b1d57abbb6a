package dev.tandem.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tandem.ParallelRunner;
import io.micrometer.core.instrument.FunctionTimer;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

final class RunnerMetricsTest {

    @Test
    void showsWhatTheRunnerHasCounted() {
        SimpleMeterRegistry registry = new SimpleMeterRegistry();
        try (ParallelRunner runner = ParallelRunner.threads(o -> o.workers(2))) {
            new RunnerMetrics(runner, "pictures").bindTo(registry);
            for (int i = 0; i < 3; i++) {
                runner.submit(() -> Thread.sleep(2)).join();
            }
            assertThat(catchThrowable(
                            () -> runner.submit(() -> Integer.parseInt("x")).join()))
                    .isNotNull();
            assertThat(count(registry, "tandem.tasks.submitted")).isEqualTo(4);
            assertThat(count(registry, "tandem.tasks.started")).isEqualTo(4);
            assertThat(count(registry, "tandem.tasks.done", "outcome", "succeeded"))
                    .isEqualTo(3);
            assertThat(count(registry, "tandem.tasks.done", "outcome", "failed"))
                    .isEqualTo(1);
            assertThat(registry.get("tandem.workers")
                            .tag("runner", "pictures")
                            .gauge()
                            .value())
                    .isBetween(1.0, 2.0);
            assertThat(count(registry, "tandem.fallbacks")).isZero();
            FunctionTimer run = registry.get("tandem.tasks.run").functionTimer();
            assertThat(run.count()).isEqualTo(4);
            assertThat(run.totalTime(TimeUnit.MILLISECONDS)).isGreaterThan(5);
            assertThat(registry.get("tandem.tasks.run.percentile")
                            .tag("phi", "0.5")
                            .timeGauge()
                            .value(TimeUnit.MILLISECONDS))
                    .isGreaterThan(1.8);
        }
    }

    private static double count(SimpleMeterRegistry registry, String name, String... tags) {
        return registry.get(name).tags(tags).functionCounter().count();
    }
}
