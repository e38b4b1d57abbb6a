package dev.tandem.ipc;

import java.io.IOException;
import java.lang.reflect.Modifier;
import java.lang.reflect.Proxy;
import org.jspecify.annotations.Nullable;

/**
 * Finds the classes that a message names: by the loader of the connection, else by the context loader of the thread.
 *
 * <p>Loads, but does not initialize. Where there is an {@link AllowList}, no loader hears of a name that is not on it: all
 * ways from a name to a class lead through here. What is found is shown to the filter afterwards, whoever found it.
 * Immutable, safe for use by any number of threads.
 */
final class ClassResolver {

    private final ClassLoader loader;
    private final @Nullable AllowList allowed;

    ClassResolver(ClassLoader loader) {
        this(loader, null);
    }

    ClassResolver(ClassLoader loader, @Nullable AllowList allowed) {
        this.loader = loader;
        this.allowed = allowed;
    }

    /** Ends the decoding if the list does not let this name pass. */
    void demandAllowed(String name) throws RefusedClassException {
        demandAllowed(name, loader);
    }

    private void demandAllowed(String name, ClassLoader where) throws RefusedClassException {
        if (allowed != null) {
            allowed.demand(name, where);
        }
    }

    /** The class of this name as the connection's own loader sees it, or null. Does not depend on the thread. */
    @Nullable
    Class<?> findByLoader(String name) throws RefusedClassException {
        demandAllowed(name, loader);
        Class<?> primitive = primitive(name);
        return primitive != null ? primitive : find(name, loader);
    }

    /** The class of this name as the thread's context loader sees it. */
    Class<?> resolveByContext(String name) throws IOException, ClassNotFoundException {
        ClassLoader context = Thread.currentThread().getContextClassLoader();
        Class<?> found = null;
        if (context != null && context != loader) {
            demandAllowed(name, context);
            found = find(name, context);
        }
        if (found == null) {
            throw new MissingClass(name);
        }
        return found;
    }

    /** The class of proxies for these interfaces. */
    Class<?> resolveProxy(String[] names) throws IOException, ClassNotFoundException {
        if (allowed != null) {
            allowed.demandNoProxy(names);
        }
        ClassLoader definer = loader;
        ClassLoader nonPublic = null;
        boolean hasNonPublic = false;
        Class<?>[] interfaces = new Class<?>[names.length];
        for (int i = 0; i < names.length; i++) {
            Class<?> found = findByLoader(names[i]);
            if (found == null) {
                found = resolveByContext(names[i]);
                definer = Thread.currentThread().getContextClassLoader();
            }
            if (!Modifier.isPublic(found.getModifiers())) {
                // such a proxy must live in the package of its interface, hence in its loader
                if (hasNonPublic && nonPublic != found.getClassLoader()) {
                    throw new ClassNotFoundException("proxy of non-public interfaces of several loaders: " + names[i]);
                }
                nonPublic = found.getClassLoader();
                hasNonPublic = true;
            }
            interfaces[i] = found;
        }
        return proxyClass(hasNonPublic ? nonPublic : definer, interfaces);
    }

    @SuppressWarnings("deprecation") // the replacement makes an instance, for which there is no handler yet
    private static Class<?> proxyClass(@Nullable ClassLoader definer, Class<?>[] interfaces)
            throws ClassNotFoundException {
        try {
            return Proxy.getProxyClass(definer, interfaces);
        } catch (IllegalArgumentException e) {
            throw new ClassNotFoundException("proxy", e);
        }
    }

    /** Why the loader does not find a class, if it has more to say than its name; to be asked of what could not be found. */
    @Nullable
    String explain(String name) {
        try {
            Class.forName(name, false, loader);
        } catch (ClassNotFoundException e) {
            String message = e.getMessage();
            return message == null || message.equals(name) ? null : message;
        } catch (LinkageError e) {
            return e.toString();
        }
        return null;
    }

    private static @Nullable Class<?> find(String name, ClassLoader where) {
        try {
            return Class.forName(name, false, where);
        } catch (ClassNotFoundException e) {
            return null;
        }
    }

    static @Nullable Class<?> primitive(String name) {
        return switch (name) {
            case "boolean" -> boolean.class;
            case "byte" -> byte.class;
            case "char" -> char.class;
            case "short" -> short.class;
            case "int" -> int.class;
            case "long" -> long.class;
            case "float" -> float.class;
            case "double" -> double.class;
            case "void" -> void.class;
            default -> null;
        };
    }

    @Override
    public String toString() {
        return loader.toString();
    }

    /** A class that neither loader finds; its message is the name of the class. */
    static final class MissingClass extends ClassNotFoundException {
        private static final long serialVersionUID = 1L;

        MissingClass(String name) {
            super(name);
        }
    }
}
