package dev.tandem.internal.processes;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Kills the workers of all runners that are still open when this JVM ends.
 *
 * <p>They would notice by themselves, and end; this makes them end before this JVM does, with what they started, and removes
 * the runners' directories. One hook serves all runners, and is registered with the first. Thread-safe.
 */
final class ExitGuard {

    private static final Set<ProcessEngine> OPEN = ConcurrentHashMap.newKeySet();

    // --- guarded by the class ---
    private static boolean hooked;
    private static boolean ending;

    private ExitGuard() {}

    /**
     * Watches over a runner.
     *
     * @throws IllegalStateException if this JVM is shutting down
     */
    static synchronized void guard(ProcessEngine engine) {
        if (ending) {
            throw new IllegalStateException("this JVM is shutting down: no worker can be started any more");
        }
        if (!hooked) {
            Runtime.getRuntime().addShutdownHook(new Thread(null, ExitGuard::endAll, "tandem-exit", 0, false));
            hooked = true;
        }
        OPEN.add(engine);
    }

    static void release(ProcessEngine engine) {
        OPEN.remove(engine);
    }

    private static void endAll() {
        synchronized (ExitGuard.class) {
            ending = true;
        }
        OPEN.forEach(ProcessEngine::endWithThisJvm);
    }
}
