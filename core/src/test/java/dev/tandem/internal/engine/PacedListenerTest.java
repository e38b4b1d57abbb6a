package dev.tandem.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.Progress;
import dev.tandem.testing.LogLines;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Time, timer and executor go on when the test says so. */
final class PacedListenerTest {

    private final AtomicLong now = new AtomicLong();
    private final List<Runnable> timer = new ArrayList<>();
    private final Queue<Runnable> executor = new ArrayDeque<>();
    private final List<Long> heard = new ArrayList<>();
    private final RunnerContext context = new RunnerContext(
            "paced",
            new Surroundings(now::get, new ByHand(), new HereAndNow(), body -> {}, () -> 0.5),
            ignored -> new ScriptedEngine());
    private final PacedListener paced = listener(progress -> heard.add(progress.done()));

    @Test
    void hasOneCallAtMostInTheExecutorWhichBringsTheLatest() {
        for (int i = 1; i <= 100; i++) {
            report(i);
        }
        assertThat(executor).hasSize(1);
        runExecutor();
        assertThat(heard).containsExactly(100L);
    }

    @Test
    void callsThirtyTimesASecondAtMost() {
        for (int millis = 0; millis < 1_000; millis++) {
            now.addAndGet(1_000_000);
            report(millis);
            runTimerIfDue();
            runExecutor();
        }
        assertThat(heard).hasSizeBetween(25, 31).isSorted().doesNotHaveDuplicates();
    }

    @Test
    void handsOverTheLastWhenTheTaskEnds() {
        report(1);
        runExecutor();
        report(2);
        assertThat(executor).as("too early").isEmpty();
        assertThat(paced.holdsSomething()).isTrue();
        paced.end();
        runExecutor();
        assertThat(heard).containsExactly(1L, 2L);
        assertThat(paced.holdsSomething()).isFalse();
        now.addAndGet(PacedListener.INTERVAL_NANOS);
        runTimerIfDue();
        assertThat(executor).as("nothing is told twice").isEmpty();
    }

    @Test
    void tellsInTheSameRunWhatCameBeforeTheEndWhileItRan() {
        List<Long> inRun = new ArrayList<>();
        PacedListener[] self = new PacedListener[1];
        self[0] = listener(progress -> {
            inRun.add(progress.done());
            if (progress.done() == 1) {
                self[0].accept(new Progress(2, 0, ""));
                self[0].end();
            }
        });
        self[0].accept(new Progress(1, 0, ""));
        assertThat(executor).hasSize(1);
        executor.remove().run();
        assertThat(inRun).containsExactly(1L, 2L);
        assertThat(executor).isEmpty();
    }

    @Test
    void waitsWithWhatCameWhileItRanUntilItIsTime() {
        PacedListener[] self = new PacedListener[1];
        self[0] = listener(progress -> {
            heard.add(progress.done());
            if (progress.done() == 1) {
                self[0].accept(new Progress(2, 0, ""));
            }
        });
        self[0].accept(new Progress(1, 0, ""));
        runExecutor();
        assertThat(heard).containsExactly(1L);
        now.addAndGet(PacedListener.INTERVAL_NANOS);
        runTimerIfDue();
        runExecutor();
        assertThat(heard).containsExactly(1L, 2L);
    }

    @Test
    void goesOnWhenTheExecutorRefusesOrTheListenerThrows() {
        try (LogLines log = new LogLines()) {
            PacedListener refused = new PacedListener(
                    progress -> {},
                    command -> {
                        throw new RejectedExecutionException("closed");
                    },
                    context,
                    7);
            for (int i = 1; i <= 5; i++) {
                refused.accept(new Progress(i, 0, ""));
                assertThat(refused.holdsSomething()).isFalse();
            }
            assertThat(log.with("refused")).hasSize(1);
            assertThat(log.with("WARN", "paced", "the executor of a progress listener of task 7 refused"))
                    .hasSize(1);
            PacedListener bad = listener(progress -> {
                throw new IllegalStateException("a listener's own trouble");
            });
            for (int i = 1; i <= 5; i++) {
                bad.accept(new Progress(i, 0, ""));
                now.addAndGet(PacedListener.INTERVAL_NANOS);
                runTimerIfDue();
                runExecutor();
            }
            assertThat(log.with("listener failed")).hasSize(1);
            assertThat(log.with("WARN", "paced", "a progress listener failed in task 7"))
                    .hasSize(1);
        }
    }

    private PacedListener listener(Consumer<Progress> heardBy) {
        return new PacedListener(heardBy, executor::add, context, 7);
    }

    private void report(int done) {
        paced.accept(new Progress(done, 0, ""));
    }

    private void runExecutor() {
        for (Runnable next = executor.poll(); next != null; next = executor.poll()) {
            next.run();
        }
    }

    private void runTimerIfDue() {
        List<Runnable> all = List.copyOf(timer);
        timer.clear();
        all.forEach(Runnable::run); // one that comes too early looks at the clock, and waits again
    }

    private final class ByHand implements Deadlines {
        @Override
        public @Nullable Deadline after(long delayNanos, Runnable action) {
            long dueNanos = now.get() + delayNanos;
            timer.add(new Runnable() {
                @Override
                public void run() {
                    if (now.get() >= dueNanos) {
                        action.run();
                    } else {
                        timer.add(this);
                    }
                }
            });
            return null;
        }

        @Override
        public @Nullable Deadline every(long periodNanos, Runnable action) {
            return null;
        }

        @Override
        public void shutdown() {}
    }

    private static final class HereAndNow implements Callbacks {
        @Override
        public void execute(Runnable callback) {
            callback.run();
        }

        @Override
        public boolean isInside() {
            return false;
        }

        @Override
        public boolean isInsideAny() {
            return false;
        }

        @Override
        public void shutdown() {}
    }
}
