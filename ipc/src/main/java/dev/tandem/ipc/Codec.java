package dev.tandem.ipc;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Turns objects into bytes and back.
 *
 * <p>A codec is a value that travels to the worker by Java serialization, so that both sides use the same one. An encoder
 * serves all connections of its side: what it makes does not depend on who will receive it. What a receiver must know
 * first, such as a class descriptor, it returns beside the bytes as {@linkplain Definition definitions}; the sender passes
 * each definition once over each connection before the first encoding that uses it. So one encoding can be sent to
 * any worker, and again to another one, without encoding again.
 *
 * <p>Immutable and safe for use by any number of threads, as must be other implementations.
 */
public interface Codec extends Serializable {

    /**
     * Java serialization with class descriptors and the names in lambdas sent once per connection, behind an {@link
     * java.io.ObjectInputFilter} that bounds depth, references and array lengths by the size of the message and is merged
     * with the JVM's own filter.
     *
     * @return the built-in codec
     */
    static Codec java() {
        return JavaCodec.DEFAULT;
    }

    /**
     * The built-in codec behind one more filter, which every class of a task, an argument or a result has to pass.
     *
     * <p>The pattern is written as for {@code jdk.serialFilter}, see {@link java.io.ObjectInputFilter.Config#createFilter}.
     * It holds on both sides, so it has to let through what the tasks are made of too: {@code
     * java.lang.invoke.SerializedLambda} and the capturing class of each lambda, and the library itself. For example {@code
     * "com.acme.**;dev.tandem.**;java.base/*;!*"} allows these packages and the JDK's base module only.
     *
     * <p>A limit in the pattern ({@code maxdepth}, {@code maxrefs}, {@code maxarray}) takes the place of the built-in limit
     * of that kind: {@code "maxdepth=1000"} allows nesting of 1000 levels, given threads with a stack to match.
     *
     * @param filterPattern which classes may travel
     * @return the built-in codec with this filter
     * @throws IllegalArgumentException if the pattern is empty or not valid
     */
    static Codec java(String filterPattern) {
        return JavaCodec.filteredBy(filterPattern);
    }

    /**
     * Opens the encoding side; one serves all connections of a runner.
     *
     * @param maxBytes the longest encoding to make; longer values are refused while they are being encoded
     * @return a thread-safe encoder
     */
    Encoder newEncoder(long maxBytes);

    /**
     * Opens the encoding side, and tells which classes are encoded: their class loaders may be asked for them by receivers that
     * lack them.
     *
     * <p>The built-in codec tells of each class whose descriptor it makes, once. A codec that names no classes in its bytes has
     * nothing to tell, which is the default.
     *
     * @param maxBytes as {@link #newEncoder(long)}
     * @param used told of classes on the threads that encode; must be thread-safe and must not throw
     * @return a thread-safe encoder
     */
    default Encoder newEncoder(long maxBytes, Consumer<Class<?>> used) {
        return newEncoder(maxBytes);
    }

    /**
     * Opens the decoding side of one connection.
     *
     * @param loader where classes are looked up
     * @return a thread-safe decoder
     */
    Decoder newDecoder(ClassLoader loader);

    /**
     * Opens the decoding side of a connection to a peer that is not trusted.
     *
     * <p>The built-in codec asks the list about each name before it loads a class, refuses what is nested so that it costs
     * much more than it weighs, and bounds what it keeps for the peer. A codec that makes objects of no classes but those that
     * it was written for may ignore the list; any other must not.
     *
     * @param loader where classes are looked up
     * @param allowed what may be decoded
     * @return a thread-safe decoder
     * @throws UnsupportedOperationException if this codec knows nothing of allow-lists, as is the default
     */
    default Decoder newDecoder(ClassLoader loader, AllowList allowed) {
        throw new UnsupportedOperationException(
                "this codec does not say what it does with an allow-list: " + this
                        + "; implement newDecoder(ClassLoader, AllowList), which may ignore the list if the bytes name no classes");
    }

    /** Makes bytes of objects. Safe for use by any number of threads. */
    interface Encoder {
        /**
         * Encodes one value.
         *
         * @param value what to encode
         * @return the bytes and the definitions that they refer to
         * @throws EncodingException if the value cannot travel or is too long, naming the culprit and the way to it
         */
        Encoded encode(@Nullable Object value) throws EncodingException;

        /**
         * Encodes one value, and may leave large arrays of primitives out of the bytes: they travel beside them, without a copy of the
         * whole in between, and {@link Decoder#decode(byte[], int, int, List)} gets them with the bytes. The built-in codec does so from 256 KiB
         * on; a codec that does not is asked for all as bytes, which is the default.
         *
         * @param value what to encode
         * @param isOurs whether a value that is an array itself may be handed back as it is, because nobody will change it before it is
         *     sent; all else must be copies
         * @return the bytes, the definitions that they refer to, and the arrays
         * @throws EncodingException if the value cannot travel or all of it together is too long
         */
        default Encoded encodeInParts(@Nullable Object value, boolean isOurs) throws EncodingException {
            return encode(value);
        }

