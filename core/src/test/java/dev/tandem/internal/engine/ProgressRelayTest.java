package dev.tandem.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.Progress;
import dev.tandem.testing.LogLines;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressRelayTest {

    private final List<Runnable> deliveries = new ArrayList<>();
    private final List<Progress> delivered = new ArrayList<>();
    private final List<Runnable> timers = new ArrayList<>();
    private final AtomicLong now = new AtomicLong(1);
    private final ProgressRelay relay = new ProgressRelay(
            new RunnerContext(
                    "relay",
                    new Surroundings(now::get, new Timers(), new Unlocked(), keeper -> {}, () -> 0.5),
                    ignored -> new ScriptedEngine()),
            7);

    /** A timer that is wound by hand. */
    private final class Timers implements Deadlines {
        @Override
        public Deadline after(long delayNanos, Runnable action) {
            assertThat(Thread.holdsLock(relay)).isFalse();
            timers.add(action);
            return () -> timers.remove(action);
        }

        @Override
        public Deadline every(long periodNanos, Runnable action) {
            throw new UnsupportedOperationException();
        }

        @Override
        public void shutdown() {}
    }

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
    void goesAheadWithoutAListenerThatDoesNotReturn() {
        List<String> ends = new ArrayList<>();
        relay.add(progress -> {
            assertThat(relay.finish(() -> ends.add("timed out"))).isTrue();
            assertThat(relay.finish(() -> ends.add("returned too late"))).isTrue();
            now.addAndGet(ProgressRelay.PATIENCE_NANOS - 1);
            timers.remove(0).run();
            assertThat(ends).as("there is a nanosecond left").isEmpty();
            now.addAndGet(1);
            timers.remove(0).run();
            assertThat(ends).containsExactly("timed out");
        });
        relay.report(new Progress(1, 2, ""));
        deliveries.remove(0).run();
        assertThat(ends).containsExactly("timed out");
        assertThat(timers).isEmpty();
    }

    @Test
    void waitsForAListenerThatGetsNoTurn() {
        List<String> ends = new ArrayList<>();
        relay.add(progress -> ends.add("told"));
        relay.report(new Progress(1, 2, ""));
        assertThat(relay.finish(() -> ends.add("end"))).isTrue();
        now.addAndGet(100 * ProgressRelay.PATIENCE_NANOS);
        timers.remove(0).run();
        assertThat(ends).isEmpty();
        deliveries.remove(0).run();
        assertThat(ends).containsExactly("told", "end");
        assertThat(timers).as("called off").isEmpty();
    }

    @Test
    void tellsOnceOfEachListenerThatFails() {
        relay.add(progress -> {
            throw new IllegalStateException("one");
        });
        relay.add(progress -> {
            throw new IllegalStateException("two");
        });
        try (LogLines log = new LogLines()) {
            for (int i = 1; i <= 5; i++) {
                relay.report(new Progress(i, 5, ""));
                deliveries.remove(0).run();
            }
            assertThat(log.with("WARN", "relay: a progress listener failed in task 7"))
                    .hasSize(2);
        }
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
