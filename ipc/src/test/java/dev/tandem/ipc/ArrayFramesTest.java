package dev.tandem.ipc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.ipc.Codec.Encoded;
import dev.tandem.ipc.Connection.Frame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.Serializable;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Large arrays travel beside their message, whole, and what is no such thing is refused. */
@Timeout(30)
@SuppressWarnings("serial")
class ArrayFramesTest {

    private static final int LIMIT = 8 << 20;

    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    private final FrameWriter writer = new FrameWriter(bytes::write);

    record Holder(String name, List<Object> parts) implements Serializable {}

    private static List<Object> oneOfEachType() {
        Random random = new Random(7);
        byte[] raw = new byte[700_001];
        random.nextBytes(raw);
        boolean[] booleans = new boolean[300_001];
        booleans[300_000] = true;
        char[] chars = new char[200_003];
        Arrays.fill(chars, '\u1234');
        short[] shorts = new short[131_073];
        shorts[131_072] = -2;
        return List.of(
                raw,
                booleans,
                shorts,
                chars,
                random.ints(65_537).toArray(),
                random.longs(32_769).toArray(),
                floats(),
                random.doubles(100_000).toArray());
    }

    private static float[] floats() {
        float[] floats = new float[65_536];
        floats[65_535] = 0.5f;
        return floats;
    }

    @Test
    void carriesArraysOfEachTypeHoweverTheyArrive() throws IOException {
        List<Object> arrays = oneOfEachType();
        sendMessage(arrays, new byte[] {1, 2});
        sendMessage(List.of(), new byte[] {3});
        Random chunks = new Random(1);

        List<Frame> frames = Frames.readAll(
                new Arriving(bytes.toByteArray(), bytes.size(), () -> 1 + chunks.nextInt(100_000)), LIMIT);

        assertThat(frames).hasSize(2);
        assertThat(frames.get(0).payload()).containsExactly(1, 2);
        assertThat(Arrays.deepEquals(frames.get(0).arrays().toArray(), arrays.toArray()))
                .isTrue();
        assertThat(frames.get(1).arrays()).isEmpty();
    }

    @Test
    void letsOtherFramesBetweenTwoChunks() throws Exception {
        SlowWire wire = new SlowWire();
        FramedConnection connection = new FramedConnection(wire, "peer", LIMIT, FrameLog.OFF);
        Thread large = new Thread(() -> {
            try {
                connection.send(1, 1, List.of(new byte[4 << 20]), ByteBuffer.allocate(1));
            } catch (TransportException e) {
                throw new AssertionError(e);
            }
        });
        large.start();
        assertThat(wire.begun.await(10, TimeUnit.SECONDS)).isTrue();
        Thread small = new Thread(() -> {
            try {
                connection.send(2, 2);
            } catch (TransportException e) {
                throw new AssertionError(e);
            }
        });
        small.start();
        org.awaitility.Awaitility.await().until(() -> small.getState() == Thread.State.WAITING);
        wire.goOn.countDown();
        large.join();
        small.join();

        List<Frame> frames = Frames.readAll(Arriving.whole(wire.written()), LIMIT);
        assertThat(frames).extracting(Frame::kind).containsExactly(2, 1);
        assertThat(frames.get(1).arrays()).hasSize(1);
    }

