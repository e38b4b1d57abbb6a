package dev.tandem.internal.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.TaskAction;
import dev.tandem.internal.protocol.Message;
import dev.tandem.internal.protocol.Message.Configure;
import dev.tandem.internal.protocol.Message.StartFailed;
import dev.tandem.internal.protocol.Message.Stopping;
import dev.tandem.ipc.Transport;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A worker JVM, spoken to by hand. */
@Timeout(60)
class WorkerMainTest {

    /** P1: how long an orphan may live. */
    private static final Duration ORPHAN_LIFE = Duration.ofSeconds(2);

    private WorkerProcess worker;

    static Stream<Transport> transports() {
        return Stream.of(Transport.pipes(), Transport.unixSocket(), Transport.loopback());
    }

    @AfterEach
    void killWorker() throws InterruptedException {
        if (worker != null) {
            worker.kill();
        }
    }

    @ParameterizedTest
    @MethodSource("transports")
    void servesFromHelloToStop(Transport transport) throws Exception {
        worker = WorkerProcess.ready(transport, ScriptedSupervisor.plain());
        assertThat(worker.hello)
                .isEqualTo(new Message.Hello(System.getProperty("java.version"), Message.PROTOCOL_VERSION));
        ScriptedSupervisor supervisor = worker.supervisor;
        for (int i = 0; i < 100; i++) {
            long attempt = supervisor.run(input -> input * 2, List.of(i));
            assertThat(supervisor.expectResult(attempt)).isEqualTo(i * 2);
        }
        supervisor.stop();

        supervisor.expect(Stopping.class);
        assertThat(worker.awaitExit(Duration.ofSeconds(10))).isZero();
        supervisor.expectEnd();
    }

    @ParameterizedTest
    @MethodSource("transports")
    void endsWithTheConnectionWhileATaskSpins(Transport transport) throws Exception {
        worker = WorkerProcess.ready(transport, ScriptedSupervisor.plain());
        worker.supervisor.expectRunning(worker.supervisor.run((TaskAction) WorkerMainTest::spin));

        worker.connection.close();
        assertThat(worker.awaitExit(ORPHAN_LIFE)).isEqualTo(ProcessEnd.EXIT_ORPHANED);
    }

    private static void spin() {
        while (true) {
            Thread.onSpinWait();
        }
    }

    @Test
    void takesItsChildrenAlong() throws Exception {
        worker = WorkerProcess.ready(Transport.platformDefault(), ScriptedSupervisor.plain());
        long attempt = worker.supervisor.run(
                () -> new ProcessBuilder("sleep", "600").start().pid());
        long child = (Long) worker.supervisor.expectResult(attempt);
        ProcessHandle handle = ProcessHandle.of(child).orElseThrow();

        worker.connection.close();
        worker.awaitExit(ORPHAN_LIFE);
        await().atMost(Duration.ofSeconds(5)).until(() -> !handle.isAlive());
    }

    /** W7, W8: exit is said at once, also when a hook of the user's hangs. */
    @Test
    void saysThatATaskHasCalledExit() throws Exception {
        worker = WorkerProcess.ready(Transport.platformDefault(), ScriptedSupervisor.plain());
        worker.supervisor.expectRunning(worker.supervisor.run(() -> {
            Runtime.getRuntime().addShutdownHook(new Thread(WorkerMainTest::spin));
            System.exit(7);
        }));

        worker.supervisor.expect(Stopping.class);
        assertThat(worker.process.isAlive()).as("held by its hook").isTrue();
    }

    @Test
    void keepsTheExitCodeOfATask() throws Exception {
        worker = WorkerProcess.ready(Transport.platformDefault(), ScriptedSupervisor.plain());
        worker.supervisor.expectRunning(worker.supervisor.run(() -> System.exit(7)));

        worker.supervisor.expect(Stopping.class);
        assertThat(worker.awaitExit(Duration.ofSeconds(10))).isEqualTo(7);
        worker.supervisor.expectEnd();
    }

    @Test
    void stopsAlthoughAHookHangs() throws Exception {
        worker = WorkerProcess.ready(Transport.platformDefault(), ScriptedSupervisor.plain());
        worker.supervisor.expectResult(worker.supervisor.run(() -> {
            Runtime.getRuntime().addShutdownHook(new Thread(WorkerMainTest::spin));
        }));
        worker.supervisor.stop();

        assertThat(worker.awaitExit(Duration.ofSeconds(10))).isZero();
    }

