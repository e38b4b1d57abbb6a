package dev.tandem.ipc;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How a parent and its worker, who have met on their pipes, come to share memory. If one of them cannot have it, both go on with
 * their pipes, which can do all that memory can: that is said once as a warning and then at level debug.
 *
 * <p>Used by the accepting thread.
 */
final class RingMeeting {

    private static final Logger LOGGER = LoggerFactory.getLogger(SharedMemoryTransport.class);
    private static final AtomicBoolean WARNED = new AtomicBoolean();

    private final Path directory;

    private @Nullable RingFile file;
    private @Nullable String whyWithout;

    private RingMeeting(Path directory) {
        this.directory = directory;
    }

    static RingMeeting with(Path directory) {
        return new RingMeeting(directory);
    }

    /** Makes the file, if that is possible, and says what the worker must know of it. */
    byte[] offer(Process worker) throws IOException {
        long key = ByteBuffer.wrap(Secrets.random(Long.BYTES)).getLong();
        boolean interrupted = Thread.interrupted(); // else the channel that maps would be closed
        try {
            RingFile made = RingFile.create(directory, RingFile.CAPACITY, key);
            file = made;
            return new RingOffer(RingFile.CAPACITY, key, made.path().toString()).encode();
        } catch (IOException e) {
            doWithout(
                    worker,
                    "could not make a file of " + RingMemory.sizeOf(RingFile.CAPACITY) + " bytes in " + directory + ": "
                            + e + "; give it more room");
            forget(worker);
            return RingOffer.none().encode();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /**
     * Ends the meeting.
     *
     * @param answer the worker's, from there on
     */
    Wire join(Process worker, byte[] answer, int offset) {
        RingFile offered = file;
        if (offered == null) {
            return new ParentPipeWire(worker.getInputStream(), worker.getOutputStream());
        }
        if (!RingOffer.isAccepted(answer, offset)) {
            doWithout(worker, "could not map " + offered.path() + ": " + RingOffer.whyNot(answer, offset));
            forget(worker);
            return new ParentPipeWire(worker.getInputStream(), worker.getOutputStream());
        }
        offered.unlink();
        file = null;
        RingMemory memory = offered.memory();
        var limit = new SpinLimit.OfParent(memory);
        limit.tell();
        return new RingWire(
                memory.toParent(),
                memory.toWorker(),
                new Doorbell(worker.getInputStream(), worker.getOutputStream(), true),
                limit,
                () -> {
                    limit.leave();
                    closeAfter(worker, offered);
                });
    }

    /** Removes what was made for a worker that has not joined. */
    void forget(Process worker) {
        RingFile unused = file;
        if (unused != null) {
            file = null;
            unused.unlink();
            closeAfter(worker, unused);
        }
    }

    /** Not before, since whoever touches memory that was cut off may crash. */
    @SuppressWarnings("FutureReturnValueIgnored") // nobody waits for it
    private static void closeAfter(Process worker, RingFile file) {
        worker.toHandle().onExit().thenRun(file::close);
    }

    /** Why there is no shared memory; null if there is, or nobody has met yet. */
    @Nullable
    String whyWithout() {
        return whyWithout;
    }

    private void doWithout(Process worker, String why) {
        whyWithout = why;
        String who = Parent.name(worker);
        if (WARNED.compareAndSet(false, true)) {
            LOGGER.warn("{} talks through pipes, without shared memory: {}", who, why);
        } else {
            LOGGER.debug("{} talks through pipes, without shared memory: {}", who, why);
        }
    }
}
