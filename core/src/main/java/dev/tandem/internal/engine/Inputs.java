package dev.tandem.internal.engine;

import dev.tandem.StopOutcome;
import dev.tandem.TaskOptions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * The inputs of one map or stream on their way: put in line in {@link Segment}s by their {@link Feed}, taken out of it in
 * {@link Chunk}s, given up all at once.
 *
 * <p>Thread-safe. The monitor guards the field named below; nothing is called while it is held.
 */
final class Inputs<R> {

    private final RunnerContext context;
    private final TaskOptions options;
    private final Watcher watcher;
    private final ChunkSize size;
    private final boolean oneByOne;
    private final Feed<R> feed;
    private final Set<Chunk<R>> live = ConcurrentHashMap.newKeySet();

    private volatile @Nullable Intake intake; // null once all is over: it keeps the runner reachable
    private volatile boolean cancelled;
    private volatile boolean mayInterrupt;

    private final int expected; // 0 if nobody knows
    private final AtomicLong passed = new AtomicLong(); // to the line
    private final AtomicLong claimed = new AtomicLong(); // out of it

    // --- guarded by this ---
    private final Deque<Segment<R>> segments = new ArrayDeque<>();
    private int entered; // with the engine, and not ended
    private @Nullable CompletableFuture<Void> over; // once none is

    private Inputs(Intake intake, Watcher watcher, int expected, boolean passedAtOnce) {
        this.context = intake.context();
        this.options = intake.options();
        this.intake = intake;
        this.watcher = watcher;
        this.size = new ChunkSize(together());
        this.oneByOne = passedAtOnce || options.isUnordered();
        this.expected = passedAtOnce ? 0 : expected;
        this.feed = new Feed<>(this, expected, passedAtOnce);
    }

    /** How many go together, by the user or, if that is silent, by an engine that has decided on it. */
    private OptionalInt together() {
        int decided = Math.min(context.engine().chunkSize(), options.window().orElse(Integer.MAX_VALUE));
        return options.chunkSize().isPresent() || decided == 1 ? options.chunkSize() : OptionalInt.of(decided);
    }

    /** Those of a map: passed on by and by, the more the more there are. */
    static <R> Inputs<R> ofMap(Intake intake, Watcher watcher, int expected) {
        return new Inputs<>(intake, watcher, expected, false);
    }

    /** Those of a stream: passed on as soon as they are pulled, since nobody knows when the next one comes. */
    static <R> Inputs<R> ofStream(Intake intake, Watcher watcher) {
        return new Inputs<>(intake, watcher, Integer.MAX_VALUE, true);
    }

    /** The way in; the calling thread's. */
    Feed<R> feed() {
        return feed;
    }

    /** A segment that will be passed on. */
    synchronized void add(Segment<R> segment) {
        segments.add(segment);
    }

    /** So many more are about to stand in line. */
    void passing(int inputs) {
        passed.addAndGet(inputs);
    }

    // ---- what is taken out of the line, by any thread

    /** So many do not stand there any more. */
    void claiming(int inputs) {
        claimed.addAndGet(inputs);
    }

    /** How many of those that wait in a segment a worker takes now: its share of all that nobody has claimed, of a map also of what is still being added. */
    int nextSize(int waiting) {
        return size.next(waiting, Math.max(expected, passed.get()) - claimed.get(), workers());
    }

    /**
     * A chunk that somebody has just claimed. If all of it was given up meanwhile, the chunk finds out when it begins: here the
     * backlog may be locked, and a cancel tells others.
     */
    Chunk<R> claimed(Segment<R> segment, int from, int to) {
        Chunk<R> chunk = new Chunk<>(this, segment, from, to);
        Engine part = segment.home();
        if (part != null) {
            chunk.goesTo(part);
        }
        chunk.startClaimed();
        live.add(chunk);
        return chunk;
    }

    /**
     * Inputs that were in a chunk which is in trouble: they wait in line once more. Threads take from a chunk what they can; other processes
     * get it in as many pieces as there are workers.
     */
    void waitAgain(Segment<R> segment, int from, int to) {
        int length = context.engine().chunks() == Engine.Chunks.PROCESSES ? size.next(to - from, workers()) : to - from;
        List<Chunk<R>> pieces = new ArrayList<>();
        for (int next = from; next < to; next += length) {
            Chunk<R> piece = claimed(segment, next, Math.min(to, next + length));
            if (piece.unclaim()) {
                pieces.add(piece);
            }
        }
        if (size.isFixed() && size.isAlone() && !pieces.isEmpty()) {
            context.engine().readmit(Batch.of(pieces)); // the user wants them together, though they cannot be one
        } else {
            context.engine().readmitAll(pieces.stream().map(Batch::of).toList());
        }
        pieces.forEach(this::cancelIfGivenUp);
    }

