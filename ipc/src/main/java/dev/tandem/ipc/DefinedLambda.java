package dev.tandem.ipc;

import java.io.IOException;
import java.io.InvalidClassException;
import java.lang.invoke.SerializedLambda;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import org.jspecify.annotations.Nullable;

/**
 * What a decoder knows of the lambdas of one place in the source: the template, parsed on first use, and how the class that
 * holds them makes one, found out then.
 *
 * <p>Java serialization would parse the names again for each message and look the factory method up by reflection.
 *
 * <p>Thread-safe: racing threads may find out twice, with equal results.
 */
final class DefinedLambda implements Defined {

    /** What javac puts into each class that holds serializable lambdas. */
    private static final String FACTORY = "$deserializeLambda$";

    private final byte[] definition;

    // ---- written by whoever comes first
    private volatile @Nullable LambdaTemplate template;
    private volatile @Nullable Class<?> capturing;
    private volatile @Nullable Factory factory;
    private volatile @Nullable Object bare;

    DefinedLambda(byte[] definition) {
        this.definition = definition;
    }

    /**
     * The lambda without captured values: one object for all, as it is in the JVM that has sent it.
     *
     * @throws IOException if there is none like it here
     */
    Object bare(ClassResolver resolver) throws IOException {
        Object known = bare;
        if (known == null) {
            Class<?> holder = capturingClass(resolver);
            known = lambda(holder, new Object[0]);
            if (holder == capturing) { // else another context class loader may find another one
                bare = known;
            }
        }
        return known;
    }

    /**
     * The class that holds the lambda expression.
     *
     * @throws IOException if it is missing
     */
    Class<?> capturingClass(ClassResolver resolver) throws IOException {
        try {
            return findCapturingClass(resolver);
        } catch (ClassNotFoundException e) {
            throw new IOException("the class that holds a lambda is missing", e);
        }
    }

    private Class<?> findCapturingClass(ClassResolver resolver) throws IOException, ClassNotFoundException {
        Class<?> known = capturing;
        if (known != null) {
            return known;
        }
        String name = template().capturingClass();
        known = resolver.findByLoader(name);
        if (known == null) {
            return resolver.resolveByContext(name);
        }
        capturing = known;
        return known;
    }

    /** Makes the lambda. */
    Object lambda(Class<?> holder, @Nullable Object[] captured) throws IOException {
        SerializedLambda form = template().toLambda(holder, captured);
        Factory known = factory;
        if (known == null || known.holder != holder) {
            known = new Factory(holder, factoryMethod(holder));
            factory = known;
        }
        // A package that its module does not open is open to the JDK alone.
        return known.method == null ? PlainLambda.resolve(form, holder) : call(known.method, form);
    }

    private Object call(Method method, SerializedLambda form) throws IOException {
        try {
            return method.invoke(null, form);
        } catch (InvocationTargetException e) {
            throw stranger(method.getDeclaringClass(), e.getCause());
        } catch (IllegalAccessException e) {
            throw stranger(method.getDeclaringClass(), e);
        }
    }

    private @Nullable Method factoryMethod(Class<?> holder) throws IOException {
        try {
            Method method = holder.getDeclaredMethod(FACTORY, SerializedLambda.class);
            return method.trySetAccessible() ? method : null;
        } catch (NoSuchMethodException e) {
            throw stranger(holder, e);
        }
    }

    private InvalidClassException stranger(Class<?> holder, @Nullable Throwable cause) throws IOException {
        InvalidClassException failure = new InvalidClassException(
                holder.getName(), "it has no " + template() + " here: use one version of its jar on both sides");
        failure.initCause(cause);
        return failure;
    }

    private LambdaTemplate template() throws IOException {
        LambdaTemplate known = template;
        if (known == null) {
            known = LambdaTemplate.read(definition);
            template = known;
        }
        return known;
    }

    /** The factory method of a class; null if we may not call it. */
    private record Factory(Class<?> holder, @Nullable Method method) {}
}
