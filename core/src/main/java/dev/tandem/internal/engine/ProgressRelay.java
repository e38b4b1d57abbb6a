package dev.tandem.internal.engine;

import dev.tandem.Progress;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands a task's progress to its listeners: the latest value wins, order is kept, and the last value is delivered before
 * the task counts as done.
 *
 * <p>One delivery at a time runs on the callback executor, however fast reports come in; what arrives meanwhile replaces
 * what waits. Thread-safe; no listener is called under the lock.
 */
final class ProgressRelay {

    private static final Logger log = LoggerFactory.getLogger(ProgressRelay.class);

    private final Callbacks callbacks;

    // --- guarded by this ---
    private final List<Consumer<? super Progress>> listeners = new ArrayList<>();
    private @Nullable Progress last;
    private @Nullable Progress undelivered;
    private @Nullable Runnable whenDelivered;
    private boolean delivering;

    ProgressRelay(Callbacks callbacks) {
        this.callbacks = callbacks;
    }

    /** Adds a listener; it starts with the last value that was reported, if there is one. */
    synchronized void add(Consumer<? super Progress> listener) {
        listeners.add(listener);
        Progress known = last;
        if (known != null && undelivered == null) {
            callbacks.execute(() -> tell(List.of(listener), known));
        }
    }

    synchronized void report(Progress latest) {
        last = latest;
        if (!listeners.isEmpty()) {
            undelivered = latest;
            startDelivering();
        }
    }

    /**
     * Runs {@code afterwards} once everything reported has been delivered.
     *
     * @return false if nothing is left to deliver; {@code afterwards} is the caller's then
     */
    synchronized boolean finish(Runnable afterwards) {
        if (!delivering) {
            return false;
        }
        whenDelivered = afterwards;
        return true;
    }

    private void startDelivering() {
        if (!delivering) {
            delivering = true;
            callbacks.execute(this::deliver);
        }
    }

    private void deliver() {
        while (true) {
            Progress next;
            List<Consumer<? super Progress>> all;
            Runnable afterwards;
            synchronized (this) {
                next = undelivered;
                undelivered = null;
                all = List.copyOf(listeners);
                afterwards = whenDelivered;
                if (next == null) {
                    delivering = false;
                }
            }
            if (next == null) {
                if (afterwards != null) {
                    afterwards.run();
                }
                return;
            }
            tell(all, next);
        }
    }

    private static void tell(List<Consumer<? super Progress>> listeners, Progress progress) {
        for (Consumer<? super Progress> listener : listeners) {
            try {
                listener.accept(progress);
            } catch (Throwable t) {
                log.warn("A progress listener failed; the task and the other listeners go on", t);
            }
        }
    }
}
