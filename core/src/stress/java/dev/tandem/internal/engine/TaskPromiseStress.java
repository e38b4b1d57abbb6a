package dev.tandem.internal.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.tandem.TaskStatus;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;
import org.openjdk.jcstress.infra.results.I_Result;

/**
 * The lock-free part of {@link TaskPromise}, on real hardware: claiming the outcome, publishing it, and the race between that and
 * whoever asks for a mirror. Each state has two actors, since jcstress leaves out what wants more cores than there are.
 *
 * <p>It runs by hand, {@code mvn -q -B -Pstress -pl core -am test-compile}: what it looks for takes minutes and an idle machine.
 */
final class TaskPromiseStress {

    private TaskPromiseStress() {}

    /** Callbacks run where they are handed in: what is looked for is whether they run, not where. */
    static final class HereAndNow implements Callbacks {
        @Override
        public void execute(Runnable callback) {
            callback.run();
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

    private static final Executor NO_KEEPER = body -> {};
    private static final RunnerContext CONTEXT = new RunnerContext(
            "stress",
            new Surroundings(() -> 0, Deadlines.NEVER, new HereAndNow(), NO_KEEPER, () -> 0.5),
            ignored -> new ScriptedEngine());

    /** A promise that counts how often its work was told of the outcome. */
    static class Promised implements TaskPromise.Work {
        final AtomicInteger settling = new AtomicInteger();
        final AtomicInteger settled = new AtomicInteger();
        final TaskPromise<Integer> promise = new TaskPromise<>(1, CONTEXT, this);

        @Override
        public @Nullable Batch claimWaiting() {
            return null;
        }

        @Override
        public void cancelled(boolean mayInterrupt) {}

        @Override
        public void settling(TaskStatus status, @Nullable RuntimeException failure) {
            settling.incrementAndGet();
        }

        @Override
        public void settled() {
            settled.incrementAndGet();
        }
    }

    /** A stage that is added while the outcome is published runs exactly once. */
    @JCStressTest
    @State
    @Outcome(id = "1, 7", expect = ACCEPTABLE, desc = "the stage ran once, with the value")
    @Outcome(expect = FORBIDDEN, desc = "missed, or run twice")
    public static class StageAgainstOutcome extends Promised {
        private final AtomicInteger runs = new AtomicInteger();
        private volatile @Nullable CompletableFuture<Integer> stage;

        @Actor
        public void settle() {
            promise.succeed(7);
        }

        @Actor
        public void ask() {
            stage = promise.thenApply(value -> {
                        runs.incrementAndGet();
                        return value;
                    })
                    .toCompletableFuture();
        }

        @Arbiter
        public void look(II_Result result) {
            result.r1 = runs.get();
            result.r2 = stage.getNow(-1);
        }
    }

    /** Two ask for the mirror at once: it is the same for both, and hears of the outcome. */
    @JCStressTest
    @State
    @Outcome(id = "7, 7", expect = ACCEPTABLE, desc = "both have the value")
    @Outcome(expect = FORBIDDEN, desc = "one was missed")
    public static class TwoMirrors extends Promised {
        private volatile @Nullable CompletableFuture<Integer> first;
        private volatile @Nullable CompletableFuture<Integer> second;

        @Actor
        public void ask() {
            first = promise.toCompletableFuture();
        }

        @Actor
        public void askToo() {
            second = promise.toCompletableFuture();
        }

        @Arbiter
        public void look(II_Result result) {
            promise.succeed(7);
            result.r1 = first.getNow(-1);
            result.r2 = second.getNow(-1);
        }
    }

    /** A result and a cancel: one of them wins, both sides agree on which, and the work hears of it once. */
    @JCStressTest
    @State
    @Outcome(id = "1, 0, 1", expect = ACCEPTABLE, desc = "the result won")
    @Outcome(id = "0, 1, 1", expect = ACCEPTABLE, desc = "the cancel won")
    @Outcome(expect = FORBIDDEN, desc = "both, neither, or told twice")
    public static class CancelAgainstResult extends Promised {
        private volatile boolean cancelled;

        @Actor
        public void settle() {
            promise.succeed(7);
        }

        @Actor
        public void cancel() {
            cancelled = promise.cancel();
        }

        @Arbiter
        public void look(III_Result result) {
            result.r1 = promise.status() == TaskStatus.SUCCEEDED && promise.join() == 7 ? 1 : 0;
            result.r2 = cancelled && promise.isCancelled() ? 1 : 0;
            result.r3 = settling.get() == 1 && settled.get() == 1 ? 1 : 0;
        }
    }

    /** Whoever loses the race to settle comes back to a promise that is done. */
    @JCStressTest
    @State
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "done")
    @Outcome(expect = FORBIDDEN, desc = "back too early")
    public static class Loser extends Promised {

        @Actor
        public void settle() {
            promise.succeed(7);
        }

        @Actor
        public void lose(I_Result result) {
            promise.cancel();
            result.r1 = promise.isDone() ? 1 : 0;
        }
    }

    /** Whoever sees the outcome finds it counted. */
    @JCStressTest
    @State
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "done and counted")
    @Outcome(id = "2", expect = ACCEPTABLE, desc = "nothing to see yet")
    @Outcome(expect = FORBIDDEN, desc = "done and not counted")
    public static class Onlooker extends Promised {

        @Actor
        public void settle() {
            promise.succeed(7);
        }

        @Actor
        public void look(I_Result result) {
            result.r1 = promise.isDone() ? settling.get() : 2;
        }
    }

    /** A caller that waits gets the value, however its wait meets the outcome. */
    @JCStressTest
    @State
    @Outcome(id = "7", expect = ACCEPTABLE, desc = "it has the value")
    @Outcome(expect = FORBIDDEN, desc = "a wrong value")
    public static class Waiter extends Promised {

        @Actor
        public void settle() {
            promise.succeed(7);
        }

        @Actor
        public void join(I_Result result) {
            result.r1 = promise.join();
        }
    }
}
