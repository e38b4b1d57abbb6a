package dev.tandem.ipc;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * The encoding side of {@link JavaCodec}.
 *
 * <p>Thread-safe: threads share nothing but the dictionary, and no lock is held while a value is encoded.
 */
final class JavaEncoder implements Codec.Encoder {

    private final long maxBytes;
    private final ClassDictionary dictionary = new ClassDictionary();

    JavaEncoder(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    @Override
    public Codec.Encoded encode(@Nullable Object value) throws EncodingException {
        BoundedBytes bytes = new BoundedBytes(maxBytes);
        try (EncodingStream stream = new EncodingStream(bytes, dictionary)) {
            stream.writeObject(value);
            stream.flush();
            if (bytes.overflown()) {
                throw new IOException("a writeObject method swallowed the end of the message");
            }
            return new Codec.Encoded(bytes.toByteArray(), stream.definitions());
        } catch (Throwable failure) { // user code runs in here, and may throw anything
            throw EncodeFailure.describe(value, bytes, failure);
        }
    }
}
