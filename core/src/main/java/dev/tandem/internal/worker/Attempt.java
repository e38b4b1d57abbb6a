package dev.tandem.internal.worker;

import dev.tandem.TaskContext;
import dev.tandem.internal.protocol.ChunkPage;
import dev.tandem.internal.protocol.Message.Item;
import dev.tandem.internal.protocol.Message.RunChunk;
import dev.tandem.internal.task.RunningTask;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * One item of a batch, or a chunk of inputs, on its way through the worker.
 *
 * <p>Filled in by the task thread when it takes the attempt out of the {@link Inbox}, under the inbox's lock.
 */
final class Attempt implements Inbox.Entry {

    private final long id;
    private final Batch batch;
    private final Item item;
    private final @Nullable RunChunk chunk;
    private final Reports reports;

    // Mutable state, guarded by the inbox's lock; the task thread, which writes it, reads it without.
    private @Nullable RunningTask context;
    private @Nullable ChunkRun chunkRun; // instead of a context

    Attempt(long id, Batch batch, Item item, Reports reports) {
        this(id, batch, item, null, reports);
    }

    Attempt(Batch batch, RunChunk chunk, Reports reports) {
        this(chunk.id(), batch, chunk.run().items().get(0), chunk, reports);
    }

    private Attempt(long id, Batch batch, Item item, @Nullable RunChunk chunk, Reports reports) {
        this.id = id;
        this.batch = batch;
        this.item = item;
        this.chunk = chunk;
        this.reports = reports;
    }

    /** Begins now: this is where its deadline counts from. */
    void start(int workerIndex, Whereabouts whereabouts) {
        if (chunk != null) {
            ChunkPage page = whereabouts.chunk(chunk.slot());
            if (page == null) {
                throw new IllegalStateException("a chunk was sent, attempt " + id + ", but there is no page");
            }
            chunkRun = new ChunkRun(chunk, page, workerIndex, reports);
        } else {
            context = new RunningTask(
                    item.taskId(), item.attempt(), workerIndex, batch.run().timeoutNanos(), reports);
        }
    }

    long id() {
        return id;
    }

    Batch batch() {
        return batch;
    }

    /** Of a chunk, its first input. */
    Item item() {
        return item;
    }

    Reports reports() {
        return reports;
    }

    /** The run of its inputs, if it is a chunk. */
    @Nullable
    ChunkRun chunkRun() {
        return chunkRun;
    }

    /** Tells the task that runs that nobody waits for it any more. */
    void cancel() {
        if (chunkRun != null) {
            chunkRun.cancel();
        } else {
            context().cancel();
        }
    }

    /** Whether it was told so. */
    boolean isCancelled() {
        return chunkRun != null ? chunkRun.isCancelled() : context().isCancelled();
    }

    /** The context of the task that runs. */
    Supplier<TaskContext> contexts() {
        return chunkRun != null ? chunkRun : this::context;
    }

    private RunningTask context() {
        RunningTask started = context;
        if (started == null) {
            throw new IllegalStateException("attempt " + id + " has not started");
        }
        return started;
    }
}
