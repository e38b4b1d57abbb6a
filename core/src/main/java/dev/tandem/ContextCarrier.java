package dev.tandem;

import org.jspecify.annotations.Nullable;

/**
 * Takes what a thread knows, other than SLF4J's MDC, to the threads that run its tasks: a trace, a tenant, a locale.
 *
 * <p>Carriers are found as services (by {@link java.util.ServiceLoader}, so named in {@code META-INF/services/dev.tandem.ContextCarrier}) by the context class loader of the thread that opens a runner, and in a
 * worker JVM by that of its task thread. What {@link #capture} returns on the thread that submits is {@linkplain #restore restored} around each task, around
 * each input of a map or stream, and around each attempt. On threads it is handed over as it is; to a worker JVM it goes as {@linkplain #toText text}. Here a
 * tenant is a string, so it goes without more.
 *
 * <pre>{@code
 * public final class TenantCarrier implements ContextCarrier {
 *     public String name() { return "tenant"; }
 *     public Object capture() { return Tenant.current(); }
 *     public Restored restore(Object tenant) {
 *         String before = Tenant.set((String) tenant);
 *         return failure -> Tenant.set(before);
 *     }
 * }
 * }</pre>
 *
 * <p>A carrier that throws is logged, once for each of its methods in a runner and in a worker JVM, and the task goes on without it. Implementations must be safe for use by any number of threads.
 */
public interface ContextCarrier {

    /** {@return a name that no other carrier has, by which it is found in a worker JVM; never the empty string} */
    String name();

    /** {@return what the calling thread, which is about to submit, hands on; null for nothing} */
    @Nullable
    Object capture();

    /**
     * Makes it what the calling thread sees, which is about to run a task; {@link TaskContext#current()} is that of the task already.
     *
     * @param captured what {@link #capture} or {@link #fromText} returned
     * @return what ends that
     */
    Restored restore(Object captured);

    /**
     * What goes to a worker JVM; unless overridden, a string goes as it is, and nothing else goes.
     *
     * @param captured what {@link #capture} returned
     * @return the text; null if it stays here
     */
    default @Nullable String toText(Object captured) {
        return captured instanceof String text ? text : null;
    }

    /**
     * Turns text back into what {@link #restore} takes, in a worker JVM.
     *
     * @param text what {@link #toText} returned
     * @return what it stands for; null for nothing
     */
    default @Nullable Object fromText(String text) {
        return text;
    }

    /** Puts the thread back, on that very thread, after the task. */
    @FunctionalInterface
    interface Restored {

        /**
         * The task is over.
         *
         * @param failure what it threw; null if it returned
         */
        void leave(@Nullable Throwable failure);
    }
}
