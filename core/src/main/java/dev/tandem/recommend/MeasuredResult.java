package dev.tandem.recommend;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * A result, with what it took. Immutable.
 *
 * <p>It travels in a form that is not itself: whoever looks for what cannot travel then finds no field that leads to the value, so that
 * the trail begins at the value, and the user reads nothing of our wrapping.
 *
 * @param <R> the type of the result
 */
final class MeasuredResult<R extends @Nullable Object> implements Serializable {

    private static final long serialVersionUID = 1L;

    private final transient R value;
    private final transient long wallNanos;
    private final transient long cpuNanos;
    private final transient long allocatedBytes;
    private final transient long gcNanos;

    /**
     * Puts them together; -1 is what the JVM does not tell.
     *
     * @param wallNanos from the call to its end
     * @param cpuNanos processor time of the thread
     * @param allocatedBytes what the thread allocated
     * @param gcNanos how long the JVM collected garbage meanwhile
     */
    MeasuredResult(R value, long wallNanos, long cpuNanos, long allocatedBytes, long gcNanos) {
        this.value = value;
        this.wallNanos = wallNanos;
        this.cpuNanos = cpuNanos;
        this.allocatedBytes = allocatedBytes;
        this.gcNanos = gcNanos;
    }

    R value() {
        return value;
    }

    long wallNanos() {
        return wallNanos;
    }

    long cpuNanos() {
        return cpuNanos;
    }

    long allocatedBytes() {
        return allocatedBytes;
    }

    long gcNanos() {
        return gcNanos;
    }

    private Object writeReplace() {
        return new Form<>(value, wallNanos, cpuNanos, allocatedBytes, gcNanos);
    }

    private record Form<R extends @Nullable Object>(
            R value, long wallNanos, long cpuNanos, long allocatedBytes, long gcNanos) implements Serializable {

        private Object readResolve() {
            return new MeasuredResult<>(value, wallNanos, cpuNanos, allocatedBytes, gcNanos);
        }
    }
}
