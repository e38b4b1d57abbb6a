package dev.tandem.internal.protocol;

import dev.tandem.ipc.Codec;
import java.util.List;
import java.util.Objects;

/**
 * An encoded value on its way: bytes, and the large arrays beside them.
 *
 * <p>Nobody changes either once this is made, until who receives it decodes it, which is done once; with that, safe for use by any number
 * of threads.
 *
 * @param bytes the encoding
 * @param arrays arrays of primitives, in the order of the encoding, and what stands for such
 */
public record Payload(Slice bytes, List<?> arrays) {

    /** Nothing. */
    public static final Payload NONE = of(new byte[0]);

    /** Checks for null. */
    public Payload {
        Objects.requireNonNull(bytes, "bytes");
        arrays = List.copyOf(arrays);
    }

    /**
     * An encoding that is all bytes.
     *
     * @param bytes not copied
     * @return the payload
     */
    public static Payload of(byte[] bytes) {
        return new Payload(Slice.of(bytes), List.of());
    }

    /**
     * What an encoder has made.
     *
     * @param encoded not copied
     * @return the payload
     */
    public static Payload of(Codec.Encoded encoded) {
        return new Payload(Slice.of(encoded.bytes()), encoded.arrays());
    }

    /** {@return how much it takes on the wire} */
    public long totalBytes() {
        return bytes.length() + Codec.Encoded.bytesOf(arrays);
    }
}
