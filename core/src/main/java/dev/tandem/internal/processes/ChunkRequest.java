package dev.tandem.internal.processes;

import dev.tandem.internal.engine.Chunk;
import dev.tandem.internal.protocol.PlainValues;
import dev.tandem.ipc.Codec;
import java.nio.ByteBuffer;
import java.util.LinkedHashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The inputs of a chunk, written where the worker reads them, and what it must know before it decodes them.
 *
 * @param bytes how many they take
 * @param count how many they are; the others did not fit
 * @param definitions what the encodings among them refer to
 */
record ChunkRequest(int bytes, int count, Set<Codec.Definition> definitions) {

    /** As many as fit, in their order; null if not even two do. */
    static @Nullable ChunkRequest of(Chunk<?> chunk, ByteBuffer to) {
        Set<Codec.Definition> definitions = new LinkedHashSet<>();
        int first = chunk.current();
        int limit = chunk.limit();
        int next = first;
        for (; next < limit; next++) {
            Object input = chunk.input(next);
            if (!put(to, input)) {
                break;
            }
            if (input instanceof Payloads.Encoded encoded) {
                definitions.addAll(encoded.value().definitions());
            }
        }
        return next - first < 2 ? null : new ChunkRequest(to.position(), next - first, definitions);
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
