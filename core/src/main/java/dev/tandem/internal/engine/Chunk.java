package dev.tandem.internal.engine;

import dev.tandem.Progress;
import dev.tandem.StopOutcome;
import dev.tandem.TaskStatus;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Inputs of one map or stream that one worker runs, one after the other: a submission of the one that it is at.
 *
 * <p><b>Problem.</b> A task costs a promise, an attempt id, a place in line, some steps under locks: a microsecond or two. A map of
 * a million tiny inputs must not pay that a million times. But each input must succeed, fail, time out, be retried and be blamed on
 * its own, as if it had been submitted alone.
 *
 * <p><b>Mechanism.</b> As long as nothing is out of the ordinary, all inputs of a chunk share the life of one submission, and an
 * input costs one step on a word:
 *
 * <pre>
 *   | over | running | not begun |  not of this chunk any more ...
 *   first          next        limit
 *
 *   63 62            32 31             0
 *   +--+---------------+---------------+
 *   |C |  next         |  limit        |    C closed: nothing more begins
 *   +--+---------------+---------------+
 *
 *   begin, next   next + 1       the worker goes on; what it was at is over, and has succeeded
 *   cut           limit = next   what has not begun becomes a chunk of its own
 *   split         limit less     the same of the back half, for a worker that has nothing to do
 *   close         C              what has not begun never will
 * </pre>
 *
 * As soon as something is out of the ordinary, the chunk is <em>cut</em> at the input that is running: what is over stays over,
 * what has not begun waits in line again under a new id, without having used an attempt, and what remains is the submission of that
 * one input. To that applies all that applies to any submission, by the same code: it is that very attempt which is interrupted,
 * fails, is lost with its worker or is tried again. So it is cut when an input throws (by its worker), when one takes longer
 * than its time-out (by the timer, which looks at when the input has begun that the chunk is at, and at nothing else: had
 * another begun meanwhile, the word is another, and it looks again). It is closed when it is cancelled or stopped, which concerns all
 * of it: the inputs that are over have succeeded, all others share the end.
 *
 * <p><b>Why it is divided while it runs.</b> Sizes follow what inputs have cost so far ({@link ChunkSize}), and an input may take
 * a million times as long as the one before. Those behind it would wait for it while other workers have nothing to do, or
 * even for ever, if it waits for one of them. So others take them away from it ({@link Divisible}).
 *
 * <p><b>Why not a task that calls the function in a loop</b>, on top of everything: whatever may befall an input would have to be
 * told apart again there, a second time. Inputs that have a queue time-out are not grouped: each has a clock of its own while it
 * waits, which is most of what a submission costs.
 *
 * <p>Thread-safe. Fields say who writes them.
 */
public final class Chunk<R> extends Submission<R> {

    /** No input. */
    public static final int NONE = -1;

    private static final long CLOSED = Long.MIN_VALUE;
    private static final long ONE = 1L << 32;
    private static final long MASK = 0x7fff_ffff;
    private static final VarHandle WORD;

