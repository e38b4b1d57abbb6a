package dev.tandem.ipc;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.function.Predicate;

/** Defines chosen classes of the test tree once more, so that one name means two classes. */
final class IsolatingLoader extends ClassLoader {

    private final Predicate<String> isOwn;
    private final long fromNumber;
    private final long toNumber;

    IsolatingLoader(Predicate<String> isOwn) {
        this(isOwn, 0, 0);
    }

    /** Replaces one long constant by another in the classes that it defines. */
    IsolatingLoader(Predicate<String> isOwn, long fromNumber, long toNumber) {
        super(IsolatingLoader.class.getClassLoader());
        this.isOwn = isOwn;
        this.fromNumber = fromNumber;
        this.toNumber = toNumber;
    }

    @Override
    protected Class<?> loadClass(String name, boolean resolve) throws ClassNotFoundException {
        synchronized (getClassLoadingLock(name)) {
            if (!isOwn.test(name)) {
                return super.loadClass(name, resolve);
            }
            Class<?> known = findLoadedClass(name);
            return known != null ? known : define(name);
        }
    }

    private Class<?> define(String name) throws ClassNotFoundException {
        try (InputStream in = getParent().getResourceAsStream(name.replace('.', '/') + ".class")) {
            if (in == null) {
                throw new ClassNotFoundException(name);
            }
            byte[] bytes = in.readAllBytes();
            if (fromNumber != toNumber) {
                replaceNumber(bytes);
            }
            return defineClass(name, bytes, 0, bytes.length);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void replaceNumber(byte[] bytes) {
        ByteBuffer view = ByteBuffer.wrap(bytes);
        for (int i = 0; i + Long.BYTES <= bytes.length; i++) {
            if (view.getLong(i) == fromNumber) {
                view.putLong(i, toNumber);
            }
        }
    }
}
