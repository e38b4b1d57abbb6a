package dev.tandem.internal.processes;

import dev.tandem.WorkerLoss;
import dev.tandem.WorkerLoss.Phase;
import dev.tandem.internal.engine.Batch;
import dev.tandem.internal.engine.Chunk;
import dev.tandem.internal.engine.Submission;
import dev.tandem.internal.engine.Worker;
import dev.tandem.internal.protocol.ChunkPage;
import dev.tandem.internal.protocol.StatusPage;
import dev.tandem.ipc.TransportException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;

/**
 * The attempts that one worker was sent and has not answered, in the order in which it runs them.
 *
 * <p>From the begin of a batch to its end the worker is busy, and may get more until then, so that it need not wait for the next; what is
 * more is decided elsewhere. Once closed, nothing is taken any more; closing looks at
 * what is in flight in the same step, so that a kill that is meant for one attempt never hits the next one.
 * Who sends is alone until that is on the wire, since the order of attempts here is the one in which the worker gets them.
 *
 * <p><b>What has begun</b> is told by the worker, in frames; or, once it uses its {@link StatusPage}, found out by whoever looks, which
 * somebody does whenever it matters. The page's word is a claim: it must name an attempt that is in flight, or the one that had begun
 * last when that was answered. Since attempts are run in order, all that were sent before it are behind: they have ended or were taken
 * out, and the answer that says which is on its way. The page is read under the monitor, so that it is never older than an answer that was seen.
 *
 * <p>Thread-safe. The monitor guards everything; while it is held nothing is called but {@link Submission#assign}, whose own
 * lock is a leaf.
 */
final class Attempts {

    // --- guarded by this ---
    private final Map<Long, Attempt> inFlight = new LinkedHashMap<>();
    private boolean busy; // from the begin of a batch until somebody has noticed that it is answered
    private boolean sending; // something is on its way to the wire: cancels must not overtake it
    private boolean cancelsWait; // for that
    private boolean closed;
    private @Nullable StatusPage page; // once the worker uses it
    private final AtomicIntegerArray slots = new AtomicIntegerArray(ChunkPage.SLOTS); // 1: a chunk is there
    private boolean pageLied; // so nobody knows what has begun
    private long lastBegun; // of all that have begun, in flight or not; 0 if none has since it uses the page

    /** One of them. */
    private static final class Attempt {

        private final Submission<?> submission;
        private final long sentNanos;
        private boolean begun;
        private boolean ended; // the worker claims that nothing is left of it but an answer
        private Phase phase = Phase.IDLE; // until it has begun
        private boolean cancelWanted;
        private boolean withdrawalWanted;

        Attempt(Submission<?> submission, long sentNanos) {
            this.submission = submission;
            this.sentNanos = sentNanos;
        }
    }

    /** What was found to have begun, {@code agoNanos} ago. */
    record Begun(long id, Submission<?> submission, long agoNanos) {}

    /** Submissions that share one code, and the id of the attempt of the first; those of the others follow. */
    record Assigned(long firstId, List<Submission<?>> submissions) {}

    /**
     * Assigns what is still wanted of some batches, under ids from {@code firstId} on.
     *
     * @param more whether the worker is to be busy already, else it must not be
     * @param site where the load goes if it is one chunk; else null
     * @return what to send, empty if nothing is wanted any more, or null if nothing is taken
     */
    synchronized @Nullable List<Assigned> begin(
            Worker worker, List<Batch> load, boolean more, @Nullable ChunkSite site, long firstId, long nowNanos) {
        if (closed || busy != more || sending) {
            return null;
        }
        busy = true;
        List<Assigned> all = new ArrayList<>(load.size());
        long id = firstId;
        for (Batch batch : load) {
            List<Submission<?>> assigned = new ArrayList<>(batch.submissions().size());
            for (Submission<?> submission : batch.submissions()) {
                if (submission.assign(worker, id)) {
                    inFlight.put(id, new Attempt(submission, nowNanos));
                    assigned.add(submission);
                    id++;
                    if (site != null) {
                        site.chunk()
                                .moveTo(site, site::prepare); // here: whoever buries the worker comes before or after
                    }
                }
            }
            if (!assigned.isEmpty()) {
                all.add(new Assigned(id - assigned.size(), assigned));
            }
        }
        sending = !all.isEmpty();
        return all;
    }

    /** How many are in flight. */
    synchronized int size() {
        return inFlight.size();
    }

    /** Room for a chunk, to be released again; null if there is none. */
    synchronized @Nullable ChunkSite siteFor(Chunk<?> chunk) {
        StatusPage used = page;
        if (used == null || !used.hasChunks()) {
            return null;
        }
        return ChunkSite.of(chunk, used, slots);
    }

    /** Where an attempt is if that is a chunk. */
    synchronized @Nullable ChunkSite siteOf(long id) throws TransportException {
        return known(id).submission instanceof Chunk<?> chunk && chunk.site() instanceof ChunkSite site ? site : null;
    }

