package dev.tandem.internal.task;

import dev.tandem.Shared;
import java.io.InvalidObjectException;
import java.io.ObjectStreamException;
import java.nio.ByteBuffer;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * A value that is shared by the threads of this JVM: the handle holds it, and that is all.
 *
 * <p>Thread-safe.
 *
 * @param <T> the type of the value
 */
public final class HeldValue<T> implements Shared<T> {

    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // only a runner on threads that checks whether its tasks could travel writes this
    private volatile @Nullable T value;

    private final transient BooleanSupplier ended;

    /**
     * Holds a value.
     *
     * @param value the value
     * @param ended whether the runner has ended
     */
    public HeldValue(T value, BooleanSupplier ended) {
        this.value = ofItsOwnPosition(value);
        this.ended = ended;
    }

    @Override
    public T get() {
        T held = value;
        if (held == null || ended.getAsBoolean()) {
            throw new IllegalStateException(
                    "the shared value was released: " + (held == null ? "it was closed" : "its runner has ended"));
        }
        return ofItsOwnPosition(held);
    }

    @SuppressWarnings("unchecked") // a duplicate of a ByteBuffer is one
    private static <T> T ofItsOwnPosition(T value) {
        return value instanceof ByteBuffer buffer ? (T) buffer.duplicate().order(buffer.order()) : value;
    }

    @Override
    public void close() {
        value = null;
    }

    private Object writeReplace() throws ObjectStreamException {
        if (SharingScope.current() != null) {
            throw new InvalidObjectException(
                    "a Shared belongs to the runner that made it, and this one to a runner on threads: share the value on the runner"
                            + " that is to run the task");
        }
        return this;
    }

    @Override
    public String toString() {
        return "Shared[" + (value == null ? "released" : "held") + "]";
    }
}
