package dev.tandem.internal.adaptive;

import dev.tandem.Adaptation;
import dev.tandem.ParallelRunner;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an adaptive runner has decided: kept, logged, and told to who listens, in order.
 *
 * <p>Thread-safe; the monitor guards the fields. Nothing is called while it is held.
 */
final class Chronicle {

    private static final Logger log = LoggerFactory.getLogger(ParallelRunner.class);
    private static final int KEPT = 100; // the youngest; a runner that lives for long may decide often

    private final String runner;
    private final Consumer<? super Adaptation> listener;

    // --- guarded by this ---
    private final Deque<Adaptation> kept = new ArrayDeque<>();
    private final Deque<Adaptation> untold = new ArrayDeque<>();
    private boolean telling;

    /** An empty one. */
    Chronicle(String runner, Consumer<? super Adaptation> listener) {
        this.runner = runner;
        this.listener = listener;
    }

    /** Those that are kept, the oldest first. */
    synchronized List<Adaptation> adaptations() {
        return List.copyOf(kept);
    }

    /** Notes what was decided, in order; {@link #tellSoon} has to follow. */
    synchronized void note(Adaptation made) {
        kept.addLast(made);
        if (kept.size() > KEPT) {
            kept.removeFirst();
        }
        untold.addLast(made);
    }

    /** Tells what was noted and not told. */
    void tellSoon(Executor callbacks) {
        synchronized (this) {
            if (telling || untold.isEmpty()) {
                return;
            }
            telling = true;
        }
        callbacks.execute(this::tell);
    }

    private void tell() {
        for (Adaptation next = next(); next != null; next = next()) {
            log.info("{} {}", runner, next);
            try {
                listener.accept(next);
            } catch (Throwable t) {
                log.warn("A listener of the adaptations of {} failed; nothing else is affected", runner, t);
            }
        }
    }

    private synchronized @Nullable Adaptation next() {
        Adaptation next = untold.pollFirst();
        telling = next != null;
        return next;
    }
}
