package dev.tandem.internal.protocol;

import dev.tandem.Shared;
import dev.tandem.ipc.EncodingException;
import java.io.IOException;
import java.lang.ref.Reference;
import java.lang.ref.SoftReference;
import java.lang.ref.WeakReference;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * A handle after its journey: it knows the file that the value is in.
 *
 * <p>A JVM reads each file once and keeps the value softly, so that it yields to what the tasks need; a map is kept weakly, since
 * mapping again costs little and a map that is kept keeps the space of a file that was deleted. What was released is forgotten when the
 * next value is read. Immutable and thread-safe.
 *
 * @param <T> the type of the value
 */
public final class RemoteShared<T> implements Shared<T> {

    private static final long serialVersionUID = 1L;

    private static final ConcurrentHashMap<String, Copy> COPIES = new ConcurrentHashMap<>();

    private final String file;
    private final String name;

    /**
     * Describes a value.
     *
     * @param file where it is
     * @param name as in "value 3 of runner-1 was released"
     */
    public RemoteShared(Path file, String name) {
        this.file = file.toString();
        this.name = name;
    }

    @Override
    @SuppressWarnings("unchecked") // what is in the file is what a T was encoded to
    public T get() {
        Path path = Path.of(file);
        if (!Files.exists(path)) {
            COPIES.remove(file);
            throw new IllegalStateException(
                    name + " was released: it was closed, its runner has ended, or somebody has deleted " + file);
        }
        Object value = COPIES.computeIfAbsent(file, unread -> new Copy()).get(path, name);
        return (T) (value instanceof ByteBuffer buffer ? buffer.duplicate().order(buffer.order()) : value);
    }

    @Override
    public void close() {
        // The value belongs to the JVM that has shared it.
    }

    @Override
    public String toString() {
        return "Shared[" + name + "]";
    }

    /** The value, once it was read. */
    private static final class Copy {

        private @Nullable Reference<Object> value; // guarded by this

        synchronized Object get(Path file, String name) {
            Reference<Object> kept = value;
            Object known = kept == null ? null : kept.get();
            if (known == null) {
                COPIES.keySet().removeIf(other -> !Files.exists(Path.of(other)));
                known = read(file, name);
                value = known instanceof ByteBuffer ? new WeakReference<>(known) : new SoftReference<>(known);
            }
            return known;
        }

        private static Object read(Path file, String name) {
            ClassLoader loader = Thread.currentThread().getContextClassLoader();
            boolean interrupted = Thread.interrupted(); // it would close the file under the reader
            try {
                Object value = SharedFile.read(file, loader == null ? ClassLoader.getSystemClassLoader() : loader);
                if (value == null) {
                    throw new IllegalStateException(name + " was decoded to null");
                }
                return value;
            } catch (IOException | EncodingException e) {
                throw new IllegalStateException(name + " cannot be read: " + e.getMessage(), e);
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }
    }
}