        /**
         * The same, but somebody may know another way for arrays. Those count against the limit as if they travelled. A codec that does not ask copies
         * them, which is the default.
         *
         * @param value what to encode, and nobody's own
         * @param elsewhere asked about each large array of primitives in the value, once, on this thread; returns a {@link StandIn}, which is
         *     among the arrays in its place, or null for a copy. It must not throw
         * @return as above
         * @throws EncodingException as above
         */
        default Encoded encodeInParts(@Nullable Object value, Function<Object, @Nullable StandIn> elsewhere)
                throws EncodingException {
            return encodeInParts(value, false);
        }
    }

    /**
     * Makes objects of bytes. Safe for use by any number of threads: {@link #define} is called by the thread that receives
     * and runs no code of the user's, {@link #decode} by others.
     */
    interface Decoder {
        /**
         * Learns a definition; called before any {@link #decode} of bytes that refer to it.
         *
         * @param definition what the peer's encoder returned
         */
        default void define(Definition definition) {
            throw new IllegalStateException("this codec makes no definitions, but got number " + definition.id());
        }

        /**
         * Decodes one value.
         *
         * @param bytes what the peer's encoder made, from {@code offset} on
         * @param offset where the encoding starts
         * @param length how long it is
         * @return the value
         * @throws EncodingException if the bytes are damaged, refused by a filter or limit, or name a class that cannot be
         *     found; whatever user code throws while decoding is its cause
         */
        @Nullable
        Object decode(byte[] bytes, int offset, int length) throws EncodingException;

        /**
         * Whether {@link #decode} makes a value of these bytes at once and by code of the codec's own alone, which neither blocks nor calls
         * anybody else's. Then it may be called by a thread that must not run code of the user's.
         *
         * @param bytes as for {@link #decode(byte[], int, int)}
         * @param offset where the encoding starts
         * @param length how long it is
         * @return false if in doubt, which is the default
         */
        default boolean isPlain(byte[] bytes, int offset, int length) {
            return false;
        }

        /**
         * Decodes one value that the peer's {@link Encoder#encodeInParts} made. Each array becomes part of the value and nobody else
         * has it.
         *
         * @param bytes what the peer's encoder made, from {@code offset} on
         * @param offset where the encoding starts
         * @param length how long it is
         * @param arrays what came beside it, in the peer's order; as the peer says, so their number and types need not be right
         * @return the value
         * @throws EncodingException as {@link #decode(byte[], int, int)}, and if the arrays do not fit the bytes
         */
        default @Nullable Object decode(byte[] bytes, int offset, int length, List<?> arrays) throws EncodingException {
            if (!arrays.isEmpty()) {
                throw new EncodingException(
                        "this codec makes no messages with arrays beside them, but got " + arrays.size(), "", "", null);
            }
            return decode(bytes, offset, length);
        }
    }

    /**
     * An encoded value.
     *
     * @param bytes the encoding
     * @param definitions what the receiver must know before it decodes the bytes
     * @param arrays arrays of primitives that travel beside the bytes, which nobody changes any more, and what stands for such
     */
    @SuppressWarnings("ArrayRecordComponent") // a carrier, compared by nobody
    record Encoded(byte[] bytes, List<Definition> definitions, List<?> arrays) {
        /** Checks for null. */
        public Encoded {
            Objects.requireNonNull(bytes, "bytes");
            definitions = List.copyOf(definitions);
            arrays = List.copyOf(arrays);
        }

        /**
         * All of it as bytes.
         *
         * @param bytes the encoding
         * @param definitions what the receiver must know before it decodes the bytes
         */
        public Encoded(byte[] bytes, List<Definition> definitions) {
            this(bytes, definitions, List.of());
        }

        /** {@return how many bytes it takes, those of the arrays among them} */
        public long totalBytes() {
            return bytes.length + bytesOf(arrays);
        }

        /**
         * How large arrays are.
         *
         * @param arrays arrays of primitives, and what stands for such
         * @return how many bytes the elements of those that are there take
         */
        public static long bytesOf(List<?> arrays) {
            return ArrayFrames.bytesOf(arrays);
        }
    }

    /**
     * What a receiver must know before it decodes bytes that refer to it.
     *
     * @param id counted from 0 by the encoder, without gaps
     * @param bytes its content
     */
    @SuppressWarnings("ArrayRecordComponent") // a carrier, compared by its id only
    record Definition(int id, byte[] bytes) {
        /** Checks for null. */
        public Definition {
            Objects.requireNonNull(bytes, "bytes");
        }
    }
}
