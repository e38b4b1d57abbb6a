package dev.tandem.internal.engine;

import dev.tandem.Progress;
import dev.tandem.StopOutcome;
import dev.tandem.TaskStatus;
import dev.tandem.internal.insight.Course;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.LongConsumer;
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
 * <p><b>In another process</b> it is the same word, in memory that both share ({@link Site}), and by the same steps. The results are there,
 * too; they are fetched when the chunk ends, and by whoever wants to see how far it is. While it is there the word here says so.
 *
 * <pre>
 *   here ──sent to a worker──▶ MOVED, the word is at the site ──tried again, or back in line──▶ here
 * </pre>
 *
 * <p><b>Each input is over once.</b> It is pending from its submit on, as part of its segment or of one chunk: what is cut off is a chunk before
 * anybody can see that it is missing here, since whoever has made the step of the word makes the chunk. A chunk that ends stands for the inputs
 * from its first to its limit, which does not change any more then: either it was closed, or its last input is over. A chunk that waits in line
 * is counted there with all its inputs, so nobody cuts it: only who leads it, and those who have seen that an input of it runs.
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
    private static final long MOVED = -1; // to the site; closed, for whoever looks here alone
    private static final long ONE = 1L << 32;
    private static final long MASK = 0x7fff_ffff;
    private static final long NOTHING = -2;
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
    private volatile @Nullable Site site; // written before the word says so
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
        if (limit(now()) - start > 1) {
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
        return at(now());
    }

    /** Its first input. */
    public int first() {
        return start;
    }

    /** The number of the task that its first input is. */
    public long firstTaskId() {
        return segment.taskId(start);
    }

    /** Whether an input of it has begun. */
    public boolean hasBegun() {
        return next(now()) > start;
    }

    /** Whether nothing more of it begins, since it was given up. */
    public boolean isClosed() {
        return now() < 0;
    }

    /** Where it is if another process has it, or had it last; else null. */
    public @Nullable Site site() {
        return site;
    }

    /** Behind its last input. */
    public int limit() {
        return limit(now());
    }

    /** It took so long for the inputs up to and with this one. */
    public void measured(int last, long nanos) {
        all.size().measured(last + 1 - start, nanos);
    }

    // ---- its worker, in another process

    /** It is about to be sent to a worker that shares its word: returns the word to begin with. */
    public long moveTo(Site there, LongConsumer prepare) {
        long now;
        do {
            now = word;
            prepare.accept(now);
            site = there;
        } while (!WORD.compareAndSet(this, now, MOVED));
        return now;
    }

    /** Keeps so many inputs and lets the others wait again; for one that is claimed. */
    public void keep(int inputs) {
        while (true) {
            long now = now();
            int limit = start + inputs;
            if (now < 0 || limit >= limit(now)) {
                return;
            }
            if (change(now, word(next(now), limit))) {
                all.waitAgain(segment, limit, limit(now));
                return;
            }
        }
    }

    /** A result was fetched; of an input that is over. */
    public void fetched(int index, @Nullable Object value) {
        segment.succeeded(index, value);
    }

    /** A result of so many bytes was read where the worker has put it. */
    public void read(long bytes) {
        received(bytes);
    }

    /** So many results were fetched, and are told of by whoever has fetched them, with no lock held. */
    public void publish(int from, int to) {
        if (all.areTakenOneByOne()) {
            for (int index = from; index < to; index++) {
                all.watcher().published(segment, index);
            }
        }
    }

    /** How many go together. */
    public ChunkSize size() {
        return all.size();
    }

    // ---- taken apart

    /** Takes out all that has not begun, as a chunk that is claimed; null if there is nothing. */
    public @Nullable Chunk<R> cut() {
        long before = cutOff();
        return before == NOTHING ? null : all.claimed(segment, cutAt(before), limit(before));
    }

    /** Lets all that has not begun wait in line again; whether there was anything. */
    public boolean giveBack() {
        long before = cutOff();
        if (before != NOTHING) {
            all.waitAgain(segment, cutAt(before), limit(before));
        }
        return before != NOTHING;
    }

    /** Takes out all that has not begun; the word before, or {@link #NOTHING}. */
    private long cutOff() {
        while (true) {
            long now = now();
            if (now < 0 || cutAt(now) >= limit(now)) {
                return NOTHING;
            }
            if (change(now, word(next(now), cutAt(now)))) {
                return now;
            }
        }
    }

    /** Behind the input that it is at; before its first has begun, it is at that. */
    private int cutAt(long now) {
        return Math.max(next(now), start + 1);
    }

    /** Takes out the back half of what has not begun, for another worker; null if it is not to be divided. */
    @Nullable
    Chunk<R> split() {
        while (true) {
            long now = now();
            int left = left(now);
            if (left == 0) {
                return null;
            }
            int limit = limit(now) - (left + 1) / 2;
            if (change(now, word(next(now), limit))) {
                return all.claimed(segment, limit, limit(now));
            }
        }
    }

    /**
     * Gives back what another worker may take, if it has been at the same input for so long: as far as is known to those who have asked
     * before. Not if it has just moved on, or back into the line, where it is counted with all that it has.
     */
    public void giveBackIfStuck(long nanos, long nowNanos) {
        long now = now();
        if (left(now) == 0) {
            return;
        }
        if (now != seenWord) {
            seenNanos = nowNanos;
            seenWord = now;
        } else if (nowNanos - seenNanos >= nanos && change(now, word(next(now), next(now)))) {
            all.waitAgain(segment, next(now), limit(now));
        }
    }

    /** Whether an input is one of its own. */
    boolean isOf(Segment<R> which, int index) {
        return which == segment && index >= start && index < limit();
    }

    /** How many inputs another worker may take. */
    int left() {
        return left(now());
    }

    private int left(long now) {
        return now < 0 || next(now) == start || all.size().isFixed() ? 0 : limit(now) - next(now);
    }

    @Override
    public List<Submission<?>> apart() {
        List<Submission<?>> parts = new ArrayList<>();
        for (long now = now(); now >= 0 && limit(now) - start > 1; now = now()) {
            int limit = limit(now) - 1;
            if (change(now, word(next(now), limit))) {
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
            long now = now();
            Site there = site;
            long sinceNanos = there == null ? begunNanos : there.sinceNanos();
            if (there == null ? !knowsBegin : sinceNanos == 0) {
                giveBack(); // there is but one input, whose clock began with the attempt; or it is still being decoded
                return 0;
            }
            long left = limit.toNanos() - (context().nanoTime() - sinceNanos);
            if (left > 0) {
                return left;
            }
            if (now < 0 || next(now) == limit(now)) {
                return 0;
            }
            if (change(now, word(next(now), next(now)))) {
                all.waitAgain(segment, next(now), limit(now));
                return 0;
            }
        }
    }

    @Override
    void goesBack() {
        reportSucceeded();
        int at = reported;
        knowsBegin = false;
        start = at;
        long now;
        do {
            now = now();
        } while (!change(now, (now & CLOSED) | word(at, limit(now)))); // no longer begun
        comesHome();
        context().divisible().remove(this);
    }

    @Override
    void waitsAgain() {
        comesHome();
    }

    /** Its word is here again. */
    private void comesHome() {
        Site there = site;
        if (there != null && word == MOVED) {
            WORD.setVolatile(this, there.leave()); // who changes the word there comes before, or finds it here
            site = null;
        }
    }

    @Override
    void describe(Course timed) {
        timed.ofInputs(inputsOfAttempt(), 0);
        timed.ofInput(segment.inputIndex(first));
        if (context().engine().chunks() != Engine.Chunks.NOBODY) {
            timed.waitedInLine(segment.sinceNanos(first));
        } else {
            segment.tellEncoding(first, timed);
        }
    }

    @Override
    int inputsOfAttempt() {
        return limit(now()) - start;
    }

    @Override
    int succeededOfAttempt() {
        return current() - start;
    }

    @Override
    void describeOver(Course timed) {
        if (attempt() == 1 && timed.bytesIn() > 0 && timed.encodeNanos() == 0) { // else it was told before
            timed.encodedInputs(segment.encodeNanos(first, limit(now())));
        }
    }

    /** Closes it first: what is over then has succeeded, and it is known how many that are. */
    @Override
    public void settling(TaskStatus status, @Nullable RuntimeException failure) {
        if (status != TaskStatus.SUCCEEDED) {
            long now;
            do {
                now = now();
            } while (!change(now, now | CLOSED));
        }
        super.settling(status, failure);
    }

    @Override
    public void settled() {
        reportSucceeded();
        long now = now();
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
        Site there = site;
        int at = there == null ? current() : Math.min(current(), there.fetch());
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
        Site there = site;
        if (there != null) {
            there.release();
        }
        int limit = limit();
        segment.forgetInputs(first, limit);
        all.ended(this, limit - first, how);
    }

    @Override
    int pendingTasks() {
        return limit() - first;
    }

    /** Nobody can listen: the promise of an input is not handed out. */
    @Override
    public void reported(long id, Progress progress) {}

    // ---- counting

    @Override
    public int tasks() {
        return limit() - counted;
    }

    @Override
    int countSucceeded() {
        int before = counted;
        counted = current();
        return counted - before;
    }

    // ---- the word

    /** The word, wherever it is. */
    private long now() {
        while (true) {
            long here = word;
            if (here != MOVED) {
                return here;
            }
            Site there = site;
            if (there != null) {
                return there.word();
            }
            Thread.onSpinWait(); // it has just come home
        }
    }

    private boolean change(long from, long to) {
        Site there = word == MOVED ? site : null;
        return there == null ? WORD.compareAndSet(this, from, to) : there.change(from, to);
    }

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
