package dev.tandem.internal.engine;

import dev.tandem.internal.insight.Course;
import dev.tandem.internal.insight.Recorder;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Inputs of one map or stream that lie next to each other, and what became of each.
 *
 * <p>While it stands in line nothing but two array slots is spent on an input: the one that it lies in, and the one for its
 * outcome. Who comes for work claims some of them as a {@link Chunk}, as many as {@link ChunkSize} says at that moment. More may be
 * added while it stands there, until it is full.
 *
 * <pre>
 *   | claimed, by somebody's chunk | waiting, for anybody | added, not passed on | room |
 *   0                           taken                  passed                 ready   full
 * </pre>
 *
 * <p><b>Each input leaves in exactly one chunk</b>, and is pending until that has ended; so a step of {@code taken} is a claim, and nothing else
 * may move it over what waits. What is refused by the engine, or cannot be prepared, is behind all that waits and was never in line: it
 * goes in a chunk made by the calling thread, without a step of either mark, and the segment ends there, since there is no place for a gap.
 *
 * <pre>
 *   | claimed | waiting | refused |
 *   0       taken     passed    added = full
 *                     = ready
 * </pre>
 *
 * <p>A slot for an outcome is written once, with release, by whoever settles its input: the value, or what stands for a failure.
 * The calling thread alone adds; {@code taken} and {@code passed} are one word, changed by compare-and-set; whether it stands in
 * line is the backlog's to know.
 */
final class Segment<R> extends Batch implements Continuations.Waiting {

    // more: what waits behind a segment that is let in waits longer, and room is reserved in larger pieces
    static final int MAX_INPUTS = 16_384;

    private static final VarHandle SLOT = MethodHandles.arrayElementVarHandle(Object[].class);
    private static final Object NULL = new Object(); // a null that a task has returned

    private final Inputs<R> all;
    private final long firstIndex;
    private final long firstTaskId;
    private final AtomicLong taken = new AtomicLong(); // passed << 32 | taken

    // --- written by the calling thread, before anything is passed on ---
    private @Nullable Object[] inputs;
    private @Nullable Object[] outcomes;

    private @Nullable Engine home;

    // --- the calling thread's ---
    private int full; // what it has room for, or less if it was ended
    private int added;

    /** Of those that were added; the others never get in line. Read by others too, where an old value does no harm. */
    private int ready;

    private int handedOut;

    private long @Nullable [] encodings; // from, to; only if events are recorded

    // --- written before what it is of can be taken, and read by who has taken that ---
    private long sinceNanos; // when the first of it were passed on
    private int sinceFirst; // how many these were
    private long @Nullable [] singlySince; // of each that was passed on later and is timed; 0 for the others

    // --- guarded by the backlog's lock ---
    private boolean inLine;

    /** Makes one that is full with so many, and has room for so many from the start. */
    Segment(Inputs<R> all, long firstIndex, long firstTaskId, int full, int room) {
        this.all = all;
        this.firstIndex = firstIndex;
        this.firstTaskId = firstTaskId;
        this.full = full;
        this.inputs = new Object[room];
        this.outcomes = new Object[room];
    }

    // ---- the calling thread

    boolean isFull() {
        return added == full;
    }

    /** Notes from when to when the next input was encoded; only if events are recorded. */
    void encoded(long fromNanos, long toNanos) {
        long[] known = withRoom(encodings, 2 * added + 1, 2);
        known[2 * added] = fromNanos;
        known[2 * added + 1] = toNanos;
        encodings = known;
    }

    /** The same, or a longer copy: for as many inputs as there is room for, which may be far fewer than would make it full. */
    private long[] withRoom(long @Nullable [] known, int index, int ofEach) {
        if (known != null && index < known.length) {
            return known;
        }
        int room = ofEach * Math.max(inputs.length, added + 1);
        return known == null ? new long[room] : Arrays.copyOf(known, room);
    }

    /** When an input was passed on; 0 if nobody knows, since it is not timed. */
    long sinceNanos(int index) {
        long[] known = singlySince;
        if (index < sinceFirst) {
            return sinceNanos;
        }
        return known == null || index >= known.length ? 0 : known[index];
    }

