package dev.tandem.internal.engine;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The chunks that threads of a runner are at, and what is taken away from them so that no input waits behind a long one.
 *
 * <p>Who has nothing to do takes half of the chunk that has most left. Where all workers have something to do, an input that has been
 * running for long gives those behind it back: they go where they would be had they never been in a chunk, to the front of the line.
 * Whoever comes for work looks for such chunks first; while nobody comes, nobody could have run them.
 *
 * <p>Thread-safe.
 */
public final class Divisible {

    // longer: inputs wait behind one that is long; shorter: chunks are cut that are just about to end
    private static final long LONG_NANOS = TimeUnit.MILLISECONDS.toNanos(1);

    private final Set<Chunk<?>> chunks = ConcurrentHashMap.newKeySet();

    void add(Chunk<?> chunk) {
        chunks.add(chunk);
    }

    void remove(Chunk<?> chunk) {
        chunks.remove(chunk);
    }

    /** Whether there is no chunk of more than one input under way. */
    public boolean isEmpty() {
        return chunks.isEmpty();
    }

    /** Whether {@link #split} would find something. */
    public boolean isAnyLeft() {
        return mostLeft() != null;
    }

    /** Takes half of what another worker has not begun with; null if there is nothing. */
    public @Nullable Batch split() {
        Chunk<?> longest = mostLeft();
        Chunk<?> half = longest == null ? null : longest.split();
        return half == null ? null : Batch.of(half);
    }

    /** Lets what is behind an input that has been running for long wait in line again. */
    public void giveBackWhatIsStuck(long nowNanos) {
        for (Chunk<?> chunk : chunks) {
            chunk.giveBackIfStuck(LONG_NANOS, nowNanos);
        }
    }

    private @Nullable Chunk<?> mostLeft() {
        Chunk<?> longest = null;
        int most = 0;
        for (Chunk<?> chunk : chunks) {
            int left = chunk.left();
            if (left > most) {
                longest = chunk;
                most = left;
            }
        }
        return longest;
    }
}