    /** Claims some of what waits, for a thread that waits for all of it; null if nothing does. */
    @Nullable
    Batch claimWaiting() {
        for (Segment<R> segment : segments()) {
            Batch claimed = segment.claimWaiting();
            if (claimed != null) {
                return claimed;
            }
        }
        for (Chunk<R> chunk : live) {
            Batch claimed = chunk.claimWaiting();
            if (claimed != null) {
                return claimed;
            }
        }
        for (Chunk<R> chunk : live) {
            Chunk<R> half = chunk.split();
            if (half != null) {
                return Batch.of(half);
            }
        }
        return null;
    }

    /** The same of one input alone. */
    @Nullable
    Batch claimWaiting(Segment<R> segment, int index) {
        Batch claimed = segment.claimIfNext(index);
        for (Chunk<R> chunk : live) {
            if (claimed != null) {
                break;
            }
            claimed = chunk.isOf(segment, index) ? chunk.claimWaiting() : null;
        }
        return claimed;
    }

    /** A chunk that the calling thread has made. */
    Chunk<R> adopt(Chunk<R> chunk) {
        synchronized (this) {
            entered++;
        }
        live.add(chunk);
        cancelIfGivenUp(chunk);
        return chunk;
    }

    /** Whoever gave up all of it may not have found this one. */
    void cancelIfGivenUp(Chunk<R> chunk) {
        if (cancelled) {
            chunk.promise().cancel(mayInterrupt);
        }
    }

    /** The same, for what was passed on meanwhile. */
    void cancelIfGivenUp() {
        if (cancelled) {
            cancel(mayInterrupt);
        }
    }

    /** So many are about to be with the engine; returns what completes when none is, if nobody was told of that yet. */
    synchronized @Nullable CompletionStage<Void> enter(int inputs) {
        entered += inputs;
        if (over != null) {
            return null;
        }
        over = new CompletableFuture<>();
        return over;
    }

    private synchronized @Nullable CompletableFuture<Void> leave(int inputs) {
        entered -= inputs;
        if (entered > 0) {
            return null;
        }
        CompletableFuture<Void> all = over;
        over = null;
        return all;
    }

    void ended(Chunk<R> chunk, int inputs, StopOutcome how) {
        live.remove(chunk);
        CompletableFuture<Void> all = leave(inputs);
        if (all != null) {
            all.complete(null); // on it depends what is of ours, and short
        }
        watcher.ended(inputs, how);
    }

    /**
     * Gives up whatever is not over. The last input first, and what runs last of all: a worker that is freed by the cancel of what it
     * runs must not find another input still waiting.
     */
    void cancel(boolean interrupt) {
        mayInterrupt = interrupt;
        cancelled = true;
        List<Segment<R>> all = segments();
        for (int i = all.size() - 1; i >= 0; i--) {
            Chunk<R> waiting = all.get(i).claimAll();
            if (waiting != null) {
                context.engine().forget(waiting);
            }
        }
        List<Chunk<R>> taken = new ArrayList<>(live);
        taken.sort(Comparator.<Chunk<R>>comparingLong(Chunk::taskId).reversed());
        taken.removeIf(chunk -> {
            boolean waits = chunk.isWaiting();
            if (waits) {
                chunk.promise().cancel(interrupt);
            }
            return waits;
        });
        taken.forEach(chunk -> chunk.promise().cancel(interrupt));
    }

    // ---- what it is made of

    synchronized List<Segment<R>> segments() {
        return List.copyOf(segments);
    }

    /** All results of this segment were handed out. */
    synchronized void remove(Segment<R> segment) {
        segments.remove(segment);
    }

    /** All is over: nobody will make chunks of it any more. */
    void release() {
        forgetCode();
        intake = null;
        synchronized (this) {
            segments.clear();
        }
    }

    /** No more inputs come: nobody needs to keep the code for them. */
    void forgetCode() {
        Object code = preparedCode();
        if (code != null) {
            context.engine().forgetCode(code);
        }
    }

    /** What the engine made of the code; null once all is over. */
    @Nullable
    Object preparedCode() {
        Intake in = intake;
        return in == null ? null : in.preparedCode();
    }

    Intake intake() {
        return Objects.requireNonNull(intake, "all inputs are over");
    }

    RunnerContext context() {
        return context;
    }

    TaskOptions options() {
        return options;
    }

    Watcher watcher() {
        return watcher;
    }

    ChunkSize size() {
        return size;
    }

    int workers() {
        return context.engine().workers();
    }

    /** Whether somebody wants each result when it is there, even if others of its chunk are not. */
    boolean areTakenOneByOne() {
        return oneByOne;
    }
}