    /** Notes when inputs are passed on: those of a map all at once, those of a stream one by one, where the clock is read for those alone that are timed. */
    private void passedNow(int from, int to) {
        Recorder recorder = all.context().recorder();
        if (from == 0 && (to > 1 || recorder.isTimed(taskId(0)))) {
            sinceNanos = all.context().nanoTime();
            sinceFirst = to;
            return;
        }
        for (int i = from; i < to; i++) {
            if (recorder.isTimed(taskId(i))) {
                long[] known = withRoom(singlySince, i, 1);
                known[i] = all.context().nanoTime();
                singlySince = known;
            }
        }
    }

    /** Tells from when to when an input was encoded, if that is known. */
    void tellEncoding(int index, Course timed) {
        long[] known = encodings;
        if (known != null && 2 * index < known.length && known[2 * index] != 0) {
            timed.wasEncoded(known[2 * index], known[2 * index + 1]);
        }
    }

    /** How long it took to encode these inputs, as far as that is known. */
    long encodeNanos(int from, int to) {
        long[] known = encodings;
        long nanos = 0;
        for (int i = from; known != null && i < to && 2 * i < known.length; i++) {
            nanos += known[2 * i + 1] - known[2 * i];
        }
        return nanos;
    }

    /** How many have room. */
    int length() {
        return full;
    }

    int added() {
        return added;
    }

    /** How many were added and not passed on. */
    @Override
    public int size() {
        return ready - passed(taken.get());
    }

    int add(@Nullable Object prepared) {
        if (added == inputs.length) { // nothing was passed on: what others look at does not change its place
            int length = (int) Math.min(full, 2L * added);
            inputs = Arrays.copyOf(inputs, length);
            outcomes = Arrays.copyOf(outcomes, length);
        }
        inputs[added] = prepared;
        ready = added + 1;
        return added++;
    }

    /** Ends here: a chunk of what was added and not passed on, which no engine gets to know. What waits in line stays there. */
    Chunk<R> takeUnpassed() {
        int from = passed(taken.get());
        ready = from;
        full = added;
        return new Chunk<>(all, this, from, added);
    }

    /** The first that was added and not passed on as a chunk of its own; for a segment that is never in line. */
    Chunk<R> takeOneUnpassed() {
        long now = taken.get();
        int index = passed(now);
        if (taken(now) != index) {
            throw new IllegalStateException("inputs " + taken(now) + " to " + index + " are in line");
        }
        passedNow(index, index + 1);
        taken.set(word(index + 1, index + 1));
        return new Chunk<>(all, this, index, index + 1);
    }

    /** Hands out an outcome that is there, and lets go of it. */
    Settled<R> handOut(int index) {
        Settled<R> outcome = outcome(index);
        SLOT.setRelease(outcomes, index, NULL); // still settled
        handedOut++;
        return outcome;
    }

    /** Whether the last outcome that there will be was handed out. */
    boolean isHandedOut() {
        return handedOut == full;
    }

    // ---- in line

    @Override
    public List<Submission<?>> submissions() {
        return List.of();
    }

    @Override
    public void goesTo(Engine part) {
        home = part;
    }

    /** The part of an engine in whose line it stands. */
    @Nullable
    Engine home() {
        return home;
    }

    @Override
    public int divisibleBy() {
        long now = taken.get();
        int waiting = ready - taken(now); // with those that are about to be passed on
        int fixed = all.size().fixedOrOne();
        return waiting / fixed + (waiting % fixed == 0 ? 0 : 1);
    }

    @Override
    public @Nullable Peek peek() {
        long now = taken.get();
        if (taken(now) >= passed(now) || all.nextSize(passed(now) - taken(now)) != 1) {
            return null;
        }
        return new Peek(true, all.options(), Carried.in(home, all.preparedCode()), inputs[taken(now)]);
    }

    @Override
    public void announce(Announcement to) {
        CompletionStage<Void> over = all.enter(size());
        if (over != null) {
            to.queueing(Carried.in(home, all.preparedCode()), () -> over);
        }
    }

    @Override
    public int queued() {
        int more = size();
        passedNow(ready - more, ready);
        all.passing(more);
        all.context().counters().entered(more); // first: from the next step on it may be taken, and be over
        taken.addAndGet((long) more << 32);
        return more;
    }

