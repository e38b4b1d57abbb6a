package dev.tandem.ipc;

import java.io.IOException;
import java.io.InputStream;
import java.io.InvalidClassException;
import java.io.ObjectInputFilter;
import java.io.ObjectInputStream;
import java.io.ObjectStreamClass;
import java.io.StreamCorruptedException;
import java.lang.invoke.SerializedLambda;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** One message on its way in; the counterpart of {@link EncodingStream}. Used by one thread, for one message. */
final class DecodingStream extends ObjectInputStream {

    private static final int LAST_SHIFT = 28;

    private final BlockReader blocks;
    private final DefinitionTable definitions;
    private final ClassResolver resolver;
    private final MessageFilter filter;
    private final @Nullable ContainerNesting nesting;

    private @Nullable DefinedClass current;
    private String latestClass = "";

    DecodingStream(
            InputStream bytes,
            BlockReader blocks,
            long length,
            DefinitionTable definitions,
            ClassResolver resolver,
            DecodeLimits limits,
            @Nullable AllowList allowed)
            throws IOException {
        super(bytes);
        this.blocks = blocks;
        this.definitions = definitions;
        this.resolver = resolver;
        this.nesting = allowed == null || allowed.isRecording() ? null : new ContainerNesting(length);
        this.filter = new MessageFilter(limits, getObjectInputFilter(), length, allowed, nesting);
        setObjectInputFilter(filter);
        enableResolveObject(true);
    }

    /** Why the message was refused, if a filter did so. */
    MessageFilter.@Nullable Refusal refusal(Throwable failure) {
        if (filter.refusal() == null
                && failure instanceof InvalidClassException
                && failure.getMessage() != null
                && failure.getMessage().startsWith("filter status")) {
            // A filter factory put its own filter around ours, which was not asked.
            return new MessageFilter.Refusal(
                    latestClass,
                    "Class " + latestClass
                            + " was refused by a filter of this JVM's jdk.serialFilterFactory: allow it there");
        }
        return filter.refusal();
    }

    /** The name of the last class that it came to; empty before the first. */
    String latestClass() {
        return latestClass;
    }

    @Override
    protected void readStreamHeader() {
        // none was written
    }

    @Override
    protected ObjectStreamClass readClassDescriptor() throws IOException, ClassNotFoundException {
        current = definitions.classOf(readId());
        return current.descriptor();
    }

    /** Called right after {@link #readClassDescriptor}, with what that returned. */
    @Override
    protected Class<?> resolveClass(ObjectStreamClass descriptor) throws IOException, ClassNotFoundException {
        latestClass = descriptor.getName();
        return Objects.requireNonNull(current).resolve(resolver);
    }

    @Override
    protected Class<?> resolveProxyClass(String[] interfaces) throws IOException, ClassNotFoundException {
        return resolver.resolveProxy(interfaces);
    }

    @Override
    protected Object resolveObject(Object object) throws IOException {
        if (object instanceof LambdaCall call) {
            return lambda(definitions.lambdaOf(call.template()), call.captured());
        }
        Object whole = object instanceof Block block ? blocks.resolve(block, this::demandAllowed) : object;
        if (nesting != null && !nesting.measure(whole)) {
            throw filter.refuseUnfolded(nesting);
        }
        return whole;
    }

    /** Makes a lambda, if the filters allow that. */
    Object lambda(DefinedLambda defined, @Nullable Object[] captured) throws IOException {
        Class<?> holder = defined.capturingClass(resolver);
        // Java serialization would show these two to the filter; it has seen a class of ours instead.
        demandAllowed(SerializedLambda.class, -1);
        demandAllowed(holder, -1);
        return defined.lambda(holder, captured);
    }

    /** Shows a class to the filters that Java serialization would show to them. */
    void demandAllowed(Class<?> type, int arrayLength) throws InvalidClassException {
        latestClass = type.getName();
        ObjectInputFilter all = getObjectInputFilter();
        if (all != null && all.checkInput(filter.latest(type, arrayLength)) == ObjectInputFilter.Status.REJECTED) {
            throw new InvalidClassException("filter status: REJECTED");
        }
    }

    private int readId() throws IOException {
        int id = 0;
        for (int shift = 0; shift <= LAST_SHIFT; shift += 7) {
            int next = readUnsignedByte();
            id |= (next & 0x7f) << shift;
            if (next < 0x80) {
                return id;
            }
        }
        throw new StreamCorruptedException("a class number has more than five bytes");
    }
}
