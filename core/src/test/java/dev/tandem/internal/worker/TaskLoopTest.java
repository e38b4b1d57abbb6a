package dev.tandem.internal.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.Progress;
import dev.tandem.TaskContext;
import dev.tandem.WorkerLocal;
import dev.tandem.internal.protocol.Message;
import dev.tandem.internal.protocol.Message.Call;
import dev.tandem.internal.protocol.Message.Done;
import dev.tandem.internal.protocol.Message.Encoding;
import dev.tandem.internal.protocol.Message.Failed;
import dev.tandem.internal.protocol.Message.Failed.Reason;
import dev.tandem.internal.protocol.Message.Ready;
import dev.tandem.internal.protocol.Message.Reported;
import dev.tandem.internal.protocol.Message.Retiring;
import dev.tandem.internal.protocol.Message.Running;
import dev.tandem.internal.protocol.Message.StartFailed;
import dev.tandem.internal.protocol.Message.Started;
import dev.tandem.internal.protocol.Payload;
import dev.tandem.internal.protocol.StatusPage;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.io.PrintStream;
import java.io.Serializable;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.MDC;

/** What user code may do in a worker, and what the supervisor hears of it. */
@Timeout(60)
class TaskLoopTest {

    // The worker runs in this JVM, so that its tasks can reach what a lambda must not capture.
    private static CountDownLatch entered;
    private static CountDownLatch released;
    private static final AtomicInteger COUNT = new AtomicInteger();
    private static final List<String> EVENTS = new ArrayList<>();
    private static final AtomicReference<TaskContext> LEFT_BEHIND = new AtomicReference<>();

    private WorkerInThisJvm worker;
    private ScriptedSupervisor supervisor;

    @BeforeEach
    void resetWhatTasksReach() {
        entered = new CountDownLatch(1);
        released = new CountDownLatch(1);
        COUNT.set(0);
        EVENTS.clear();
        LEFT_BEHIND.set(null);
    }

    @AfterEach
    void endWorker() throws Exception {
        released.countDown();
        if (worker != null) {
            worker.close();
        }
    }

    private void start() throws Exception {
        worker = WorkerInThisJvm.ready(ScriptedSupervisor.plain());
        supervisor = worker.supervisor;
    }

    @Test
    void tellsEachStepOfATask() throws Exception {
        start();
        long attempt = supervisor.run(() -> List.of("a", "b"));

        supervisor.expectRunning(attempt);
        assertThat(supervisor.expect(Encoding.class).attemptId()).isEqualTo(attempt);
        assertThat(supervisor.decode(supervisor.expect(Done.class).result())).isEqualTo(List.of("a", "b"));
    }

    @Test
    void leavesOutEncodingWhereNoUserCodeCanRun() throws Exception {
        start();
        for (Object plain : List.of("text", 1, 2L, true, 'c', new int[1_000], new byte[0])) {
            long attempt = supervisor.run(input -> input, List.of(plain));
            supervisor.expectRunning(attempt);
            assertThat(supervisor.decode(supervisor.expect(Done.class).result()))
                    .isEqualTo(plain);
        }
        long attempt = supervisor.run(() -> {});
        supervisor.expectRunning(attempt);
        assertThat(supervisor.decode(supervisor.expect(Done.class).result())).isNull();
    }

    @Test
    void saysOnItsPageWhatItDoesOnceItHasOne(@TempDir Path directory) throws Exception {
        start();
        StatusPage.Named made = StatusPage.create(directory);
        supervisor.say(new Message.Page(made.path().toString()));
        long attempt = supervisor.run(() -> 1);
        while (supervisor.expect(Message.class) instanceof Started) { // until the beacon has mapped it
            supervisor.expect(Running.class);
            supervisor.expect(Done.class);
            attempt = supervisor.run(() -> 1);
        }
        made.unlink();
        assertThat(supervisor.decode(supervisor.expect(Done.class).result())).isEqualTo(1);
        assertThat(made.page().begun()).isEqualTo(new StatusPage.Begun(attempt, StatusPage.Phase.ENDED));
        assertThat(made.page().ended()).isEqualTo(attempt);
    }

    @Test
    void goesOnWithFramesWhereNoPageCanBeMapped(@TempDir Path directory) throws Exception {
        start();
        supervisor.say(new Message.Page(directory.resolve("none").toString()));
        assertThat(supervisor.expect(Message.PageRefused.class).reason()).contains("none");
        for (int i = 0; i < 3; i++) {
            long attempt = supervisor.run(() -> 1);
            supervisor.expectRunning(attempt);
            supervisor.expect(Done.class);
        }
    }

