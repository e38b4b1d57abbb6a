package dev.tandem;

import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.NotTransferableException.Part;
import dev.tandem.ipc.EncodingException;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What all failures have in common, and what each one says. */
final class ParallelExceptionTest {

    private static final TaskRef TASK = new TaskRef(7, "parse", 2, "worker 3 (pid 4711)");
    private static final String WHO = "task 7 \"parse\" (attempt 2) on worker 3 (pid 4711)";
    private static final String NEW_LINE = System.lineSeparator();

    static Stream<ParallelException> all() {
        return Stream.of(
                new TaskFailedException(TASK, new IOException("disk full")),
                new TaskTimeoutException(TASK, ofSeconds(5), false, Optional::empty),
                new WorkerLostException(TASK, WorkerLossTest.KILLED, true),
                new WorkerStartException(
                        TASK, "it printed nothing", List.of("java"), OptionalInt.of(1), List.of("oops")),
                new RunnerBrokenException(TASK, "workers die", 6, ofSeconds(30)),
                new PoisonTaskException(TASK, List.of(WorkerLossTest.KILLED, WorkerLossTest.KILLED)),
                new NotTransferableException(TASK, Part.RESULT, "no way", "java.net.Socket", "Page.socket"));
    }

    @Test
    void hasASampleOfEverySubclass() {
        assertThat(all().map(Object::getClass))
                .containsExactlyInAnyOrder(ParallelException.class.getPermittedSubclasses());
    }

    @ParameterizedTest
    @MethodSource("all")
    void saysWhichTaskAndWorker(ParallelException failure) {
        assertThat(failure.task()).isEqualTo(TASK);
        assertThat(failure.taskId()).isEqualTo(7);
        assertThat(failure.taskName()).contains("parse");
        assertThat(failure.inputIndex()).isEmpty();
        assertThat(failure.worker()).isEqualTo("worker 3 (pid 4711)");
        assertThat(failure.attempt()).isEqualTo(2);
        assertThat(failure).hasMessageContaining(WHO);
    }

    @ParameterizedTest
    @MethodSource("all")
    void hasACauseOnlyIfTheUsersCodeThrew(ParallelException failure) {
        if (failure instanceof TaskFailedException) {
            assertThat(failure).hasCauseExactlyInstanceOf(IOException.class);
        } else {
            assertThat(failure).hasNoCause();
        }
    }

    @ParameterizedTest
    @MethodSource("all")
    void reachesJoinUnwrapped(ParallelException failure) {
        CompletableFuture<Object> future = CompletableFuture.failedFuture(failure);

        assertThatThrownBy(future::join).isSameAs(failure);
        assertThatThrownBy(future.thenApply(result -> result)::join).isSameAs(failure);
    }

    @ParameterizedTest
    @MethodSource("all")
    void reachesGetAsTheCauseOfAnExecutionException(ParallelException failure) {
        CompletableFuture<Object> future = CompletableFuture.failedFuture(failure);
        Throwable expected = failure instanceof TaskFailedException ? failure.getCause() : failure;

        assertThatThrownBy(future::get)
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isSameAs(expected);
    }

    @ParameterizedTest
    @MethodSource("all")
    void travels(ParallelException failure) throws Exception {
        ParallelException copy = SerializedCopy.of(failure);

        assertThat(copy).hasSameClassAs(failure).hasMessage(failure.getMessage());
        assertThat(copy.task()).isEqualTo(TASK);
        assertThat(copy.getStackTrace()).isEqualTo(failure.getStackTrace());
    }

    @Test
    void saysWhichInputOfAMap() {
        ParallelException failure = new TaskFailedException(TASK.atInput(12), new IOException());

        assertThat(failure.inputIndex()).hasValue(12);
        assertThat(failure).hasMessageStartingWith("task 7 \"parse\" input 12 (attempt 2)");
    }

    @Test
    void saysWhatTheUsersCodeThrew() {
        assertThat(new TaskFailedException(TASK, new IOException("disk full")))
                .isInstanceOf(CompletionException.class)
                .hasMessage(WHO + " failed: java.io.IOException: disk full");
        assertThatNullPointerException()
                .isThrownBy(() -> new TaskFailedException(TASK, null))
                .withMessage("cause");
    }

    @Test
    void survivesAnExceptionThatCannotBePrinted() {
        Exception hostile = new Exception() {
            private static final long serialVersionUID = 1L;

            @Override
            public String getMessage() {
                throw new IllegalStateException("not today");
            }
        };

        assertThat(new TaskFailedException(TASK, hostile))
                .hasMessage(WHO + " failed: " + hostile.getClass().getName());
    }

    @Test
    void saysWhichLimitOfTimeWasExceeded() {
        TaskTimeoutException ran = new TaskTimeoutException(TASK, ofSeconds(5), false, Optional::empty);
        TaskTimeoutException waited = new TaskTimeoutException(
                new TaskRef(7, null, 0, TaskRef.NOT_ASSIGNED),
                ofSeconds(5),
                true,
                () -> Optional.of(StopOutcome.NOT_STARTED));

        assertThat(ran.timeout()).isEqualTo(ofSeconds(5));
        assertThat(ran.isQueueTimeout()).isFalse();
        assertThat(ran)
                .hasMessage(
                        WHO + " ran longer than its timeout of PT5S and was told to stop (stopOutcome() says how that"
                                + " ended): raise timeout, or make the task smaller");
        assertThat(waited.isQueueTimeout()).isTrue();
        assertThat(waited)
                .hasMessage(
                        "task 7 waited longer than its queueTimeout of PT5S and was never started: add workers, submit"
                                + " less at once, or raise queueTimeout");
    }

