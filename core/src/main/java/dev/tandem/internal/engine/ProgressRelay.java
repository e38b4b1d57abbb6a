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
    private final List<Consumer<? super Progress>> newcomers = new ArrayList<>(); // still to be told the latest
    private final List<PacedListener> paced = new ArrayList<>(0); // those of the listeners that may hold something back
    private @Nullable Progress last;
    private boolean undelivered; // the latest, to the listeners
    private @Nullable Runnable whenDelivered;
    private boolean delivering;

    ProgressRelay(Callbacks callbacks) {
        this.callbacks = callbacks;
    }

    /** Adds a listener; it starts with the last value that was reported, if there is one. */
    void add(Consumer<? super Progress> listener) {
        synchronized (this) {
            if (last == null) {
                listeners.add(listener);
                return;
            }
            newcomers.add(listener);
            if (!beginsDelivering()) {
                return;
            }
        }
        callbacks.execute(this::deliver);
    }

    void report(Progress latest) {
        synchronized (this) {
            last = latest;
            if (listeners.isEmpty() && newcomers.isEmpty()) {
                return;
            }
            undelivered = true;
            if (!beginsDelivering()) {
                return;
            }
        }
        callbacks.execute(
                this::deliver); // not before: a virtual thread that waits in a monitor holds on to its carrier
    }

    /**
     * Runs {@code afterwards} once everything reported has been delivered.
     *
     * @return false if nothing is left to deliver; {@code afterwards} is the caller's then
     */
    boolean finish(Runnable afterwards) {
        synchronized (this) {
            if (!delivering && paced.stream().noneMatch(PacedListener::holdsSomething)) {
                return false;
            }
            whenDelivered = afterwards;
            if (!beginsDelivering()) {
                return true;
            }
        }
        callbacks.execute(this::deliver);
        return true;
    }

    /** The same listener, on an executor and not too often. */
    void addPaced(PacedListener listener) {
        synchronized (this) {
            paced.add(listener);
        }
        add(listener);
    }

    /** What they still hold goes to their executors now. */
    private void endPaced() {
        List<PacedListener> all;
        synchronized (this) {
            all = List.copyOf(paced);
        }
        all.forEach(PacedListener::end);
    }

    private boolean beginsDelivering() {
        assert Thread.holdsLock(this);
        boolean begins = !delivering;
        delivering = true;
        return begins;
    }

    private void deliver() {
        while (true) {
            Delivery next;
            Runnable afterwards = null;
            synchronized (this) {
                next = next();
                if (next == null) {
                    delivering = false;
                    afterwards = whenDelivered;
                    whenDelivered = null;
                }
            }
            if (next != null) {
                tell(next.listeners(), next.progress());
                continue;
            }
            if (afterwards != null) {
                endPaced();
                afterwards.run();
            }
            return;
        }
    }

    /** What to deliver now: the latest value to all or, if they know it, to those who came since. */
    private @Nullable Delivery next() {
        assert Thread.holdsLock(this);
        Progress latest = last;
        List<Consumer<? super Progress>> fresh = List.copyOf(newcomers);
        newcomers.clear();
        listeners.addAll(fresh);
        if (latest == null || (!undelivered && fresh.isEmpty())) {
            return null;
        }
        Delivery delivery = new Delivery(undelivered ? List.copyOf(listeners) : fresh, latest);
        undelivered = false;
        return delivery;
    }

    private record Delivery(List<Consumer<? super Progress>> listeners, Progress progress) {}

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
