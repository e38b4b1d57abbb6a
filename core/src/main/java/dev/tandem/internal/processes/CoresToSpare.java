package dev.tandem.internal.processes;

import dev.tandem.internal.protocol.StatusPage;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;

/**
 * Whether there is a core to spare for looking again and again instead of sleeping: while this JVM has fewer workers than cores.
 *
 * <p>A worker knows of itself alone, so each is told on its page when that changes. Workers without a page do not count: they never spin.
 *
 * <p>Thread-safe. The monitor guards the pages; a store to each is all that is done while it is held.
 */
final class CoresToSpare {

    private static final int CORES = Runtime.getRuntime().availableProcessors();

    // --- guarded by this class ---
    private static final Set<StatusPage> PAGES = Collections.newSetFromMap(new IdentityHashMap<>());

    // --- written with the monitor held, read also without ---
    private static volatile boolean any;

    private CoresToSpare() {}

    /** Whether there are any now. */
    static boolean areThere() {
        return any;
    }

    /** A worker begins to use its page. */
    static synchronized void enter(StatusPage page) {
        PAGES.add(page);
        tellAll();
    }

    /** A worker has ended. */
    static synchronized void leave(StatusPage page) {
        PAGES.remove(page);
        tellAll();
    }

    private static void tellAll() {
        boolean now = PAGES.size() < CORES;
        any = now;
        PAGES.forEach(page -> page.allowSpinning(now));
    }
}
