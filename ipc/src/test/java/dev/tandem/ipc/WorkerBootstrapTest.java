package dev.tandem.ipc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** What a worker does when its parent is none. */
@Timeout(60)
@ExtendWith(NoLeaks.class)
class WorkerBootstrapTest {

    private static final int RESPONSE_BYTES = 58;

    @Test
    void refusesAnAddressThatIsNone() {
        assertThatThrownBy(() -> Transport.connect("nonsense", 10)).hasMessageContaining("not an address of a parent");
        assertThatThrownBy(() -> Transport.connect("pipes:4,x", 10))
                .isInstanceOf(TransportException.class)
                .hasMessage("not a descriptor in the address of the parent: pipes:4,x");
        assertThatThrownBy(() -> Transport.connect("pipes:4,3", 0)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void saysWhichTransportItDoesNotKnow() throws Exception {
        assertThat(printedByAWorker("carrier-pigeon:0,roof", new byte[32]))
                .contains("unknown transport in the address of the parent: carrier-pigeon:0,roof");
    }

    @Test
    void saysThatNobodyListens() throws Exception {
        String address;
        try (var meeting = LoopbackMeeting.open()) {
            address = "loopback:0," + meeting.place();
        }
        assertThat(printedByAWorker(address, new byte[32]))
                .contains("TransportException: could not reach the parent at " + address + ": Connection refused");
    }

    @Test
    void givesUpWhenWhoeverListensDoesNotKnowTheSecret() throws Exception {
        try (var meeting = LoopbackMeeting.open()) {
            meeting.server().configureBlocking(true);
            var fake = Running.run(() -> pretend(meeting));
            assertThat(printedByAWorker("loopback:0," + meeting.place(), new byte[32]))
                    .contains("TransportException: the parent could not prove that it knows the secret")
                    .doesNotContain("WorkerScripts.echo");
            assertThat(fake.get()).as("bytes that the worker said after that").isEqualTo(-1);
        }
    }

    /** Does all that can be done without the secret, then sends a frame as if it were the parent. */
    private static int pretend(LoopbackMeeting meeting) throws IOException {
        try (SocketChannel worker = meeting.server().accept()) {
            var challenge = ByteBuffer.allocate(22);
            Preamble.put(challenge);
            worker.write(challenge.rewind());
            var response = ByteBuffer.allocate(RESPONSE_BYTES);
            while (response.hasRemaining()) {
                worker.read(response);
            }
            worker.write(ByteBuffer.allocate(32));
            worker.write(ByteBuffer.wrap(Frames.encode(new Connection.Frame(1, 1, new byte[10]))));
            return worker.read(ByteBuffer.allocate(1));
        } catch (IOException e) {
            return -1; // reset, since the worker did not read that frame
        }
    }

    private static String printedByAWorker(String address, byte[] secret) throws Exception {
        Process process =
                WorkerProcess.command(address, "echo").redirectErrorStream(true).start();
        try (OutputStream out = process.getOutputStream()) {
            out.write(new BootstrapRecord(1000, secret).encode());
        }
        String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(process.waitFor()).isEqualTo(1);
        return printed;
    }
}
