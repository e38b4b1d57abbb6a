package dev.tandem.ipc;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * The encoding side of {@link JavaCodec}.
 *
 * <p>Thread-safe: threads share nothing but the dictionary, and no lock is held while a value is encoded.
 */
final class JavaEncoder implements Codec.Encoder {

    private final long maxBytes;
    private final EncodingDictionary dictionary;

    private final ClassValue<BareLambda> bareLambdas = new ClassValue<>() {
        @Override
        protected BareLambda computeValue(Class<?> type) {
            return new BareLambda(type.getDeclaredFields().length == 0);
        }
    };

    /** What is known of the lambdas of a class that captures nothing: they are all the same. */
    private static final class BareLambda {
        private final boolean hasNoFields;
        private volatile Codec.@Nullable Encoded encoded; // once one was encoded

        BareLambda(boolean hasNoFields) {
            this.hasNoFields = hasNoFields;
        }
    }

    JavaEncoder(long maxBytes, Consumer<Class<?>> used) {
        this.maxBytes = maxBytes;
        this.dictionary = new EncodingDictionary(used);
    }

    @Override
    public Codec.Encoded encode(@Nullable Object value) throws EncodingException {
        return encode(value, null, null, null);
    }

    @Override
    public Codec.Encoded encodeInParts(@Nullable Object value, boolean isOurs) throws EncodingException {
        return encode(value, new ArrayList<>(0), isOurs ? value : null, null);
    }

    @Override
    public Codec.Encoded encodeInParts(@Nullable Object value, Function<Object, @Nullable StandIn> elsewhere)
            throws EncodingException {
        return encode(value, new ArrayList<>(0), null, elsewhere);
    }

    /** The entry of an object without fields whose class only the JVM can have made; null if that is something else. */
    private @Nullable BareLambda lambdaOf(@Nullable Object value) {
        if (value == null || !value.getClass().isHidden() || !value.getClass().isSynthetic()) {
            return null;
        }
        BareLambda entry = bareLambdas.get(value.getClass());
        return entry.hasNoFields ? entry : null;
    }

    private Codec.Encoded encode(
            @Nullable Object value,
            @Nullable List<Object> apart,
            @Nullable Object keptAsIs,
            @Nullable Function<Object, @Nullable StandIn> elsewhere)
            throws EncodingException {
        byte[] shortForm = ShortForm.of(value, maxBytes);
        if (shortForm != null) {
            return new Codec.Encoded(shortForm, List.of());
        }
        BareLambda lambda = lambdaOf(value);
        Codec.Encoded known = lambda == null ? null : lambda.encoded;
        if (known != null) {
            return known;
        }
        BoundedBytes bytes = new BoundedBytes(maxBytes);
        EncodingStream stream = null;
        try {
            BlockWriter blocks = new BlockWriter(bytes, apart, keptAsIs, elsewhere);
            stream = new EncodingStream(bytes, blocks, dictionary);
            stream.writeObject(value);
            stream.flush();
            bytes.checkLength();
            Codec.Definition template = lambda == null ? null : stream.soleBareLambda();
            byte[] bare = template == null ? new byte[0] : ShortForm.ofLambda(template.id());
            if (lambda != null && template != null && bare.length <= maxBytes) {
                lambda.encoded = new Codec.Encoded(bare, List.of(template));
                return new Codec.Encoded(bare, stream.definitions()); // all that got a number, so that there is no gap
            }
            return new Codec.Encoded(blocks.toByteArray(), stream.definitions(), apart == null ? List.of() : apart);
        } catch (Throwable failure) { // user code runs in here, and may throw anything
            Throwable fatal = stream == null ? null : stream.fatal();
            throw EncodeFailure.describe(value, fatal == null ? failure : fatal);
        }
    }
}