    @Test
    void answersEachItemOfABatchOnItsOwn() throws Exception {
        start();
        long first = supervisor.run(
                input -> {
                    if (input == 2) {
                        throw new IllegalArgumentException("not two");
                    }
                    return input * 10;
                },
                List.of(1, 2, 3));

        assertThat(supervisor.expectResult(first)).isEqualTo(10);
        assertThat(supervisor.expectUserFailure(first + 1).throwable().message())
                .isEqualTo("not two");
        assertThat(supervisor.expectResult(first + 2)).isEqualTo(30);
    }

    @Test
    void decodesTheFunctionOfABatchOnce() throws Exception {
        start();
        CountsDecoding counted = new CountsDecoding();
        long first = supervisor.run(input -> counted.toString() + input, List.of(1, 2, 3));

        for (int i = 0; i < 3; i++) {
            assertThat(supervisor.expectResult(first + i)).isEqualTo("counted" + (i + 1));
        }
        assertThat(COUNT).hasValue(1);
    }

    @Test
    void failsEachItemOfABatchWhoseFunctionCannotBeDecoded() throws Exception {
        start();
        FailsToDecode failing = new FailsToDecode();
        long first = supervisor.run(input -> failing.toString() + input, List.of(1, 2));

        for (int i = 0; i < 2; i++) {
            assertThat(supervisor.expect(Started.class).attemptId()).isEqualTo(first + i);
            Failed failed = supervisor.expectFailed(first + i, Reason.DECODING_TASK);
            assertThat(failed.throwable().cause().message()).isEqualTo("no way in");
            assertThat(failed.original().length()).isZero();
        }
        assertThat(COUNT).as("attempts to decode").hasValue(1);
        assertServes();
    }

    @Test
    void failsATaskOfGarbage() throws Exception {
        start();
        long attempt = supervisor.run(Call.TASK, "", Map.of(), new byte[] {1, 2, 3}, List.of(Payload.of(new byte[0])));

        supervisor.expect(Started.class);
        supervisor.expectFailed(attempt, Reason.DECODING_TASK);
        assertServes();
    }

    @Test
    void sendsWhatATaskThrewAsDataAndAsItself() throws Exception {
        start();
        Failed failed = supervisor.expectUserFailure(supervisor.run(TaskLoopTest::failInAnHonestWay));

        assertThat(failed.throwable().className()).isEqualTo("java.lang.IllegalStateException");
        assertThat(failed.throwable().cause().message()).isEqualTo("underneath");
        Throwable original = (Throwable) supervisor.decode(new Payload(failed.original(), List.of()));
        assertThat(original).isInstanceOf(IllegalStateException.class).hasMessage("on top");
        assertThat(original.getCause()).hasMessage("underneath");
    }

    @Test
    void cutsOurFramesOffTheTraceAndKeepsTheUsers() throws Exception {
        start();
        Failed failed = supervisor.expectUserFailure(supervisor.run(TaskLoopTest::failInAnHonestWay));

        assertThat(failed.throwable().frames())
                .extracting(StackTraceElement::getMethodName)
                .containsExactly("failInAnHonestWay");
        assertThat(failed.throwable().cause().frames())
                .extracting(StackTraceElement::getMethodName)
                .containsExactly("failInAnHonestWay");
    }

    private static Object failInAnHonestWay() {
        throw new IllegalStateException("on top", new RuntimeException("underneath"));
    }

    @Test
    void sendsAnExceptionThatCannotTravelAsDataOnly() throws Exception {
        start();
        Failed failed = supervisor.expectUserFailure(supervisor.run(() -> {
            throw new CannotTravel(new Object());
        }));

        assertThat(failed.throwable().className()).isEqualTo(CannotTravel.class.getName());
        assertThat(failed.throwable().message()).isEqualTo("stays here");
        assertThat(failed.original().length()).isZero();
        assertServes();
    }

    @Test
    void namesWhatKeepsAResultFromTravelling() throws Exception {
        start();
        for (int i = 0; i < 20; i++) {
            long attempt = supervisor.run(() -> List.of("fine", new Object()));
            supervisor.expectRunning(attempt);
            supervisor.expect(Encoding.class);
            Failed failed = supervisor.expectFailed(attempt, Reason.ENCODING_RESULT);
            assertThat(failed.culprit()).isEqualTo("java.lang.Object");
            assertThat(failed.path()).isNotEmpty();
        }
        assertServes();
    }

