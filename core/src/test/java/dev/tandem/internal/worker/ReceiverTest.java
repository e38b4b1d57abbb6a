package dev.tandem.internal.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.TaskAction;
import dev.tandem.internal.protocol.Message.Done;
import dev.tandem.internal.protocol.Message.Failed.Reason;
import dev.tandem.internal.protocol.Message.Found;
import dev.tandem.internal.protocol.Message.Lookup;
import dev.tandem.internal.protocol.Message.Ready;
import dev.tandem.internal.protocol.Message.Running;
import dev.tandem.internal.protocol.Message.Started;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class ReceiverTest {

    private static final String RECEIVER = "-receiver";

    private static CountDownLatch released;
    private static Thread asker;

    private WorkerInThisJvm worker;

    @BeforeEach
    void resetWhatTasksReach() {
        released = new CountDownLatch(1);
    }

    @AfterEach
    void endWorker() throws Exception {
        released.countDown();
        worker.close();
    }

    @Test
    void refusesAnythingBeforeItIsConfigured() throws Exception {
        worker = new WorkerInThisJvm();
        worker.supervisor.cancel(1);

        assertThat(worker.awaitDeparture())
                .isEqualTo("broken: it cannot read what its supervisor says: CONFIGURE must come first, not CANCEL");
    }

    @Test
    void refusesWhatOnlyAWorkerSays() throws Exception {
        worker = WorkerInThisJvm.ready(ScriptedSupervisor.plain());
        worker.supervisor.say(new Ready());

        assertThat(worker.awaitDeparture()).endsWith("a supervisor does not say READY now");
        worker.supervisor.close();
    }

    @Test
    void refusesAnAnswerToWhatNobodyHasAsked() throws Exception {
        worker = WorkerInThisJvm.ready(ScriptedSupervisor.plain());
        worker.supervisor.say(new Found(7, List.of(), ""));

        assertThat(worker.awaitDeparture()).endsWith("the supervisor answers lookup 7, which nobody has sent");
        worker.supervisor.close();
    }

    @Test
    void leavesReadingToTheTaskThreadWhileThatHasNothingToDo() throws Exception {
        worker = WorkerInThisJvm.ready(ScriptedSupervisor.plain());
        awaitReadingOnTheTaskThread();
        assertThat(isReading(RECEIVER)).isFalse();
    }

    @Test
    void readsOnTheReceiveThreadWhileATaskRuns() throws Exception {
        worker = WorkerInThisJvm.ready(ScriptedSupervisor.plain());
        awaitReadingOnTheTaskThread();
        long id = worker.supervisor.run(() -> {
            released.await();
            return "";
        });
        worker.supervisor.expectRunning(id);
        await().until(() -> isReading(RECEIVER));
        released.countDown();
        worker.supervisor.expect(Done.class);
        awaitReadingOnTheTaskThread();
    }

    /** A JVM that ends waits for threads that are in a call of the system. */
    @Test
    void readsNoMoreOnceItIsToldToEnd() throws Exception {
        worker = WorkerInThisJvm.ready(ScriptedSupervisor.plain());
        awaitReadingOnTheTaskThread();
        worker.supervisor.stop();
        awaitOrderly();

        await().during(Duration.ofMillis(50)).until(() -> !isReading(RECEIVER) && !isReading(""));
    }

    @Test
    void readsWhatWasAskedForWhileItEnds() throws Exception {
        worker = WorkerInThisJvm.ready(ScriptedSupervisor.plain());
        CompletableFuture<String> answered = new CompletableFuture<>();
        asker = new Thread(() -> {
            try {
                released.await();
                Thread.currentThread().getContextClassLoader().loadClass("no.Such");
            } catch (InterruptedException | ClassNotFoundException e) {
                answered.complete(String.valueOf(e.getMessage()));
            }
        });
        worker.supervisor.expectResult(worker.supervisor.run(() -> {
            asker.setContextClassLoader(Thread.currentThread().getContextClassLoader());
            asker.start();
            return "";
        }));
        worker.supervisor.stop();
        awaitOrderly();
        released.countDown();
        long id = worker.supervisor.expect(Lookup.class).lookupId();
        worker.supervisor.say(new Found(id, List.of(), "not here"));

        assertThat(answered.get(20, TimeUnit.SECONDS)).endsWith("not here");
        await().until(() -> !isReading(RECEIVER));
    }

    private void awaitOrderly() throws InterruptedException {
        assertThat(worker.awaitDeparture()).isEqualTo("stop requested");
        assertThat(worker.awaitDeparture()).isEqualTo(WorkerInThisJvm.ORDERLY);
    }

    @Test
    void noticesTheEndOfTheConnectionOnTheTaskThreadToo() throws Exception {
        worker = WorkerInThisJvm.ready(ScriptedSupervisor.plain());
        awaitReadingOnTheTaskThread();
        worker.supervisor.close();
        assertThat(worker.awaitDeparture()).isEqualTo("orphaned");
    }

    /** A task that the receive thread read makes that step back; a slow one calls it again. */
    private void awaitReadingOnTheTaskThread() {
        await().until(() -> {
            worker.supervisor.expectResult(worker.supervisor.run(() -> "short"));
            return isReading("");
        });
    }

    private static boolean isReading(String suffix) {
        return WorkerInThisJvm.threads().stream()
                .filter(thread -> thread.getName().endsWith(RECEIVER) == suffix.equals(RECEIVER))
                .flatMap(thread -> Stream.of(thread.getStackTrace()))
                .anyMatch(frame -> frame.getClassName().equals(Receiver.class.getName())
                        && frame.getMethodName().equals("receiveOne"));
    }

    @Test
    void letsATaskGoThatWaitsForAClassWhenTheConnectionEnds() throws Exception {
        worker = WorkerInThisJvm.ready(ScriptedSupervisor.plain());
        ScriptedSupervisor supervisor = worker.supervisor;
        long id = supervisor.run(() -> Thread.currentThread()
                .getContextClassLoader()
                .loadClass("no.Such")
                .getName());
        supervisor.expectRunning(id);
        assertThat(supervisor.expect(Lookup.class)).isEqualTo(new Lookup(1, "no/Such.class", false));
        supervisor.close();

        assertThat(worker.awaitDeparture()).isEqualTo("orphaned");
    }

    @Test
    void endsWithTheConnectionWhateverTheTaskDoes() throws Exception {
        worker = WorkerInThisJvm.ready(ScriptedSupervisor.plain());
        worker.supervisor.run((TaskAction) () -> released.await());
        worker.supervisor.expect(Started.class);
        worker.supervisor.expect(Running.class);
        worker.supervisor.close();

        assertThat(worker.awaitDeparture()).isEqualTo("orphaned");
    }

    @Test
    void drainsTheConnectionWhileATaskRuns() throws Exception {
        worker = WorkerInThisJvm.ready(ScriptedSupervisor.plain());
        ScriptedSupervisor supervisor = worker.supervisor;
        long busy = supervisor.run((TaskAction) () -> released.await());
        supervisor.expectRunning(busy);
        long first = supervisor.run(() -> 0);
        for (int i = 1; i < 1_000; i++) {
            supervisor.run(() -> 0);
        }
        // The cancel is behind all of them, and is heard nevertheless.
        supervisor.cancel(first + 999);
        supervisor.expectFailed(first + 999, Reason.CANCELLED_UNSTARTED);
        released.countDown();
        supervisor.expect(Done.class);
        for (int i = 0; i < 999; i++) {
            assertThat(supervisor.expectResult(first + i)).isEqualTo(0);
        }
    }

    /** H5: a task interrupts every thread that it can find. */
    @Test
    void livesOnWhenATaskInterruptsAllItsThreads() throws Exception {
        worker = WorkerInThisJvm.ready(ScriptedSupervisor.plain());
        ScriptedSupervisor supervisor = worker.supervisor;
        for (int i = 0; i < 20; i++) {
            supervisor.expectResult(supervisor.run(() -> {
                WorkerInThisJvm.threads().forEach(Thread::interrupt);
            }));
        }
        int before = supervisor.aliveCount();

        await().atMost(Duration.ofSeconds(20)).until(() -> supervisor.aliveCount() > before + 3);
        assertThat(supervisor.aliveCount()).as("a beacon that never waits").isLessThan(before + 1_000);
        assertThat(supervisor.expectResult(supervisor.run(() -> "served"))).isEqualTo("served");
        assertThat(worker.departures).isEmpty();
    }

    @Test
    void saysThatItIsAliveWhileATaskRuns() throws Exception {
        worker = WorkerInThisJvm.ready(ScriptedSupervisor.plain());
        worker.supervisor.expectRunning(worker.supervisor.run((TaskAction) () -> released.await()));
        int before = worker.supervisor.aliveCount();

        await().atMost(Duration.ofSeconds(20)).until(() -> worker.supervisor.aliveCount() > before + 3);
    }
}