    @Test
    void refusesToSendWhatIsTooMuchOrNoLargeArray() {
        FramedConnection connection = new FramedConnection(new SlowWire(), "peer", LIMIT, FrameLog.OFF);
        assertThatThrownBy(() -> connection.send(1, 1, List.of(new byte[LIMIT]), ByteBuffer.allocate(1)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining((LIMIT + 1) + " bytes, limit " + LIMIT);
        assertThatThrownBy(() -> connection.send(1, 1, List.of("text"))).isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> connection.send(1, 1, List.of(new int[3])))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("too small");
    }

    @Row("X3")
    @Test
    void refusesAnArrayThatIsTooLongBeforeItAllocates() throws IOException {
        announce(Primitive.LONG, Integer.MAX_VALUE);
        assertRefused("too long");
        bytes.reset();
        announce(Primitive.BYTE, LIMIT);
        chunks(new byte[LIMIT]);
        announce(Primitive.BYTE, ArrayFrames.LEAST_BYTES);
        assertRefused("too long");
    }

    @Row("X2")
    @Test
    void refusesPartsInTheWrongOrder() throws IOException {
        part(ArrayFrames.CHUNK, new byte[8]);
        assertRefused("a chunk comes, but no array");
        announce(Primitive.BYTE, 100_000);
        announce(Primitive.BYTE, 100_000);
        assertRefused("an array begins where none may");
        announce(Primitive.BYTE, 100_000);
        part(ArrayFrames.TAKE, new byte[] {0, 0, 0, 1});
        assertRefused("a message wants 1 arrays");
        announce(Primitive.INT, 100_000);
        part(ArrayFrames.CHUNK, new byte[7]);
        assertRefused("a chunk of 7 bytes");
        announce(Primitive.BYTE, 70_000);
        part(ArrayFrames.CHUNK, new byte[70_001]);
        assertRefused("where 70000 are left");
        announce(Primitive.BYTE, -5);
        assertRefused("too small");
        announce(Primitive.BYTE, 3);
        assertRefused("too small");
        part(ArrayFrames.ARRAY, new byte[] {99, 0, 9, 0, 0});
        assertRefused("no primitive type 99");
        part(4, new byte[4]);
        assertRefused("kinds are 1 to 255");
    }

    @Row("X4")
    @Test
    void saysThatTheStreamWasCutInsideOfAMessage() throws IOException {
        announce(Primitive.BYTE, 100_000);
        chunks(new byte[100_000]);
        assertThatExceptionOfType(TransportException.class)
                .isThrownBy(() -> Frames.readAll(Arriving.whole(bytes.toByteArray()), LIMIT))
                .matches(TransportException::isEndOfStream);
        assertThatExceptionOfType(TransportException.class)
                .isThrownBy(() -> Frames.readAll(Arriving.upTo(bytes.toByteArray(), 50_000), LIMIT))
                .matches(TransportException::isEndOfStream);
    }

    @Row("X2")
    @Test
    void refusesAFlippedBitInAChunk() throws IOException {
        sendMessage(List.of(new long[40_000]), new byte[1]);
        byte[] damaged = bytes.toByteArray();
        for (int at = 0; at < damaged.length; at += 997) {
            damaged[at] ^= 4;
            assertThatExceptionOfType(TransportException.class)
                    .as("bit at %s", at)
                    .isThrownBy(() -> Frames.readAll(Arriving.whole(damaged), LIMIT));
            damaged[at] ^= 4;
        }
    }

    @Test
    void putsLargeArraysBesideTheMessageWhereverTheyAre() throws EncodingException {
        CodecPair pair = new CodecPair();
        List<Object> all = new ArrayList<>(oneOfEachType());
        List<Integer> boxes = new ArrayList<>();
        for (int i = 0; i < 70_000; i++) {
            boxes.add(i);
        }
        all.add(boxes);
        all.add("small");
        Encoded encoded = pair.encoder.encodeInParts(new Holder("h", all), false);
        all.set(0, ((byte[]) all.get(0)).clone());
        ByteBuffer buffer = ByteBuffer.allocate(300_000).put(5, (byte) 9).position(2);
        Encoded ofBuffer = pair.encoder.encodeInParts(buffer, false);

        assertThat(encoded.bytes().length).isLessThan(10_000);
        assertThat(encoded.arrays()).hasSize(9);
        Holder arrived = (Holder) pair.receive(encoded);
        assertThat(Arrays.deepEquals(arrived.parts().toArray(), all.toArray())).isTrue();
        assertThat(pair.receive(ofBuffer)).isEqualTo(buffer);
    }

    @Test
    void isWhatItWasWhenItWasEncoded() throws EncodingException {
        CodecPair pair = new CodecPair();
        int[] value = new int[100_000];
        Encoded copied = pair.encoder.encodeInParts(value, false);
        Encoded kept = pair.encoder.encodeInParts(value, true);
        value[7] = 1;

        assertThat(((int[]) pair.receive(copied))[7]).isZero();
        assertThat(kept.arrays().get(0)).isSameAs(value);
        assertThat(pair.encoder.encodeInParts(List.of(value), true).arrays().get(0))
                .isNotSameAs(value);
    }

    @Test
    void asksOnceWhatStandsForAnArray() throws EncodingException {
        CodecPair pair = new CodecPair();
        int[] value = new int[100_000];
        int[] other = new int[100_000];
        StandIn standIn = new StandIn() {};
        List<Object> asked = new ArrayList<>();
        Encoded encoded = pair.encoder.encodeInParts(new ArrayList<>(List.of(value, "x", value, other)), array -> {
            asked.add(array);
            return array == value ? standIn : null;
        });

        assertThat(asked).hasSize(2);
        assertThat(encoded.arrays().get(0)).isSameAs(standIn);
        assertThat(encoded.arrays().get(1)).isEqualTo(other).isNotSameAs(other);
        assertThat(encoded.totalBytes()).isBetween(400_000L, 401_000L);
        Encoded put = new Encoded(encoded.bytes(), encoded.definitions(), List.of(value, other));
        assertThat((List<?>) pair.receive(put)).hasSize(4).element(0).isSameAs(value);
    }

    @Test
    void refusesArraysThatDoNotFitTheBytes() throws EncodingException {
        CodecPair pair = new CodecPair();
        Encoded encoded = pair.encoder.encodeInParts(new int[100_000], false);
        List<List<?>> wrong = List.of(
                List.of(),
                List.of(new int[99_999]),
                List.of(new float[100_000]),
                List.of(encoded.arrays().get(0), new byte[70_000]));
        for (List<?> arrays : wrong) {
            assertThatThrownBy(() -> pair.decoder.decode(encoded.bytes(), 0, encoded.bytes().length, arrays))
                    .isInstanceOf(EncodingException.class);
        }
    }

    @Test
    void countsArraysAgainstTheLimitOfAnEncoder() {
        assertThatThrownBy(() -> Codec.java().newEncoder(1 << 20).encodeInParts(new long[1 << 18], false))
                .isInstanceOf(EncodingException.class);
    }

    private void sendMessage(List<?> arrays, byte[] payload) throws IOException {
        SlowWire wire = new SlowWire();
        wire.goOn.countDown();
        new FramedConnection(wire, "peer", LIMIT, FrameLog.OFF).send(9, 1, arrays, ByteBuffer.wrap(payload));
        bytes.write(wire.written());
    }

    private void announce(Primitive primitive, int count) throws IOException {
        part(
                ArrayFrames.ARRAY,
                ByteBuffer.allocate(5)
                        .put((byte) primitive.number())
                        .putInt(count)
                        .array());
    }

    private void chunks(byte[] array) throws IOException {
        for (int at = 0; at < array.length; at += ArrayFrames.CHUNK_BYTES) {
            part(
                    ArrayFrames.CHUNK,
                    Arrays.copyOfRange(array, at, Math.min(array.length, at + ArrayFrames.CHUNK_BYTES)));
        }
    }

    private void part(long id, byte[] payload) throws IOException {
        ByteBuffer[] one = {ByteBuffer.wrap(payload)};
        writer.write(FrameHeader.of(0, id, one), one);
    }

    private void assertRefused(String why) {
        assertThatExceptionOfType(TransportException.class)
                .isThrownBy(() -> Frames.readAll(Arriving.whole(bytes.toByteArray()), LIMIT))
                .withMessageContaining(why);
        bytes.reset();
    }

    /** Keeps what is written; the first write waits until it may go on. */
    private static final class SlowWire implements Wire {

        private final CountDownLatch begun = new CountDownLatch(1);
        private final CountDownLatch goOn = new CountDownLatch(1);
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            begun.countDown();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                throw new IOException(e);
            }
            out.write(from, offset, length);
        }

        byte[] written() {
            return out.toByteArray();
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            return -1;
        }

        @Override
        public void wake() {}

        @Override
        public void closeInput() {}

        @Override
        public void closeOutput() {}
    }
}
