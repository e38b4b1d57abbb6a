package dev.tandem.ipc;

import static dev.tandem.ipc.Running.run;
import static dev.tandem.ipc.Running.runAction;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.Pipe;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two ends in one JVM, over pipes of the system. */
@Timeout(60)
@ExtendWith(NoLeaks.class)
class RingWireTest {

    private static final int CAPACITY = 1024;

    private final AtomicInteger released = new AtomicInteger();
    private final ByteRing toWorker = ring();
    private final ByteRing toParent = ring();
    private Pipe parentsInput;
    private Pipe workersInput;
    private RingWire parent;
    private RingWire worker;

    private static ByteRing ring() {
        return new ByteRing(ByteBuffer.allocateDirect(ByteRing.sizeOf(CAPACITY)), 0, CAPACITY);
    }

    @BeforeEach
    void open() throws IOException {
        parentsInput = Pipe.open();
        workersInput = Pipe.open();
        connect(false);
    }

    private void connect(boolean spins) {
        var parentsBell = new Doorbell(
                Channels.newInputStream(parentsInput.source()), Channels.newOutputStream(workersInput.sink()), true);
        var workersBell = new Doorbell(
                Channels.newInputStream(workersInput.source()), Channels.newOutputStream(parentsInput.sink()), false);
        var limit = new FixedLimit(spins);
        parent = new RingWire(toParent, toWorker, parentsBell, limit, released::incrementAndGet);
        worker = new RingWire(toWorker, toParent, workersBell, limit, RingWire.KEEP);
    }

    @AfterEach
    void close() throws IOException {
        for (Pipe pipe : new Pipe[] {parentsInput, workersInput}) {
            pipe.sink().close();
            pipe.source().close();
        }
    }

    /** Pieces of all sizes up to four times what fits, both ways at once: each side falls asleep for bytes and for room. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void carriesMoreThanFitsBothWaysAtOnce(boolean spins) throws Exception {
        connect(spins);
        byte[] there = random(1, 500_000);
        byte[] back = random(2, 500_000);
        var writers = new Running<?>[] {
            runAction(() -> writeInPieces(parent, there, 3)), runAction(() -> writeInPieces(worker, back, 4))
        };
        var atWorker = run(() -> readInPieces(worker, there.length, 5));
        var atParent = run(() -> readInPieces(parent, back.length, 6));
        assertThat(atWorker.get(30, SECONDS)).isEqualTo(there);
        assertThat(atParent.get(30, SECONDS)).isEqualTo(back);
        for (Running<?> writer : writers) {
            writer.get(30, SECONDS);
        }
    }

    /** Each wait is a sleep, so this is the handshake of the doorbell many times over. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void wakesWhoeverSleepsEachTime(boolean spins) throws Exception {
        connect(spins);
        int rounds = 1000;
        var echoing = runAction(() -> {
            byte[] bytes = new byte[1];
            for (int i = 0; i < rounds; i++) {
                assertThat(worker.read(bytes, 0, 1)).isEqualTo(1);
                worker.write(bytes, 0, 1);
            }
        });
        var asking = runAction(() -> {
            byte[] bytes = new byte[1];
            for (int i = 0; i < rounds; i++) {
                bytes[0] = (byte) i;
                parent.write(bytes, 0, 1);
                assertThat(parent.read(bytes, 0, 1)).isEqualTo(1);
                assertThat(bytes[0]).isEqualTo((byte) i);
            }
        });
        asking.get(30, SECONDS);
        echoing.get(30, SECONDS);
    }

    /** Whoever rings may be held up until the sleeper has left and sleeps again: that ring takes the mark of this sleep away. */
    @Test
    void isWokenAfterARingThatWasMeantForAnEarlierSleep() throws Exception {
        var reading = run(() -> parent.read(new byte[1], 0, 1));
        reading.awaitBlocked();
        assertThat(toParent.changeConsumerState(ByteRing.WAITING, ByteRing.WORKING))
                .isTrue();
        parentsInput.sink().write(ByteBuffer.wrap(new byte[1]));
        await().until(() -> toParent.consumerState() == ByteRing.WAITING);
        worker.write(new byte[1], 0, 1);
        assertThat(reading.get(20, SECONDS)).isEqualTo(1);
    }

    @Test
    void wakesAWriterThoughItsReaderListens() throws Exception {
        var reading = run(() -> parent.read(new byte[1], 0, 1));
        reading.awaitBlocked();
        var writing = runAction(() -> parent.write(new byte[CAPACITY + 1], 0, CAPACITY + 1));
        writing.awaitBlocked();
        assertThat(worker.read(new byte[10], 0, 10)).isEqualTo(10);
        writing.get(20, SECONDS);
        assertThat(reading.isDone()).isFalse();
        worker.write(new byte[1], 0, 1);
        assertThat(reading.get(20, SECONDS)).isEqualTo(1);
    }

