package dev.tandem.internal.task;

import org.jspecify.annotations.Nullable;

/**
 * For which runner the current thread is encoding a task, so that a handle can tell whether it is going where it belongs.
 *
 * <p>Safe for use by any number of threads: each sees its own.
 */
public final class SharingScope {

    // Each thread keeps its own for good: to put one into a thread and take it out again costs more than to encode a
    // small task.
    private static final ThreadLocal<@Nullable Object[]> CURRENT =
            ThreadLocal.withInitial(() -> new @Nullable Object[1]);

    private SharingScope() {}

    /**
     * Begins to encode for somebody. Pair it with {@link #leave} in a {@code finally}.
     *
     * @param scope for whom
     * @return what to leave to: code that is run while a task is encoded may submit another one
     */
    public static @Nullable Object enter(Object scope) {
        @Nullable Object[] current = CURRENT.get();
        Object outer = current[0];
        current[0] = scope;
        return outer;
    }

    /**
     * Ends what was begun.
     *
     * @param outer what {@link #enter} returned
     */
    public static void leave(@Nullable Object outer) {
        CURRENT.get()[0] = outer;
    }

    /** {@return whom this thread is encoding for, or null} */
    public static @Nullable Object current() {
        return CURRENT.get()[0];
    }
}
