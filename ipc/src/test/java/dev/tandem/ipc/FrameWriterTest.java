package dev.tandem.ipc;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class FrameWriterTest {

    @Test
    void writesASmallFrameInOneCall() throws IOException {
        assertThat(writes(ByteBuffer.allocate(100), ByteBuffer.allocateDirect(200)))
                .containsExactly(FrameHeader.BYTES + 300);
    }

    @Test
    void writesALargeFrameInStepsOfAtMost256Kilobytes() throws IOException {
        List<Integer> writes = writes(ByteBuffer.allocate(1_000_000), ByteBuffer.allocateDirect(1_000_000));
        assertThat(writes).allMatch(step -> step <= 256 * 1024);
        assertThat(writes.stream().mapToInt(Integer::intValue).sum()).isEqualTo(FrameHeader.BYTES + 2_000_000);
    }

    @Test
    void writesWhatWasGatheredInOneCallWithWhatComesNext() throws IOException {
        List<Integer> writes = new ArrayList<>();
        var out = new ByteArrayOutputStream();
        var writer = new FrameWriter((bytes, offset, length) -> {
            writes.add(length);
            out.write(bytes, offset, length);
        });
        for (int i = 0; i < 3; i++) {
            ByteBuffer[] payload = {ByteBuffer.allocate(10)};
            writer.gather(FrameHeader.of(1, i, payload), payload);
        }
        assertThat(writes).isEmpty();
        ByteBuffer[] last = {ByteBuffer.allocate(10)};
        writer.write(FrameHeader.of(1, 3, last), last);
        assertThat(writes).containsExactly(4 * (FrameHeader.BYTES + 10));
        ByteBuffer[] more = {ByteBuffer.allocate(10)};
        writer.gather(FrameHeader.of(1, 4, more), more);
        writer.flush();
        writer.flush();
        assertThat(writes).hasSize(2);
        assertThat(Frames.readAll(Arriving.whole(out.toByteArray()), 100)).hasSize(5);
    }

    @Property(tries = 100)
    void writesWhatIsTooMuchToBeGathered(@ForAll @Size(max = 20) List<@IntRange(max = 9_000) Integer> lengths)
            throws IOException {
        var out = new ByteArrayOutputStream();
        var writer = new FrameWriter(out::write);
        for (int length : lengths) {
            ByteBuffer[] payload = {ByteBuffer.allocate(length)};
            writer.gather(FrameHeader.of(1, length, payload), payload);
        }
        writer.flush();
        assertThat(Frames.readAll(Arriving.whole(out.toByteArray()), 1 << 20))
                .extracting(frame -> frame.payload().length)
                .isEqualTo(lengths);
    }

    @Property(tries = 200)
    void joinsThePartsWhateverTheirKind(
            @ForAll @Size(max = 6) List<@IntRange(max = 40_000) Integer> lengths, @ForAll long seed)
            throws IOException {
        var random = new Random(seed);
        var expected = new ByteArrayOutputStream();
        ByteBuffer[] parts = new ByteBuffer[lengths.size()];
        for (int i = 0; i < parts.length; i++) {
            byte[] bytes = new byte[lengths.get(i)];
            random.nextBytes(bytes);
            expected.write(bytes);
            parts[i] = part(bytes, random.nextInt(4));
        }
        var out = new ByteArrayOutputStream();
        new FrameWriter(out::write).write(FrameHeader.of(9, 8, parts), parts);
        var frames = Frames.readAll(Arriving.whole(out.toByteArray()), 1 << 20);
        assertThat(frames).hasSize(1);
        assertThat(frames.get(0).payload()).isEqualTo(expected.toByteArray());
    }

    private static ByteBuffer part(byte[] bytes, int kind) {
        return switch (kind) {
            case 0 -> ByteBuffer.wrap(bytes);
            case 1 -> ByteBuffer.wrap(bytes).asReadOnlyBuffer();
            case 2 -> ByteBuffer.allocateDirect(bytes.length).put(bytes).flip();
            default -> {
                // Neither at the start of its array nor of its slice.
                byte[] padded = new byte[bytes.length + 7];
                System.arraycopy(bytes, 0, padded, 5, bytes.length);
                yield ByteBuffer.wrap(padded, 2, bytes.length + 5)
                        .slice()
                        .position(3)
                        .limit(3 + bytes.length);
            }
        };
    }

    private static List<Integer> writes(ByteBuffer... parts) throws IOException {
        List<Integer> writes = new ArrayList<>();
        new FrameWriter((from, offset, length) -> writes.add(length)).write(FrameHeader.of(1, 1, parts), parts);
        return writes;
    }
}