    @Test
    void letsTheWriterListenWhenItsReaderLeaves() throws Exception {
        var reading = run(() -> parent.read(new byte[1], 0, 1));
        reading.awaitBlocked();
        var writing = runAction(() -> parent.write(new byte[CAPACITY + 1], 0, CAPACITY + 1));
        writing.awaitBlocked();
        worker.write(new byte[1], 0, 1);
        assertThat(reading.get(20, SECONDS)).isEqualTo(1);
        worker.read(new byte[1], 0, 1);
        writing.get(20, SECONDS);
    }

    @Test
    void readsWhatTheDeadHaveWrittenThenTheEnd() throws Exception {
        worker.write(new byte[] {1, 2, 3}, 0, 3);
        parentsInput.sink().close();
        byte[] bytes = new byte[2];
        assertThat(parent.read(bytes, 0, 2)).isEqualTo(2);
        assertThat(parent.read(bytes, 0, 2)).isEqualTo(1);
        assertThat(parent.read(bytes, 0, 2)).isEqualTo(-1);
        assertThat(parent.read(bytes, 0, 2)).isEqualTo(-1);
    }

    @Test
    void failsAWriteThatWaitsForTheDead() throws Exception {
        var writing = runAction(() -> parent.write(new byte[CAPACITY + 1], 0, CAPACITY + 1));
        writing.awaitBlocked();
        parentsInput.sink().close();
        assertThatThrownBy(() -> writing.get(20, SECONDS))
                .cause()
                .isInstanceOf(IOException.class)
                .hasMessage("the other side has ended");
    }

    @Test
    void endsAtTheOtherSideWhenClosed() throws Exception {
        worker.write(new byte[1], 0, 1);
        worker.wake();
        worker.closeOutput();
        worker.closeInput();
        byte[] bytes = new byte[2];
        assertThat(parent.read(bytes, 0, 2)).isEqualTo(1);
        assertThat(parent.read(bytes, 0, 2)).isEqualTo(-1);
        assertThatThrownBy(() -> parent.write(bytes, 0, 2))
                .isInstanceOf(IOException.class)
                .hasMessage("the other side has ended");
    }

    @Test
    void wakesASleepingReaderAtTheOtherSideWhenClosed() throws Exception {
        var reading = run(() -> parent.read(new byte[1], 0, 1));
        reading.awaitBlocked();
        worker.wake();
        worker.closeOutput();
        assertThat(reading.get(20, SECONDS)).isEqualTo(-1);
    }

    @Test
    void wakesItsOwnWriterWhileItsReaderListens() throws Exception {
        var reading = run(() -> parent.read(new byte[1], 0, 1));
        reading.awaitBlocked();
        var writing = runAction(() -> parent.write(new byte[CAPACITY + 1], 0, CAPACITY + 1));
        writing.awaitBlocked();
        parent.wake();
        assertThatThrownBy(() -> writing.get(20, SECONDS)).cause().isInstanceOf(ClosedChannelException.class);
        parent.closeOutput();
        worker.wake();
        worker.closeOutput();
        assertThatThrownBy(() -> reading.get(20, SECONDS)).cause().isInstanceOf(ClosedChannelException.class);
    }

    @Test
    void letsGoOfTheMemoryOnceWhenBothDirectionsAreClosed() throws Exception {
        parent.wake();
        parent.closeOutput();
        assertThat(released).hasValue(0);
        parent.closeInput();
        parent.closeInput();
        parent.closeOutput();
        assertThat(released).hasValue(1);
        assertThatThrownBy(() -> parent.read(new byte[1], 0, 1)).isInstanceOf(ClosedChannelException.class);
    }

    /** A peer that scribbles over the memory ends its connection and harms nobody. */
    @Test
    void refusesPositionsThatMakeNoSense() throws Exception {
        toParent.publishTail(Long.MAX_VALUE);
        assertThatThrownBy(() -> parent.read(new byte[1], 0, 1))
                .isInstanceOf(TransportException.class)
                .hasMessageStartingWith("the shared memory is damaged");
        toWorker.publishHead(-1);
        assertThatThrownBy(() -> parent.write(new byte[2 * CAPACITY], 0, 2 * CAPACITY))
                .isInstanceOf(TransportException.class)
                .hasMessageStartingWith("the shared memory is damaged");
    }

    private static byte[] random(int seed, int length) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    private static void writeInPieces(Wire wire, byte[] bytes, int seed) throws IOException {
        var random = new Random(seed);
        for (int done = 0; done < bytes.length; ) {
            int count = Math.min(bytes.length - done, 1 + random.nextInt(4 * CAPACITY));
            wire.write(bytes, done, count);
            done += count;
        }
    }

    private static byte[] readInPieces(Wire wire, int length, int seed) throws IOException {
        var random = new Random(seed);
        byte[] bytes = new byte[length];
        for (int done = 0; done < length; ) {
            int count = wire.read(bytes, done, Math.min(length - done, 1 + random.nextInt(2 * CAPACITY)));
            assertThat(count).isPositive();
            done += count;
        }
        return bytes;
    }

    private record FixedLimit(boolean allows) implements SpinLimit {
        @Override
        public void tell() {}
    }
}
