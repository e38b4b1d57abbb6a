package dev.tandem.ipc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.management.ThreadMXBean;
import dev.tandem.ipc.Connection.Frame;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class FrameReaderTest {

    private static final int LIMIT = 64 * 1024;
    private static final Frame NEXT = new Frame(1, 1, new byte[] {1, 2, 3});

    @Provide
    Arbitrary<List<Frame>> frames() {
        return Frames.arbitrary(200).list().ofMaxSize(20);
    }

    @Provide
    Arbitrary<Frame> frame() {
        return Frames.arbitrary(40);
    }

    @Row("X4")
    @Property(tries = 300)
    void readsWhatWasWrittenHoweverItArrives(@ForAll("frames") List<Frame> frames, @ForAll long seed)
            throws IOException {
        byte[] bytes = Frames.encode(frames);
        var random = new Random(seed);
        assertSame(frames, Frames.readAll(Arriving.whole(bytes), LIMIT));
        assertSame(frames, Frames.readAll(new Arriving(bytes, bytes.length, () -> 1), LIMIT));
        assertSame(frames, Frames.readAll(new Arriving(bytes, bytes.length, () -> 1 + random.nextInt(50)), LIMIT));
    }

    /** Bytes come in steps; after each whoever does not wait gets what has come whole, and nothing else. */
    @Property(tries = 200)
    void hasAFrameWithoutWaitingAsSoonAsItIsWhole(@ForAll("frames") List<Frame> frames, @ForAll long seed)
            throws IOException {
        byte[] bytes = Frames.encode(frames);
        var random = new Random(seed);
        var source = new Trickle(bytes);
        var reader = new FrameReader(source, LIMIT);
        int next = 0;
        int wholeBytes = 0;
        while (source.arrived < bytes.length || next < frames.size()) {
            source.arrived = Math.min(bytes.length, source.arrived + random.nextInt(300));
            for (Frame frame; (frame = reader.readArrived()) != null; next++) {
                assertSame(frames.get(next), frame);
                wholeBytes += FrameHeader.BYTES + frame.payload().length;
            }
            boolean more = next < frames.size();
            int wanted = more ? FrameHeader.BYTES + frames.get(next).payload().length : 1;
            assertThat(source.arrived - wholeBytes).isLessThan(wanted);
            if (more && source.arrived > wholeBytes && random.nextBoolean()) { // who waits goes on from there
                source.arrived = Math.max(source.arrived, wholeBytes + wanted);
                assertSame(frames.get(next), reader.read());
                wholeBytes += wanted;
                next++;
            }
        }
        assertThat(reader.readArrived()).isNull();
    }

    @Test
    void leavesToWhoeverWaitsWhatOnlyThatOneCanRead() throws IOException {
        Frame large = new Frame(2, 2, new byte[40_000]);
        var source = new Trickle(Frames.encode(NEXT, large, NEXT));
        source.arrived = source.bytes.length;
        var reader = new FrameReader(source, LIMIT);
        assertSame(NEXT, reader.readArrived());
        assertThat(reader.readArrived()).as("longer than the buffer").isNull();
        assertThat(reader.readArrived()).isNull();
        assertSame(large, reader.read());
        assertSame(NEXT, reader.readArrived());
        assertThat(reader.readArrived()).as("the end").isNull();
        assertThat(reader.read()).isNull();

        byte[] damaged = Frames.encode(NEXT);
        damaged[3] ^= 1;
        var broken = new Trickle(damaged);
        broken.arrived = damaged.length;
        var reading = new FrameReader(broken, LIMIT);
        assertThat(reading.readArrived()).isNull();
        assertThatThrownBy(reading::read).isInstanceOf(TransportException.class);
    }

    /** Bytes of which so many have arrived; whoever reads what has not would wait. */
    private static final class Trickle implements ByteSource {
        private final byte[] bytes;
        private int arrived;
        private int position;

        Trickle(byte[] bytes) {
            this.bytes = bytes;
        }

        @Override
        public int read(byte[] into, int offset, int length) {
            if (position == bytes.length) {
                return -1;
            }
            assertThat(arrived).as("nobody waits").isGreaterThan(position);
            int count = Math.min(length, arrived - position);
            System.arraycopy(bytes, position, into, offset, count);
            position += count;
            return count;
        }

        @Override
        public boolean hasArrived() {
            return arrived > position;
        }
    }

    @Test
    void readsFramesThatAreLargerThanItsBuffers() throws IOException {
        var random = new Random(1);
        List<Frame> frames = random.ints(60, 0, 300_000)
                .mapToObj(length -> Frames.random(random, length))
                .toList();
        byte[] bytes = Frames.encode(frames);
        assertSame(frames, Frames.readAll(Arriving.whole(bytes), 300_000));
        assertSame(frames, Frames.readAll(new Arriving(bytes, bytes.length, () -> 1 + random.nextInt(9000)), 300_000));
    }

    @Test
    void hasMoreOnceTheWholeOfTheNextFrameIsThere() throws IOException {
        byte[] bytes = Frames.encode(List.of(NEXT, NEXT));
        for (int more = 0; more <= bytes.length / 2; more++) {
            var reader = new FrameReader(Arriving.upTo(bytes, bytes.length / 2 + more), LIMIT);
            assertThat(reader.hasMore()).isFalse();
            assertSame(NEXT, reader.read());
            assertThat(reader.hasMore()).as("%s bytes of the next", more).isEqualTo(more == bytes.length / 2);
        }
    }

    @Row("X4")
    @Property(tries = 100)
    void saysWhereTheStreamWasCut(@ForAll("frames") List<Frame> frames, @ForAll("frame") Frame last)
            throws IOException {
        byte[] whole = Frames.encode(frames);
        byte[] bytes = Arrays.copyOf(whole, whole.length + FrameHeader.BYTES + last.payload().length);
        System.arraycopy(Frames.encode(last), 0, bytes, whole.length, bytes.length - whole.length);
        assertSame(frames, Frames.readAll(Arriving.upTo(bytes, whole.length), LIMIT));
        for (int cut = 1; cut < bytes.length - whole.length; cut++) {
            var reader = new FrameReader(Arriving.upTo(bytes, whole.length + cut), LIMIT);
            for (Frame frame : frames) {
                assertSame(frame, reader.read());
            }
            int wanted = cut < FrameHeader.BYTES ? FrameHeader.BYTES : bytes.length - whole.length;
            assertThatThrownBy(reader::read)
                    .isInstanceOf(TransportException.class)
                    .hasMessageContaining("at byte " + whole.length + " of the stream")
                    .hasMessageContaining("the stream ended after " + cut + " of " + wanted + " bytes");
        }
    }

    @Row("X5")
    @Test
    void x5TellsOfEachMebibyteOfALongFrameAndOfNothingLess() throws IOException {
        byte[] bytes = Frames.encode(new Frame(1, 1, new byte[5 << 20]), new Frame(2, 2, new byte[100]));
        var told = new AtomicInteger();
        var reader = new FrameReader(Arriving.whole(bytes), 8 << 20);
        reader.tellProgress(told::incrementAndGet);

        assertThat(reader.read()).isNotNull();
        assertThat(told.get()).isBetween(4, 5);
        assertThat(reader.read()).isNotNull();
        assertThat(told.get()).isBetween(4, 5);

        told.set(0);
        var slow = new FrameReader(Arriving.upTo(bytes, 1 << 20), 8 << 20);
        slow.tellProgress(told::incrementAndGet);
        assertThatThrownBy(slow::read).isInstanceOf(TransportException.class);
        assertThat(told).hasValue(0);
    }

    @Row("X2")
    @Property(tries = 100)
    void refusesEveryFlippedBit(@ForAll("frame") Frame frame) {
        byte[] bytes = Frames.encode(frame, NEXT);
        int bits = 8 * (FrameHeader.BYTES + frame.payload().length);
        for (int bit = 0; bit < bits; bit++) {
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
            // Bits of the first twelve bytes are found before the length is believed, others by the CRC.
            String expected = bit < 96 ? "its header is damaged" : "CRC-32C mismatch";
            assertThatThrownBy(() -> Frames.readAll(Arriving.whole(bytes), LIMIT))
                    .isInstanceOf(TransportException.class)
                    .hasMessageContaining(expected);
            bytes[bit / 8] ^= (byte) (1 << bit % 8);
        }
    }

    @Property(tries = 2000)
    void neverReadsWhatWasNotWritten(@ForAll("frame") Frame frame, @ForAll long seed) {
        byte[] bytes = Frames.encode(frame, NEXT);
        var random = new Random(seed);
        int flips = 2 + random.nextInt(6);
        byte[] damaged = bytes.clone();
        for (int i = 0; i < flips; i++) {
            damaged[random.nextInt(FrameHeader.BYTES + frame.payload().length)] ^= (byte) (1 << random.nextInt(8));
        }
        if (!Arrays.equals(bytes, damaged)) {
            assertThatThrownBy(() -> Frames.readAll(Arriving.whole(damaged), LIMIT))
                    .isInstanceOf(TransportException.class);
        }
    }

    @Row("X3")
    @Test
    void refusesAFrameThatIsTooLongBeforeItAllocates() {
        for (long length : new long[] {LIMIT + 1L, Integer.MAX_VALUE, 1L << 31, 0xFFFF_FFFFL /* -1 */}) {
            byte[] bytes = new byte[FrameHeader.BYTES];
            new FrameHeader(3, 9, length, 0).put(ByteBuffer.wrap(bytes));
            var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
            var reader = new FrameReader(Arriving.whole(bytes), LIMIT);
            long before = threads.getCurrentThreadAllocatedBytes();
            TransportException refusal = null;
            try {
                reader.read();
            } catch (IOException e) {
                refusal = (TransportException) e;
            }
            long allocated = threads.getCurrentThreadAllocatedBytes() - before;
            assertThat(refusal).hasMessageContaining("too long: " + length + " bytes, limit " + LIMIT);
            assertThat(allocated).isLessThan(1024 * 1024);
        }
    }

    @Test
    void acceptsAFrameOfExactlyTheLimit() throws IOException {
        var frame = new Frame(1, 2, new byte[LIMIT]);
        assertSame(List.of(frame), Frames.readAll(Arriving.whole(Frames.encode(frame)), LIMIT));
        assertThatThrownBy(() -> Frames.readAll(Arriving.whole(Frames.encode(frame)), LIMIT - 1))
                .hasMessageContaining("too long");
    }

    @Test
    void reportsAFrameForWhichThereIsNoMemory() {
        byte[] bytes = new byte[FrameHeader.BYTES];
        new FrameHeader(3, 9, Integer.MAX_VALUE, 0).put(ByteBuffer.wrap(bytes)); // longer than any array
        assertThatThrownBy(() -> Frames.readAll(Arriving.whole(bytes), Integer.MAX_VALUE))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("no memory for frame of kind 3 with id 9 and 2147483647 bytes");
    }

    @Test
    void endsAtTheEndFrame() throws IOException {
        byte[] bytes = new byte[FrameHeader.BYTES];
        FrameHeader.END.put(ByteBuffer.wrap(bytes));
        assertThat(Frames.readAll(Arriving.whole(bytes), LIMIT)).isEmpty();
    }

    @Test
    void refusesKindZeroElsewhere() {
        assertThatThrownBy(() -> Frames.readAll(Arriving.whole(Frames.encode(new Frame(0, 5, new byte[2]))), LIMIT))
                .isInstanceOf(TransportException.class)
                .hasMessageContaining("frame of kind 0 with id 5 and 2 bytes is none");
    }

    @Row("X2")
    @Test
    void showsTheFirst64BytesOfWhatIsNoFrame() {
        String text = "Listening for transport dt_socket at address: 5005\nand much more text that is no frame";
        byte[] bytes = text.getBytes(StandardCharsets.US_ASCII);
        assertThatThrownBy(() -> Frames.readAll(Arriving.whole(bytes), LIMIT))
                .hasMessageContaining("first bytes 4c 69 73 74 65 6e ")
                .hasMessageEndingWith("|Listening for transport dt_socket at address: 5005.and much more|");
    }

    @Row("X2")
    @Test
    void throwsNothingButTransportExceptionsAtGarbage() {
        for (long seed = 0; seed < 3000; seed++) {
            readGarbage(seed);
        }
    }

    @Test
    @Timeout(30)
    void throwsNothingButTransportExceptionsAtNewGarbage() {
        long seed = new Random().nextLong();
        long start = System.nanoTime();
        while (System.nanoTime() - start < TimeUnit.SECONDS.toNanos(2)) {
            readGarbage(seed++);
        }
    }

    private static void readGarbage(long seed) {
        var random = new Random(seed);
        byte[] bytes = Frames.encode(Frames.random(random, 100), Frames.random(random, 20_000), NEXT);
        switch (random.nextInt(3)) {
            case 0 -> random.nextBytes(bytes);
            case 1 -> {
                // A valid header with a length of its own choice.
                var header = new FrameHeader(1, 1, random.nextLong(1L << (1 + random.nextInt(32))), random.nextInt());
                header.put(ByteBuffer.wrap(bytes));
            }
            default -> {
                for (int i = random.nextInt(4); i >= 0; i--) {
                    bytes[random.nextInt(bytes.length)] = (byte) random.nextInt();
                }
            }
        }
        int end = random.nextBoolean() ? bytes.length : random.nextInt(bytes.length);
        try {
            List<Frame> frames = Frames.readAll(new Arriving(bytes, end, () -> 1 + random.nextInt(5000)), LIMIT);
            assertThat(frames).as("seed " + seed).hasSizeLessThanOrEqualTo(3);
        } catch (TransportException e) {
            assertThat(e).as("seed " + seed).hasMessageMatching("(?s)broken frame at byte \\d+ of the stream: .*");
        } catch (IOException | RuntimeException e) {
            throw new AssertionError("seed " + seed, e);
        }
    }

    private static void assertSame(List<Frame> expected, List<Frame> actual) {
        assertThat(actual).hasSameSizeAs(expected);
        for (int i = 0; i < expected.size(); i++) {
            assertSame(expected.get(i), actual.get(i));
        }
    }

    private static void assertSame(Frame expected, Frame actual) {
        assertThat(actual.kind()).isEqualTo(expected.kind());
        assertThat(actual.id()).isEqualTo(expected.id());
        assertThat(actual.payload()).isEqualTo(expected.payload());
    }
}
