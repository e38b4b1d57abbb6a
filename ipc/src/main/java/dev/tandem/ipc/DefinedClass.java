package dev.tandem.ipc;

import java.io.IOException;
import java.io.ObjectStreamClass;
import org.jspecify.annotations.Nullable;

/**
 * What a decoder knows of one class: its descriptor as sent, parsed on first use, and the local class, resolved then.
 *
 * <p>Thread-safe: racing threads may parse and resolve twice, with equal results.
 */
final class DefinedClass implements Defined {

    private final byte[] definition;

    // ---- written by whoever comes first
    private volatile @Nullable ObjectStreamClass descriptor;
    private volatile @Nullable Class<?> resolved;

    DefinedClass(byte[] definition) {
        this.definition = definition;
    }

    ObjectStreamClass descriptor() throws IOException, ClassNotFoundException {
        ObjectStreamClass known = descriptor;
        if (known == null) {
            known = DescriptorFormat.read(definition);
            descriptor = known;
        }
        return known;
    }

    /** The descriptor if somebody asked for it already. */
    @Nullable
    ObjectStreamClass parsed() {
        return descriptor;
    }

    Class<?> resolve(ClassResolver resolver) throws IOException, ClassNotFoundException {
        Class<?> known = resolved;
        if (known != null) {
            return known;
        }
        String name = descriptor().getName();
        Class<?> ours = name.equals(LambdaCall.class.getName())
                ? LambdaCall.class
                : name.equals(Block.class.getName()) ? Block.class : null;
        if (ours != null) {
            resolver.demandAllowed(name);
            return ours; // also where the loader does not see us
        }
        known = resolver.findByLoader(name);
        if (known == null) {
            // Not remembered: the next message may be decoded by a thread with another context loader.
            return resolver.resolveByContext(name);
        }
        resolved = known;
        return known;
    }
}
