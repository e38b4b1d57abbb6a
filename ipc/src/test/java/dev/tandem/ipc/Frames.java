package dev.tandem.ipc;

import dev.tandem.ipc.Connection.Frame;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.random.RandomGenerator;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Frames for tests, and their bytes. */
final class Frames {

    private Frames() {}

    static byte[] encode(List<Frame> frames) {
        var out = new ByteArrayOutputStream();
        var writer = new FrameWriter(out::write);
        try {
            for (Frame frame : frames) {
                ByteBuffer[] payload = {ByteBuffer.wrap(frame.payload())};
                writer.write(FrameHeader.of(frame.kind(), frame.id(), payload), payload);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return out.toByteArray();
    }

    static byte[] encode(Frame... frames) {
        return encode(List.of(frames));
    }

    static List<Frame> readAll(ByteSource source, int maxPayloadBytes) throws IOException {
        var reader = new FrameReader(source, maxPayloadBytes);
        List<Frame> frames = new ArrayList<>();
        for (Frame frame; (frame = reader.read()) != null; ) {
            frames.add(frame);
        }
        return frames;
    }

    static Frame random(RandomGenerator random, int maxPayloadBytes) {
        byte[] payload = new byte[random.nextInt(maxPayloadBytes + 1)];
        random.nextBytes(payload);
        return new Frame(random.nextInt(1, 256), random.nextLong(FrameHeader.MAX_ID + 1), payload);
    }

    static Arbitrary<Frame> arbitrary(int maxPayloadBytes) {
        return Combinators.combine(
                        Arbitraries.integers().between(1, 255),
                        Arbitraries.longs().between(0, FrameHeader.MAX_ID),
                        Arbitraries.bytes().array(byte[].class).ofMaxSize(maxPayloadBytes))
                .as(Frame::new)
                .withoutEdgeCases();
    }
}