    /** The id of the attempt that was sent first of those in flight; 0 if none is. */
    synchronized long oldest() {
        return inFlight.isEmpty() ? 0 : inFlight.keySet().iterator().next();
    }

    /** Whether it is known already that an attempt has begun, or is behind one that has. */
    synchronized boolean isKnownToHaveBegun(long id) {
        Attempt attempt = inFlight.get(id);
        return attempt != null && (attempt.begun || attempt.ended);
    }

    /** What had to wait until all was on the wire, as ids of attempts; none is in both. */
    record Held(List<Long> cancels, List<Long> withdrawals) {
        private static final Held NOTHING = new Held(List.of(), List.of());
    }

    /** All is on the wire; returns what may follow it now. */
    synchronized Held sent() {
        sending = false;
        if (!cancelsWait) {
            return Held.NOTHING;
        }
        cancelsWait = false;
        Held held = new Held(new ArrayList<>(), new ArrayList<>());
        inFlight.forEach((id, attempt) -> {
            if (attempt.cancelWanted) {
                held.cancels().add(id);
            } else if (attempt.withdrawalWanted) {
                held.withdrawals().add(id);
            }
            attempt.cancelWanted = false;
            attempt.withdrawalWanted = false;
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
        cancelsWait |= sending;
        return !sending;
    }

    /** Whether a withdrawal of this attempt is to be sent now. */
    synchronized boolean withdraw(long id) {
        Attempt attempt = inFlight.get(id);
        if (attempt == null || attempt.begun) {
            return false;
        }
        attempt.withdrawalWanted = sending;
        cancelsWait |= sending;
        return !sending;
    }

    /** The worker says that it is somewhere with an attempt. */
    synchronized Submission<?> enter(long id, Phase phase) throws TransportException {
        Attempt attempt = known(id);
        attempt.begun = true;
        attempt.phase = phase;
        return attempt.submission;
    }

    /** From now on the worker says on this page what has begun; returns what is in flight, of which it will not tell. */
    synchronized Map<Long, Submission<?>> turnTo(StatusPage used) {
        page = used;
        Map<Long, Submission<?>> untold = new LinkedHashMap<>();
        inFlight.forEach((id, attempt) -> untold.put(id, attempt.submission));
        return untold;
    }

    synchronized boolean isOnPage() {
        return page != null;
    }

    /**
     * Looks at the page, if there is one.
     *
     * @return what has begun since somebody looked last: none or one
     * @throws TransportException if the worker claims what cannot be
     */
    synchronized List<Begun> look(long nowNanos) throws TransportException {
        StatusPage used = page;
        if (used == null || (inFlight.isEmpty() && closed)) {
            return List.of();
        }
        StatusPage.Begun claim = used.begun();
        if (claim.attemptId() == lastBegun && !inFlight.containsKey(lastBegun)) {
            return List.of();
        }
        Attempt newest = inFlight.get(claim.attemptId());
        if (newest == null) {
            pageLied = true;
            throw new TransportException("the worker's status page speaks of attempt " + claim.attemptId()
                    + ", which it was not sent or has answered before; in flight are " + inFlight.keySet());
        }
        List<Begun> found = newest.begun ? List.of() : List.of(enter(claim.attemptId(), newest, nowNanos));
        lastBegun = claim.attemptId();
        newest.phase = phase(claim.phase());
        newest.ended = used.ended() == lastBegun;
        return found;
    }

    private Begun enter(long id, Attempt newest, long nowNanos) {
        newest.begun = true;
        for (Attempt attempt : inFlight.values()) {
            if (attempt == newest) {
                break;
            }
            attempt.ended = true;
        }
        long agoNanos = page == null ? 0 : nowNanos - page.sinceNanos();
        return new Begun(id, newest.submission, Math.max(0, Math.min(agoNanos, nowNanos - newest.sentNanos)));
    }

    private static Phase phase(StatusPage.Phase claimed) {
        return switch (claimed) {
            case DECODING -> Phase.DECODING;
            case RUNNING -> Phase.RUNNING;
            case ENCODING -> Phase.ENCODING;
            case ENDED -> Phase.IDLE;
        };
    }

    /** The worker speaks of an attempt that has begun. */
    synchronized Submission<?> ofBegun(long id) throws TransportException {
        return known(id, true).submission;
    }

    /** An attempt that was answered, and when it was sent. */
    record Answered(Submission<?> submission, long sentNanos) {}

    /**
     * The worker has answered an attempt that stands alone and is known to have begun: all in one step, for each short task pays for it.
     *
     * @return null if it is a chunk at its site, or if more must be found out first; then nothing has changed
     */
    synchronized @Nullable Answered answeredAtOnce(long id) throws TransportException {
        Long key = id;
        Attempt attempt = known(key);
        boolean isAtSite = attempt.submission instanceof Chunk<?> chunk && chunk.site() != null;
        if (isAtSite || (!attempt.begun && !attempt.ended)) {
            return null;
        }
        inFlight.remove(key);
        return new Answered(attempt.submission, attempt.sentNanos);
    }

    /** When an attempt was sent. */
    synchronized long sentNanos(long id) throws TransportException {
        return known(id).sentNanos;
    }

    /** The worker has answered an attempt; {@code begun} says whether that must have begun, or cannot have. */
    synchronized Submission<?> answered(long id, boolean begun) throws TransportException {
        Submission<?> submission = known(id, begun).submission;
        inFlight.remove(id);
        return submission;
    }

    /** Whether all has just been answered; true once, so that the worker is freed once. */
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

    /** What occupies the worker: what it has begun with, else what it will begin with first; null if it has nothing to do. */
    synchronized @Nullable Submission<?> occupant() {
        Attempt attempt = underWay();
        if (attempt == null && !inFlight.isEmpty()) {
            attempt = inFlight.values().iterator().next();
        }
        return attempt == null ? null : attempt.submission;
    }

    /** What the worker is doing. */
    synchronized Phase phase() {
        Attempt attempt = underWay();
        return attempt == null ? Phase.IDLE : attempt.phase;
    }

    private @Nullable Attempt underWay() {
        for (Attempt attempt : inFlight.values()) {
            if (attempt.begun && !attempt.ended) {
                return attempt;
            }
        }
        return null;
    }

    /**
     * The worker is dead, and would have told if it had begun with more: what it had not begun with need not wait until it is known
     * what it died of.
     *
     * @return what has to run on another worker, in order
     */
    List<Submission<?>> release() {
        Map<Long, Attempt> untouched = new LinkedHashMap<>();
        synchronized (this) {
            closed = true;
            inFlight.forEach((id, attempt) -> {
                if (!attempt.begun && !attempt.ended && !pageLied) {
                    untouched.put(id, attempt);
                }
            });
        }
        untouched.entrySet().removeIf(entry -> !entry.getValue().submission.moved(entry.getKey()));
        synchronized (this) {
            inFlight.keySet().removeAll(untouched.keySet());
        }
        return untouched.values().stream()
                .<Submission<?>>map(attempt -> attempt.submission)
                .toList();
    }

    /**
     * The worker is dead: what had begun is lost, the rest goes back.
     *
     * @param nothingMissing whether all that it has said was heard, and made sense; if not, or if its page has lied, all counts as begun
     * @param elsewhere gets what has to run on another worker, in order
     */
    void bury(WorkerLoss loss, boolean nothingMissing, List<Submission<?>> elsewhere) {
        Map<Long, Attempt> unanswered;
        boolean known;
        synchronized (this) {
            closed = true;
            known = nothingMissing && !pageLied;
            unanswered = new LinkedHashMap<>(inFlight);
            inFlight.clear();
        }
        try {
            for (Iterator<Map.Entry<Long, Attempt>> left = unanswered.entrySet().iterator(); left.hasNext(); ) {
                Map.Entry<Long, Attempt> next = left.next();
                bury(next.getKey(), next.getValue(), loss, known, elsewhere);
                left.remove();
            }
        } finally {
            if (!unanswered.isEmpty()) { // something was thrown: whoever tries again finds them
                synchronized (this) {
                    inFlight.putAll(unanswered);
                }
            }
        }
    }

    private static void bury(long id, Attempt attempt, WorkerLoss loss, boolean known, List<Submission<?>> elsewhere) {
        boolean isGoing;
        if (attempt.submission instanceof Chunk<?> chunk && chunk.site() instanceof ChunkSite site) {
            isGoing = bury(id, chunk, site, loss, attempt.begun || attempt.ended, known);
        } else if (attempt.begun || attempt.ended || !known) {
            attempt.submission.lost(id, loss, attempt.begun && !attempt.ended);
            isGoing = false;
        } else {
            isGoing = attempt.submission.returned(id, loss);
        }
        if (isGoing) {
            elsewhere.add(attempt.submission);
        }
    }

    /** Of a chunk only the input is lost that it was at: those before have succeeded, those behind it go back. */
    private static boolean bury(
            long id, Chunk<?> chunk, ChunkSite site, WorkerLoss loss, boolean begun, boolean known) {
        site.fetch();
        ChunkSite.Last last = begun && known ? site.last() : null;
        boolean unbegun = !begun && known && !site.isLying();
        if (!unbegun && known && !site.isLying()) {
            chunk.giveBack();
        }
        site.release();
        if (unbegun) {
            return chunk.returned(id, loss);
        }
        if (last != null) {
            chunk.succeeded(id, last.value());
        } else {
            chunk.lost(id, loss, begun);
        }
        return false;
    }

    private Attempt known(long id, boolean begun) throws TransportException {
        Attempt attempt = known(id);
        if (begun ? !attempt.begun && !attempt.ended : attempt.begun) {
            throw new TransportException("the worker speaks of attempt " + id + " as if it had "
                    + (begun ? "begun, which it has not" : "not begun, which it has"));
        }
        return attempt;
    }

    private Attempt known(Long id) throws TransportException {
        Attempt attempt = inFlight.get(id);
        if (attempt == null) {
            throw new TransportException("the worker speaks of attempt " + id
                    + ", which it was not sent or has answered before; in flight are " + inFlight.keySet());
        }
        return attempt;
    }
}
