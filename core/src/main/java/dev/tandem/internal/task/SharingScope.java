package dev.tandem.internal.task;

import org.jspecify.annotations.Nullable;

/**
 * For which runner the current thread is encoding a task, so that a handle can tell whether it is going where it belongs.
 *
 * <p>Safe for use by any number of threads: each sees its own.
 */
public final class SharingScope {

    private static final ThreadLocal<@Nullable Object> CURRENT = new ThreadLocal<>();

    private SharingScope() {}

    /**
     * Begins to encode for somebody. Pair it with {@link #leave} in a {@code finally}.
     *
     * @param scope for whom
     * @return what to leave to: code that is run while a task is encoded may submit another one
     */
    public static @Nullable Object enter(Object scope) {
        Object outer = CURRENT.get();
        CURRENT.set(scope);
        return outer;
    }

    /**
     * Ends what was begun.
     *
     * @param outer what {@link #enter} returned
     */
    public static void leave(@Nullable Object outer) {
        if (outer == null) {
            CURRENT.remove();
        } else {
            CURRENT.set(outer);
        }
    }

    /** {@return whom this thread is encoding for, or null} */
    public static @Nullable Object current() {
        return CURRENT.get();
    }
}
