package dev.tandem.internal.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import dev.tandem.Task;
import dev.tandem.TaskOptions;
import dev.tandem.TaskStatus;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.III_Result;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * The arrows of {@link Submission} against each other, on real hardware: whoever wins, the task is settled once, counted once, and
 * leaves nothing behind, neither pending work nor a deadline. It runs by hand, as {@link TaskPromiseStress} does.
 */
final class SubmissionStress {

    private SubmissionStress() {}

    /** Deadlines that come when the test says so; it counts those that were neither reached nor called off. */
    private static final class ByHand implements Deadlines {
        final AtomicInteger open = new AtomicInteger();
        volatile @Nullable Runnable last;

        @Override
        public Deadline after(long delayNanos, Runnable action) {
            open.incrementAndGet();
            last = action;
            return open::decrementAndGet;
        }

        @Override
        public @Nullable Deadline every(long periodNanos, Runnable action) {
            return null;
        }

        @Override
        public void shutdown() {}
    }

    /** A submission that is in line for an engine that does nothing. */
    static class Submitted {
        private final ScriptedEngine engine = new ScriptedEngine();
        private final ByHand timer = new ByHand();
        final RunnerContext context = new RunnerContext(
                "stress",
                new Surroundings(() -> 0, timer, new TaskPromiseStress.HereAndNow(), body -> {}, () -> 0.5),
                ignored -> engine);
        final Submission<Integer> submission;

        Submitted() {
            TaskOptions options = TaskOptions.defaults().timeout(Duration.ofSeconds(1));
            Intake intake = new Intake(context, this, options, new UserCode.OfTask((Task<Integer>) () -> 7));
            submission = intake.single();
            intake.pass(submission);
        }

        /** As a dispatcher does; 0 if it is not to be had. */
        final long take() {
            long id = context.reserveAttemptIds(1);
            return submission.claim() && submission.assign(engine, id) ? id : 0;
        }

        final void run(long id) {
            submission.started(id);
            submission.succeeded(id, 7);
        }

        final void timeIsUp() {
            Runnable action = timer.last;
            if (action != null) {
                action.run();
            }
        }

        final void look(III_Result result) {
            Counters.Snapshot numbers = context.counters().snapshot();
            TaskStatus status = submission.promise().status();
            result.r1 = status == TaskStatus.SUCCEEDED ? 1 : 0;
            result.r2 = status == TaskStatus.CANCELLED || status == TaskStatus.FAILED ? 1 : 0;
            boolean counted = numbers.running() == 0
                    && numbers.submitted() == 1
                    && numbers.succeeded() == result.r1
                    && numbers.failed() + numbers.cancelled() == result.r2;
            boolean over = submission.promise().stopOutcome() != null
                    && context.isIdle()
                    && context.finishing().isEmpty()
                    && timer.open.get() == 0;
            result.r3 = counted && over ? 1 : 0;
        }
    }

    /** A cancel meets a task on its whole way. */
    @JCStressTest
    @State
    @Outcome(id = "1, 0, 1", expect = ACCEPTABLE, desc = "it succeeded")
    @Outcome(id = "0, 1, 1", expect = ACCEPTABLE, desc = "it was cancelled")
    @Outcome(expect = FORBIDDEN, desc = "both, neither, wrongly counted, or something is left")
    public static class CancelAgainstLife extends Submitted {

        @Actor
        public void live() {
            run(take());
        }

        @Actor
        public void cancel() {
            submission.promise().cancel();
        }

        @Arbiter
        public void tidy(III_Result result) {
            look(result);
        }
    }

    /** A time-out meets the result: the grace that it starts is called off by whoever ends the attempt. */
    @JCStressTest
    @State
    @Outcome(id = "1, 0, 1", expect = ACCEPTABLE, desc = "it succeeded")
    @Outcome(id = "0, 1, 1", expect = ACCEPTABLE, desc = "it took too long")
    @Outcome(expect = FORBIDDEN, desc = "both, neither, wrongly counted, or something is left")
    public static class TimeoutAgainstResult extends Submitted {
        private final long id = take();

        /** Makes one that runs. */
        public TimeoutAgainstResult() {
            submission.started(id);
        }

        @Actor
        public void succeed() {
            submission.succeeded(id, 7);
        }

        @Actor
        public void time() {
            timeIsUp();
        }

        @Arbiter
        public void tidy(III_Result result) {
            look(result);
        }
    }

    /** A cancel meets the start, which sets a deadline that nobody may find set in the end. */
    @JCStressTest
    @State
    @Outcome(id = "0, 1, 1", expect = ACCEPTABLE, desc = "it was cancelled")
    @Outcome(expect = FORBIDDEN, desc = "wrongly counted, or something is left")
    public static class CancelAgainstStart extends Submitted {
        private final long id = take();

        @Actor
        public void start() {
            submission.started(id);
        }

        @Actor
        public void cancel() {
            submission.promise().cancel();
        }

        @Arbiter
        public void tidy(III_Result result) {
            submission.succeeded(id, 7);
            look(result);
        }
    }

    /** Its worker gives it back while it is cancelled: it waits again and runs, or it has ended. */
    @JCStressTest
    @State
    @Outcome(id = "0, 1, 1", expect = ACCEPTABLE, desc = "it was cancelled")
    @Outcome(expect = FORBIDDEN, desc = "it is left in line, or wrongly counted")
    public static class CancelAgainstReturn extends Submitted {
        private final long id = take();

        @Actor
        public void comeBack() {
            submission.returned(id, null);
        }

        @Actor
        public void cancel() {
            submission.promise().cancel();
        }

        @Arbiter
        public void tidy(III_Result result) {
            look(result);
        }
    }

    /** Two workers want the same task. */
    @JCStressTest
    @State
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "the first has it")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "the second has it")
    @Outcome(expect = FORBIDDEN, desc = "both or neither")
    public static class TwoTakers extends Submitted {

        @Actor
        public void first(II_Result result) {
            result.r1 = take() > 0 ? 1 : 0;
        }

        @Actor
        public void second(II_Result result) {
            result.r2 = take() > 0 ? 1 : 0;
        }
    }

    /** Whoever reads the numbers meanwhile finds the task in one place. */
    @JCStressTest
    @State
    @Outcome(id = "0, 0", expect = ACCEPTABLE, desc = "it waits")
    @Outcome(id = "1, 0", expect = ACCEPTABLE, desc = "it runs")
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "it is done")
    @Outcome(expect = FORBIDDEN, desc = "numbers that do not belong together")
    public static class Numbers extends Submitted {

        @Actor
        public void live() {
            run(take());
        }

        @Actor
        public void look(II_Result result) {
            Counters.Snapshot numbers = context.counters().snapshot();
            result.r1 = (int) numbers.running();
            result.r2 = (int) numbers.succeeded();
        }
    }
}
