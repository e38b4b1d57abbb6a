package dev.tandem.ipc;

import dev.tandem.ipc.Codec.Definition;
import java.io.ObjectStreamClass;
import org.jspecify.annotations.Nullable;

/**
 * The numbers that one encoder gave to classes, counted from 0 without gaps.
 *
 * <p>Two classes of one name, from two loaders, get two numbers. The entries hang on the classes, not the classes on the
 * entries: a dictionary keeps no class loader from being collected.
 *
 * <p>Thread-safe. No lock is held while a descriptor is written, which may run static initializers of user classes.
 */
final class ClassDictionary {

    private final ClassValue<Slot> slots = new ClassValue<>() {
        @Override
        protected Slot computeValue(Class<?> type) {
            return new Slot();
        }
    };
    private final Object lock = new Object();

    // ---- guarded by lock
    private int nextId;

    /** Returns the definition of a class, made on the first call. */
    Definition definitionOf(ObjectStreamClass descriptor) {
        Slot slot = slots.get(descriptor.forClass());
        Definition known = slot.definition;
        return known != null ? known : define(slot, DescriptorFormat.write(descriptor));
    }

    private Definition define(Slot slot, byte[] bytes) {
        synchronized (lock) {
            Definition known = slot.definition;
            if (known == null) {
                // Counted only here, after all that can fail, so that ids stay dense.
                known = new Definition(nextId, bytes);
                slot.definition = known;
                nextId++;
            }
            return known;
        }
    }

    /** The room for one class; a definition without a reference to the class or to the dictionary. */
    private static final class Slot {
        private volatile @Nullable Definition definition;
    }
}
