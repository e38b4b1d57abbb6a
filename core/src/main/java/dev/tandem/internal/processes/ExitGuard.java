package dev.tandem.internal.processes;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Kills the workers of all runners that are still open when this JVM ends.
 *
 * <p>They would notice by themselves, and end; this makes them end before this JVM does, with what they started. One hook
 * serves all runners, and is registered with the first. Thread-safe.
 */
final class ExitGuard {

    private static final Set<Supervisor> OPEN = ConcurrentHashMap.newKeySet();

    // --- guarded by the class ---
    private static boolean hooked;

    private ExitGuard() {}

    /**
     * Watches over a runner.
     *
     * @throws IllegalStateException if this JVM is shutting down
     */
    static synchronized void guard(Supervisor supervisor) {
        if (!hooked) {
            Runtime.getRuntime().addShutdownHook(new Thread(null, ExitGuard::killAll, "tandem-exit", 0, false));
            hooked = true;
        }
        OPEN.add(supervisor);
    }

    static void release(Supervisor supervisor) {
        OPEN.remove(supervisor);
    }

    private static void killAll() {
        OPEN.forEach(Supervisor::killAll);
    }
}
