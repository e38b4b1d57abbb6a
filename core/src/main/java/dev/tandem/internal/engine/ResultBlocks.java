package dev.tandem.internal.engine;

import java.io.Serial;
import java.io.Serializable;
import java.util.AbstractList;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.RandomAccess;
import org.jspecify.annotations.Nullable;

/**
 * The results of a large map, in blocks of equal length instead of one array.
 *
 * <p><b>Why not one array.</b> A garbage collector that works by regions, as that of most JVMs is, puts an array of half a region or more among
 * the old objects at once. There it keeps all that it refers to alive after it has become garbage itself, until the next collection of
 * everything: each young collection in between copies the results of maps that nobody knows any more, which costs several times
 * what it costs to make them. Blocks are young, and die with what is in them.
 *
 * <p>Serialized it is an ordinary list. Immutable.
 */
final class ResultBlocks<R extends @Nullable Object> extends AbstractList<R> implements RandomAccess, Serializable {

    /** From here on an array may be a large one: no region is smaller than 1 MB, and a reference has 8 bytes at most. */
    private static final int LEAST = 1 << 15;

    private static final int SHIFT = 14;
    private static final int LENGTH = 1 << SHIFT;

    @Serial
    private static final long serialVersionUID = 1L;

    @SuppressWarnings("serial") // see writeReplace
    private final @Nullable Object[][] blocks;

    private final int size;

    private ResultBlocks(@Nullable Object[][] blocks, int size) {
        this.blocks = blocks;
        this.size = size;
    }

    /** A list that nobody can change of the values in these segments, which have all succeeded. */
    @SuppressWarnings("unchecked") // they are filled with results of type R
    static <R extends @Nullable Object> List<R> of(List<? extends Segment<R>> segments, int size) {
        if (size < LEAST) {
            R[] all = (R[]) new Object[size];
            copy(segments, new Object[][] {all}, size);
            return Collections.unmodifiableList(Arrays.asList(all));
        }
        Object[][] blocks = new Object[(size + LENGTH - 1) >>> SHIFT][];
        for (int i = 0; i < blocks.length; i++) {
            blocks[i] = new Object[Math.min(LENGTH, size - (i << SHIFT))];
        }
        copy(segments, blocks, LENGTH);
        return Collections.unmodifiableList(new ResultBlocks<>(blocks, size));
    }

    private static void copy(List<? extends Segment<?>> segments, @Nullable Object[][] to, int length) {
        int filled = 0;
        for (Segment<?> segment : segments) {
            for (int from = 0; from < segment.added(); ) {
                int at = filled % length;
                int count = Math.min(segment.added() - from, length - at);
                segment.copyTo(to[filled / length], at, from, count);
                from += count;
                filled += count;
            }
        }
    }

    @Override
    @SuppressWarnings("unchecked") // as above
    public R get(int index) {
        if (index < 0 || index >= size) {
            throw new IndexOutOfBoundsException("index " + index + " of " + size + " results");
        }
        return (R) blocks[index >>> SHIFT][index & (LENGTH - 1)];
    }

    @Override
    public int size() {
        return size;
    }

    @Override
    public Object[] toArray() {
        Object[] all = new Object[size];
        for (int i = 0; i < blocks.length; i++) {
            System.arraycopy(blocks[i], 0, all, i << SHIFT, blocks[i].length);
        }
        return all;
    }

    @Serial
    private Object writeReplace() {
        return new ArrayList<>(this);
    }
}
