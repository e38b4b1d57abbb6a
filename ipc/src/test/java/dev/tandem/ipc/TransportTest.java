package dev.tandem.ipc;

import static dev.tandem.ipc.Running.run;
import static dev.tandem.ipc.Running.runAction;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tandem.ipc.Connection.Frame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What every transport promises, tried with real worker JVMs. */
@Timeout(90)
@ExtendWith(NoLeaks.class)
class TransportTest {

    /** The buffers of a loopback connection grow to 10 MB. */
    private static final int MORE_THAN_FITS = 32_000_000;

    @EveryTransport
    void carriesFramesBothWays(Transport transport) throws Exception {
        try (var worker = WorkerProcess.start(transport, "echo")) {
            worker.connection.send(7, 42, ByteBuffer.wrap(new byte[] {1, 2, 3}), ByteBuffer.wrap(new byte[] {4}));
            assertFrame(worker.connection.receive(), 7, 42, new byte[] {1, 2, 3, 4});
            worker.connection.send(255, FrameHeader.MAX_ID);
            assertFrame(worker.connection.receive(), 255, FrameHeader.MAX_ID, new byte[0]);
            byte[] large = new byte[10_000_000];
            new Random(1).nextBytes(large);
            var sender = runAction(() -> worker.connection.send(1, 1, ByteBuffer.wrap(large)));
            assertFrame(worker.connection.receive(), 1, 1, large);
            sender.get(20, SECONDS);
            worker.connection.close();
            assertThat(worker.waitFor()).isZero();
        }
    }

    @EveryTransport
    void hasAFrameForWhoDoesNotWaitOnceItHasArrived(Transport transport) throws Exception {
        try (var worker = WorkerProcess.start(transport, "echo")) {
            assertThat(worker.connection.poll()).isNull();
            Thread.currentThread().interrupt();
            for (int i = 1; i <= 3; i++) {
                worker.connection.send(1, i, ByteBuffer.allocate(i));
                Frame frame = null;
                while (frame == null) {
                    frame = worker.connection.poll();
                }
                assertFrame(frame, 1, i, new byte[i]);
            }
            assertThat(Thread.interrupted()).as("the status is kept").isTrue();
            worker.connection.send(1, 4);
            assertFrame(worker.connection.receive(), 1, 4, new byte[0]);
            worker.kill();
            worker.process.waitFor();
            assertThat(worker.connection.poll()).as("the end is for who waits").isNull();
            worker.connection.close();
            assertThatThrownBy(worker.connection::poll)
                    .isInstanceOf(TransportException.class)
                    .hasMessageContaining("closed on this side");
        }
    }

    @EveryTransport(withShellOnly = true)
    void carriesLargeFramesInBothDirectionsAtOnce(Transport transport) throws Exception {
        try (var worker = WorkerProcess.start(transport, "send-large")) {
            var sender = runAction(() -> {
                for (int i = 0; i < 4; i++) {
                    worker.connection.send(1, i, ByteBuffer.wrap(WorkerScripts.large(i, 10_000_000)));
                }
            });
            for (int i = 0; i < 4; i++) {
                assertFrame(worker.connection.receive(), 1, i, WorkerScripts.large(i, 10_000_000));
            }
            sender.get(20, SECONDS);
            assertThat(worker.waitFor()).isZero();
        }
    }

    @EveryTransport(withShellOnly = true)
    void keepsTheFramesOfManySendersWholeAndInTheirOrder(Transport transport) throws Exception {
        try (var worker = WorkerProcess.start(transport, "send-many", "4")) {
            int[] next = new int[4];
            for (int i = 0; i < 4 * 255; i++) {
                Frame frame = worker.connection.receive();
                int sender = (int) frame.id();
                next[sender]++;
                assertFrame(frame, next[sender], sender, WorkerScripts.large(sender, next[sender] * 100));
            }
            assertThat(worker.connection.receive()).isNull();
        }
    }

    @EveryTransport(withShellOnly = true)
    void isNotBrokenByInterruptsOfTheWorkersThreads(Transport transport) throws Exception {
        try (var worker = WorkerProcess.start(transport, "echo-interrupted")) {
            for (int i = 0; i < 300; i++) {
                worker.connection.send(1, i, ByteBuffer.allocate(i * 100));
                assertFrame(worker.connection.receive(), 1, i, new byte[i * 100]);
            }
        }
    }

