package dev.tandem.ipc;

import static dev.tandem.ipc.Running.run;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tandem.ipc.Connection.Frame;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Who is let in at a socket. The process is a stand-in that never connects; the test plays both worker and strangers. */
@Timeout(60)
@ExtendWith(NoLeaks.class)
class SocketListenerTest {

    private static final String UNIX = UnixMeeting.NAME;
    private static final String LOOPBACK = LoopbackMeeting.NAME;
    private static final Duration LONG = Duration.ofSeconds(50);
    private static final int LIMIT = 100_000;

    private final List<SocketChannel> opened = new ArrayList<>();
    private Process process;

    @BeforeEach
    void startAProcess() throws IOException {
        process = new ProcessBuilder("sleep", "100").start();
    }

    @AfterEach
    void endTheProcess() throws Exception {
        for (SocketChannel channel : opened) {
            channel.close();
        }
        process.toHandle().destroyForcibly();
        process.waitFor();
    }

    @Row("Z1")
    @ParameterizedTest
    @ValueSource(strings = {UNIX, LOOPBACK})
    void letsTheWorkerInPastAHundredSilentStrangers(String kind) throws Exception {
        try (var listener = listen(kind, LONG)) {
            byte[] secret = listener.endpoint().secret().clone();
            var accepting = run(() -> listener.accept(process, LONG));
            for (int i = 0; i < 100; i++) {
                connect(listener);
            }
            long start = System.nanoTime();
            complete(worker(listener, secret), connect(listener));
            try (Connection connection = accepting.get(30, TimeUnit.SECONDS)) {
                assertThat(connection.maxPayloadBytes()).isEqualTo(LIMIT);
            }
            // Each stranger would have been waited for much longer than all of this takes.
            assertThat(System.nanoTime() - start).isLessThan(LONG.toNanos() / 2);
        }
    }

    @Row({"Z1", "Z2"})
    @ParameterizedTest
    @ValueSource(strings = {UNIX, LOOPBACK})
    void turnsStrangersAwayAndWaitsOn(String kind) throws Exception {
        try (var listener = listen(kind, LONG)) {
            byte[] secret = listener.endpoint().secret().clone();
            var accepting = run(() -> listener.accept(process, LONG));

            SocketChannel talker = connect(listener);
            talker.write(
                    ByteBuffer.wrap("GET / HTTP/1.1\r\nHost: localhost\r\nAccept: everything, really everything\r\n\r\n"
                            .getBytes(StandardCharsets.US_ASCII)));
            assertHungUp(talker);

            SocketChannel guesser = connect(listener);
            assertThatThrownBy(() -> complete(worker(listener, new byte[32]), guesser))
                    .isInstanceOf(IOException.class);
            assertHungUp(guesser);

            SocketChannel leaver = connect(listener);
            leaver.write(ByteBuffer.wrap(new byte[] {'T', 'N', 'D', 'M'}));
            leaver.close();

            assertThat(accepting.isDone()).isFalse();
            complete(worker(listener, secret), connect(listener));
            accepting.get(30, TimeUnit.SECONDS).close();
        }
    }

    @Row("Z2")
    @ParameterizedTest
    @ValueSource(strings = {UNIX, LOOPBACK})
    void refusesTheProofThatWasGivenOnAnotherConnection(String kind) throws Exception {
        try (var listener = listen(kind, LONG)) {
            byte[] secret = listener.endpoint().secret().clone();
            var accepting = run(() -> listener.accept(process, LONG));
            SocketChannel listening = connect(listener);
            SocketChannel replaying = connect(listener);
            var recorder = new Recorder(listening);
            Handshake worker = worker(listener, secret);
            while (recorder.recorded == null) {
                worker.advance(recorder);
            }
            replaying.write(ByteBuffer.wrap(recorder.recorded));
            assertHungUp(replaying);
            assertThat(accepting.isDone()).isFalse();
            complete(worker(listener, secret), connect(listener));
            accepting.get(30, TimeUnit.SECONDS).close();
        }
    }

