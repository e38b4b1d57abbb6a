package dev.tandem.internal.processes;

import dev.tandem.WorkerLoss;
import dev.tandem.WorkerLoss.Phase;
import dev.tandem.internal.engine.Batch;
import dev.tandem.internal.engine.Submission;
import dev.tandem.internal.engine.Worker;
import dev.tandem.ipc.TransportException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The attempts that one worker was sent and has not answered, in the order in which it runs them.
 *
 * <p>One batch at a time: the next is taken when the last is answered. Once closed, none is taken any more; closing looks at
 * what is in flight in the same step, so that a kill that is meant for one attempt never hits the next one.
 *
 * <p>Thread-safe. The monitor guards everything; while it is held nothing is called but {@link Submission#assign}, whose own
 * lock is a leaf.
 */
final class Attempts {

    // --- guarded by this ---
    private final Map<Long, Attempt> inFlight = new LinkedHashMap<>();
    private boolean busy; // from the begin of a batch until somebody has noticed that it is answered
    private boolean sending; // a batch is on its way to the wire: cancels must not overtake it
    private boolean closed;

    /** One of them. */
    private static final class Attempt {

        private final Submission<?> submission;
        private Phase phase = Phase.IDLE; // until the worker says that it has begun
        private boolean cancelWanted;
        private boolean withdrawalWanted;

        Attempt(Submission<?> submission) {
            this.submission = submission;
        }

        boolean hasBegun() {
            return phase != Phase.IDLE;
        }
    }

    /**
     * Assigns what is still wanted of a batch, under ids from {@code firstId} on.
     *
     * @return what to send, empty if nothing is wanted any more, or null if no batch is taken
     */
    synchronized @Nullable List<Submission<?>> begin(Worker worker, Batch batch, long firstId) {
        if (closed || busy) {
            return null;
        }
        busy = true;
        List<Submission<?>> assigned = new ArrayList<>(batch.submissions().size());
        for (Submission<?> submission : batch.submissions()) {
            long id = firstId + assigned.size();
            if (submission.assign(worker, id)) {
                inFlight.put(id, new Attempt(submission));
                assigned.add(submission);
            }
        }
        sending = !assigned.isEmpty();
        return assigned;
    }

    /** What had to wait until a batch was on the wire, as ids of attempts; none is in both. */
    record Held(List<Long> cancels, List<Long> withdrawals) {}

    /** The batch is on the wire; returns what may follow it now. */
    synchronized Held sent() {
        sending = false;
        Held held = new Held(new ArrayList<>(), new ArrayList<>());
        inFlight.forEach((id, attempt) -> {
            if (attempt.cancelWanted) {
                held.cancels().add(id);
            } else if (attempt.withdrawalWanted) {
                held.withdrawals().add(id);
            }
        });
        return held;
    }

    /** Whether a cancel of this attempt is to be sent now. */
    synchronized boolean cancel(long id) {
        Attempt attempt = inFlight.get(id);
        if (attempt == null) {
            return false;
        }
        attempt.cancelWanted = sending;
        return !sending;
    }

    /** Whether a withdrawal of this attempt is to be sent now. */
    synchronized boolean withdraw(long id) {
        Attempt attempt = inFlight.get(id);
        if (attempt == null || attempt.hasBegun()) {
            return false;
        }
        attempt.withdrawalWanted = sending;
        return !sending;
    }

    /** The worker says that it is somewhere with an attempt. */
    synchronized Submission<?> enter(long id, Phase phase) throws TransportException {
        Attempt attempt = known(id);
        attempt.phase = phase;
        return attempt.submission;
    }

    /** The worker speaks of an attempt. */
    synchronized Submission<?> of(long id) throws TransportException {
        return known(id).submission;
    }

    /** The worker has answered an attempt. */
    synchronized Submission<?> answered(long id) throws TransportException {
        Submission<?> submission = known(id).submission;
        inFlight.remove(id);
        return submission;
    }

    /** Whether the batch has just been answered; true once for each batch, so that its worker is freed once. */
    synchronized boolean finish() {
        boolean finished = busy && !sending && inFlight.isEmpty() && !closed;
        busy &= !finished;
        return finished;
    }

    /** Takes no more batches, if this attempt is in flight. */
    synchronized boolean closeIfInFlight(long id) {
        boolean present = inFlight.containsKey(id);
        closed |= present;
        return present;
    }

    /** Takes no more batches, if none is under way. */
    synchronized boolean closeIfFree() {
        closed |= !busy;
        return !busy;
    }

    synchronized void close() {
        closed = true;
    }

    synchronized List<Submission<?>> submissions() {
        List<Submission<?>> all = new ArrayList<>();
        inFlight.values().forEach(attempt -> all.add(attempt.submission));
        return all;
    }

    /** The submission that the worker has begun with; null if there is none. */
    synchronized @Nullable Submission<?> begun() {
        Attempt attempt = underWay();
        return attempt == null ? null : attempt.submission;
    }

    /** What the worker is doing. */
    synchronized Phase phase() {
        Attempt attempt = underWay();
        return attempt == null ? Phase.IDLE : attempt.phase;
    }

    private @Nullable Attempt underWay() {
        for (Attempt attempt : inFlight.values()) {
            if (attempt.hasBegun()) {
                return attempt;
            }
        }
        return null;
    }

    /**
     * The worker is dead: what had begun is lost, the rest goes back.
     *
     * @param nothingMissing whether it would be known if more had begun; if not, all counts as begun
     * @return what has to run on another worker, in order
     */
    List<Submission<?>> bury(WorkerLoss loss, boolean nothingMissing) {
        Map<Long, Attempt> unanswered;
        synchronized (this) {
            closed = true;
            unanswered = new LinkedHashMap<>(inFlight);
            inFlight.clear();
        }
        List<Submission<?>> elsewhere = new ArrayList<>();
        unanswered.forEach((id, attempt) -> {
            if (attempt.hasBegun() || !nothingMissing) {
                attempt.submission.lost(id, loss, attempt.hasBegun());
            } else if (attempt.submission.returned(id, loss)) {
                elsewhere.add(attempt.submission);
            }
        });
        return elsewhere;
    }

    private Attempt known(long id) throws TransportException {
        Attempt attempt = inFlight.get(id);
        if (attempt == null) {
            throw new TransportException("the worker speaks of attempt " + id
                    + ", which it was not sent or has answered before; in flight are " + inFlight.keySet());
        }
        return attempt;
    }
}