    @EveryTransport(withShellOnly = true)
    void isNotBrokenByInterruptsOfTheParentsThreads(Transport transport) throws Exception {
        try (var worker = WorkerProcess.start(transport, "echo")) {
            var talking = runAction(() -> {
                Thread.currentThread().interrupt();
                for (int i = 0; i < 300; i++) {
                    byte[] payload = new byte[i * 100];
                    worker.connection.send(1, i, ByteBuffer.wrap(payload));
                    assertFrame(worker.connection.receive(), 1, i, payload);
                    assertThat(Thread.interrupted()).as("the status is kept").isTrue();
                    Thread.currentThread().interrupt();
                }
            });
            while (!talking.isDone()) {
                talking.thread.interrupt();
                Thread.onSpinWait();
            }
            talking.get(20, SECONDS);
        }
    }

    @EveryTransport
    void keepsTheInterruptStatusWhileAccepting(Transport transport) throws Exception {
        Thread.currentThread().interrupt();
        WorkerProcess worker = WorkerProcess.start(transport, "echo");
        assertThat(Thread.interrupted()).isTrue();
        worker.close();
    }

    @EveryTransport
    void wakesTheReceiverWhenTheWorkerDies(Transport transport) throws Exception {
        try (var worker = WorkerProcess.start(transport, "never-read")) {
            var receiver = run(() -> {
                try {
                    return worker.connection.receive();
                } catch (TransportException e) {
                    return null; // a socket may say that it was reset
                }
            });
            receiver.awaitBlocked();
            worker.kill();
            assertThat(receiver.get(20, SECONDS)).isNull();
        }
    }

    @EveryTransport
    void wakesTheReceiverWhenTheWorkerCloses(Transport transport) throws Exception {
        try (var worker = WorkerProcess.start(transport, "close")) {
            assertThat(worker.connection.receive()).isNull();
            assertThat(worker.process.isAlive()).isTrue();
        }
    }

    @EveryTransport
    void wakesItsOwnReceiverWhenClosed(Transport transport) throws Exception {
        try (var worker = WorkerProcess.start(transport, "echo")) {
            var receiver = run(worker.connection::receive);
            receiver.awaitBlocked();
            worker.connection.close();
            assertThatThrownBy(() -> receiver.get(20, SECONDS))
                    .cause()
                    .isInstanceOf(TransportException.class)
                    .hasMessageContaining("closed on this side");
            assertThat(worker.waitFor()).as("the worker was woken too").isZero();
        }
    }

    @EveryTransport
    void wakesTheWorkersOwnReceiverWhenTheWorkerCloses(Transport transport) throws Exception {
        try (var worker = WorkerProcess.start(transport, "close-while-receiving")) {
            assertThat(worker.connection.receive()).isNull();
            worker.connection.close();
            assertThat(worker.waitFor()).isZero();
        }
    }

    @EveryTransport
    void closesAtOnceWhileASendIsStuck(Transport transport) throws Exception {
        try (var worker = WorkerProcess.start(transport, "never-read")) {
            var sender = runAction(() -> worker.connection.send(1, 1, ByteBuffer.allocate(MORE_THAN_FITS)));
            sender.awaitBlocked();
            long start = System.nanoTime();
            worker.connection.close();
            assertThat(System.nanoTime() - start).isLessThan(SECONDS.toNanos(5));
            worker.kill();
            assertThatThrownBy(() -> sender.get(20, SECONDS)).hasRootCauseInstanceOf(IOException.class);
        }
    }

    @EveryTransport
    void failsASendThatIsStuckWhenTheWorkerDies(Transport transport) throws Exception {
        try (var worker = WorkerProcess.start(transport, "never-read")) {
            var sender = runAction(() -> worker.connection.send(1, 1, ByteBuffer.allocate(MORE_THAN_FITS)));
            sender.awaitBlocked();
            worker.kill();
            assertThatThrownBy(() -> sender.get(20, SECONDS))
                    .cause()
                    .isInstanceOf(TransportException.class)
                    .hasMessageContaining("the connection to worker " + worker.process.pid() + " broke");
            assertThatThrownBy(() -> worker.connection.send(1, 2)).isInstanceOf(TransportException.class);
        }
    }

    @EveryTransport
    void isNotHarmedByWhatTheWorkerPrints(Transport transport) throws Exception {
        try (var worker = WorkerProcess.start(transport, "print-and-echo")) {
            worker.connection.send(1, 1);
            assertFrame(worker.connection.receive(), 1, 1, new byte[0]);
            worker.connection.close();
            assertThat(worker.waitFor()).isZero();
            assertThat(worker.output())
                    .contains("line 1999 on standard output", "line 1999 on standard error", "the end");
        }
    }

