package dev.tandem.recommend;

import dev.tandem.TaskFunction;
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
        TaskFunction<? super A, ? extends R> function, boolean isAlone) implements TaskFunction<A, MeasuredResult<R>> {

    @Override
    public MeasuredResult<R> apply(A input) throws Exception {
        long gcBefore = isAlone ? PlatformBeans.gcNanos() : -1;
        long allocatedBefore = PlatformBeans.allocatedBytes();
        long cpuBefore = PlatformBeans.cpuNanos();
        long before = System.nanoTime();
        R value = function.apply(input);
        long wall = System.nanoTime() - before;
        return new MeasuredResult<>(
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
