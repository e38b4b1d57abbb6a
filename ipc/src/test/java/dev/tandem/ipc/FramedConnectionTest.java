package dev.tandem.ipc;

import static dev.tandem.ipc.Running.run;
import static dev.tandem.ipc.Running.runAction;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tandem.ipc.Connection.Frame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.Semaphore;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class FramedConnectionTest {

    private final GatedWire wire = new GatedWire();
    private final FramedConnection connection = new FramedConnection(wire, "worker 1", 1000, FrameLog.OFF);

    @Test
    void refusesBadArgumentsAndSendsNothing() {
        wire.open();
        assertThatThrownBy(() -> connection.send(0, 1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("kind must be 1 to 255: kind=0");
        assertThatThrownBy(() -> connection.send(256, 1)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> connection.send(1, -1))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("id must be 0 to 2^48-1: id=-1");
        assertThatThrownBy(() -> connection.send(1, 1L << 48)).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> connection.send(1, 1, ByteBuffer.allocate(600), ByteBuffer.allocate(401)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("payload is too long for worker 1: 1001 bytes, limit 1000");
        assertThat(wire.written.size()).isZero();
    }

    @Test
    void leavesThePayloadBuffersAsTheyWere() throws IOException {
        wire.open();
        ByteBuffer payload =
                ByteBuffer.wrap(new byte[] {0, 1, 2, 3, 4}).position(1).limit(4);
        connection.send(1, 1, payload);
        assertThat(payload.position()).isEqualTo(1);
        assertThat(payload.limit()).isEqualTo(4);
        assertThat(wire.frames())
                .singleElement()
                .satisfies(frame -> assertThat(frame.payload()).containsExactly(1, 2, 3));
    }

    @Test
    void keepsTheFramesOfManySendersWhole() throws Exception {
        wire.open();
        var start = new CountDownLatch(1);
        List<Running<Void>> senders = new ArrayList<>();
        for (int sender = 0; sender < 4; sender++) {
            int id = sender;
            senders.add(runAction(() -> {
                start.await();
                for (int i = 0; i < 200; i++) {
                    connection.send(
                            i + 1, id, ByteBuffer.wrap(new byte[] {(byte) id, (byte) i}), ByteBuffer.allocate(i));
                }
            }));
        }
        start.countDown();
        for (var sender : senders) {
            sender.get(20, SECONDS);
        }
        int[] next = new int[4];
        for (Frame frame : wire.frames()) {
            int sender = (int) frame.id();
            assertThat(frame.kind()).isEqualTo(++next[sender]);
            assertThat(frame.payload()).hasSize(2 + next[sender] - 1).startsWith(sender, next[sender] - 1);
        }
        assertThat(next).containsOnly(200);
    }

    @Test
    void closesWithoutWaitingForASenderThatIsStuck() throws Exception {
        var sender = runAction(() -> connection.send(1, 1));
        wire.awaitWriter();
        var waiting = runAction(() -> connection.send(1, 2));
        connection.close();
        assertThat(wire.woken).isTrue();
        assertThat(wire.outputClosed).as("closed under a thread that writes").isFalse();
        wire.open();
        sender.get(20, SECONDS); // its frame was handed over whole
        assertThatThrownBy(() -> waiting.get(20, SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasRootCauseMessage("the connection to worker 1 was closed on this side");
        await().untilAsserted(() -> assertThat(wire.outputClosed).isTrue());
        assertThat(wire.frames()).hasSize(1);
    }

    @Test
    void leavesTheInputToItsReceiverUntilItReturns() throws Exception {
        var receiver = run(connection::receive);
        wire.awaitReader();
        connection.close();
        assertThat(wire.outputClosed).isTrue();
        assertThat(wire.inputClosed).as("closed under a thread that reads").isFalse();
        wire.open();
        assertThatThrownBy(() -> receiver.get(20, SECONDS))
                .hasRootCauseMessage("the connection to worker 1 was closed on this side");
        await().untilAsserted(() -> assertThat(wire.inputClosed).isTrue());
    }

    @Test
    void refusesToSendAndReceiveWhenClosed() {
        connection.close();
        connection.close();
        assertThat(wire.inputClosed).isTrue();
        assertThat(wire.outputClosed).isTrue();
        assertThatThrownBy(() -> connection.send(1, 1))
                .isInstanceOf(TransportException.class)
                .hasMessage("the connection to worker 1 was closed on this side");
        assertThatThrownBy(connection::receive).isInstanceOf(TransportException.class);
    }

    @Test
    void sendsNothingBehindHalfAFrame() {
        wire.open();
        wire.failure = new IOException("Broken pipe");
        assertThatThrownBy(() -> connection.send(1, 1))
                .isInstanceOf(TransportException.class)
                .hasMessage("the connection to worker 1 broke: Broken pipe");
        wire.failure = null;
        assertThatThrownBy(() -> connection.send(1, 2))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("an earlier frame to worker 1 was not sent whole");
        assertThat(wire.written.size()).isZero();
    }

    @Test
    void sendsNothingBehindAFrameThatAnErrorCutShort() {
        wire.open();
        wire.error = new RejectedExecutionException("as good as any");
        assertThatThrownBy(() -> connection.send(1, 1)).isSameAs(wire.error);
        wire.error = null;
        assertThatThrownBy(() -> connection.send(1, 2)).hasMessageContaining("was not sent whole");
    }

    @Test
    void readsNothingBehindABrokenFrame() {
        wire.open();
        wire.incoming = Arriving.whole(new byte[100]);
        assertThatThrownBy(connection::receive).hasMessageContaining("broken frame at byte 0");
        wire.incoming = Arriving.whole(Frames.encode(new Frame(1, 1, new byte[0])));
        assertThatThrownBy(connection::receive)
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("an earlier frame from worker 1 was broken");
    }

    @Test
    void refusesASecondReceiver() throws Exception {
        var receiver = run(connection::receive);
        wire.awaitReader();
        assertThatThrownBy(connection::receive)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining("only one may");
        wire.open();
        receiver.get(20, SECONDS);
    }

    @Test
    void staysAtTheEnd() throws IOException {
        wire.open();
        assertThat(connection.receive()).isNull();
        wire.incoming = Arriving.whole(Frames.encode(new Frame(1, 1, new byte[0])));
        assertThat(connection.receive()).isNull();
    }

    /** Bytes in memory, behind a gate at which readers and writers get stuck until it is opened. */
    private static final class GatedWire implements Wire {
        private final CountDownLatch gate = new CountDownLatch(1);
        private final Semaphore readers = new Semaphore(0);
        private final Semaphore writers = new Semaphore(0);
        private final ByteArrayOutputStream written = new ByteArrayOutputStream();
        private volatile ByteSource incoming = Arriving.whole(new byte[0]);
        private volatile IOException failure;
        private volatile RuntimeException error;
        private volatile boolean woken;
        private volatile boolean inputClosed;
        private volatile boolean outputClosed;

        private void open() {
            gate.countDown();
        }

        private void awaitReader() throws InterruptedException {
            readers.acquire();
        }

        private void awaitWriter() throws InterruptedException {
            writers.acquire();
        }

        private List<Frame> frames() throws IOException {
            return Frames.readAll(Arriving.whole(written.toByteArray()), 1000);
        }

        @Override
        public int read(byte[] into, int offset, int length) throws IOException {
            pass(readers);
            return incoming.read(into, offset, length);
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            pass(writers);
            written.write(from, offset, length);
        }

        private void pass(Semaphore arrived) throws IOException {
            arrived.release();
            try {
                gate.await();
            } catch (InterruptedException e) {
                throw new AssertionError(e);
            }
            if (failure != null) {
                throw failure;
            }
            if (error != null) {
                throw error;
            }
        }

        @Override
        public void wake() {
            woken = true;
        }

        @Override
        public void closeInput() {
            inputClosed = true;
        }

        @Override
        public void closeOutput() {
            outputClosed = true;
        }
    }
}
