package dev.tandem.ipc;

import dev.tandem.ipc.Codec.Definition;
import java.io.IOException;
import java.io.ObjectStreamClass;
import java.lang.invoke.SerializedLambda;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The numbers that one encoder gave to classes and to lambdas, counted from 0 without gaps.
 *
 * <p>Two classes of one name, from two loaders, get two numbers. The entries hang on the classes, not the classes on the
 * entries: a dictionary keeps no class loader from being collected.
 *
 * <p>Thread-safe. No lock is held while a descriptor is written, which may run static initializers of user classes.
 */
final class EncodingDictionary {

    private final Consumer<Class<?>> used;
    private final ClassValue<Slot> classes = new ClassValue<>() {
        @Override
        protected Slot computeValue(Class<?> type) {
            return new Slot();
        }
    };
    private final ConcurrentHashMap<LambdaTemplate, Slot> lambdas = new ConcurrentHashMap<>();
    private final Object lock = new Object();

    // ---- guarded by lock
    private int nextId;

    EncodingDictionary(Consumer<Class<?>> used) {
        this.used = used;
    }

    /** Returns the definition of a class, made on the first call. */
    Definition definitionOf(ObjectStreamClass descriptor) {
        Slot slot = classes.get(descriptor.forClass());
        Definition known = slot.definition;
        if (known == null) {
            used.accept(descriptor.forClass());
            known = define(slot, DescriptorFormat.write(descriptor));
        }
        return known;
    }

    /** Returns the definition of all lambdas like this one, made on the first call. */
    Definition definitionOf(SerializedLambda lambda) throws IOException {
        LambdaTemplate template = LambdaTemplate.of(lambda);
        Slot slot = lambdas.get(template);
        if (slot == null) {
            Slot mine = new Slot();
            Slot other = lambdas.putIfAbsent(template, mine);
            slot = other == null ? mine : other;
        }
        Definition known = slot.definition;
        return known != null ? known : define(slot, template.write());
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

    /** The room for one definition, without a reference to the class or to the dictionary. */
    private static final class Slot {
        private volatile @Nullable Definition definition;
    }
}
