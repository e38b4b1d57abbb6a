package dev.tandem.internal.processes;

import dev.tandem.internal.engine.Chunk;
import dev.tandem.internal.protocol.PlainValues;
import dev.tandem.internal.protocol.Slice;
import dev.tandem.ipc.Codec;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The inputs of a chunk as one block, and what the worker must know before it decodes them.
 *
 * @param inputs as {@link PlainValues}
 * @param count how many they are; the others did not fit
 * @param definitions what the encodings among them refer to
 */
record ChunkRequest(Slice inputs, int count, Set<Codec.Definition> definitions) {

    private static final int FIRST_BYTES = 1024;
    private static final int MAX_BYTES =
            256 * 1024; // more: a worker waits for the last byte before it begins with the first

    /** As many as fit, in their order; null if not even two do. */
    static @Nullable ChunkRequest of(Chunk<?> chunk) {
        ByteBuffer to = ByteBuffer.allocate(FIRST_BYTES);
        Set<Codec.Definition> definitions = new LinkedHashSet<>();
        int first = chunk.current();
        int limit = chunk.limit();
        int next = first;
        while (next < limit) {
            Object input = chunk.input(next);
            if (put(to, input)) {
                if (input instanceof Payloads.Encoded encoded) {
                    definitions.addAll(encoded.value().definitions());
                }
                next++;
            } else if (isBeside(input) || to.capacity() >= MAX_BYTES) {
                break;
            } else {
                to = ByteBuffer.allocate(2 * to.capacity()).put(to.flip());
            }
        }
        return next - first < 2
                ? null
                : new ChunkRequest(new Slice(to.array(), 0, to.position()), next - first, definitions);
    }

    private static boolean put(ByteBuffer to, @Nullable Object input) {
        if (input instanceof Payloads.Encoded encoded) {
            return !isBeside(input)
                    && PlainValues.putEncoded(to, encoded.value().bytes());
        }
        return PlainValues.put(to, input);
    }

    /** Whether it has large arrays, which travel beside a message. */
    private static boolean isBeside(@Nullable Object input) {
        return input instanceof Payloads.Encoded encoded
                && !encoded.value().arrays().isEmpty();
    }
}
