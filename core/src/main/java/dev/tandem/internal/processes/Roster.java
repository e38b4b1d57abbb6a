package dev.tandem.internal.processes;

import dev.tandem.ProcessOptions;
import dev.tandem.internal.processes.RestartLimit.Circuit;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The supervisor's decisions without its deeds: who is there and what each is doing go in as events, what to do next comes out.
 * It has no thread, no clock and no lock, so that a test can put it through any history.
 *
 * <p>Where each worker stands:
 *
 * <pre>
 *              ready            given            freed
 *   STARTING ─────────▶ IDLE ─────────▶ BUSY ─────────▶ IDLE
 *      │                 │ idle too long, │ to be recycled, outdated, or nobody is needed any more: RETIRE, once
 *      │                 │ outdated       │
 *      │ killed, unheard │ (RETIRE)       │ killed, unheard, shuts down by itself
 *      ▼                 ▼                ▼
 *   LEAVING ◀────────────┴────────────────┘
 *      └─────── gone, failed to start ─────▶ (struck off; its index is free again)
 * </pre>
 *
 * <p><b>On demand.</b> A worker is started when a batch waits, none is idle, and fewer are starting than batches wait; so three
 * tasks one after the other need one worker. Spare workers are kept idle beside those that work, for a loss or a kill: they
 * count when processes are counted, and take over as soon as the one that they stand in for is LEAVING, dead or not. For each worker
 * that died or was killed another is started then, whether work waits or not: else the next death would find none standing by.
 *
 * <p><b>Decisions</b> are taken one at a time ({@link #next}), and each is noted before it is returned, so that asking again gives
 * the next one, until there is nothing to do or only time can change that. Whoever asks carries them out.
 *
 * <p>Not thread-safe: guarded by the {@link Supervisor}'s monitor. Time is passed in.
 *
 * @param <W> what stands for a worker; compared by identity
 */
final class Roster<W> {

    private final ProcessOptions options;
    private final RestartLimit limit;

    private final Map<W, Place> places = new LinkedHashMap<>(); // all that are not gone, oldest first
    private final Deque<W> idle = new ArrayDeque<>(); // last freed first: its caches are warm
    private final Deque<Retire<W>> retirements = new ArrayDeque<>(); // decided, not yet told
    private final BitSet usedIndexes = new BitSet();
    private int size; // workers that there are to be, beside the spare ones
    private int starting;
    private volatile int busy; // read also without the lock of who decides
    private boolean stopping;
    private boolean everUsed;
    private int unreplaced; // so many have died or were killed, and nobody has taken their places yet
    private @Nullable W tried; // while the circuit is half open: who runs its one batch

    /** Where a worker stands. */
    private enum Standing {
        STARTING,
        IDLE,
        BUSY,
        LEAVING
    }

    /** A worker's line in the roster. */
    private static final class Place {

        private final int index;
        private Standing standing = Standing.STARTING;
        private boolean wasReady;
        private boolean retired; // it is counted among those that ended, and no longer as there
        private long readyAtNanos;
        private long idleSinceNanos;
        private long answered;
        private @Nullable String outdated; // why it is to leave as soon as it is free

        Place(int index) {
            this.index = index;
        }
    }

    /** What to do next. */
    sealed interface Decision<W> {}

    /** Give this idle worker a batch; if there is none after all, {@link Roster#notGiven} takes it back. */
    record Give<W>(W worker) implements Decision<W> {}

    /** Start a worker under this index, and enter it by {@link Roster#starts}. */
    record Start<W>(int index) implements Decision<W> {}

    /** Let this worker go; {@code reason} is null if nobody is needed any more. */
    record Retire<W>(W worker, @Nullable String reason) implements Decision<W> {}

    /** Nothing for now; ask again in so many nanoseconds, or when something has happened. */
    record Wait<W>(long nanos) implements Decision<W> {}

    Roster(ProcessOptions options, RestartLimit limit) {
        this.options = options;
        this.limit = limit;
        this.size = options.workers();
    }

    // ---- events

    /** A worker is being started. */
    void starts(W worker, int index) {
        places.put(worker, new Place(index));
        usedIndexes.set(index);
        starting++;
        unreplaced = Math.max(0, unreplaced - 1);
    }

    /** A worker is ready for its first batch. */
    void ready(W worker, long nowNanos) {
        limit.ready();
        Place place = places.get(worker);
        if (place != null) {
            place.wasReady = true;
            place.readyAtNanos = nowNanos;
        }
        free(worker, Standing.STARTING, null, nowNanos);
    }

    /**
     * A worker has nothing to do any more.
     *
     * @param answered how many tasks it has answered in its life
     * @param recycle why it is to be replaced; null if it may go on
     */
    void freed(W worker, long answered, @Nullable String recycle, long nowNanos) {
        answers(worker, answered); // it has not, if all that it was sent was taken out again
        free(worker, Standing.BUSY, recycle, nowNanos);
    }

    /** A worker goes on, without having been freed in between. */
    void answers(W worker, long answered) {
        Place place = places.get(worker);
        if (place != null && answered > place.answered) {
            place.answered = answered;
            limit.answered(worker == tried);
        }
    }

    private void free(W worker, Standing from, @Nullable String recycle, long nowNanos) {
        Place place = places.get(worker);
        if (place == null || place.standing != from) {
            return; // it is on its way out
        }
        String wanted = recycle == null ? place.outdated : recycle;
        String reason = wanted == null && tooMany() && !stopping ? resized() : wanted;
        if (reason != null || stopping) {
            leaves(worker);
            retirements.add(new Retire<>(worker, reason));
        } else {
            move(worker, place, Standing.IDLE);
            place.idleSinceNanos = nowNanos;
        }
    }

    /** A worker wants to be replaced; one that is busy says so again when it is freed. */
    void retiring(W worker, String reason) {
        Place place = places.get(worker);
        if (place != null && place.standing == Standing.IDLE) {
            leaves(worker);
            retirements.add(new Retire<>(worker, reason));
        }
    }

    /** All that are there are to be replaced; those that are busy, or starting, once they are free. Whether there are any. */
    boolean outdate(String reason) {
        boolean any = false;
        for (Map.Entry<W, Place> entry : places.entrySet()) {
            Place place = entry.getValue();
            any |= place.standing != Standing.LEAVING;
            place.outdated = reason;
            if (place.standing == Standing.IDLE) {
                leaves(entry.getKey());
                retirements.add(new Retire<>(entry.getKey(), reason));
            }
        }
        return any;
    }

    /** From now on there are to be so many workers, beside the spare ones. */
    void resize(int workers) {
        size = workers;
    }

    /** The batch that a worker was chosen for does not exist. */
    void notGiven(W worker) {
        Place place = places.get(worker);
        if (place != null && place.standing == Standing.BUSY) {
            move(worker, place, Standing.IDLE);
        }
    }

    /** A worker takes nothing more; it need not be gone yet. */
    void leaves(W worker) {
        Place place = places.get(worker);
        if (place != null) {
            move(worker, place, Standing.LEAVING);
        }
    }

    /** A worker is about to retire, or is dead: from now on it is not there any more. */
    void retired(W worker) {
        Place place = places.get(worker);
        if (place != null) {
            place.retired = true;
        }
    }

    /** A worker is gone. */
    void gone(W worker, WorkerHandle.Ending ending, long nowNanos) {
        Place place = places.get(worker);
        strikeOff(worker);
        if (ending != WorkerHandle.Ending.STOPPED && place != null) {
            unreplaced++;
        }
        if (ending == WorkerHandle.Ending.LOST && !stopping && place != null) {
            limit.died(nowNanos - place.readyAtNanos, nowNanos);
        }
    }

    /** A worker never became ready, but was still wanted; {@code ran} if it had a process. */
    void failedToStart(W worker, boolean ran, long nowNanos) {
        strikeOff(worker);
        if (stopping) {
            return;
        }
        if (ran) {
            limit.failedToStart(nowNanos);
        } else {
            limit.failedToSpawn(idle.size() + busy > 0, nowNanos);
        }
    }

    /** A worker that was not wanted any more never became ready. */
    void calledOff(W worker) {
        strikeOff(worker);
    }

    /** No work is left, and none will come. Returns who is still there, to be let go. */
    List<W> stop() {
        stopping = true;
        List<W> all = workers();
        for (W worker : List.copyOf(idle)) {
            leaves(worker);
        }
        return all;
    }

    // ---- decisions

    /**
     * Decides on one step.
     *
     * @param waiting how many batches wait
     * @return the step, or null if nothing is to be done before something happens
     */
    @Nullable
    Decision<W> next(int waiting, long nowNanos) {
        Retire<W> decided = retirements.poll();
        if (decided != null) {
            return decided;
        }
        Circuit circuit = limit.circuit(nowNanos);
        Retire<W> surplus = tooMany() ? newestThatIsFree() : null;
        if (surplus != null) {
            leaves(surplus.worker());
            return surplus;
        }
        if (waiting > 0 && !idle.isEmpty() && mayGive(circuit)) {
            everUsed = true;
            W worker = idle.element();
            move(worker, place(worker), Standing.BUSY);
            tried = circuit == Circuit.HALF_OPEN ? worker : null;
            return new Give<>(worker);
        }
        long idleLeftNanos = idleLeftNanos(nowNanos);
        if (idleLeftNanos <= 0) {
            W worker = idle.getLast();
            leaves(worker);
            return new Retire<>(
                    worker, "idle for idleTimeout=" + options.idleTimeout().orElseThrow());
        }
        long pauseNanos = pauseNanos(circuit, waiting, nowNanos);
        if (pauseNanos <= 0) {
            return new Start<>(usedIndexes.nextClearBit(0));
        }
        long leftNanos = Math.min(idleLeftNanos, pauseNanos);
        return leftNanos == Long.MAX_VALUE ? null : new Wait<>(leftNanos);
    }

    /** After a resize; those that are busy leave when they are freed. */
    private boolean tooMany() {
        return starting + idle.size() + busy > (long) size + options.spareWorkers();
    }

    private String resized() {
        return "resized to workers=" + size;
    }

    /** Rather one that nobody has used yet. */
    private @Nullable Retire<W> newestThatIsFree() {
        W newestIdle = null;
        W newestStarting = null;
        for (Map.Entry<W, Place> entry : places.entrySet()) {
            switch (entry.getValue().standing) {
                case IDLE -> newestIdle = entry.getKey();
                case STARTING -> newestStarting = entry.getKey();
                default -> {}
            }
        }
        if (newestStarting != null) {
            return new Retire<>(newestStarting, null);
        }
        return newestIdle == null ? null : new Retire<>(newestIdle, resized());
    }

    /** How long until the one that is idle longest, if there are more than spares, has been idle for too long. */
    private long idleLeftNanos(long nowNanos) {
        if (options.idleTimeout().isEmpty() || idle.size() <= options.spareWorkers()) {
            return Long.MAX_VALUE;
        }
        long idleNanos = nowNanos - place(idle.getLast()).idleSinceNanos;
        return Math.max(0, options.idleTimeout().get().toNanos() - idleNanos);
    }

    private boolean mayGive(Circuit circuit) {
        return switch (circuit) {
            case CLOSED -> busy < size;
            case HALF_OPEN -> busy < size && tried == null;
            case OPEN, BROKEN -> false;
        };
    }

    /** How long until a worker is to be started; 0 for now, {@code Long.MAX_VALUE} for not as things are. */
    private long pauseNanos(Circuit circuit, int waiting, long nowNanos) {
        return switch (circuit) {
            case CLOSED -> wantsAnother(waiting) ? limit.delayNanos(nowNanos) : Long.MAX_VALUE;
            case HALF_OPEN ->
                wantsAnother(waiting) && tried == null && idle.isEmpty() && starting == 0
                        ? limit.delayNanos(nowNanos)
                        : Long.MAX_VALUE;
            case OPEN -> stopping ? Long.MAX_VALUE : limit.openNanos(nowNanos); // to be half open on time
            case BROKEN -> Long.MAX_VALUE;
        };
    }

    private boolean wantsAnother(int waiting) {
        if (stopping || places.size() >= (long) size + options.spareWorkers()) {
            return false;
        }
        boolean workWaits = idle.isEmpty() && starting < waiting;
        boolean spareIsMissing = (everUsed || waiting > 0)
                && idle.size() + starting < (long) Math.min(waiting, size) + options.spareWorkers();
        // The spare one has taken the place of a dead one: with no work to do it would count as spare all the same.
        boolean spareWasUsed = options.spareWorkers() > 0 && unreplaced > 0;
        return workWaits || spareIsMissing || spareWasUsed;
    }

    // ---- questions

    /** Whether more work would change nothing, as all who may work do, and none is to be started or let go. */
    boolean isSaturated() {
        return busy >= size && !tooMany() && !stopping && tried == null && retirements.isEmpty();
    }

    /** How much of what waits is for one worker, if all get the same. */
    int share(int waiting) {
        return (int) (((long) waiting + size - 1) / size);
    }

    /** Whether a worker that is busy may get more than one batch: not while another could take that, nor if it is to leave when it is free. */
    boolean mayTakeMore(W worker) {
        Place place = places.get(worker);
        return place != null
                && place.standing == Standing.BUSY
                && place.outdated == null
                && busy >= size
                && !tooMany()
                && !stopping
                && tried == null
                && options.maxTasksPerWorker().isEmpty();
    }

    /** Who is there, oldest first. */
    List<W> workers() {
        return new ArrayList<>(places.keySet());
    }

    int size() {
        return places.size();
    }

    /** If more than that many loads wait, it makes no difference how many they are. */
    int manyLoads() {
        return size == Integer.MAX_VALUE ? size : size + 1;
    }

    /** How many are there, without those that retire. */
    int present() {
        return (int) places.values().stream().filter(place -> !place.retired).count();
    }

    /** How many of these do not take tasks yet, and may never. */
    int notReady() {
        return (int) places.values().stream().filter(place -> !place.wasReady).count();
    }

    /** Whether a worker has ever taken tasks, or could have. */
    boolean wasReady(W worker) {
        Place place = places.get(worker);
        return place != null && place.wasReady;
    }

    boolean isRetired(W worker) {
        Place place = places.get(worker);
        return place != null && place.retired;
    }

    /** Those that take nothing more, and are not gone. */
    List<W> leaving() {
        return places.entrySet().stream()
                .filter(entry -> entry.getValue().standing == Standing.LEAVING)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** How many work on a batch. */
    int busy() {
        return busy;
    }

    boolean isOver() {
        return stopping && places.isEmpty();
    }

    // ---- steps

    private Place place(W worker) {
        Place place = places.get(worker);
        if (place == null) {
            throw new IllegalStateException("not on the roster: " + worker);
        }
        return place;
    }

    private void strikeOff(W worker) {
        leaves(worker);
        endTrial(worker); // not before: until it is gone nobody knows whether it died of what it was tried with
        Place place = places.remove(worker);
        if (place != null) {
            usedIndexes.clear(place.index);
        }
    }

    private void endTrial(W worker) {
        tried = tried == worker ? null : tried;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // with the lock of who decides
    private void move(W worker, Place place, Standing to) {
        switch (place.standing) {
            case STARTING -> starting--;
            case IDLE -> idle.remove(worker);
            case BUSY -> busy--;
            case LEAVING -> {}
        }
        switch (to) {
            case STARTING -> starting++;
            case IDLE -> {
                idle.push(worker);
                endTrial(worker);
            }
            case BUSY -> busy++;
            case LEAVING -> {}
        }
        place.standing = to;
    }
}
