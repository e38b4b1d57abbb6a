package dev.tandem.ipc;

import static dev.tandem.ipc.Running.runAction;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

@Timeout(60)
@ExtendWith(NoLeaks.class)
class PipeTransportTest {

    private static final Duration SHORT = Duration.ofMillis(300);

    @Test
    void isTheDefaultWhereThereIsAShell() {
        assertThat(Transport.platformDefault()).isSameAs(Transport.pipes());
        assertThat(Transport.pipes().name()).isEqualTo("pipes");
        try (Listener listener = new PipeListener(1, true)) {
            assertThat(listener.endpoint().address()).isEqualTo("pipes:4,3");
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void saysThatTheWorkerDiedInsideAFrame(boolean wrapped) throws Exception {
        try (var worker = WorkerProcess.start(new PipeTransport(wrapped), "send-large")) {
            await().until(() -> worker.process.getInputStream().available() > 50_000);
            worker.kill();
            worker.waitFor();
            assertThatThrownBy(worker.connection::receive)
                    .isInstanceOf(TransportException.class)
                    .hasMessageMatching("broken frame at byte 0 of the stream: the stream ended after \\d+ of 10000016 "
                            + "bytes; first bytes 01 .*");
        }
    }

    @Test
    void deliversWhatWasSentBeforeTheWorkerDied() throws Exception {
        try (var worker = WorkerProcess.start(Transport.pipes(), "send-and-halt")) {
            assertThat(worker.waitFor()).isEqualTo(9);
            for (int i = 0; i < 20; i++) {
                assertThat(worker.connection.receive().id()).isEqualTo(i);
            }
            assertThat(worker.connection.receive()).isNull();
        }
    }

    @ParameterizedTest
    @CsvSource({
        "echo Listening for transport dt_socket at address 5005, does not speak our protocol: it began with 4c 69",
        "echo hello; exec sleep 60, does not speak our protocol: it began with 68 65 6c 6c 6f 0a |hello.|",
        "cat, did not answer with the secret that it was given",
        "printf 'TNDM\\000\\007and whatever else version 7 may have to say', speaks version 7",
        "printf 'TNDM'; exit 3, ended with exit code 3; its output may tell why; all it said was 54 4e 44 4d |TNDM|",
        "printf 'TNDM'; exec sleep 60, did not connect within",
        "exec sleep 60 >&-, did not connect within",
    })
    void refusesAProgramThatIsNoWorker(String script, String message) throws Exception {
        try (Listener listener = new PipeListener(1000, false)) {
            var builder = new ProcessBuilder("/bin/sh", "-c", script);
            listener.prepare(builder);
            Process process = builder.start();
            try {
                assertThatThrownBy(() -> listener.accept(process, SHORT))
                        .isInstanceOf(TransportException.class)
                        .hasMessageStartingWith("worker " + process.pid())
                        .hasMessageContaining(message);
            } finally {
                process.toHandle().destroyForcibly();
                process.waitFor();
            }
        }
    }

    @Test
    void saysWhichStrayBytesReachedStandardOutput() throws Exception {
        try (var worker = WorkerProcess.start(new PipeTransport(false), "print-raw-and-echo")) {
            assertThatThrownBy(worker.connection::receive)
                    .isInstanceOf(TransportException.class)
                    .hasMessageContaining("or no header at all but something that was printed")
                    .hasMessageContaining("|raw on descriptor 1.");
        }
    }

    @Test
    void tellsAWorkerThatWasStartedByHand() throws Exception {
        var builder = WorkerProcess.command("pipes:0,1", "echo").redirectErrorStream(true);
        Process process = builder.start();
        process.getOutputStream().close();
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isEqualTo(1);
        assertThat(printed).contains("workers are started by a runner, not by hand");
    }

    @Test
    void loadsLittleInTheWorker() throws Exception {
        try (var worker = WorkerProcess.start(
                Transport.pipes(),
                1000,
                builder -> builder.command().add(1, "-Xlog:class+load=info:stdout"),
                "bare-echo")) {
            worker.connection.send(1, 1, ByteBuffer.allocate(10));
            assertThat(worker.connection.receive().id()).isEqualTo(1);
            assertThat(worker.waitFor()).isZero();
            // What the JDK shares between its JVMs costs next to nothing.
            List<String> loaded = worker.output()
                    .lines()
                    .filter(line -> line.contains("[class,load]") && !line.endsWith("shared objects file"))
                    .map(line -> line.replaceAll("\\[.*] | source: .*", ""))
                    .toList();
            assertThat(loaded).contains(FramedConnection.class.getName()).hasSizeLessThan(60);
            assertThat(loaded).noneMatch(name -> name.matches("org\\.slf4j.*|.*(SecureRandom|Lambda|StringConcat).*"));
        }
    }

    @Test
    void freesAStuckSenderWhenAStoppedWorkerIsKilled() throws Exception {
        try (var worker = WorkerProcess.start(Transport.pipes(), "echo")) {
            new ProcessBuilder("kill", "-STOP", String.valueOf(worker.process.pid()))
                    .start()
                    .waitFor();
            var sender = runAction(() -> worker.connection.send(1, 1, ByteBuffer.allocate(1_000_000)));
            sender.awaitBlocked();
            worker.connection.close();
            worker.kill();
            assertThatThrownBy(() -> sender.get(20, SECONDS)).cause().isInstanceOf(TransportException.class);
        }
    }
}