    @Test
    void refusesAResultThatIsTooLong() throws Exception {
        worker = WorkerInThisJvm.ready(ScriptedSupervisor.withLimits(10_000, 0));
        supervisor = worker.supervisor;
        long attempt = supervisor.run(() -> "x".repeat(20_000));

        supervisor.expectRunning(attempt);
        assertThat(supervisor
                        .expectFailed(attempt, Reason.ENCODING_RESULT)
                        .throwable()
                        .message())
                .contains("10000");
        assertServes();
    }

    @Test
    void interruptsOnlyTheAttemptThatIsCancelled() throws Exception {
        start();
        long cancelled = supervisor.run(() -> {
            entered.countDown();
            try {
                new CountDownLatch(1).await();
                return "never";
            } catch (InterruptedException e) {
                // As hostile as it gets: it has used the interrupt, and asks for another.
                Thread.currentThread().interrupt();
                return "told: " + TaskContext.current().isCancelled();
            }
        });
        long next =
                supervisor.run(() -> "interrupted: " + Thread.currentThread().isInterrupted());
        entered.await();

        supervisor.cancel(cancelled);
        assertThat(supervisor.expectResult(cancelled)).isEqualTo("told: true");
        supervisor.cancel(cancelled);
        assertThat(supervisor.expectResult(next)).isEqualTo("interrupted: false");
    }

    @Test
    void answersACancelOfWhatHasNotStartedAtOnce() throws Exception {
        start();
        long busy = supervisor.run(() -> {
            released.await();
            return "done";
        });
        long cancelled = supervisor.run(() -> COUNT.incrementAndGet());
        supervisor.expectRunning(busy);

        supervisor.cancel(cancelled);
        supervisor.expectFailed(cancelled, Reason.CANCELLED_UNSTARTED);
        released.countDown();
        assertThat(supervisor.decode(supervisor.expect(Done.class).result())).isEqualTo("done");
        assertServes();
        assertThat(COUNT).as("the cancelled task ran").hasValue(0);
    }

    @Test
    void dropsWhatIsWithdrawnBeforeItStartsAndLetsBeWhatRuns() throws Exception {
        start();
        long busy = supervisor.run(() -> {
            released.await();
            return "done";
        });
        long withdrawn = supervisor.run(() -> COUNT.incrementAndGet());
        supervisor.expectRunning(busy);

        supervisor.withdraw(busy);
        supervisor.withdraw(withdrawn);
        supervisor.expectFailed(withdrawn, Reason.CANCELLED_UNSTARTED);
        released.countDown();
        assertThat(supervisor.decode(supervisor.expect(Done.class).result())).isEqualTo("done");
        assertServes();
        assertThat(COUNT).as("the withdrawn task ran").hasValue(0);
    }

    @Test
    void sendsTheLastProgressBeforeTheAnswer() throws Exception {
        start();
        long attempt = supervisor.run(() -> {
            for (int i = 0; i <= 10_000; i++) {
                TaskContext.current().report(i, 10_000);
            }
            return "done";
        });

        supervisor.expectRunning(attempt);
        long last = -1;
        int reports = 0;
        while (last < 10_000) {
            Reported reported = supervisor.expect(Reported.class);
            assertThat(reported.attemptId()).isEqualTo(attempt);
            assertThat(reported.done()).isGreaterThan(last);
            last = reported.done();
            reports++;
        }
        supervisor.expect(Done.class);
        assertThat(reports).as("reports of 10001 that were sent").isLessThan(1_000);
    }

    @Test
    void sendsProgressOfATaskThatGoesOn() throws Exception {
        start();
        long attempt = supervisor.run(() -> {
            TaskContext.current().report(new Progress(1, 2, "halfway"));
            released.await();
        });

        supervisor.expectRunning(attempt);
        assertThat(supervisor.expect(Reported.class)).isEqualTo(new Reported(attempt, 1, 2, "halfway"));
        released.countDown();
        supervisor.expect(Done.class);
    }

    @Test
    void dropsProgressOfAnAttemptThatHasEnded() throws Exception {
        start();
        supervisor.expectResult(supervisor.run(() -> {
            LEFT_BEHIND.set(TaskContext.current());
        }));
        long attempt = supervisor.run(() -> {
            LEFT_BEHIND.get().report(7, 7);
            TaskContext.current().report(1, 1);
            LEFT_BEHIND.get().report(8, 8);
        });

        supervisor.expectRunning(attempt);
        assertThat(supervisor.expect(Reported.class)).isEqualTo(new Reported(attempt, 1, 1, ""));
        supervisor.expect(Done.class);
    }