    static {
        try {
            WORD = MethodHandles.lookup().findVarHandle(Chunk.class, "word", long.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Inputs<R> all;
    private final Segment<R> segment;
    private final int first;

    private volatile long word;
    private volatile int start; // its first input, or the one tried again; written by who has led it to DECIDING

    // --- written by its worker, before it begins with an input that has a time-out; read by the timer ---
    private volatile long begunNanos;
    private volatile boolean knowsBegin;

    // --- written by whoever comes for work; what two of them write at once may be too old, and it is cut too early ---
    private volatile long seenNanos;
    private volatile long seenWord;

    // --- guarded by the counters ---
    private int counted; // inputs before this were counted as succeeded

    // --- written by who has led it to DECIDING, or has settled it ---
    private int reported; // inputs before this were told of

    Chunk(Inputs<R> all, Segment<R> segment, int from, int to) {
        super(all.intake(), segment.taskId(from));
        this.all = all;
        this.segment = segment;
        this.first = from;
        this.start = from;
        this.counted = from;
        this.reported = from;
        WORD.set(this, word(from, to));
        prepared(all.intake().preparedCode(), null);
    }

    // ---- its worker, which runs it

    /** Begins with the first input; {@link #NONE} if that must not begin any more. */
    public int begin() {
        all.cancelIfGivenUp(this);
        if (limit(word) - start > 1) {
            context().divisible().add(this);
        }
        int index = begin(start);
        if (left() > 0) {
            context().engine().mayDivide(); // a worker that has just found nothing to do must hear of it
        }
        return index;
    }

    /**
     * Ends an input with its value and begins with the next.
     *
     * @return the next, or {@link #NONE}; then the value is that of the last, and goes the way of any result
     */
    public int next(int index, @Nullable Object value) {
        int next = begin(index + 1);
        if (next != NONE) {
            segment.succeeded(index, value);
            segment.forgetInput(index);
            if (all.areTakenOneByOne()) {
                all.watcher().published(segment, index);
            }
        }
        return next;
    }

    private int begin(int index) {
        if (options().timeout().isPresent()) {
            begunNanos = context().nanoTime(); // first: who sees that it has begun sees when, or a later time
            knowsBegin = true;
        }
        while (true) {
            long now = word;
            if (now < 0 || next(now) != index || index == limit(now)) {
                return NONE;
            }
            if (WORD.compareAndSet(this, now, now + ONE)) {
                return index;
            }
        }
    }

    /** What {@link Engine#prepareInput} returned for an input that has begun. */
    public @Nullable Object input(int index) {
        return Carried.in(home(), segment.input(index));
    }

    /** The number of the task that an input is. */
    public long taskId(int index) {
        return segment.taskId(index);
    }

    /** The input that it is at. */
    public int current() {
        return at(word);
    }

    /** It took so long for the inputs up to and with this one. */
    public void measured(int last, long nanos) {
        all.size().measured(last + 1 - start, nanos);
    }

    // ---- taken apart

    /** Takes out all that has not begun, as a chunk that is claimed; null if there is nothing. */
    public @Nullable Chunk<R> cut() {
        while (true) {
            long now = word;
            if (now < 0 || next(now) == limit(now)) {
                return null;
            }
            if (WORD.compareAndSet(this, now, word(next(now), next(now)))) {
                return all.claimed(segment, next(now), limit(now));
            }
        }
    }

    /** Takes out the back half of what has not begun, for another worker; null if it is not to be divided. */
    @Nullable
    Chunk<R> split() {
        while (true) {
            long now = word;
            int left = left();
            if (left == 0 || now != word) {
                return null;
            }
            int limit = limit(now) - (left + 1) / 2;
            if (WORD.compareAndSet(this, now, word(next(now), limit))) {
                return all.claimed(segment, limit, limit(now));
            }
        }
    }

    /** Lets all that has not begun wait in line again. */
    void giveBack() {
        while (true) {
            long now = word;
            if (now < 0 || next(now) == limit(now)) {
                return;
            }
            if (WORD.compareAndSet(this, now, word(next(now), next(now)))) {
                all.waitAgain(segment, next(now), limit(now));
                return;
            }
        }
    }

    /**
     * Whether it has inputs left that another worker may take, and has been at the same one for so long: as far as is known to those
     * who have asked before.
     */
    boolean hasNotMovedFor(long nanos, long nowNanos) {
        if (left() == 0) {
            return false;
        }
        long now = word;
        if (now == seenWord) {
            return nowNanos - seenNanos >= nanos;
        }
        seenNanos = nowNanos;
        seenWord = now;
        return false;
    }

    /** Whether an input is one of its own. */
    boolean isOf(Segment<R> which, int index) {
        return which == segment && index >= start && index < limit(word);
    }

    /** How many inputs another worker may take. */
    int left() {
        long now = word;
        return now < 0 || next(now) == start || all.size().isFixed() ? 0 : limit(now) - next(now);
    }

    @Override
    public List<Submission<?>> apart() {
        List<Submission<?>> parts = new ArrayList<>();
        for (long now = word; now >= 0 && limit(now) - start > 1; now = word) {
            int limit = limit(now) - 1;
            if (WORD.compareAndSet(this, now, word(next(now), limit))) {
                parts.add(all.claimed(segment, limit, limit + 1));
            }
        }
        parts.add(this);
        return parts;
    }

    // ---- as a submission of the input that it is at

    @Override
    public long taskId() {
        return segment.taskId(current());
    }

    @Override
    long inputIndex() {
        return segment.inputIndex(current());
    }

    @Override
    public @Nullable Object input() {
        return Carried.in(home(), segment.input(current()));
    }

    @Override
    public @Nullable Carried carriedInput() {
        return segment.input(current()) instanceof Carried carried ? carried : null;
    }

    @Override
    void begun() {
        all.watcher().started();
    }

    /** Cuts it at an input that takes too long, unless that is over, or has not. */
    @Override
    long timeLeftNanos(Duration limit) {
        while (true) {
            long now = word;
            if (!knowsBegin) {
                return 0; // there is but one input, and its clock began with the attempt
            }
            long left = limit.toNanos() - (context().nanoTime() - begunNanos);
            if (left > 0) {
                return left;
            }
            if (now < 0 || next(now) == limit(now)) {
                return 0;
            }
            if (WORD.compareAndSet(this, now, word(next(now), next(now)))) {
                all.waitAgain(segment, next(now), limit(now));
                return 0;
            }
        }
    }

    @Override
    void goesBack() {
        reportSucceeded();
        int at = current();
        knowsBegin = false;
        start = at;
        long now;
        do {
            now = word;
        } while (!WORD.compareAndSet(this, now, (now & CLOSED) | word(at, limit(now)))); // no longer begun
        context().divisible().remove(this);
    }

    /** Closes it first: what is over then has succeeded, and it is known how many that are. */
    @Override
    public void settling(TaskStatus status) {
        if (status != TaskStatus.SUCCEEDED) {
            WORD.getAndBitwiseOr(this, CLOSED);
        }
        super.settling(status);
    }

    @Override
    public void settled() {
        reportSucceeded();
        long now = word;
        RuntimeException failure = promise().failure();
        if (failure == null) {
            segment.succeeded(reported, promise().value());
        } else {
            segment.failed(reported, limit(now), failure);
        }
        if (reported < limit(now)) {
            all.watcher().settled(segment, reported, limit(now), failure);
        }
        super.settled();
    }

    /** Those before the one that it is at. */
    private void reportSucceeded() {
        int at = current();
        if (reported < at) {
            if (!all.areTakenOneByOne()) {
                all.watcher().settled(segment, reported, at, null);
            }
            reported = at;
        }
    }

    @Override
    void hasEnded(StopOutcome how) {
        context().divisible().remove(this);
        int limit = limit(word);
        segment.forgetInputs(first, limit);
        all.ended(this, limit - first, how);
    }

    @Override
    int pendingTasks() {
        return limit(word) - first;
    }

    /** Nobody can listen: the promise of an input is not handed out. */
    @Override
    public void reported(long id, Progress progress) {}

    // ---- counting

    @Override
    public int tasks() {
        return limit(word) - counted;
    }

    @Override
    int countSucceeded() {
        int before = counted;
        counted = current();
        return counted - before;
    }

    // ---- the word

    private int at(long now) {
        return Math.max(start, next(now) - 1);
    }

    private static int next(long word) {
        return (int) (word >>> 32 & MASK);
    }

    private static int limit(long word) {
        return (int) (word & MASK);
    }

    private static long word(int next, int limit) {
        return (long) next << 32 | limit;
    }
}
