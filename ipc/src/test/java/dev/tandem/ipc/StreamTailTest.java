package dev.tandem.ipc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.ipc.Connection.Frame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

class StreamTailTest {

    private static final int CAPACITY = 300;

    private final ByteBuffer memory = ByteBuffer.allocateDirect(16 + CAPACITY);

    private static final class Killed extends IOException {
        private static final long serialVersionUID = 1L;
    }

    /** A pipe whose writer is killed in the middle of a write. */
    private static final class Pipe implements ByteSink {
        private final ByteArrayOutputStream arrived = new ByteArrayOutputStream();
        private long left;

        Pipe(long left) {
            this.left = left;
        }

        @Override
        public void write(byte[] from, int offset, int length) throws IOException {
            int written = (int) Math.min(left, length);
            arrived.write(from, offset, written);
            left -= written;
            if (written < length) {
                throw new Killed();
            }
        }
    }

    /** Whatever was gathered is found, and once, wherever the writer was killed; what was half sent is not. */
    @Property(tries = 1_000)
    void hidesNothingThatWasGatheredAndShowsNothingTwice(@ForAll long seed) throws IOException {
        var random = new Random(seed);
        var pipe = new Pipe(random.nextInt(8_000));
        var writer = new FrameWriter(pipe);
        ByteBuffer shared = ByteBuffer.allocateDirect(16 + CAPACITY);
        writer.keepIn(new StreamTail(shared));
        int sent = 0;
        int gathered = 0;
        try {
            for (int i = random.nextInt(200); i > 0; i--) {
                ByteBuffer[] payload = {ByteBuffer.allocate(random.nextInt(random.nextInt(50) == 0 ? 40_000 : 60))};
                FrameHeader header = FrameHeader.of(1, sent, payload);
                if (random.nextInt(5) > 0) {
                    sent++;
                    writer.gather(header, payload);
                    gathered = sent;
                } else if (random.nextBoolean()) {
                    sent++;
                    writer.write(header, payload);
                    gathered = sent;
                } else {
                    writer.flush();
                }
            }
        } catch (Killed end) {
            // there may be half a frame
        }
        var source = new TailedSource(
                new Arriving(pipe.arrived.toByteArray(), pipe.arrived.size(), () -> 1 + random.nextInt(500)));
        source.endsIn(new StreamTail(shared));
        var reader = new FrameReader(source, 1 << 20);
        int read = 0;
        try {
            for (Frame frame = reader.read(); frame != null; frame = reader.read()) {
                assertThat(frame.id()).isEqualTo(read);
                read++;
            }
        } catch (TransportException half) {
            assertThat(half.isEndOfStream()).isTrue();
        }
        assertThat(read).isBetween(gathered, sent);
    }

    @Test
    void readsThePipeFirst() throws IOException {
        var tail = new StreamTail(memory);
        tail.hold(3, new byte[] {4, 5, 6}, 3);
        var source = new TailedSource(Arriving.whole(new byte[] {1, 2, 3, 4}));
        source.endsIn(new StreamTail(memory));
        byte[] into = new byte[10];
        assertThat(source.read(into, 0, 10)).isEqualTo(4);
        assertThat(source.read(into, 4, 1)).isEqualTo(1);
        assertThat(source.read(into, 5, 5)).isEqualTo(1);
        assertThat(source.read(into, 6, 4)).isEqualTo(-1);
        assertThat(into).startsWith(1, 2, 3, 4, 5, 6, 0);
    }

    @Test
    void readsTheTailWhereThePeerHasBrokenTheStream() throws IOException {
        new StreamTail(memory).hold(0, new byte[] {7}, 1);
        var source = new TailedSource((into, offset, length) -> {
            throw new IOException("Connection reset by peer");
        });
        source.endsIn(new StreamTail(memory));
        byte[] into = new byte[1];
        assertThat(source.read(into, 0, 1)).isEqualTo(1);
        assertThat(into).containsExactly(7);
        assertThatThrownBy(() -> source.read(into, 0, 1)).hasMessage("Connection reset by peer");
    }

    @Test
    void takesNumbersThatMakeNoSenseForNothing() {
        memory.order(ByteOrder.nativeOrder());
        for (long[] numbers : List.of(
                new long[] {0, -1},
                new long[] {0, CAPACITY + 1},
                new long[] {0, Long.MIN_VALUE},
                new long[] {11, 5},
                new long[] {-1, 5},
                new long[] {Long.MIN_VALUE, 5},
                new long[] {5, 5})) {
            memory.putLong(0, numbers[0]).putLong(8, numbers[1]);
            assertThat(new StreamTail(memory).read(10, new byte[9], 0, 9)).isZero();
        }
    }

    @Test
    void refusesMemoryThatIsTooSmall() {
        assertThatThrownBy(() -> new StreamTail(ByteBuffer.allocateDirect(16)))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