    @Test
    void tellsATaskWhoItIs() throws Exception {
        start();
        Object told = supervisor.expectResult(supervisor.run("load page", Map.of(), () -> {
            TaskContext context = TaskContext.current();
            return List.of(
                    context.taskId(),
                    context.attempt(),
                    context.workerIndex(),
                    context.deadline().isPresent(),
                    Thread.currentThread().getName());
        }));

        assertThat(told).isEqualTo(List.of(1L, 1, 3, true, "test-worker-3 task 1 \"load page\""));
    }

    @Test
    void keepsTheValueOfAWorkerLocalFromTaskToTask() throws Exception {
        start();
        WorkerLocal<Integer> local = WorkerLocal.withInitial(() -> COUNT.incrementAndGet());
        assertThat(supervisor.expectResult(supervisor.run(() -> local.get()))).isEqualTo(1);
        assertThat(supervisor.expectResult(supervisor.run(() -> local.get()))).isEqualTo(1);
    }

    @Test
    void carriesTheDiagnosticContextAndLeavesNothingOfIt() throws Exception {
        start();
        long first = supervisor.run("", Map.of("user", "ada"), () -> {
            MDC.put("left", "behind");
            return MDC.get("user");
        });
        long second = supervisor.run(() -> MDC.get("user") + MDC.get("left"));

        assertThat(supervisor.expectResult(first)).isEqualTo("ada");
        assertThat(supervisor.expectResult(second)).isEqualTo("nullnull");
    }

    @Test
    void restoresWhatATaskChanged() throws Exception {
        start();
        String before = (String) supervisor.expectResult(supervisor.run(TaskLoopTest::state));
        supervisor.expectResult(supervisor.run(() -> {
            Thread.currentThread().setContextClassLoader(null);
            Thread.currentThread().setName("renamed");
            Thread.currentThread().setPriority(Thread.MIN_PRIORITY);
            Thread.currentThread().interrupt();
            Locale.setDefault(Locale.forLanguageTag("tlh"));
            System.setOut(new PrintStream(new ByteArrayOutputStream()));
            System.setErr(new PrintStream(new ByteArrayOutputStream()));
            System.setIn(new ByteArrayInputStream(new byte[1]));
        }));

        assertThat(supervisor.expectResult(supervisor.run(TaskLoopTest::state))).isEqualTo(before);
    }

    private static String state() {
        Thread thread = Thread.currentThread();
        return thread.getContextClassLoader() + " " + thread.getPriority() + " " + thread.isInterrupted() + " "
                + thread.getName().replaceAll("task \\d+", "task") + " " + Locale.getDefault() + " "
                + System.identityHashCode(System.out) + " " + System.identityHashCode(System.err) + " "
                + System.identityHashCode(System.in);
    }

    @Test
    void survivesAStackOverflowAndAsksToBeReplacedBeforeTheNextTask() throws Exception {
        start();
        long attempt = supervisor.run(() -> deep(0));

        supervisor.expectRunning(attempt);
        assertThat(supervisor.expect(Retiring.class).reason()).contains("java.lang.StackOverflowError");
        Failed failed = supervisor.expectFailed(attempt, Reason.USER);
        assertThat(failed.throwable().className()).isEqualTo("java.lang.StackOverflowError");
        supervisor.expectFailed(supervisor.run(() -> deep(0)), Reason.HANDED_BACK);
    }

    @SuppressWarnings("InfiniteRecursion") // it is the point
    private static int deep(int depth) {
        return deep(depth + 1) + 1;
    }

    @Test
    void asksToBeReplacedWhenItHoldsTooMuchMemory() throws Exception {
        worker = WorkerInThisJvm.ready(ScriptedSupervisor.withLimits(1 << 20, 1));
        supervisor = worker.supervisor;
        assertThat(supervisor.expectResult(supervisor.run(() -> "fine"))).isEqualTo("fine");

        assertThat(supervisor.expect(Retiring.class).reason())
                .startsWith("memory: ")
                .endsWith("its limit is 1");
        supervisor.expectFailed(supervisor.run(() -> "too late"), Reason.HANDED_BACK);
    }

