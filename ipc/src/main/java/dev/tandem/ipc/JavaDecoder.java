package dev.tandem.ipc;

import dev.tandem.ipc.Codec.Definition;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.InvalidClassException;
import java.io.ObjectStreamClass;
import java.io.StreamCorruptedException;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The decoding side of {@link JavaCodec} for one connection. Thread-safe. */
final class JavaDecoder implements Codec.Decoder {

    private static final String LAMBDA_CALL = LambdaCall.class.getName();

    private final ClassResolver resolver;
    private final DecodeLimits limits;
    private final @Nullable AllowList allowed;
    private final DefinitionTable definitions;

    JavaDecoder(ClassResolver resolver, DecodeLimits limits, @Nullable AllowList allowed) {
        this.resolver = resolver;
        this.limits = limits;
        this.allowed = allowed;
        this.definitions = new DefinitionTable(
                allowed == null || allowed.isRecording() ? Long.MAX_VALUE : DefinitionTable.MAX_STRANGERS_BYTES);
    }

    @Override
    public void define(Definition definition) {
        definitions.define(definition);
    }

    @Override
    public @Nullable Object decode(byte[] bytes, int offset, int length) throws EncodingException {
        return decode(bytes, offset, length, List.of());
    }

    @Override
    public @Nullable Object decode(byte[] bytes, int offset, int messageBytes, List<?> arrays)
            throws EncodingException {
        Objects.checkFromIndexSize(offset, messageBytes, bytes.length);
        long length = messageBytes + Codec.Encoded.bytesOf(arrays);
        DecodingStream stream = null;
        try {
            if (arrays.isEmpty() && ShortForm.is(bytes, offset, messageBytes)) {
                if (isFiltered()) {
                    BlockReader nothing = BlockReader.of(bytes, 0, 0, List.of());
                    InputStream none = InputStream.nullInputStream();
                    stream = new DecodingStream(none, nothing, length, definitions, resolver, limits, allowed);
                }
                return shortForm(bytes, offset, messageBytes, stream);
            }
            BlockReader blocks = BlockReader.of(bytes, offset, messageBytes, arrays);
            ByteArrayInputStream message = new ByteArrayInputStream(bytes, blocks.streamOffset(), blocks.streamBytes());
            stream = new DecodingStream(message, blocks, length, definitions, resolver, limits, allowed);
            Object value = stream.readObject();
            int left = message.available() + blocks.left();
            if (left > 0) {
                throw new StreamCorruptedException(left + " bytes are left over");
            }
            if (blocks.isArrayLeft()) {
                throw new StreamCorruptedException("an array beside the message is left over");
            }
            return value;
        } catch (Throwable failure) { // user code runs in here, and may throw anything
            throw describe(stream, length, failure);
        }
    }

    @Override
    public boolean isPlain(byte[] bytes, int offset, int length) {
        return ShortForm.is(bytes, offset, length)
                && !ShortForm.isLambda(bytes, offset, length)
                && !isFiltered(); // a filter may be code of the user's
    }

    private boolean isFiltered() {
        return allowed != null || limits.filter() != null || JvmFilters.areAny();
    }

    /** {@code filtering} is there to ask the filters, if there are any. */
    private @Nullable Object shortForm(byte[] bytes, int offset, int length, @Nullable DecodingStream filtering)
            throws IOException {
        if (ShortForm.isLambda(bytes, offset, length)) {
            DefinedLambda defined = definitions.lambdaOf(ShortForm.template(bytes, offset, length));
            if (filtering == null) {
                return defined.bare(resolver);
            }
            Object lambda = filtering.lambda(defined, new Object[0]);
            filtering.demandAllowed(
                    lambda.getClass(), -1); // Java serialization asks this of whatever takes the place of another
            return lambda;
        }
        Object value = ShortForm.value(bytes, offset, length);
        if (filtering != null && value != null && !(value instanceof String)) { // as Java serialization asks
            for (Class<?> type = value.getClass(); type != null && type != Object.class; type = type.getSuperclass()) {
                filtering.demandAllowed(type, -1);
            }
        }
        return value;
    }

