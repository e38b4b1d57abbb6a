package dev.tandem.ipc;

import static dev.tandem.ipc.Running.runAction;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.ipc.Connection.Frame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;

/** What is peculiar to shared memory; the rest is in {@link TransportTest}. */
@Timeout(60)
@ExtendWith(NoLeaks.class)
class SharedMemoryTransportTest {

    @Test
    void mapsAFileThatHasNoNameAnyMore() throws Exception {
        try (var worker = WorkerProcess.start(Transport.sharedMemory(), "echo")) {
            assertThat(worker.connection.fallback()).isEmpty();
            assertThat(maps("self")).containsPattern("/tandem-\\d+-\\d+\\.ring \\(deleted\\)");
            assertThat(maps(String.valueOf(worker.process.pid())))
                    .containsPattern("/tandem-" + ProcessHandle.current().pid() + "-\\d+\\.ring \\(deleted\\)");
            echo(worker, 100);
        }
    }

    @Test
    void meetsWithoutAShellToo() throws Exception {
        try (var worker = WorkerProcess.start(new SharedMemoryTransport(false), "echo")) {
            assertThat(maps(String.valueOf(worker.process.pid()))).contains(".ring (deleted)");
            echo(worker, 100);
        }
    }

    @Test
    void goesOnWithPipesWhereNoFileCanBeMade(@TempDir Path directory) throws Exception {
        try (var worker = start(directory.resolve("missing"), builder -> {})) {
            assertThat(maps(String.valueOf(worker.process.pid()))).doesNotContain(".ring");
            assertThat(worker.connection.fallback()).get().asString().startsWith("could not make a file");
            echo(worker, 1_000_000);
            worker.connection.close();
            assertThat(worker.waitFor()).isZero();
        }
    }

    /** The path is another one in the worker, whose working directory is another one. */
    @Test
    void goesOnWithPipesWhereTheWorkerCannotMapTheFile(@TempDir Path directory) throws Exception {
        Path onlyHere = Path.of("/proc/self/cwd/target");
        try (var worker = start(onlyHere, builder -> builder.directory(directory.toFile()))) {
            assertThat(worker.connection.fallback()).get().asString().startsWith("could not map " + onlyHere);
            assertThat(maps(String.valueOf(worker.process.pid()))).doesNotContain(".ring");
            echo(worker, 1_000_000);
            assertThat(onlyHere).isDirectoryNotContaining("glob:**.ring");
        }
    }

    /** With no permission to write a file of that size, which is what a full file system comes to. */
    @Row("R1")
    @Test
    void r1GoesOnWithPipesWhereSharedMemoryIsFull() throws Exception {
        String script = "ulimit -f 64; exec \"$@\"";
        var parent = WorkerProcess.command("none", "parent");
        parent.command().addAll(0, List.of("/bin/sh", "-c", script, "sh"));
        Process process = parent.redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(printed)
                .contains("talks through pipes, without shared memory: could not make a file of 1049856 bytes in "
                        + RingFile.directory())
                .contains("echoed 300000 bytes");
        assertThat(process.exitValue()).isZero();
        assertThat(RingFile.directory()).isDirectoryNotContaining("glob:**/tandem-" + process.pid() + "-*.ring");
    }

    /** It dies while it copies, publishes or sleeps; what arrives is whole, up to where it ends. */
    @Test
    void takesWholeFramesOnlyFromAWorkerThatDiesWhileItWrites() throws Exception {
        for (int i = 0; i < 2; i++) {
            try (var worker = WorkerProcess.start(Transport.sharedMemory(), "send-without-end")) {
                long frames = 0;
                long last = -1;
                try {
                    for (Frame frame; (frame = worker.connection.receive()) != null; frames++) {
                        assertThat(frame.id()).isEqualTo(last + 1);
                        assertThat(frame.payload()).containsOnly((byte) frame.id());
                        last = frame.id();
                        if (frames == 200 + 370 * i) {
                            worker.kill();
                        }
                    }
                } catch (TransportException e) {
                    assertThat(e).hasMessageContaining("the stream ended after");
                }
                assertThat(frames).isGreaterThanOrEqualTo(200);
            }
        }
    }

    /** What the JVM makes of a mapping whose file was cut: an error that can be caught here or a little later, and no crash. */
    @Test
    void survivesAFileThatIsCutUnderItsMapping() throws Exception {
        Process process =
                WorkerProcess.command("none", "cut").redirectErrorStream(true).start();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(printed)
                .contains("read failed", "write failed", "closed")
                .doesNotContain("wake failed", "close output failed");
        assertThat(process.exitValue()).isZero();
    }

    @Test
    void wakesThoseWhoSendAndReceiveAtOnceWhenTheWorkerDies() throws Exception {
        try (var worker = WorkerProcess.start(Transport.sharedMemory(), "never-read")) {
            var receiving =
                    runAction(() -> assertThat(worker.connection.receive()).isNull());
            receiving.awaitBlocked();
            var sending = runAction(() -> worker.connection.send(1, 1, ByteBuffer.allocate(10_000_000)));
            sending.awaitBlocked();
            worker.kill();
            receiving.get(20, SECONDS);
            assertThatThrownBy(() -> sending.get(20, SECONDS)).hasCauseInstanceOf(TransportException.class);
        }
    }

    private static WorkerProcess start(Path directory, Consumer<ProcessBuilder> change) throws IOException {
        Transport transport = new Transport() {
            @Override
            public String name() {
                return SharedMemoryTransport.NAME;
            }

            @Override
            public Listener listen(int maxPayloadBytes) {
                return new PipeListener(maxPayloadBytes, true, RingMeeting.with(directory));
            }
        };
        return WorkerProcess.start(transport, Transport.DEFAULT_MAX_PAYLOAD_BYTES, change, "echo");
    }

    private static void echo(WorkerProcess worker, int bytes) throws Exception {
        byte[] payload = WorkerScripts.large(7, bytes);
        var sending = runAction(() -> worker.connection.send(1, 2, ByteBuffer.wrap(payload)));
        Frame frame = worker.connection.receive();
        assertThat(frame).isNotNull();
        assertThat(frame.payload()).isEqualTo(payload);
        sending.get(20, SECONDS);
    }

    private static String maps(String process) throws IOException {
        return Files.readString(Path.of("/proc", process, "maps"));
    }
}