    @Test
    void tellsHowTheWorkStoppedAsSoonAsItIsKnown() throws Exception {
        AtomicReference<StopOutcome> outcome = new AtomicReference<>();
        TaskTimeoutException failure =
                new TaskTimeoutException(TASK, ofSeconds(5), false, () -> Optional.ofNullable(outcome.get()));

        assertThat(failure.stopOutcome()).isEmpty();
        assertThat(SerializedCopy.of(failure).stopOutcome()).isEmpty();

        outcome.set(StopOutcome.KILLED);

        assertThat(failure.stopOutcome()).contains(StopOutcome.KILLED);
        assertThat(SerializedCopy.of(failure).stopOutcome()).contains(StopOutcome.KILLED);
        assertThat(SerializedCopy.of(SerializedCopy.of(failure)).stopOutcome()).contains(StopOutcome.KILLED);
    }

    @Test
    void carriesTheDeathCertificate() throws Exception {
        WorkerLostException maybe = new WorkerLostException(TASK, WorkerLossTest.KILLED, true);
        WorkerLostException never = new WorkerLostException(TASK, WorkerLossTest.KILLED, false);

        assertThat(maybe.loss()).isEqualTo(WorkerLossTest.KILLED);
        assertThat(maybe.maybeExecuted()).isTrue();
        assertThat(maybe)
                .hasMessage(WHO + " lost its worker; it may have run, so retry it only if it is idempotent: "
                        + WorkerLossTest.KILLED.describe());
        assertThat(never).hasMessageStartingWith(WHO + " lost its worker; it had not started: pid 4711");
        assertThat(SerializedCopy.of(never).loss()).isEqualTo(WorkerLossTest.KILLED);
        assertThat(SerializedCopy.of(never).maybeExecuted()).isFalse();
    }

    @Test
    void saysWhyAWorkerCouldNotBeStarted() throws Exception {
        WorkerStartException failure = new WorkerStartException(
                TaskRef.NONE,
                "correct the flag",
                List.of("java", "-XX:+Nonsense"),
                OptionalInt.of(1),
                List.of("Unrecognized VM option 'Nonsense'", "Error: Could not create the Java Virtual Machine."));

        assertThat(failure)
                .hasMessage(String.join(
                        NEW_LINE,
                        "a worker could not be started (exit code 1): correct the flag",
                        "  command:     java -XX:+Nonsense",
                        "  diagnosis:   ProcessOptions.doctor() shows what a worker is started with",
                        "  last output:",
                        "    | Unrecognized VM option 'Nonsense'",
                        "    | Error: Could not create the Java Virtual Machine."));
        assertThat(SerializedCopy.of(failure).command()).containsExactly("java", "-XX:+Nonsense");
        assertThat(SerializedCopy.of(failure).exitCode()).hasValue(1);
        assertThat(SerializedCopy.of(failure).lastOutput()).hasSize(2);

        assertThat(new WorkerStartException(TASK, "no such file", List.of("java"), OptionalInt.empty(), List.of()))
                .hasMessage("a worker for " + WHO + " could not be started: no such file" + NEW_LINE
                        + "  command:     java" + NEW_LINE
                        + "  diagnosis:   ProcessOptions.doctor() shows what a worker is started with" + NEW_LINE
                        + "  last output: none")
                .satisfies(silent -> assertThat(silent.exitCode()).isEmpty());
    }

    @Test
    void saysWhetherTheRunnerRecovers() {
        RunnerBrokenException waits = new RunnerBrokenException(TASK, "workers die", 6, ofSeconds(30));
        RunnerBrokenException dead = new RunnerBrokenException(TaskRef.NONE, "no worker starts", 3, null);

        assertThat(waits)
                .hasMessage(
                        WHO
                                + " cannot run now: the runner tries again in PT30S. It gave up because workers die (failures=6)");
        assertThat(waits.why()).isEqualTo("workers die");
        assertThat(waits.failures()).isEqualTo(6);
        assertThat(waits.retryIn()).contains(ofSeconds(30));
        assertThat(dead).hasMessage("nothing can run: the runner gave up because no worker starts (failures=3)");
        assertThat(dead.retryIn()).isEmpty();
    }

    @Test
    void listsTheWorkersThatATaskHasKilled() throws Exception {
        List<WorkerLoss> history = List.of(WorkerLossTest.KILLED, WorkerLossTest.KILLED);
        PoisonTaskException failure = new PoisonTaskException(TASK, history);

        assertThat(failure.history()).isEqualTo(history);
        assertThat(SerializedCopy.of(failure).history()).isEqualTo(history);
        assertThat(failure)
                .hasMessageStartingWith(
                        WHO + " has killed 2 workers and is not tried again; correct the task or leave this"
                                + " input out:" + NEW_LINE + "death 1: pid 4711 was killed");
    }

    @Test
    void saysWhatCannotTravel() {
        EncodingException codec = new EncodingException(
                "java.net.Socket is not serializable: make it transient", "java.net.Socket", "Page.socket", null);
        NotTransferableException failure = new NotTransferableException(TASK, Part.RESULT, codec);

        assertThat(failure.part()).isEqualTo(Part.RESULT);
        assertThat(failure.culprit()).isEqualTo("java.net.Socket");
        assertThat(failure.path()).isEqualTo("Page.socket");
        assertThat(failure.reason()).isEqualTo("java.net.Socket is not serializable: make it transient");
        assertThat(failure)
                .hasMessage("the result of " + WHO
                        + " cannot travel between JVMs: java.net.Socket is not serializable: make it transient")
                .hasSuppressedException(codec);
    }
}