    @Test
    void runsItsStopActionAlthoughTheConnectionIsClosedAfterStop() throws Exception {
        Configure configure = ScriptedSupervisor.withActions(null, () -> {
            new CountDownLatch(1).await(500, TimeUnit.MILLISECONDS);
            System.out.println("stop action done");
        });
        worker = WorkerProcess.ready(Transport.platformDefault(), configure);
        worker.supervisor.stop();
        worker.connection.close();

        worker.awaitExit(Duration.ofSeconds(10));
        assertThat(worker.output()).contains("stop action done");
    }

    @Test
    void endsWhenItsStopActionHangsAndTheConnectionIsClosed() throws Exception {
        Configure configure = ScriptedSupervisor.withActions(null, WorkerMainTest::spin);
        worker = WorkerProcess.ready(Transport.platformDefault(), configure);
        worker.supervisor.stop();
        worker.connection.close();

        assertThat(worker.awaitExit(Duration.ofSeconds(10))).isEqualTo(ProcessEnd.EXIT_ORPHANED);
    }

    @Test
    void exitsWhenItsStartFailed() throws Exception {
        worker = new WorkerProcess(Transport.platformDefault());
        worker.supervisor.say(ScriptedSupervisor.withActions(
                () -> {
                    throw new IllegalStateException("no licence");
                },
                null));

        assertThat(worker.supervisor.expect(StartFailed.class).throwable().message())
                .isEqualTo("no licence");
        assertThat(worker.awaitExit(Duration.ofSeconds(10))).isEqualTo(ProcessEnd.EXIT_START_FAILED);
    }

    @Test
    void endsOnWhatIsNoMessageAndSaysSo() throws Exception {
        worker = WorkerProcess.ready(Transport.platformDefault(), ScriptedSupervisor.plain());
        worker.connection.send(60, 1, ByteBuffer.wrap(new byte[] {1, 2}));

        assertThat(worker.awaitExit(Duration.ofSeconds(10))).isEqualTo(ProcessEnd.EXIT_ORPHANED);
        assertThat(worker.output())
                .contains("malformed frame of kind 60 1 of 2 bytes")
                .contains("[0102]");
    }

    /** X1: nothing that a task does to the standard streams reaches the protocol. */
    @ParameterizedTest
    @MethodSource("transports")
    void keepsTheStandardStreamsApartFromTheProtocol(Transport transport) throws Exception {
        worker = WorkerProcess.ready(transport, ScriptedSupervisor.plain());
        ScriptedSupervisor supervisor = worker.supervisor;
        Object read = supervisor.expectResult(supervisor.run(() -> {
            System.out.print("printed without a newline");
            return System.in.read();
        }));
        supervisor.expectResult(supervisor.run(() -> {
            System.out.close();
            System.in.close();
        }));
        supervisor.expectResult(supervisor.run(() -> System.err.println("still heard")));
        supervisor.stop();
        supervisor.expect(Stopping.class);
        worker.awaitExit(Duration.ofSeconds(10));

        assertThat(read).as("standard input").isEqualTo(-1);
        assertThat(worker.output()).contains("printed without a newline").contains("still heard");
    }

    /** W10: not all that is out of memory ends the JVM. */
    @Test
    void asksToBeReplacedAfterItRanOutOfDirectMemory() throws Exception {
        worker = WorkerProcess.ready(Transport.platformDefault(), ScriptedSupervisor.plain());
        long attempt =
                worker.supervisor.run(() -> ByteBuffer.allocateDirect(1 << 30).capacity());
        worker.supervisor.expectRunning(attempt);

        assertThat(worker.supervisor.expect(Message.Retiring.class).reason()).contains("java.lang.OutOfMemoryError");
        worker.supervisor.expectFailed(attempt, Message.Failed.Reason.USER);
    }

    /** A growing heap that is garbage is no reason; one that is held is. */
    @Test
    void asksToBeReplacedOnlyForMemoryThatIsHeld() throws Exception {
        long limit = 110 << 20;
        worker = WorkerProcess.ready(Transport.platformDefault(), ScriptedSupervisor.withLimits(1 << 20, limit));
        ScriptedSupervisor supervisor = worker.supervisor;
        for (int i = 0; i < 50; i++) {
            supervisor.expectResult(supervisor.run(() -> new byte[5 << 20].length));
        }
        for (int i = 0; i < 10; i++) {
            supervisor.run(() -> {
                ByteBuffer held = ByteBuffer.allocateDirect(6 << 20);
                Runtime.getRuntime().addShutdownHook(new Thread(held::clear));
            });
        }
        boolean retiring = false;
        while (!retiring) {
            retiring = supervisor.next() instanceof Message.Retiring;
        }
    }
}