    @Row("Z1")
    @ParameterizedTest
    @ValueSource(strings = {UNIX, LOOPBACK})
    void hangsUpOnTheSilentAndSaysSo(String kind) throws Exception {
        try (var listener = listen(kind, Duration.ofMillis(100))) {
            var accepting = run(() -> listener.accept(process, Duration.ofMillis(700)));
            assertHungUp(connect(listener));
            assertThatThrownBy(() -> accepting.get(30, TimeUnit.SECONDS))
                    .isInstanceOf(ExecutionException.class)
                    .cause()
                    .isInstanceOf(TransportException.class)
                    .hasMessageContaining("did not connect within ")
                    .hasMessageEndingWith("; strangers turned away: 1, the last because: no proof within 100 ms");
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {UNIX, LOOPBACK})
    void closesTheDoorBehindTheWorker(String kind) throws Exception {
        try (var listener = listen(kind, LONG)) {
            byte[] secret = listener.endpoint().secret().clone();
            var accepting = run(() -> listener.accept(process, LONG));
            SocketChannel waiting = connect(listener);
            complete(worker(listener, secret), connect(listener));
            try (Connection connection = accepting.get(30, TimeUnit.SECONDS)) {
                assertHungUp(waiting);
                assertThatThrownBy(() -> connect(listener)).isInstanceOf(IOException.class);
                assertThat(listener.endpoint().secret()).containsOnly(0);
                assertThatThrownBy(() -> connection.send(1, 1, ByteBuffer.allocate(LIMIT + 1)))
                        .hasMessageContaining("too long");
            }
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {UNIX, LOOPBACK})
    void saysThatTheWorkerDiedInsideAFrame(String kind) throws Exception {
        try (var listener = listen(kind, LONG)) {
            byte[] secret = listener.endpoint().secret().clone();
            var accepting = run(() -> listener.accept(process, LONG));
            SocketChannel channel = connect(listener);
            complete(worker(listener, secret), channel);
            try (Connection connection = accepting.get(30, TimeUnit.SECONDS)) {
                byte[] frame = Frames.encode(new Frame(1, 2, new byte[500]));
                channel.write(ByteBuffer.wrap(frame, 0, 100));
                channel.close();
                assertThatThrownBy(connection::receive)
                        .isInstanceOf(TransportException.class)
                        .hasMessageContaining("the stream ended after 100 of 516 bytes");
            }
        }
    }

    @Test
    void reportsItsStrangersWhenTheProcessEnds() throws Exception {
        try (var listener = listen(LOOPBACK, LONG)) {
            var accepting = run(() -> listener.accept(process, LONG));
            SocketChannel stranger = connect(listener);
            // From a version that does not exist yet.
            stranger.write(ByteBuffer.allocate(58)
                    .put(new byte[] {'T', 'N', 'D', 'M', 0, 2})
                    .rewind());
            assertHungUp(stranger);
            process.toHandle().destroyForcibly();
            assertThatThrownBy(() -> accepting.get(30, TimeUnit.SECONDS))
                    .cause()
                    .hasMessageContaining("ended with exit code 137")
                    .hasMessageContaining("a stranger speaks version 2 of the protocol, this side version 1");
        }
    }

    private static Listener listen(String kind, Duration strangerTimeout) throws IOException {
        Meeting meeting = kind.equals(UNIX) ? UnixMeeting.open() : LoopbackMeeting.open();
        return new SocketListener(meeting, LIMIT, true, strangerTimeout);
    }

    private SocketChannel connect(Listener listener) throws IOException {
        Address address = Address.parse(listener.endpoint().address());
        SocketChannel channel = address.transport().equals(UNIX)
                ? UnixMeeting.connect(address.place())
                : LoopbackMeeting.connect(address.place());
        opened.add(channel);
        return channel;
    }

    private static Handshake worker(Listener listener, byte[] secret) throws IOException {
        String place = Address.parse(listener.endpoint().address()).place();
        return Handshake.ofWorker(secret, place, LIMIT, LIMIT, Secrets.random(Handshake.NONCE_BYTES));
    }

    private static void complete(Handshake handshake, SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        while (!handshake.advance(channel)) {
            Thread.onSpinWait();
        }
    }

    private static void assertHungUp(SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        var target = ByteBuffer.allocate(1000);
        await().pollInterval(Duration.ofMillis(5))
                .atMost(Duration.ofSeconds(20))
                .until(() -> {
                    try {
                        return channel.read(target.clear()) < 0;
                    } catch (IOException e) {
                        return true; // reset
                    }
                });
    }

    /** Keeps what the worker says to itself. */
    private static final class Recorder implements ByteChannel {
        private final SocketChannel channel;
        private byte[] recorded;

        private Recorder(SocketChannel channel) throws IOException {
            this.channel = channel;
            channel.configureBlocking(false);
        }

        @Override
        public int read(ByteBuffer target) throws IOException {
            return channel.read(target);
        }

        @Override
        public int write(ByteBuffer source) {
            recorded = new byte[source.remaining()];
            source.get(recorded);
            return recorded.length;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
