package dev.tandem.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tandem.PoisonTaskException;
import dev.tandem.RetryPolicy;
import dev.tandem.StopOutcome;
import dev.tandem.Task;
import dev.tandem.TaskFailedException;
import dev.tandem.TaskOptions;
import dev.tandem.TaskStatus;
import dev.tandem.TaskTimeoutException;
import dev.tandem.WorkerLoss;
import dev.tandem.WorkerLoss.Phase;
import dev.tandem.WorkerLoss.Verdict;
import dev.tandem.WorkerLostException;
import dev.tandem.testing.Row;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 20, unit = TimeUnit.SECONDS)
class SubmissionTest {

    private final ScriptedEngine engine = new ScriptedEngine();
    private final RunnerContext context = new RunnerContext("scripted", ignored -> engine);

    @AfterEach
    void end() {
        context.terminated();
    }

    @Test
    void ignoresWhatIsToldOfAnAttemptThatIsNotTheCurrentOne() {
        Submission<String> submission = submit(retrying(1));
        long first = engine.assign(context, submission);
        submission.started(first);
        submission.lost(first, loss(1), true);
        await().until(() -> !engine.readmitted.isEmpty());
        long second = engine.assign(context, submission);
        submission.started(second);

        submission.succeeded(first, "late");
        submission.failed(first, task -> new TaskFailedException(task, new IllegalStateException("late")));
        assertThat(submission.promise().isDone()).isFalse();

        submission.succeeded(second, "in time");
        assertThat(submission.promise().join()).isEqualTo("in time");
    }

    @Test
    void goesBackSilentlyWhenItsWorkerDiedBeforeItBegan() {
        Submission<String> submission = submit(TaskOptions.defaults());
        long id = engine.assign(context, submission);

        assertThat(submission.returned(id, loss(1))).isTrue();

        assertThat(submission.attempt()).isEqualTo(1);
        assertThat(submission.promise().status()).isEqualTo(TaskStatus.QUEUED);
        long again = engine.assign(context, submission);
        submission.started(again);
        submission.succeeded(again, "moved");
        assertThat(submission.promise().join()).isEqualTo("moved");
    }

    @Test
    void isNotMovedForEver() {
        Submission<String> submission = submit(TaskOptions.defaults());
        int moves = 0;
        while (submission.returned(engine.assign(context, submission), loss(moves))) {
            moves++;
        }
        assertThat(moves).isEqualTo(3);
        assertThatThrownBy(() -> submission.promise().join())
                .isInstanceOfSatisfying(
                        WorkerLostException.class,
                        lost -> assertThat(lost.maybeExecuted()).isFalse());
    }

    @Test
    void isNotRetriedUnlessThatWasDeclared() {
        Submission<String> submission = submit(TaskOptions.defaults());
        long id = engine.assign(context, submission);
        submission.started(id);
        submission.lost(id, loss(1), true);
        assertThatThrownBy(() -> submission.promise().join())
                .isInstanceOfSatisfying(
                        WorkerLostException.class,
                        lost -> assertThat(lost.maybeExecuted()).isTrue());
        assertThat(submission.promise().stopOutcome()).isEqualTo(StopOutcome.KILLED);
    }

    @Test
    @Row("C8")
    void isPoisonAfterKillingTwoWorkersHoweverManyRetriesAreLeft() {
        Submission<String> submission = submit(retrying(9));
        kill(submission, 1);
        await().until(() -> engine.readmitted.size() == 1);
        kill(submission, 2);
        assertThatThrownBy(() -> submission.promise().join())
                .isInstanceOfSatisfying(
                        PoisonTaskException.class,
                        poison -> assertThat(poison.history()).hasSize(2));
    }

    @Test
    void doesNotRetryTheUsersOwnExceptionUnlessToldTo() {
        Submission<String> submission = submit(retrying(5));
        long id = engine.assign(context, submission);
        submission.started(id);
        submission.failed(id, task -> new TaskFailedException(task, new IllegalStateException("mine")));
        assertThatThrownBy(() -> submission.promise().join()).hasCauseInstanceOf(IllegalStateException.class);
        assertThat(engine.readmitted).isEmpty();
    }