    @Test
    void handsBackTheRestOfABatchTheLastOneFirst() throws Exception {
        start();
        long first = supervisor.run(
                input -> {
                    entered.countDown();
                    return input == 0 ? deep(0) : COUNT.incrementAndGet();
                },
                List.of(0, 1, 2, 3));

        supervisor.expectRunning(first);
        supervisor.expect(Retiring.class);
        List<Long> handedBack = new ArrayList<>();
        for (int answers = 0; answers < 4; answers++) { // the answer to the first may come before any of them or after
            Failed failed = supervisor.expect(Failed.class);
            if (failed.reason() == Reason.HANDED_BACK) {
                handedBack.add(failed.attemptId());
            }
        }
        assertThat(handedBack).containsExactly(first + 3, first + 2, first + 1);
        assertThat(COUNT).hasValue(0);
    }

    @Test
    void treatsAReturnedExceptionAsAValue() throws Exception {
        start();
        Object result = supervisor.expectResult(supervisor.run(() -> new IllegalStateException("a value")));
        assertThat(result).isInstanceOf(IllegalStateException.class);
    }

    @Test
    void runsTheStartActionOnTheTaskThreadBeforeItIsReady() throws Exception {
        worker = new WorkerInThisJvm();
        supervisor = worker.supervisor;
        supervisor.say(ScriptedSupervisor.withActions(
                () -> EVENTS.add("started on " + Thread.currentThread().getName()), null));

        supervisor.expect(Ready.class);
        assertThat(EVENTS).containsExactly("started on test-worker-3");
    }

    @Test
    void saysWhyItsStartFailed() throws Exception {
        worker = new WorkerInThisJvm();
        supervisor = worker.supervisor;
        supervisor.say(ScriptedSupervisor.withActions(
                () -> {
                    throw new IllegalStateException("no licence");
                },
                null));

        assertThat(supervisor.expect(StartFailed.class).throwable().message()).isEqualTo("no licence");
        assertThat(worker.awaitDeparture()).isEqualTo("start failed");
    }

    @Test
    void finishesWhatItWasSentThenStops() throws Exception {
        worker = WorkerInThisJvm.ready(ScriptedSupervisor.withActions(null, () -> EVENTS.add("stop action")));
        supervisor = worker.supervisor;
        WorkerLocal<AutoCloseable> resource = WorkerLocal.withInitial(() -> () -> EVENTS.add("closed"));
        long first = supervisor.run(() -> {
            resource.get();
            released.await();
        });
        long second = supervisor.run(() -> EVENTS.add("second"));
        supervisor.expectRunning(first);
        supervisor.stop();
        assertThat(worker.awaitDeparture()).isEqualTo("stop requested");
        released.countDown();
        supervisor.expect(Done.class);
        supervisor.expectResult(second);

        assertThat(worker.awaitDeparture()).isEqualTo("orderly");
        assertThat(EVENTS).containsExactly("second", "stop action", "closed");
    }

    @Test
    void stopsAlthoughItsStopActionFails() throws Exception {
        worker = WorkerInThisJvm.ready(ScriptedSupervisor.withActions(null, () -> {
            throw new IllegalStateException("an expected line on standard error");
        }));
        supervisor = worker.supervisor;
        supervisor.stop();

        assertThat(worker.awaitDeparture()).isEqualTo("stop requested");
        assertThat(worker.awaitDeparture()).isEqualTo("orderly");
    }

    private void assertServes() throws Exception {
        assertThat(supervisor.expectResult(supervisor.run(() -> "still here"))).isEqualTo("still here");
    }

    private static final class CountsDecoding implements Serializable {
        private static final long serialVersionUID = 1L;

        private void readObject(ObjectInputStream in) throws Exception {
            in.defaultReadObject();
            COUNT.incrementAndGet();
        }

        @Override
        public String toString() {
            return "counted";
        }
    }

    private static final class FailsToDecode implements Serializable {
        private static final long serialVersionUID = 1L;

        private void writeObject(ObjectOutputStream out) throws Exception {
            out.defaultWriteObject();
        }

        private void readObject(ObjectInputStream in) {
            COUNT.incrementAndGet();
            throw new IllegalStateException("no way in");
        }
    }

    private static final class CannotTravel extends RuntimeException {
        private static final long serialVersionUID = 1L;

        @SuppressWarnings("serial") // it is the point
        private final Object kept;

        CannotTravel(Object kept) {
            super("stays here");
            this.kept = kept;
        }

        @Override
        public String toString() {
            return "CannotTravel with " + kept;
        }
    }
}
