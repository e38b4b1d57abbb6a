package dev.tandem.internal.protocol;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import org.jspecify.annotations.Nullable;

/**
 * Where a worker and its supervisor share one chunk of inputs: who takes what of it, and the results so far.
 *
 * <p><b>Why.</b> A chunk is announced in one message and answered in one; but as long as it runs, the supervisor may want some of it back, because
 * an input takes long and another worker has nothing to do, or has to stop it at the one that takes too long; and if the worker dies, it must
 * know what had ended and what had begun. All that is one word, which both change by compare-and-set, as two threads would do it; and
 * the results lie beside it, where a death does not reach them. They are not sent: the supervisor reads them here. Neither are the inputs, which
 * the supervisor writes here: a pipe has room for fewer, takes two more copies, and wakes two threads for each part that fits.
 *
 * <pre>
 *   byte   0       4       8
 *         +-------+-------+
 *       0 | word: see Chunk in the supervisor    |  next in the upper half, limit in the lower one; negative: nothing more begins
 *         +-------+-------+
 *       8 | over  | end   |  so many inputs are over, and their results end there
 *         +-------+-------+
 *      16 | since when the input runs that the word says, by System.nanoTime()
 *         +---------------+
 *      24 | unused        |
 *         +---------------+ 64
 *         | results, one after the other: PlainValues
 *         +---------------+ RESULTS_END
 *         | inputs, in the same way
 *         +---------------+ BYTES
 * </pre>
 *
 * <p><b>Order.</b> The worker writes a result, then with release how many there are, then the time, and then takes the next input by a
 * change of the word. So who sees that an input has begun sees the results of all before it. The supervisor writes all inputs before the
 * first word, and none of them afterwards; it changes the word only by taking
 * away inputs that have not begun, or by closing it.
 *
 * <p><b>Trust.</b> What the supervisor reads here are claims of the worker, to be checked against what it sent. A page has two chunks
 * ({@link #SLOTS}): one runs, the next one is on its way.
 *
 * <p>One worker thread and any threads of the supervisor that take turns.
 */
public final class ChunkPage {

    /** How many chunks a worker has a page for at a time. */
    public static final int SLOTS = 2;

    // fewer: they end a chunk of short results early, or leave out some of its inputs; more: memory that is seldom used
    private static final int RESULTS_END = 160 * 1024;
    private static final int INPUT_BYTES = 96 * 1024;

    /** Of one. */
    public static final int BYTES = RESULTS_END + INPUT_BYTES;

    private static final int SHORT_BYTES = 64;
    private static final int WORD = 0;
    private static final int OVER = 8;
    private static final int SINCE = 16;
    private static final int RESULTS = 64;

    private static final VarHandle LONGS = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private final ByteBuffer memory;

    // Mutable state of the worker's thread, of the chunk that it runs.
    private final ByteBuffer writing;
    private int over;

    /**
     * Looks at memory that both see.
     *
     * @param memory {@link #BYTES} bytes, aligned to 8, outside of the heap
     */
    public ChunkPage(ByteBuffer memory) {
        this.memory = memory;
        this.writing = memory.slice(0, RESULTS_END);
    }

    // ---- both

    /** {@return the word} */
    public long word() {
        return (long) LONGS.getVolatile(memory, WORD);
    }

    /** {@return whether the word was what was expected, and now is what it was to be} */
    public boolean change(long from, long to) {
        return LONGS.compareAndSet(memory, WORD, from, to);
    }

    /**
     * The inputs: where the supervisor writes them, and the worker reads them.
     *
     * @return a buffer of its own, at the first
     */
    public ByteBuffer inputs() {
        return memory.slice(RESULTS_END, INPUT_BYTES);
    }

    // ---- the supervisor

    /** A chunk is about to be sent that begins with this word. */
    public void prepare(long word) {
        LONGS.setOpaque(memory, OVER, (long) RESULTS);
        LONGS.setOpaque(memory, SINCE, 0L);
        LONGS.setVolatile(memory, WORD, word);
    }

    /** {@return how many inputs are over, as the worker claims, in the upper half, and where their results end in the lower one} */
    public long over() {
        return (long) LONGS.getAcquire(memory, OVER);
    }

    /** {@return since when the input runs that the word says} */
    public long sinceNanos() {
        return (long) LONGS.getAcquire(memory, SINCE);
    }

    /**
     * The results.
     *
     * @return a buffer of its own, at the first
     */
    public ByteBuffer results() {
        return memory.slice(0, RESULTS_END).position(RESULTS);
    }

    // ---- the worker

    /** Begins with a chunk. */
    public void open() {
        writing.position(RESULTS);
        over = 0;
    }

    /** An input is about to begin. */
    public void since(long nowNanos) {
        LONGS.setOpaque(memory, SINCE, nowNanos);
    }

    /**
     * An input is over.
     *
     * @param result what its task has returned
     * @return false if that is not plain or there is no room for it; then it is not over
     */
    public boolean put(@Nullable Object result) {
        if (!PlainValues.put(writing, result)) {
            return false;
        }
        over++;
        LONGS.setRelease(memory, OVER, (long) over << 32 | writing.position());
        return true;
    }

    /** {@return whether there is room for one more result, if it is short} */
    public boolean hasRoom() {
        return writing.remaining() > SHORT_BYTES;
    }

    /** {@return whether the input may begin, and nobody else takes it any more} */
    public boolean take(int index) {
        while (true) {
            long now = word();
            if (now < 0 || (int) (now >>> 32) != index || (int) now == index) {
                return false;
            }
            if (change(now, now + (1L << 32))) {
                return true;
            }
        }
    }
}