    private EncodingException describe(@Nullable DecodingStream stream, long length, Throwable failure) {
        MessageFilter.Refusal refusal = stream == null ? null : stream.refusal(failure);
        if (refusal != null) {
            return new EncodingException(refusal.message(), refusal.culprit(), "", failure);
        }
        Throwable underneath = failure instanceof RefusedClassException ? failure : failure.getCause();
        if (underneath instanceof RefusedClassException refused) {
            return new EncodingException(refused.explanation(), refused.classname, "", failure);
        }
        Throwable missing = failure instanceof ClassResolver.MissingClass ? failure : failure.getCause();
        if (missing instanceof ClassResolver.MissingClass) {
            return missingClass(String.valueOf(missing.getMessage()), missing);
        }
        if (failure instanceof ClassCastException
                && String.valueOf(failure.getMessage()).contains(LAMBDA_CALL)) {
            return new EncodingException(
                    "A lambda refers to an object that refers back to the lambda, which Java serialization cannot restore:"
                            + " make the object's reference transient",
                    "lambda",
                    "",
                    failure);
        }
        if (failure instanceof InvalidClassException invalid && invalid.classname != null) {
            return invalidClass(invalid);
        }
        if (failure instanceof StackOverflowError) {
            return new EncodingException(
                    "A message of " + length + " bytes is nested too deep for the stack of "
                            + Thread.currentThread().getName()
                            + ": keep what is linked in a list or an array, or decode on a thread with a larger stack",
                    "stack",
                    "",
                    failure);
        }
        if (failure instanceof OutOfMemoryError) {
            return new EncodingException(
                    "A message of " + length + " bytes does not fit into memory when decoded (" + failure.getMessage()
                            + "): give this JVM a larger heap, or send it in parts",
                    "heap",
                    "",
                    failure);
        }
        String latest = stream == null ? "" : stream.latestClass();
        String where = latest.isEmpty() ? "" : ", it came as far as " + latest;
        return new EncodingException(
                "A message of " + length + " bytes could not be decoded" + where + ": " + failure, latest, "", failure);
    }

    private EncodingException missingClass(String name, Throwable failure) {
        String explanation = resolver.explain(name);
        if (explanation != null) {
            return new EncodingException("Class is missing: " + explanation, name, "", failure);
        }
        return new EncodingException(
                "Class " + name + " is unknown to this JVM (looked up by " + resolver
                        + " and by the context class loader of "
                        + Thread.currentThread().getName() + "): add its jar to the class path of this side",
                name,
                "",
                failure);
    }

    private EncodingException invalidClass(InvalidClassException failure) {
        String name = failure.classname;
        for (Defined defined : definitions.all()) {
            ObjectStreamClass theirs = defined instanceof DefinedClass type ? type.parsed() : null;
            if (theirs == null || !theirs.getName().equals(name)) {
                continue;
            }
            ObjectStreamClass ours = local(name);
            if (ours != null && ours.getSerialVersionUID() != theirs.getSerialVersionUID()) {
                return new EncodingException(
                        "Class " + name + " is not the same on both sides: the sender has serialVersionUID "
                                + theirs.getSerialVersionUID() + ", this JVM has " + ours.getSerialVersionUID()
                                + ": use one version of its jar, or declare a serialVersionUID",
                        name,
                        "",
                        failure);
            }
        }
        return new EncodingException(
                "Class " + name + " cannot be decoded: " + failure.getMessage(), name, "", failure);
    }

    private @Nullable ObjectStreamClass local(String name) {
        try {
            Class<?> local = resolver.findByLoader(name);
            return local == null ? null : ObjectStreamClass.lookup(local);
        } catch (RefusedClassException e) {
            return null;
        }
    }
}
