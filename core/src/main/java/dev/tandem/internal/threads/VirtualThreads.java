package dev.tandem.internal.threads;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.concurrent.ThreadFactory;
import org.jspecify.annotations.Nullable;

/** Makes virtual threads where the JVM has them (21 and later), found at run time; they inherit nothing from whoever submits first. */
final class VirtualThreads {

    private static final @Nullable MethodHandle UNSTARTED = find();

    private VirtualThreads() {}

    static ThreadFactory factory() {
        MethodHandle unstarted = UNSTARTED;
        if (unstarted == null) {
            throw new UnsupportedOperationException("virtual threads need Java 21 or newer, but this JVM is Java "
                    + Runtime.version() + ": use platform() here, or open these options on a newer JDK");
        }
        return body -> {
            try {
                return (Thread) unstarted.invoke(body);
            } catch (Throwable t) {
                throw new IllegalStateException("this JVM could not make a virtual thread", t);
            }
        };
    }

    private static @Nullable MethodHandle find() {
        if (Runtime.version().feature() < 21) {
            return null; // 19 and 20 have them as a preview only
        }
        try {
            Class<?> builder = Class.forName("java.lang.Thread$Builder$OfVirtual");
            MethodHandles.Lookup lookup = MethodHandles.publicLookup();
            MethodHandle ofVirtual = lookup.findStatic(Thread.class, "ofVirtual", MethodType.methodType(builder));
            MethodHandle make =
                    lookup.findVirtual(builder, "unstarted", MethodType.methodType(Thread.class, Runnable.class));
            MethodHandle inherit = lookup.findVirtual(
                    builder, "inheritInheritableThreadLocals", MethodType.methodType(builder, boolean.class));
            MethodHandle ofNobody =
                    MethodHandles.filterReturnValue(ofVirtual, MethodHandles.insertArguments(inherit, 1, false));
            return MethodHandles.foldArguments(make, ofNobody);
        } catch (ReflectiveOperationException e) {
            return null;
        }
    }
}
