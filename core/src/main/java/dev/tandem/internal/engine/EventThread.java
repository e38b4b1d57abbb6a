package dev.tandem.internal.engine;

import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows the thread that a user interface lives on: while it waits, the program is frozen for its user.
 *
 * <p>It is known by its name, so that no class of AWT or JavaFX is loaded for it. Thread-safe.
 */
public final class EventThread {

    private static final Logger log = LoggerFactory.getLogger(EventThread.class);
    private static final AtomicBoolean WARNED = new AtomicBoolean();

    private EventThread() {}

    /** Whether the calling thread is one. */
    static boolean isCurrent() {
        String thread = Thread.currentThread().getName();
        return thread.startsWith("AWT-EventQueue") || thread.startsWith("JavaFX Application Thread");
    }

    /** Says once what to do instead, if that is the thread which is about to wait; {@code what} says what for. */
    public static void warnOfWait(Object what) {
        if (isCurrent() && WARNED.compareAndSet(false, true)) {
            log.warn(
                    "{} is waited for on {}: the user interface is frozen until it is over. Use"
                            + " future.thenAcceptAsync(result -> ..., SwingUtilities::invokeLater), or Platform::runLater,"
                            + " and future.onProgress(listener, SwingUtilities::invokeLater); close runners, and consume streams, on another thread. This is"
                            + " said once.",
                    what,
                    Thread.currentThread().getName(),
                    new IllegalStateException("where it is waited for"));
        }
    }

    /** For tests of the warning. */
    static void forgetWarning() {
        WARNED.set(false);
    }
}
