package dev.tandem.internal.worker;

import dev.tandem.internal.protocol.Message.Item;
import dev.tandem.internal.task.RunningTask;
import org.jspecify.annotations.Nullable;

/**
 * One item of a batch, on its way through the worker.
 *
 * <p>Filled in by the task thread when it takes the attempt out of the {@link Inbox}, under the inbox's lock.
 */
final class Attempt implements Inbox.Entry {

    private final long id;
    private final Batch batch;
    private final Item item;
    private final Reports reports;

    // Mutable state, guarded by the inbox's lock; the task thread, which writes it, reads it without.
    private @Nullable RunningTask context;

    Attempt(long id, Batch batch, Item item, Reports reports) {
        this.id = id;
        this.batch = batch;
        this.item = item;
        this.reports = reports;
    }

    /** Begins now: this is where its deadline counts from. */
    RunningTask start(int workerIndex) {
        RunningTask started = new RunningTask(
                item.taskId(), item.attempt(), workerIndex, batch.run().timeoutNanos(), reports);
        context = started;
        return started;
    }

    long id() {
        return id;
    }

    Batch batch() {
        return batch;
    }

    Item item() {
        return item;
    }

    Reports reports() {
        return reports;
    }

    RunningTask context() {
        RunningTask started = context;
        if (started == null) {
            throw new IllegalStateException("attempt " + id + " has not started");
        }
        return started;
    }
}