    @Test
    void failsOnTimeAndIsInterruptedThenStoppedByForce() {
        Submission<String> submission = submit(TaskOptions.defaults().timeout(Duration.ofMillis(10)));
        long id = engine.assign(context, submission);
        submission.started(id);
        assertThatThrownBy(() -> submission.promise().join()).isInstanceOf(TaskTimeoutException.class);
        assertThat(submission.promise().stopOutcome()).isNull();
        await().untilAsserted(() -> assertThat(engine.interrupted).containsExactly(id));
        await().untilAsserted(() -> assertThat(engine.forced).containsExactly(id));
        submission.lost(id, loss(1), true);
        assertThat(submission.promise().stopOutcome()).isEqualTo(StopOutcome.KILLED);
    }

    @Test
    void doesNotCountTheTimeInTheQueue() {
        Submission<String> submission = submit(TaskOptions.defaults().timeout(Duration.ofMillis(1)));
        context.deadlines().after(TimeUnit.MILLISECONDS.toNanos(50), () -> submission.cancelled(true));
        await().until(() -> submission.promise().stopOutcome() != null);
        assertThat(submission.promise().isDone()).as("the time-out never fired").isFalse();
    }

    @Test
    void neverRunsWhatWaitedTooLong() {
        Submission<String> submission = submit(TaskOptions.defaults().queueTimeout(Duration.ofMillis(10)));
        submission.accepted();
        assertThatThrownBy(() -> submission.promise().join())
                .isInstanceOfSatisfying(
                        TaskTimeoutException.class,
                        timeout -> assertThat(timeout.isQueueTimeout()).isTrue());
        assertThat(submission.claim()).isFalse();
        await().until(() -> submission.promise().stopOutcome() == StopOutcome.NOT_STARTED);
        assertThat(engine.forgotten).hasSize(1);
    }

    @Test
    void dropsTheResultAfterACancelThatDoesNotInterrupt() {
        Submission<String> submission = submit(TaskOptions.defaults());
        long id = engine.assign(context, submission);
        submission.started(id);
        assertThat(submission.promise().cancel(false)).isTrue();
        assertThat(engine.interrupted).isEmpty();
        submission.succeeded(id, "dropped");
        assertThatThrownBy(() -> submission.promise().join()).isInstanceOf(CancellationException.class);
        assertThat(submission.promise().stopOutcome()).isEqualTo(StopOutcome.FINISHED);
        assertThat(context.isIdle()).isTrue();
    }

    @Test
    void isTakenOutBeforeItBeginsEvenIfItMustNotBeInterrupted() {
        Submission<String> submission = submit(TaskOptions.defaults());
        long id = engine.assign(context, submission);
        assertThat(submission.promise().cancel(false)).isTrue();
        assertThat(engine.withdrawn).containsExactly(id);
        assertThat(engine.interrupted).isEmpty();
        submission.neverStarted(id);
        assertThat(submission.promise().stopOutcome()).isEqualTo(StopOutcome.NOT_STARTED);
        assertThat(context.isIdle()).isTrue();
    }

    @Test
    @Row("C8")
    void c8IsPoisonAfterTwoTimeOutsThatTookAWorkerEach() {
        Submission<String> submission = submit(retrying(9).timeout(Duration.ofMillis(5)));
        for (int worker = 1; worker <= 2; worker++) {
            int readmissions = worker - 1;
            await().until(() -> engine.readmitted.size() == readmissions);
            long id = engine.assign(context, submission);
            submission.started(id);
            await().until(() -> engine.forced.contains(id));
            submission.lost(id, loss(worker), true);
        }
        assertThatThrownBy(() -> submission.promise().join()).isInstanceOf(PoisonTaskException.class);
    }

    @Test
    @Row("C8")
    void c8IsNotBlamedForWhatOthersDid() {
        Submission<String> submission = submit(retrying(9));
        WorkerLoss terminated = new WorkerLoss(
                Verdict.KILLED_BY_SIGNAL,
                OptionalInt.of(143),
                Optional.of("SIGTERM"),
                7,
                Phase.RUNNING,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                List.of());
        for (int death = 0; death < 6; death++) {
            int readmissions = death;
            await().until(() -> engine.readmitted.size() == readmissions);
            long id = engine.assign(context, submission);
            submission.started(id);
            boolean innocent = death % 2 == 0;
            submission.lost(
                    id, innocent ? loss(100 + death) : terminated, !innocent); // not begun for certain; told to end
        }
        await().until(() -> engine.readmitted.size() == 6);
        kill(submission, 1);
        await().until(() -> engine.readmitted.size() == 7);
        kill(submission, 2);
        assertThatThrownBy(() -> submission.promise().join()).isInstanceOf(PoisonTaskException.class);
    }

