package dev.tandem.internal.worker;

import dev.tandem.Progress;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The latest progress of one attempt that was not sent yet.
 *
 * <p>Each attempt has its own, so that a thread which a task left behind reports into the void and not over the progress of
 * the next task. Safe for use by any number of threads; never blocks.
 */
final class Reports implements Consumer<Progress> {

    private final Outbox outbox;
    private final AtomicReference<@Nullable Progress> latest = new AtomicReference<>();

    Reports(Outbox outbox) {
        this.outbox = outbox;
    }

    @Override
    public void accept(Progress progress) {
        if (latest.getAndSet(progress) == null) {
            outbox.wakeBeacon();
        }
    }

    boolean isEmpty() {
        return latest.get() == null;
    }

    @Nullable
    Progress take() {
        return latest.getAndSet(null);
    }
}