    @EveryTransport(withShellOnly = true)
    void isNotHarmedByNativeOutputOrThreadDumps(Transport transport) throws Exception {
        try (var worker = WorkerProcess.start(transport, "print-raw-and-echo")) {
            worker.connection.send(1, 1);
            assertFrame(worker.connection.receive(), 1, 1, new byte[0]);
            signal("QUIT", worker);
            await().until(() -> worker.output().contains("Full thread dump"));
            worker.connection.send(1, 2);
            assertFrame(worker.connection.receive(), 1, 2, new byte[0]);
            worker.connection.close();
            assertThat(worker.waitFor()).isZero();
            assertThat(worker.output())
                    .contains("raw on descriptor 1", "raw on standard output", "raw on standard error");
        }
    }

    @EveryTransport
    void givesUserCodeAnEmptyStandardInput(Transport transport) throws Exception {
        try (var worker = WorkerProcess.start(transport, "read-input")) {
            assertFrame(worker.connection.receive(), 1, 0, new byte[0]);
        }
    }

    @EveryTransport(withShellOnly = true)
    void sparesTheWorkerFromCtrlC(Transport transport) throws Exception {
        try (var worker = WorkerProcess.start(transport, "echo")) {
            signal("INT", worker);
            worker.connection.send(1, 1);
            assertFrame(worker.connection.receive(), 1, 1, new byte[0]);
        }
    }

    @EveryTransport(withShellOnly = true)
    void endsWithTheWorkerThoughAGrandchildHoldsItsOutput(Transport transport) throws Exception {
        try (var worker = WorkerProcess.start(transport, "start-grandchild")) {
            long grandchild = worker.connection.receive().id();
            try {
                worker.process.toHandle().destroyForcibly();
                assertThat(run(worker.connection::receive).get(20, SECONDS)).isNull();
            } finally {
                ProcessHandle.of(grandchild).ifPresent(ProcessHandle::destroyForcibly);
            }
        }
    }

    @EveryTransport
    void passesLongArgumentsOn(Transport transport) throws Exception {
        try (var worker = WorkerProcess.start(
                transport, "measure-arguments", "a b".repeat(33_000), "$(exit) \"'".repeat(10_000), "")) {
            assertFrame(worker.connection.receive(), 1, 199_000, new byte[0]);
        }
    }

    @EveryTransport(withShellOnly = true)
    void agreesOnTheSmallerLimit(Transport transport) throws Exception {
        try (var worker = WorkerProcess.start(transport, 1000, builder -> {}, "echo")) {
            assertThat(worker.connection.maxPayloadBytes()).isEqualTo(1000);
            assertThatThrownBy(() -> worker.connection.send(1, 1, ByteBuffer.allocate(1001)))
                    .isInstanceOf(IllegalArgumentException.class);
            worker.connection.send(1, 1, ByteBuffer.allocate(1000));
            assertFrame(worker.connection.receive(), 1, 1, new byte[1000]);
        }
    }

    @Row("Z4")
    @EveryTransport
    void showsTheSecretToNobody(Transport transport) throws Exception {
        var secret = new AtomicReference<byte[]>();
        try (Listener listener = transport.listen()) {
            secret.set(listener.endpoint().secret().clone());
            var builder = WorkerProcess.command(listener.endpoint().address(), "never-read");
            listener.prepare(builder);
            Process process = builder.start();
            try (Connection connection = listener.accept(process, WorkerProcess.START_TIMEOUT)) {
                assertThat(listener.endpoint().secret()).as("wiped").containsOnly(0);
                Path proc = Path.of("/proc/" + process.pid());
                String shown = listener.endpoint()
                        + connection.toString()
                        + Files.readString(proc.resolve("cmdline"), StandardCharsets.ISO_8859_1)
                        + Files.readString(proc.resolve("environ"), StandardCharsets.ISO_8859_1);
                assertThat(shown)
                        .doesNotContain(
                                new String(secret.get(), StandardCharsets.ISO_8859_1),
                                HexFormat.of().formatHex(secret.get()),
                                Base64.getEncoder().encodeToString(secret.get()).substring(0, 40));
            } finally {
                process.toHandle().destroyForcibly();
                process.waitFor();
            }
        }
    }

    @Row("Z4")
    @Test
    void z4ShowsTheSecretToNoToolThatAttaches(@TempDir Path directory) throws Exception {
        try (Listener listener = Transport.platformDefault().listen()) {
            byte[] secret = listener.endpoint().secret().clone();
            var builder = WorkerProcess.command(listener.endpoint().address(), "never-read");
            listener.prepare(builder);
            Process process = builder.start();
            try (Connection connection = listener.accept(process, WorkerProcess.START_TIMEOUT)) {
                String seen = connection
                        + jcmd(process, directory, "VM.system_properties", "VM.command_line", "Thread.print");
                assertThat(seen).contains("java.class.path", WorkerScripts.class.getName(), "\"main\"");
                assertThat(seen)
                        .doesNotContain(
                                HexFormat.of().formatHex(secret),
                                Base64.getEncoder().encodeToString(secret).substring(0, 40));
            } finally {
                process.toHandle().destroyForcibly();
                process.waitFor();
            }
        }
    }

