package dev.tandem.internal.protocol;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Builds a payload of numbers, texts and bytes; long byte arrays are referred to, not copied.
 *
 * <p>Used by one thread.
 */
final class PayloadWriter {

    /** Below it a copy is cheaper than one more part of a gathering write; above it the copy would show. */
    private static final int COPY_BYTES = 4 * 1024;

    private final List<ByteBuffer> finished = new ArrayList<>(4);
    private ByteBuffer current;

    PayloadWriter() {
        current = ByteBuffer.allocate(128);
    }

    void putByte(int value) {
        room(1).put((byte) value);
    }

    void putInt(int value) {
        room(4).putInt(value);
    }

    void putLong(long value) {
        room(8).putLong(value);
    }

    /** Its length and its UTF-8 bytes; the length is -1 for null. */
    void putText(@Nullable String text) {
        if (text == null) {
            putInt(-1);
        } else {
            putSlice(Slice.of(text.getBytes(StandardCharsets.UTF_8)));
        }
    }

    /** Its length and its bytes. */
    void putSlice(Slice bytes) {
        putInt(bytes.length());
        putRest(bytes);
    }

    /** Bytes without their length, which the reader knows. */
    void putRest(Slice bytes) {
        if (bytes.length() <= COPY_BYTES) {
            room(bytes.length()).put(bytes.array(), bytes.offset(), bytes.length());
        } else {
            finishCurrent();
            finished.add(bytes.buffer());
        }
    }

    /** All of it; the last call. */
    ByteBuffer[] parts() {
        if (finished.isEmpty() && current.position() > 0) {
            return new ByteBuffer[] {current.flip()};
        }
        finishCurrent();
        return finished.toArray(new ByteBuffer[0]);
    }

    byte[] toByteArray() {
        ByteBuffer[] parts = parts();
        int length = 0;
        for (ByteBuffer part : parts) {
            length = Math.addExact(length, part.remaining());
        }
        ByteBuffer joined = ByteBuffer.allocate(length);
        for (ByteBuffer part : parts) {
            joined.put(part);
        }
        return joined.array();
    }

    private void finishCurrent() {
        if (current.position() > 0) {
            finished.add(current.flip());
            current = ByteBuffer.allocate(128);
        }
    }

    private ByteBuffer room(int bytes) {
        if (current.remaining() < bytes) {
            int capacity = Math.max(current.position() + bytes, current.capacity() * 2);
            current = ByteBuffer.allocate(capacity).put(current.flip());
        }
        return current;
    }
}
