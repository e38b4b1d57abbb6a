package dev.tandem.internal.worker;

import dev.tandem.internal.protocol.Message.Found;
import dev.tandem.internal.protocol.Message.Lookup;
import dev.tandem.ipc.TransportException;
import java.util.List;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What this worker has asked its supervisor for, and the threads that wait for it.
 *
 * <pre>
 *   any thread  --ask--&gt; open --(beacon: LOOKUP)--&gt; supervisor --(who reads: FOUND)--&gt; answered, the thread goes on
 * </pre>
 *
 * <p>Who asks is a thread of the user's in the midst of loading a class: it may be interrupted, and must get its class all the
 * same; it may be near the end of its stack, and must not be in the midst of a frame when that is over. So it waits
 * without looking at interrupts, and the beacon writes. No lock of ours is held meanwhile.
 *
 * <p>Safe for use by any number of threads.
 */
final class Lookups {

    private final Outbox outbox;
    private final ReadingTurn turn;
    private final Semaphore room = new Semaphore(Lookup.MAX_OPEN);
    private final AtomicLong latestId = new AtomicLong();
    private final ConcurrentHashMap<Long, Question> open = new ConcurrentHashMap<>();

    private volatile boolean closed;

    Lookups(Outbox outbox, ReadingTurn turn) {
        this.outbox = outbox;
        this.turn = turn;
    }

    /** Asks, and waits for the answer however long that takes; a status of being interrupted is left as it is. */
    Found ask(String name, boolean all) {
        room.acquireUninterruptibly();
        long id = latestId.incrementAndGet();
        Question question = new Question(Thread.currentThread());
        open.put(id, question);
        try {
            if (closed) { // after it was put there: whoever closes answers what is there
                question.answer(gone(id));
            } else {
                outbox.sendLater(new Lookup(id, name, all));
                turn.hurry();
            }
            return question.await();
        } finally {
            open.remove(id);
            room.release();
        }
    }

    /**
     * Hands an answer to the thread that waits for it; for the thread that reads, which must not wait.
     *
     * @throws TransportException if nobody has asked
     */
    void answer(Found found) throws TransportException {
        if (found.lookupId() <= 0 || found.lookupId() > latestId.get()) {
            throw new TransportException(
                    "the supervisor answers lookup " + found.lookupId() + ", which nobody has sent");
        }
        Question question = open.remove(found.lookupId());
        if (question != null) { // else the thread did not survive the wait: its stack was too short
            question.answer(found);
        }
    }

    /** Whether an answer is still to come. */
    boolean isOpen() {
        return !open.isEmpty();
    }

    /** There will be no more answers. */
    void close() {
        closed = true;
        open.forEach((id, question) -> question.answer(gone(id)));
    }

    private static Found gone(long id) {
        return new Found(id, List.of(), "the connection to it has ended");
    }

    /** One thread that waits. */
    private static final class Question {

        private final Thread asker;

        private volatile @Nullable Found answer;

        Question(Thread asker) {
            this.asker = asker;
        }

        void answer(Found found) {
            answer = found;
            LockSupport.unpark(asker);
        }

        Found await() {
            boolean interrupted = false;
            try {
                Found found = answer;
                while (found == null) {
                    LockSupport.park(this);
                    interrupted |= Thread.interrupted(); // with the status set no park would wait
                    found = answer;
                }
                return found;
            } finally {
                if (interrupted) {
                    asker.interrupt();
                }
            }
        }
    }
}
