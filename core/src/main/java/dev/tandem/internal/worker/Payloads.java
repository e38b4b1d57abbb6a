package dev.tandem.internal.worker;

import dev.tandem.internal.protocol.Bundle;
import dev.tandem.internal.protocol.InFile;
import dev.tandem.internal.protocol.Payload;
import dev.tandem.internal.protocol.Slice;
import dev.tandem.ipc.Codec;
import dev.tandem.ipc.EncodingException;
import dev.tandem.ipc.TransportException;
import org.jspecify.annotations.Nullable;

/**
 * The codec of this connection, both sides of it: whatever a codec of the user's throws comes out as {@link EncodingException}.
 *
 * <p>Used by the task thread only, since a codec runs user code.
 */
final class Payloads {

    private final Codec.Encoder encoder;
    private final Codec.Decoder decoder;

    private Payloads(Codec.Encoder encoder, Codec.Decoder decoder) {
        this.encoder = encoder;
        this.decoder = decoder;
    }

    /**
     * Opens the codec that the supervisor sent.
     *
     * @param codec its bundle; nothing for the built-in codec
     * @param maxBytes the longest encoding to make
     * @param loader where classes are looked up
     */
    static Payloads open(Slice codec, long maxBytes, ClassLoader loader) throws EncodingException, TransportException {
        Codec opened = codec.length() == 0 ? Codec.java() : codecOf(codec, loader);
        return new Payloads(opened.newEncoder(maxBytes), opened.newDecoder(loader));
    }

    private static Codec codecOf(Slice bundle, ClassLoader loader) throws EncodingException, TransportException {
        if (!(Bundle.open(bundle, loader) instanceof Codec opened)) {
            throw new TransportException("the codec of CONFIGURE is no " + Codec.class.getName());
        }
        return opened;
    }

    void define(Codec.Definition definition) {
        decoder.define(definition);
    }

    @Nullable
    Object decode(Payload payload) throws EncodingException {
        try {
            Slice bytes = payload.bytes();
            return decoder.decode(bytes.array(), bytes.offset(), bytes.length(), InFile.copied(payload.arrays()));
        } catch (EncodingException e) {
            throw NewerClassNote.explained(e);
        } catch (OutOfMemoryError full) {
            throw new EncodingException(
                    "an array of a task that is kept in a file does not fit into memory (" + full.getMessage()
                            + "): give the workers a larger heap",
                    "heap",
                    "",
                    full);
        } catch (Throwable thrown) {
            throw new EncodingException("the codec failed to decode: " + thrown, "", "", thrown);
        }
    }

    /** All as bytes. */
    Codec.Encoded encode(@Nullable Object value) throws EncodingException {
        return explained(() -> encoder.encode(value));
    }

    /** What a task has returned: that is sent at once, and is nobody else's by then. */
    Codec.Encoded encodeResult(@Nullable Object value) throws EncodingException {
        return explained(() -> encoder.encodeInParts(value, true));
    }

    private static Codec.Encoded explained(Encoding encoding) throws EncodingException {
        try {
            return encoding.run();
        } catch (EncodingException e) {
            throw e;
        } catch (Throwable thrown) {
            throw new EncodingException("the codec failed to encode: " + thrown, "", "", thrown);
        }
    }

    /** Makes bytes. */
    private interface Encoding {
        Codec.Encoded run() throws EncodingException;
    }

    /** Whether encoding a value can run code of the user's: {@code writeObject} and its like. */
    static boolean mayRunUserCode(@Nullable Object value) {
        return value != null
                && !(value instanceof String)
                && !(value instanceof Number && value.getClass().getClassLoader() == null)
                && !(value instanceof Boolean)
                && !(value instanceof Character)
                && !(value.getClass().isArray()
                        && value.getClass().getComponentType().isPrimitive());
    }
}
