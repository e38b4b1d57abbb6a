package dev.tandem.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.Progress;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class ProgressRelayTest {

    private final List<Runnable> deliveries = new ArrayList<>();
    private final List<Progress> delivered = new ArrayList<>();
    private final ProgressRelay relay = new ProgressRelay(new Unlocked());

    /** Callbacks that look whether whoever hands one over holds the relay's lock. */
    private final class Unlocked implements Callbacks {
        @Override
        public void execute(Runnable callback) {
            assertThat(Thread.holdsLock(relay)).isFalse();
            deliveries.add(callback);
        }

        @Override
        public boolean isInsideAny() {
            return false;
        }

        @Override
        public boolean isInside() {
            return false;
        }

        @Override
        public void shutdown() {}
    }

    @Test
    void holdsNoLockWhileItAsksForAThread() {
        relay.add(delivered::add);
        relay.report(new Progress(1, 2, ""));
        relay.report(new Progress(2, 2, ""));
        relay.add(delivered::add);
        assertThat(deliveries).hasSize(1);
        deliveries.get(0).run();
        assertThat(delivered).containsOnly(new Progress(2, 2, "")).hasSize(2);
    }
}
