package dev.tandem.ipc;

import java.io.ObjectInputFilter;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Java serialization with class descriptors and lambdas replaced by numbers.
 *
 * <p>A message of plain Java serialization is mostly class descriptors: names, types, field lists. Here each class gets a
 * number when the encoder meets it first, and its descriptor travels beside the message as a {@link Definition}, once per
 * connection. Of a lambda, which is nine names and the captured values, only the number of the names and the values are left
 * in the message. Everything else is left to {@link java.io.ObjectOutputStream} and {@link java.io.ObjectInputStream}, so that
 * every value behaves as Java serialization promises: cycles, shared references, records, enums, {@code writeReplace},
 * {@code readResolve}, {@code Externalizable}.
 *
 * <ul>
 *   <li>Numbers belong to the encoder, not to a connection. So no lock is held while user code runs, a failed message leaves
 *       nothing to roll back, and an encoding can be sent again to another worker.
 *   <li>A new pair of streams for each message, not one with {@code reset()}: limits on references count over the whole life
 *       of a stream, a failed message would poison those that follow, and messages could not be encoded side by side.
 *   <li>Decoding runs behind a {@link MessageFilter}, whose limits follow from the length of the message.
 * </ul>
 */
final class JavaCodec implements Codec {

    static final JavaCodec DEFAULT = new JavaCodec(null);

    private static final long serialVersionUID = 1L;

    /** What {@link ObjectInputFilter.Config#createFilter} understands; a filter itself cannot travel. */
    private final @Nullable String filterPattern;

    private JavaCodec(@Nullable String filterPattern) {
        this.filterPattern = filterPattern;
    }

    static JavaCodec filteredBy(String pattern) {
        try {
            if (ObjectInputFilter.Config.createFilter(pattern) == null) {
                throw new IllegalArgumentException("the pattern is empty");
            }
        } catch (IllegalArgumentException e) {
            throw new IllegalArgumentException(
                    "filter must be a pattern of java.io.ObjectInputFilter.Config.createFilter: filter=" + pattern, e);
        }
        return new JavaCodec(pattern);
    }

    @Override
    public Encoder newEncoder(long maxBytes) {
        return newEncoder(maxBytes, type -> {});
    }

    @Override
    public Encoder newEncoder(long maxBytes, Consumer<Class<?>> used) {
        if (maxBytes <= 0) {
            throw new IllegalArgumentException("maxBytes must be positive: maxBytes=" + maxBytes);
        }
        return new JavaEncoder(maxBytes, used);
    }

    @Override
    public Decoder newDecoder(ClassLoader loader) {
        return new JavaDecoder(new ClassResolver(loader), DecodeLimits.of(filterPattern), null);
    }

    @Override
    public Decoder newDecoder(ClassLoader loader, AllowList allowed) {
        return new JavaDecoder(new ClassResolver(loader, allowed), DecodeLimits.of(filterPattern), allowed);
    }

    @Override
    public String toString() {
        return filterPattern == null ? "java" : "java(" + filterPattern + ")";
    }
}
