package dev.tandem.ipc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ByteChannel;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class HandshakeTest {

    private static final byte[] SECRET = bytes(32, 1);
    private static final String ADDRESS = "127.0.0.1:4711";
    private static final int CHALLENGE_BYTES = 22;
    private static final int RESPONSE_BYTES = 58;

    @Test
    void letsBothSidesProveThemselves() throws IOException {
        for (int chunk : new int[] {1, 7, 1000}) {
            Handshake parent = parent(SECRET, ADDRESS, 1000);
            Handshake worker = worker(SECRET, ADDRESS, 1000, 2000);
            assertThat(converse(parent, worker, chunk)).isTrue();
            assertThat(parent.agreedMaxPayloadBytes()).isEqualTo(1000);
            assertThat(worker.agreedMaxPayloadBytes()).isEqualTo(1000);
        }
    }

    @Test
    void agreesOnTheSmallerLimit() throws IOException {
        Handshake parent = parent(SECRET, ADDRESS, 3000);
        Handshake worker = worker(SECRET, ADDRESS, 3000, 2000);
        assertThat(converse(parent, worker, 1000)).isTrue();
        assertThat(parent.agreedMaxPayloadBytes()).isEqualTo(2000);
        assertThat(worker.agreedMaxPayloadBytes()).isEqualTo(2000);
    }

    @Row("Z2")
    @Test
    void turnsAwayAWorkerWithAnotherSecretAddressOrLimit() {
        assertThatThrownBy(() -> converse(parent(SECRET, ADDRESS, 10), worker(bytes(32, 2), ADDRESS, 10, 10), 1000))
                .isInstanceOf(TransportException.class)
                .hasMessage("a stranger could not prove that it knows the secret");
        assertThatThrownBy(() -> converse(parent(SECRET, ADDRESS, 10), worker(SECRET, ADDRESS + "2", 10, 10), 1000))
                .hasMessageContaining("a stranger could not prove");
        assertThatThrownBy(() -> converse(parent(SECRET, ADDRESS, 10), worker(SECRET, ADDRESS, 11, 10), 1000))
                .hasMessageContaining("a stranger could not prove");
    }

    @Row("Z2")
    @Test
    void givesUpOnAParentThatCannotProveItself() throws IOException {
        var channel = new ScriptedChannel(1000);
        channel.hear(challenge(1));
        channel.hear(bytes(32, 5));
        Handshake worker = worker(SECRET, ADDRESS, 10, 10);
        assertThatThrownBy(() -> worker.advance(channel))
                .isInstanceOf(TransportException.class)
                .hasMessage("the parent could not prove that it knows the secret");
    }

    @Row("Z2")
    @Test
    void refusesAProofThatWasRecordedEarlier() throws IOException {
        byte[] recorded = response(parent(SECRET, ADDRESS, 10), worker(SECRET, ADDRESS, 10, 10));
        var channel = new ScriptedChannel(1000);
        channel.hear(recorded);
        Handshake later = Handshake.ofParent(SECRET, ADDRESS, 10, bytes(16, 99));
        assertThatThrownBy(() -> later.advance(channel)).hasMessageContaining("a stranger could not prove");
    }

    @Test
    void refusesItsOwnProofSentBack() throws IOException {
        // A fake parent has no proof but the one that the worker has just given.
        var channel = new ScriptedChannel(1000);
        channel.hear(challenge(1));
        Handshake worker = worker(SECRET, ADDRESS, 10, 10);
        assertThat(worker.advance(channel)).isFalse();
        byte[] said = channel.said();
        channel.hear(Arrays.copyOfRange(said, RESPONSE_BYTES - 32, RESPONSE_BYTES));
        assertThatThrownBy(() -> worker.advance(channel)).hasMessageContaining("the parent could not prove");
    }

    @Test
    void tellsBothVersionsWhenTheyDiffer() throws IOException {
        var channel = new ScriptedChannel(1000);
        byte[] challenge = challenge(1);
        challenge[5] = 9;
        channel.hear(challenge);
        Handshake worker = worker(SECRET, ADDRESS, 10, 10);
        assertThatThrownBy(() -> worker.advance(channel))
                .hasMessageContaining("the parent speaks version 9 of the protocol, this side version 1");
        assertThat(channel.said()).isEmpty();
    }

    @Row("Z1")
    @Test
    void readsAtMost64BytesOfAStranger() throws IOException {
        var channel = new ScriptedChannel(1000);
        channel.hear(new byte[100_000]);
        Handshake parent = parent(SECRET, ADDRESS, 10);
        assertThatThrownBy(() -> parent.advance(channel)).hasMessageContaining("does not speak our protocol");
        assertThat(channel.heardBytes()).isLessThanOrEqualTo(64);
        assertThat(channel.said()).hasSize(CHALLENGE_BYTES);
    }

    @Row("Z4")
    @Test
    void neverSaysTheSecret() throws IOException {
        var parentsChannel = new ScriptedChannel(1000);
        var workersChannel = new ScriptedChannel(1000);
        Handshake parent = parent(SECRET, ADDRESS, 10);
        Handshake worker = worker(SECRET, ADDRESS, 10, 10);
        parent.advance(parentsChannel);
        byte[] challenge = parentsChannel.said();
        workersChannel.hear(challenge);
        worker.advance(workersChannel);
        byte[] response = workersChannel.said();
        parentsChannel.hear(response);
        assertThat(parent.advance(parentsChannel)).isTrue();
        for (byte[] said : new byte[][] {challenge, response, parentsChannel.said()}) {
            assertThat(HexFormat.of().formatHex(said))
                    .doesNotContain(HexFormat.of().formatHex(SECRET));
        }
    }

    @Test
    void saysWhereThePeerHungUp() throws IOException {
        byte[] response = response(parent(SECRET, ADDRESS, 10), worker(SECRET, ADDRESS, 10, 10));
        for (int cut = 0; cut < response.length; cut++) {
            var channel = new ScriptedChannel(5);
            channel.hear(Arrays.copyOf(response, cut));
            channel.hangUp();
            Handshake parent = parent(SECRET, ADDRESS, 10);
            String expected = "a stranger hung up during the handshake, after " + cut + " of 58 bytes";
            assertThatThrownBy(() -> advanceToTheEnd(parent, channel)).hasMessage(expected);
        }
    }

    @Test
    void refusesEveryFlippedBit() throws IOException {
        byte[] response = response(parent(SECRET, ADDRESS, 10), worker(SECRET, ADDRESS, 10, 10));
        for (int bit = 0; bit < 8 * response.length; bit++) {
            byte[] damaged = response.clone();
            damaged[bit / 8] ^= (byte) (1 << bit % 8);
            var channel = new ScriptedChannel(1000);
            channel.hear(damaged);
            Handshake parent = parent(SECRET, ADDRESS, 10);
            assertThatThrownBy(() -> parent.advance(channel)).as("bit " + bit).isInstanceOf(TransportException.class);
        }
    }

    @Test
    void throwsNothingButTransportExceptionsAtGarbage() throws IOException {
        for (long seed = 0; seed < 1000; seed++) {
            hearGarbage(seed);
        }
    }

    @Test
    @Timeout(30)
    void throwsNothingButTransportExceptionsAtNewGarbage() throws IOException {
        long seed = new Random().nextLong();
        long start = System.nanoTime();
        while (System.nanoTime() - start < TimeUnit.SECONDS.toNanos(1)) {
            hearGarbage(seed++);
        }
    }

    private static void hearGarbage(long seed) throws IOException {
        var random = new Random(seed);
        Handshake victim = random.nextBoolean() ? parent(SECRET, ADDRESS, 10) : worker(SECRET, ADDRESS, 10, 10);
        var channel = new ScriptedChannel(1 + random.nextInt(100));
        byte[] garbage = bytes(random.nextInt(200), seed);
        if (random.nextBoolean()) {
            System.arraycopy(challenge(seed), 0, garbage, 0, Math.min(random.nextInt(23), garbage.length));
        }
        channel.hear(garbage);
        channel.hangUp();
        try {
            advanceToTheEnd(victim, channel);
            throw new AssertionError("seed " + seed + " was let in");
        } catch (TransportException e) {
            assertThat(e.getMessage()).as("seed " + seed).startsWith(victim.peer);
        } catch (RuntimeException e) {
            throw new AssertionError("seed " + seed, e);
        }
    }

    private static void advanceToTheEnd(Handshake handshake, ScriptedChannel channel) throws IOException {
        for (int i = 0; i < 1000; i++) {
            if (handshake.advance(channel)) {
                return;
            }
        }
        throw new AssertionError("the handshake does not end");
    }

    /** Lets both talk until they are done, or one throws. */
    private static boolean converse(Handshake parent, Handshake worker, int chunk) throws IOException {
        var parentsChannel = new ScriptedChannel(chunk);
        var workersChannel = new ScriptedChannel(chunk);
        for (int i = 0; i < 1000; i++) {
            boolean done = parent.advance(parentsChannel);
            workersChannel.hear(parentsChannel.said());
            boolean workerDone = worker.advance(workersChannel);
            parentsChannel.hear(workersChannel.said());
            if (done && workerDone) {
                return true;
            }
        }
        return false;
    }

    private static byte[] response(Handshake parent, Handshake worker) throws IOException {
        var parentsChannel = new ScriptedChannel(1000);
        var workersChannel = new ScriptedChannel(1000);
        parent.advance(parentsChannel);
        workersChannel.hear(parentsChannel.said());
        worker.advance(workersChannel);
        return workersChannel.said();
    }

    private static byte[] challenge(long seed) {
        var challenge = ByteBuffer.allocate(CHALLENGE_BYTES);
        Preamble.put(challenge);
        return challenge.put(bytes(16, seed)).array();
    }

    private static Handshake parent(byte[] secret, String address, int limit) {
        return Handshake.ofParent(secret, address, limit, bytes(16, 11));
    }

    private static Handshake worker(byte[] secret, String address, int parentLimit, int limit) {
        return Handshake.ofWorker(secret, address, parentLimit, limit, bytes(16, 12));
    }

    private static byte[] bytes(int length, long seed) {
        byte[] bytes = new byte[length];
        new Random(seed).nextBytes(bytes);
        return bytes;
    }

    /** A channel that says what a test lets it hear, in chunks. */
    private static final class ScriptedChannel implements ByteChannel {
        private final int chunkBytes;
        private final ByteArrayOutputStream said = new ByteArrayOutputStream();
        private byte[] heard = {};
        private int position;
        private boolean pause;
        private boolean hungUp;

        private ScriptedChannel(int chunkBytes) {
            this.chunkBytes = chunkBytes;
        }

        private void hear(byte[] more) {
            int length = heard.length;
            heard = Arrays.copyOf(heard, length + more.length);
            System.arraycopy(more, 0, heard, length, more.length);
        }

        private void hangUp() {
            hungUp = true;
        }

        private byte[] said() {
            byte[] bytes = said.toByteArray();
            said.reset();
            return bytes;
        }

        private int heardBytes() {
            return position;
        }

        @Override
        public int read(ByteBuffer target) {
            int count = Math.min(pace(), Math.min(target.remaining(), heard.length - position));
            target.put(heard, position, count);
            position += count;
            return hungUp && position == heard.length && count == 0 ? -1 : count;
        }

        @Override
        public int write(ByteBuffer source) {
            int count = Math.min(pace(), source.remaining());
            for (int i = 0; i < count; i++) {
                said.write(source.get());
            }
            return count;
        }

        /** Every second chunk is empty, unless chunks are large. */
        private int pace() {
            pause = !pause && chunkBytes < 1000;
            return pause ? 0 : chunkBytes;
        }

        @Override
        public boolean isOpen() {
            return true;
        }

        @Override
        public void close() {}
    }
}
