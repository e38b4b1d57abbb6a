package dev.tandem.internal.protocol;

import dev.tandem.ipc.Codec;
import dev.tandem.ipc.EncodingException;
import dev.tandem.ipc.TransportException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * One value that carries its own definitions: what a worker decodes before a codec is agreed upon.
 *
 * <pre>
 *   | definitions int | (id int | content bytes)* | encoding rest |
 * </pre>
 *
 * <p>Stateless, safe for use by any number of threads.
 */
public final class Bundle {

    /** Nothing. */
    public static final byte[] EMPTY = {};

    private static final int KIND = MessageKind.CONFIGURE.number();
    private static final int MIN_DEFINITION_BYTES = 4 + 4;

    private Bundle() {}

    /**
     * Encodes a value with {@link Codec#java()}.
     *
     * @param value what to encode
     * @param maxBytes the longest encoding to make
     * @return the bytes and all they refer to
     * @throws EncodingException if the value cannot travel
     */
    public static byte[] of(@Nullable Object value, long maxBytes) throws EncodingException {
        return of(value, maxBytes, type -> {});
    }

    /**
     * Encodes a value with {@link Codec#java()}, and tells what classes it is made of.
     *
     * @param value what to encode
     * @param maxBytes the longest encoding to make
     * @param used told of classes, as {@link Codec#newEncoder(long, Consumer)}
     * @return the bytes and all they refer to
     * @throws EncodingException if the value cannot travel
     */
    public static byte[] of(@Nullable Object value, long maxBytes, Consumer<Class<?>> used) throws EncodingException {
        Codec.Encoded encoded = Codec.java().newEncoder(maxBytes, used).encode(value);
        PayloadWriter to = new PayloadWriter();
        to.putInt(encoded.definitions().size());
        for (Codec.Definition definition : encoded.definitions()) {
            to.putInt(definition.id());
            to.putSlice(Slice.of(definition.bytes()));
        }
        to.putRest(Slice.of(encoded.bytes()));
        return to.toByteArray();
    }

    /**
     * Decodes what {@link #of} made.
     *
     * @param bundle the bytes
     * @param loader where classes are looked up
     * @return the value
     * @throws TransportException if the bytes are no bundle
     * @throws EncodingException if the value cannot be decoded here
     */
    public static @Nullable Object open(Slice bundle, ClassLoader loader) throws TransportException, EncodingException {
        PayloadReader from = new PayloadReader(KIND, 0, bundle);
        Codec.Decoder decoder = Codec.java().newDecoder(loader);
        int count = from.getCount(MIN_DEFINITION_BYTES, "definitions");
        for (int i = 0; i < count; i++) {
            decoder.define(new Codec.Definition(
                    from.getInt("definition id"), from.getSlice("definition").toByteArray()));
        }
        Slice encoding = from.getRest();
        return decoder.decode(encoding.array(), encoding.offset(), encoding.length());
    }
}
