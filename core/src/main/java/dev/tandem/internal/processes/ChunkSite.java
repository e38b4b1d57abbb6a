package dev.tandem.internal.processes;

import dev.tandem.internal.engine.Chunk;
import dev.tandem.internal.engine.Site;
import dev.tandem.internal.protocol.ChunkPage;
import dev.tandem.internal.protocol.PlainValues;
import dev.tandem.internal.protocol.StatusPage;
import dev.tandem.ipc.TransportException;
import java.nio.ByteBuffer;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicIntegerArray;
import org.jspecify.annotations.Nullable;

/**
 * The supervisor's side of a {@link ChunkPage}, for as long as one chunk is there; afterwards it remembers what the word was last.
 *
 * <p>The worker may only take the next input, and say that it has ended; whatever else it does to the page is a lie, after which nothing that
 * it says is believed: the word stays what it was, and no more results are fetched.
 *
 * <p>Thread-safe. The monitor guards the fields named below; while it is held nothing is called but {@link Chunk#fetched}, which writes to a
 * slot of an array, and {@link Chunk#read}, which counts.
 */
final class ChunkSite implements Site {

    private static final long CLOSED = Long.MIN_VALUE;
    private static final long MASK = 0x7fff_ffff;

    private final Chunk<?> chunk;
    private final int slot;
    private final AtomicIntegerArray used;

    // --- guarded by this ---
    private @Nullable ChunkPage page;
    private long word; // as it was seen last
    private int first;
    private int fetched;
    private ByteBuffer results;
    private @Nullable String lie;
    private boolean left; // by the chunk, which has its word elsewhere

    /** A result that there may not be. */
    record Last(@Nullable Object value) {}

    private ChunkSite(Chunk<?> chunk, int slot, AtomicIntegerArray used, ChunkPage page) {
        this.chunk = chunk;
        this.used = used;
        this.slot = slot;
        this.page = page;
        this.results = page.results();
    }

    /** Takes a slot of the page that is not in use; null if there is none. */
    static @Nullable ChunkSite of(Chunk<?> chunk, StatusPage page, AtomicIntegerArray used) {
        for (int slot = 0; slot < used.length(); slot++) {
            if (used.compareAndSet(slot, 0, 1)) {
                return new ChunkSite(chunk, slot, used, page.chunk(slot));
            }
        }
        return null;
    }

    Chunk<?> chunk() {
        return chunk;
    }

    int slot() {
        return slot;
    }

    /** Where the inputs go, before it is prepared. */
    synchronized ByteBuffer inputs() {
        return Objects.requireNonNull(page, "released").inputs();
    }

    /** The chunk comes, with this word. */
    synchronized void prepare(long with) {
        if (page != null) {
            page.prepare(with);
        }
        word = with;
        first = next(with);
        fetched = first;
    }

    @Override
    public synchronized long word() {
        ChunkPage there = page;
        if (there != null && lie == null) {
            long claimed = there.word();
            if (limit(claimed) != limit(word)
                    || (claimed & CLOSED) != (word & CLOSED)
                    || next(claimed) < next(word)
                    || next(claimed) > limit(word)) {
                lies("its page says that a chunk is at " + Long.toHexString(claimed) + " after "
                        + Long.toHexString(word));
            } else {
                word = claimed;
            }
        }
        return word;
    }

    @Override
    public synchronized boolean change(long from, long to) {
        if (left || word() != from) {
            return false;
        }
        boolean changed = page == null || lie != null || page.change(from, to);
        if (changed) {
            word = to;
        }
        return changed;
    }

    @Override
    public long sinceNanos() {
        ChunkPage there;
        synchronized (this) {
            there = page;
        }
        return there == null ? 0 : there.sinceNanos();
    }

    @Override
    public int fetch() {
        int from;
        int to;
        synchronized (this) {
            from = fetched;
            int end = Math.min(at(), first + there());
            int before = results.position();
            for (int next = from; next < end; next++) {
                Object value = get();
                if (lie != null) {
                    break;
                }
                chunk.fetched(next, value);
                fetched = next + 1;
            }
            to = fetched;
            if (to > from) {
                chunk.read(results.position() - before);
            }
        }
        chunk.publish(from, to);
        return to;
    }

    /** The result of the input that it is at, if that is over; to be asked once, when the worker takes no more. */
    synchronized @Nullable Last last() {
        if (fetched != at() || fetched >= first + there()) {
            return null;
        }
        int before = results.position();
        Object value = get();
        chunk.read(results.position() - before);
        return lie == null ? new Last(value) : null;
    }

    @Override
    public synchronized void release() {
        word();
        if (page != null) {
            page = null;
            used.set(slot, 0);
        }
    }

    @Override
    public synchronized long leave() {
        release();
        left = true;
        return word;
    }

    synchronized boolean isReleased() {
        return page == null;
    }

    synchronized boolean isLying() {
        return lie != null;
    }

    /** Throws if the worker has written to the page what it had no right to. */
    synchronized void check() throws TransportException {
        if (lie != null) {
            throw new TransportException(lie);
        }
    }

    /** The input that it is at, whether that has begun or not. */
    private int at() {
        return Math.max(first, next(word()) - 1);
    }

    /** How many inputs are over, as the worker claims, since the first; their results are there. */
    private int there() {
        ChunkPage there = page;
        if (there == null || lie != null) {
            return 0;
        }
        long over = there.over();
        int count = (int) (over >>> 32);
        int end = (int) over;
        if (count < 0 || count > limit(word) - first || end < results.position() || end > results.capacity()) {
            lies("its page says that " + count + " inputs are over, and their results end at byte " + end);
            return 0;
        }
        results.limit(end);
        return count;
    }

    private @Nullable Object get() {
        try {
            return PlainValues.get(results);
        } catch (IllegalArgumentException e) {
            lies("its page has results that are none: " + e.getMessage());
            return null;
        }
    }

    private void lies(String what) {
        if (lie == null) {
            lie = what;
        }
    }

    private static int next(long word) {
        return (int) (word >>> 32 & MASK);
    }

    private static int limit(long word) {
        return (int) (word & MASK);
    }
}
