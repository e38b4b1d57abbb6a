package dev.tandem.ipc;

import java.io.IOException;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Turns frames into bytes: a small one into one write, several small ones too if they are gathered, a large one into steps.
 *
 * <p>Used by one thread at a time. After an exception half a frame may be out and the writer must not be used again.
 */
final class FrameWriter {

    /** Frames up to this size go out in one call; larger means more memory per worker. */
    private static final int STAGE_BYTES = 16 * 1024;

    /** Larger: fewer system calls; smaller: less native memory, as the JDK copies each step through a buffer of that size. */
    private static final int STEP_BYTES = 64 * 1024;

    private final ByteSink sink;
    private final ByteBuffer stage = ByteBuffer.allocate(STAGE_BYTES);

    private @Nullable StreamTail tail;
    private long writtenBytes;

    FrameWriter(ByteSink sink) {
        this.sink = sink;
    }

    /**
     * Writes one frame, and before it what was gathered.
     *
     * @param header made of the same payload
     * @param payload consumed
     */
    void write(FrameHeader header, ByteBuffer[] payload) throws IOException {
        put(header, payload);
        flush();
    }

    /** What is gathered from now on is kept in memory that others see, until it is written. */
    void keepIn(StreamTail memory) {
        tail = memory;
    }

    /** Takes one frame, of which what fits is left to be written with what comes next. */
    void gather(FrameHeader header, ByteBuffer[] payload) throws IOException {
        put(header, payload);
        StreamTail memory = tail;
        if (memory != null) {
            if (stage.position() <= memory.capacity()) {
                memory.hold(writtenBytes, stage.array(), stage.position());
            } else {
                flush();
            }
        }
    }

    private void put(FrameHeader header, ByteBuffer[] payload) throws IOException {
        if (stage.remaining() < FrameHeader.BYTES) {
            flush();
        }
        header.put(stage);
        for (ByteBuffer part : payload) {
            writePart(part);
        }
    }

    private void writePart(ByteBuffer part) throws IOException {
        fillStage(part);
        while (part.hasRemaining()) {
            flush();
            if (part.hasArray() && part.remaining() > STAGE_BYTES) {
                int step = Math.min(part.remaining(), STEP_BYTES);
                sink.write(part.array(), part.arrayOffset() + part.position(), step);
                writtenBytes += step;
                part.position(part.position() + step);
            } else {
                fillStage(part);
            }
        }
    }

    private void fillStage(ByteBuffer part) {
        int count = Math.min(stage.remaining(), part.remaining());
        stage.put(part.slice(part.position(), count));
        part.position(part.position() + count);
    }

    /** Writes what was gathered. */
    void flush() throws IOException {
        if (stage.position() > 0) {
            sink.write(stage.array(), 0, stage.position());
            writtenBytes += stage.position();
            stage.clear();
            if (tail != null) {
                tail.clear();
            }
        }
    }
}
