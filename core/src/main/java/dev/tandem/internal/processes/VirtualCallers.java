package dev.tandem.internal.processes;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import org.jspecify.annotations.Nullable;

/** Tells whether the calling thread is a virtual one, which may lose its core at any moment and not get it back for long; found at run time, on 21 and later. */
final class VirtualCallers {

    private static final @Nullable MethodHandle IS_VIRTUAL = find();

    private VirtualCallers() {}

    static boolean isOne() {
        MethodHandle isVirtual = IS_VIRTUAL;
        if (isVirtual == null) {
            return false;
        }
        try {
            return (boolean) isVirtual.invokeExact(Thread.currentThread());
        } catch (Throwable t) {
            throw new IllegalStateException("this JVM could not tell what kind a thread is of", t);
        }
    }

    private static @Nullable MethodHandle find() {
        if (Runtime.version().feature() < 21) {
            return null; // 19 and 20 have them as a preview only
        }
        try {
            return MethodHandles.publicLookup()
                    .findVirtual(Thread.class, "isVirtual", MethodType.methodType(boolean.class));
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }
}
