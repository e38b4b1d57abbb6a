package dev.tandem.ipc;

import java.io.IOException;
import java.io.NotSerializableException;
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
            throw describe(value, bytes, failure);
        }
    }

    private static EncodingException describe(@Nullable Object value, BoundedBytes bytes, Throwable failure) {
        String what = value == null ? "null" : value.getClass().getName();
        if (bytes.overflown()) {
            return tooLong(what, bytes.limitBytes());
        }
        if (failure instanceof StackOverflowError) {
            return new EncodingException(
                    "A value of " + what + " is nested too deep to be encoded on the stack of "
                            + Thread.currentThread().getName()
                            + ": keep what is linked in a list or an array, or encode on a thread with a larger stack",
                    "stack",
                    "",
                    failure);
        }
        if (failure instanceof NotSerializableException) {
            String culprit = String.valueOf(failure.getMessage());
            return new EncodingException(
                    culprit + " cannot travel to another JVM: it is not java.io.Serializable. Make the field transient,"
                            + " or create the object where it is used",
                    culprit,
                    "",
                    failure);
        }
        return new EncodingException("A value of " + what + " could not be encoded: " + failure, what, "", failure);
    }

    private static EncodingException tooLong(String what, long limitBytes) {
        return new EncodingException(
                "A value of " + what + " is longer than " + limitBytes
                        + " bytes (maxPayload): raise maxPayload, or send it in parts or through a file",
                "maxPayload",
                "",
                null);
    }
}