    @Override
    @Nullable
    Batch claim() {
        Chunk<R> chunk = claim(Integer.MAX_VALUE);
        return chunk == null ? null : Batch.of(chunk);
    }

    /** Claims so many at most, if a worker should take so many. */
    @Nullable
    Chunk<R> claim(int most) {
        while (true) {
            long now = taken.get();
            int waiting = passed(now) - taken(now);
            if (waiting == 0) {
                return null;
            }
            int size = Math.min(most, all.nextSize(waiting));
            if (taken.compareAndSet(now, now + size)) {
                all.claiming(size);
                return all.claimed(this, taken(now), taken(now) + size);
            }
        }
    }

    /** Claims all that waits. */
    @Nullable
    Chunk<R> claimAll() {
        while (true) {
            long now = taken.get();
            if (passed(now) == taken(now)) {
                return null;
            }
            if (taken.compareAndSet(now, word(passed(now), passed(now)))) {
                all.claiming(passed(now) - taken(now));
                return all.claimed(this, taken(now), passed(now));
            }
        }
    }

    @Override
    boolean isTaken() {
        return !isWaiting();
    }

    @Override
    public boolean isWaiting() {
        long now = taken.get();
        return passed(now) > taken(now);
    }

    /** Takes that very input out of the line, if it is the first that waits. */
    @Nullable
    Batch claimIfNext(int index) {
        long now = taken.get();
        if (taken(now) != index || passed(now) == index || !taken.compareAndSet(now, now + 1)) {
            return null;
        }
        all.claiming(1);
        Chunk<R> chunk = all.claimed(this, index, index + 1);
        all.context().engine().forget(chunk);
        return Batch.of(chunk);
    }

    /** Takes some out of the line, for the calling thread to run. */
    @Override
    public @Nullable Batch claimWaiting() {
        Chunk<R> chunk = claim(Integer.MAX_VALUE);
        if (chunk == null) {
            return null;
        }
        all.context().engine().forget(chunk);
        return Batch.of(chunk);
    }

    @Override
    int priority() {
        return all.options().priority();
    }

    /** Notes that it stands in line; whether it did before. */
    boolean enterLine() {
        boolean before = inLine;
        inLine = true;
        return before;
    }

    void leaveLine() {
        inLine = false;
    }

    // ---- one input

    long taskId(int index) {
        return firstTaskId + index;
    }

    long inputIndex(int index) {
        return firstIndex + index;
    }

    @Nullable
    Object input(int index) {
        return inputs[index];
    }

    /** Lets go of an input that is over. */
    void forgetInput(int index) {
        inputs[index] = null;
    }

    /** Lets go of inputs that nobody needs any more. */
    void forgetInputs(int from, int to) {
        Arrays.fill(inputs, from, to, null);
    }

    /** Writes an outcome: a value. */
    void succeeded(int index, @Nullable Object value) {
        SLOT.setRelease(outcomes, index, value == null ? NULL : value);
    }

    /** Writes outcomes: a failure. */
    void failed(int from, int to, RuntimeException failure) {
        for (int i = from; i < to; i++) {
            SLOT.setRelease(outcomes, i, new Settled<>(null, failure));
        }
    }

    boolean isSettled(int index) {
        return SLOT.getAcquire(outcomes, index) != null;
    }

    /** The outcome of an input that is settled. */
    @SuppressWarnings("unchecked") // the values are what the user's code of type R has returned
    Settled<R> outcome(int index) {
        Object found = SLOT.getAcquire(outcomes, index);
        if (found instanceof Settled<?> failure) {
            return (Settled<R>) failure;
        }
        return new Settled<>(found == NULL ? null : (R) found, null);
    }

    /** Copies the values of inputs, which have all succeeded. */
    void copyTo(@Nullable Object[] results, int offset, int from, int count) {
        System.arraycopy(outcomes, from, results, offset, count);
        for (int i = offset; i < offset + count; i++) {
            if (results[i] == NULL) {
                results[i] = null;
            }
        }
    }

    private static int passed(long word) {
        return (int) (word >>> 32);
    }

    private static int taken(long word) {
        return (int) word;
    }

    private static long word(int passed, int taken) {
        return (long) passed << 32 | taken;
    }
}
