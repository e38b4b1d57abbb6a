package dev.tandem.ipc;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The encoding side of {@link JavaCodec}.
 *
 * <p>Thread-safe: threads share nothing but the dictionary, and no lock is held while a value is encoded.
 */
final class JavaEncoder implements Codec.Encoder {

    private final long maxBytes;
    private final EncodingDictionary dictionary;

    JavaEncoder(long maxBytes, Consumer<Class<?>> used) {
        this.maxBytes = maxBytes;
        this.dictionary = new EncodingDictionary(used);
    }

    @Override
    public Codec.Encoded encode(@Nullable Object value) throws EncodingException {
        return encode(value, null, null);
    }

    @Override
    public Codec.Encoded encodeInParts(@Nullable Object value, boolean isOurs) throws EncodingException {
        return encode(value, new ArrayList<>(0), isOurs ? value : null);
    }

    private Codec.Encoded encode(@Nullable Object value, @Nullable List<Object> apart, @Nullable Object keptAsIs)
            throws EncodingException {
        BoundedBytes bytes = new BoundedBytes(maxBytes);
        EncodingStream stream = null;
        try {
            BlockWriter blocks = new BlockWriter(bytes, apart, keptAsIs);
            stream = new EncodingStream(bytes, blocks, dictionary);
            stream.writeObject(value);
            stream.flush();
            bytes.checkLength();
            return new Codec.Encoded(blocks.toByteArray(), stream.definitions(), apart == null ? List.of() : apart);
        } catch (Throwable failure) { // user code runs in here, and may throw anything
            Throwable fatal = stream == null ? null : stream.fatal();
            throw EncodeFailure.describe(value, fatal == null ? failure : fatal);
        }
    }
}