    @Test
    void tellsANumberOfStatesThatAddUp() {
        Submission<String> submission = submit(TaskOptions.defaults());
        long id = engine.assign(context, submission);
        assertThat(submission.promise().cancel(false)).isTrue(); // sent, not begun
        submission.started(id);
        submission.succeeded(id, "dropped");
        Counters.Snapshot numbers = context.counters().snapshot();
        assertThat(numbers.running()).isZero();
        assertThat(numbers.cancelled()).isEqualTo(1);
    }

    @Test
    void endsOnceWhenItIsTurnedAwayAfterItWasCancelled() {
        Submission<String> submission = intake(TaskOptions.defaults()).single();
        assertThat(submission.promise().cancel()).isTrue();
        submission.turnedAway(new RejectedExecutionException("closed"));
        Counters.Snapshot numbers = context.counters().snapshot();
        assertThat(context.isIdle()).isTrue();
        assertThat(numbers.submitted()).isEqualTo(numbers.cancelled()).isEqualTo(1);
        assertThat(engine.forgotten).as("it was never in line").isEmpty();
    }

    @Test
    void doesNotCountForAMomentWhatIsRefused() {
        List<Long> seen = new ArrayList<>();
        engine.refusal = () -> {
            seen.add(context.counters().snapshot().submitted());
            return new RejectedExecutionException("full");
        };
        assertThatThrownBy(() -> submit(TaskOptions.defaults())).hasMessage("full");
        seen.add(context.counters().snapshot().submitted());
        assertThat(seen).containsExactly(0L, 0L);
        engine.refusal = null;
        submit(TaskOptions.defaults());
        assertThat(context.counters().snapshot().submitted()).isEqualTo(1);
    }

    @Test
    void isStoppedAlthoughItsRetryIsDecidedOnlyAfterTheShutdown() throws Exception {
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        Submission<String> submission = submit(TaskOptions.defaults()
                .retry(RetryPolicy.retries(1)
                        .backoff(Duration.ofHours(1), Duration.ofHours(1))
                        .on(failure -> {
                            asked.countDown();
                            return awaited(answer);
                        })));
        kill(submission, 1);
        asked.await();
        context.stopWhatIsElsewhere(context.beginStopping());
        answer.countDown();
        await().until(context::isIdle);
        assertThat(submission.promise().isCancelled()).isTrue();
        assertThat(context.delayed()).isEmpty();
    }

    @Test
    void doesNotRunAgainElsewhereWhatWasCancelledWithoutAnInterrupt() {
        Submission<String> submission = submit(TaskOptions.defaults());
        long id = engine.assign(context, submission);
        submission.promise().cancel(false);
        assertThat(submission.returned(id, loss(1))).isFalse();
        assertThat(submission.promise().stopOutcome()).isEqualTo(StopOutcome.NOT_STARTED);
        assertThat(context.isIdle()).isTrue();
    }

    @Test
    void leavesNothingPendingWhenACodecFailsInAWayOfItsOwn() {
        engine.prepareFailure = new IllegalArgumentException("a codec's own trouble");
        assertThatThrownBy(() -> submit(TaskOptions.defaults())).isSameAs(engine.prepareFailure);
        assertThat(context.isIdle()).isTrue();
        assertThat(context.counters().snapshot().submitted()).isZero();
    }

    private void kill(Submission<String> submission, long pid) {
        long id = engine.assign(context, submission);
        submission.started(id);
        submission.lost(id, loss(pid), true);
    }

    private Submission<String> submit(TaskOptions options) {
        Intake intake = intake(options);
        Submission<String> submission = intake.single();
        intake.pass(submission);
        return submission;
    }

    private Intake intake(TaskOptions options) {
        return new Intake(context, this, options, new UserCode.OfTask((Task<String>) () -> "never run"));
    }

    private static boolean awaited(CountDownLatch latch) {
        try {
            latch.await();
            return true;
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    private static TaskOptions retrying(int retries) {
        return TaskOptions.defaults().retry(RetryPolicy.retries(retries));
    }

    private static WorkerLoss loss(long pid) {
        return new WorkerLoss(
                Verdict.EXITED,
                OptionalInt.of(1),
                Optional.empty(),
                pid,
                Phase.RUNNING,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                List.of());
    }
}