    private static String jcmd(Process process, Path directory, String... commands) throws Exception {
        Path script = Files.write(directory.resolve("commands"), List.of(commands));
        Process jcmd = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "jcmd").toString(),
                        Long.toString(process.pid()),
                        "-f",
                        script.toString())
                .redirectErrorStream(true)
                .start();
        String answer = new String(jcmd.getInputStream().readAllBytes(), StandardCharsets.ISO_8859_1);
        assertThat(jcmd.waitFor()).as(answer).isZero();
        return answer;
    }

    @EveryTransport
    void failsFastWhenTheWorkerEndsBeforeItConnects(Transport transport) throws Exception {
        try (Listener listener = transport.listen()) {
            Process process = start(listener, "exit 42");
            assertThatThrownBy(() -> listener.accept(process, WorkerProcess.START_TIMEOUT))
                    .isInstanceOf(TransportException.class)
                    .hasMessageContaining("worker " + process.pid())
                    .hasMessageContaining("ended with exit code 42");
        }
    }

    @EveryTransport
    void givesUpAtTheTimeOut(Transport transport) throws Exception {
        try (Listener listener = transport.listen()) {
            Process process = start(listener, "exec sleep 60");
            try {
                assertThatThrownBy(() -> listener.accept(process, Duration.ofMillis(100)))
                        .isInstanceOf(TransportException.class)
                        .hasMessageMatching("worker \\d+ did not connect within 1\\d\\d ms.*");
            } finally {
                end(process);
            }
        }
    }

    @EveryTransport
    @SuppressWarnings("try") // it is closed early on purpose
    void stopsWaitingWhenTheListenerIsClosed(Transport transport) throws Exception {
        try (Listener listener = transport.listen()) {
            Process process = start(listener, "exec sleep 60");
            try {
                var accepting = run(() -> listener.accept(process, WorkerProcess.START_TIMEOUT));
                accepting.awaitBlocked();
                assertThatThrownBy(() -> listener.accept(process, WorkerProcess.START_TIMEOUT))
                        .as("only one thread may accept")
                        .isInstanceOf(TransportException.class)
                        .hasMessageContaining("another thread is accepting");
                listener.close();
                assertThatThrownBy(() -> accepting.get(5, SECONDS))
                        .cause()
                        .isInstanceOf(TransportException.class)
                        .hasMessageContaining("the listener was closed while waiting for worker " + process.pid());
            } finally {
                end(process);
            }
        }
    }

    @EveryTransport
    @SuppressWarnings("try") // it is closed early on purpose
    void acceptsNobodyWhenClosed(Transport transport) throws Exception {
        try (Listener listener = transport.listen()) {
            Process process = start(listener, "exec cat");
            try {
                listener.close();
                listener.close();
                assertThat(listener.endpoint().secret()).containsOnly(0);
                assertThatThrownBy(() -> listener.accept(process, WorkerProcess.START_TIMEOUT))
                        .isInstanceOf(TransportException.class)
                        .hasMessageContaining("the listener was closed");
            } finally {
                end(process);
            }
        }
    }

    @EveryTransport
    void refusesALimitThatIsNone(Transport transport) {
        assertThatThrownBy(() -> transport.listen(0))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("maxPayloadBytes must be positive: maxPayloadBytes=0");
    }

    private static Process start(Listener listener, String script) throws IOException {
        var builder = new ProcessBuilder("/bin/sh", "-c", script);
        listener.prepare(builder);
        return builder.start();
    }

    private static void end(Process process) throws InterruptedException {
        process.toHandle().destroyForcibly();
        process.waitFor();
    }

    private static void signal(String signal, WorkerProcess worker) throws Exception {
        Process kill = new ProcessBuilder("kill", "-" + signal, String.valueOf(worker.process.pid())).start();
        assertThat(kill.waitFor()).isZero();
    }

    private static void assertFrame(Frame frame, int kind, long id, byte[] payload) {
        assertThat(frame).isNotNull();
        assertThat(frame.kind()).isEqualTo(kind);
        assertThat(frame.id()).isEqualTo(id);
        assertThat(frame.payload()).isEqualTo(payload);
    }
}
