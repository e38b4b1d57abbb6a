package dev.tandem.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;

final class RunnerContextTest {

    private final AtomicInteger idle = new AtomicInteger();
    private final RunnerContext context = new RunnerContext("test", made -> new ScriptedEngine() {
        @Override
        public void becameIdle() {
            idle.incrementAndGet();
        }
    });

    @Test
    void isNotIdleBeforeEverybodyWasTold() {
        context.pending().add(1); // a chunk
        context.beforeIdle(() -> {
            context.noLongerPending(1); // it ends while its last results are being told of
            assertThat(context.isIdle()).isFalse();
            assertThat(idle).hasValue(0);
        });
        assertThat(context.isIdle()).isTrue();
        assertThat(idle).hasValue(1);
        context.terminated();
    }
}
