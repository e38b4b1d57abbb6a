package dev.tandem.internal.worker;

import java.util.Map;
import org.slf4j.MDC;

/**
 * The submitter's MDC around a task.
 *
 * <p>A logger takes longer to load than the rest of the worker, so it is touched only once a task comes with a context, and
 * is done without if the class path has none. Used by the task thread only.
 */
final class DiagnosticContext {

    // Mutable state of the task thread.
    private boolean entered;
    private boolean missing;

    void enter(Map<String, String> context) {
        if (context.isEmpty() || missing) {
            return;
        }
        try {
            Slf4j.set(context);
            entered = true;
        } catch (RuntimeException | LinkageError unusable) {
            missing = true;
        }
    }

    /** Clears whatever the submitter's context has become, and what the task has put where there was none. */
    void leave() {
        if (entered || WorkerMain.isLogging()) {
            Slf4j.clear();
            entered = false;
        }
    }

    /** Alone in naming a class of SLF4J, so that only its use loads one. */
    private static final class Slf4j {
        static void set(Map<String, String> context) {
            MDC.setContextMap(context);
        }

        static void clear() {
            MDC.clear();
        }
    }
}
