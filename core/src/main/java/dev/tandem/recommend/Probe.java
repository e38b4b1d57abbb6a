package dev.tandem.recommend;

import dev.tandem.TaskFunction;
import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * The user's function with a stop-watch around it. It travels to worker JVMs, so it refers to nothing but the function.
 *
 * <p>As thread-safe as the function.
 *
 * @param <A> the type of the items
 * @param <R> the type of the results
 * @param function the user's
 * @param isAlone whether nothing else runs in the JVM meanwhile, so that its garbage is that of the item
 */
record Probe<A extends @Nullable Object, R extends @Nullable Object>(
        TaskFunction<? super A, ? extends R> function, boolean isAlone)
        implements TaskFunction<Probe.Numbered<A>, Probe.Probed<R>> {

    /**
     * An item with its place in the input.
     *
     * @param <A> the type of the item
     * @param index the place, from 0
     * @param item the item
     */
    record Numbered<A extends @Nullable Object>(long index, A item) implements Serializable {}

    /**
     * A result, with what it took; -1 is what the JVM does not tell.
     *
     * @param <R> the type of the result
     * @param value the result
     * @param wallNanos from the call to its end
     * @param cpuNanos processor time of the thread
     * @param allocatedBytes what the thread allocated
     * @param gcNanos how long the JVM collected garbage meanwhile
     */
    record Probed<R extends @Nullable Object>(R value, long wallNanos, long cpuNanos, long allocatedBytes, long gcNanos)
            implements Serializable {}

    @Override
    public Probed<R> apply(Numbered<A> input) throws Exception {
        long gcBefore = isAlone ? PlatformBeans.gcNanos() : -1;
        long allocatedBefore = PlatformBeans.allocatedBytes();
        long cpuBefore = PlatformBeans.cpuNanos();
        long before = System.nanoTime();
        R value = function.apply(input.item());
        long wall = System.nanoTime() - before;
        return new Probed<>(
                value,
                wall,
                difference(cpuBefore, PlatformBeans.cpuNanos()),
                difference(allocatedBefore, PlatformBeans.allocatedBytes()),
                difference(gcBefore, isAlone ? PlatformBeans.gcNanos() : -1));
    }

    private static long difference(long before, long after) {
        return before < 0 || after < 0 ? -1 : after - before;
    }
}
