package dev.tandem.internal.worker;

import dev.tandem.internal.protocol.ChunkPage;
import dev.tandem.internal.protocol.Message.Encoding;
import dev.tandem.internal.protocol.Message.PageRefused;
import dev.tandem.internal.protocol.Message.PageUsed;
import dev.tandem.internal.protocol.Message.Running;
import dev.tandem.internal.protocol.Message.Started;
import dev.tandem.internal.protocol.StatusPage;
import dev.tandem.internal.protocol.StatusPage.Phase;
import dev.tandem.ipc.TransportException;
import java.io.File;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * How far the task thread is, for the supervisor to know: in frames at first, and on a {@link StatusPage} once there is one.
 *
 * <p>The supervisor offers a page when this worker has answered for the first time, so that no first result waits for it; the
 * beacon maps it; the task thread begins to use it between two attempts, and says so. If it cannot be mapped it says that, and the frames go on.
 */
final class Whereabouts {

    private final Outbox outbox;

    // --- volatile: offered by who reads, opened by the beacon, used by the task thread ---
    private volatile @Nullable String offered;
    private volatile @Nullable StatusPage opened;

    // Mutable state of the task thread.
    private @Nullable StatusPage page;
    private long begunNanos; // what it is at, by System.nanoTime(); 0 while there is no page

    Whereabouts(Outbox outbox) {
        this.outbox = outbox;
    }

    /** The supervisor offers this file. */
    void offer(String path) {
        offered = path;
        outbox.wakeBeacon();
    }

    /** Maps what was offered, if anything was; called by the beacon. */
    void open() {
        String path = offered;
        if (path != null) {
            offered = null;
            try {
                opened = StatusPage.open(new File(path).toPath());
            } catch (IOException | RuntimeException e) {
                outbox.sendLater(new PageRefused(e.toString())); // and go on with frames, which say the same
            }
        }
    }

    void started(long attemptId) throws TransportException {
        if (page == null && opened != null) {
            outbox.send(new PageUsed());
            page = opened;
            outbox.gatherOn(page);
        }
        if (page == null) {
            outbox.send(new Started(attemptId));
        } else {
            begunNanos = System.nanoTime();
            page.begin(attemptId, begunNanos);
        }
    }

    /** When the attempt that the task thread is at has begun; for that thread, once there is a page. */
    long begunNanos() {
        return begunNanos;
    }

    /** Where a chunk of inputs is; null if this uses no page, in which case none is sent. */
    @Nullable
    ChunkPage chunk(int slot) {
        StatusPage used = page;
        return used == null ? null : used.chunk(slot);
    }

    /** The attempt is being decoded, again. */
    void decoding(long attemptId) {
        if (page != null) {
            page.enter(attemptId, Phase.DECODING);
        }
    }

    /** The attempt runs, again. */
    void runningAgain(long attemptId) {
        if (page != null) {
            page.enter(attemptId, Phase.RUNNING);
        }
    }

    void running(long attemptId) throws TransportException {
        if (page == null) {
            outbox.send(new Running(attemptId));
        } else {
            page.enter(attemptId, Phase.RUNNING);
        }
    }

    void encoding(long attemptId) throws TransportException {
        if (page == null) {
            outbox.send(new Encoding(attemptId));
        } else {
            page.enter(attemptId, Phase.ENCODING);
        }
    }

    /** Nothing is left of it but its answer. */
    void ended(long attemptId) {
        if (page != null) {
            page.end(attemptId);
        }
    }
}
