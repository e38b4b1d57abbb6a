package dev.tandem.ipc;

import java.io.Serializable;
import org.jspecify.annotations.Nullable;

/**
 * What stands in a message for an array of primitives, or for something as simple: the elements lie beside the stream, in
 * one piece, where they cost one copy and not a call each.
 *
 * <p>The elements of all blocks follow each other in the order of the blocks, each little-endian; or they are an array beside the
 * message, if both sides can do that. Immutable.
 */
final class Block implements Serializable {

    /** An array of primitives. */
    static final byte ARRAY = 0;

    /** An {@link java.util.ArrayList} of boxes, all of one class. */
    static final byte LIST = 1;

    /** An array whose type is that of its boxes, such as {@code Integer[]}. */
    static final byte BOXES = 2;

    /** An {@code Object[]} of boxes, all of one class. */
    static final byte OBJECTS = 3;

    /** A {@link java.nio.ByteBuffer}, big-endian; what is between its position and its limit. */
    static final byte BUFFER = 4;

    /** The same, little-endian. */
    static final byte LITTLE_ENDIAN_BUFFER = 5;

    /** Added to the shape of a buffer that cannot be written to. */
    static final byte READ_ONLY = 16;

    /** Added to the shape of what is so large that it travels beside the message, in an array of its own. */
    static final byte APART = 32;

    private static final long serialVersionUID = 1L;

    private final byte shape;
    private final byte primitive;
    private final int count;

    /** What this stands in for, on the side that writes it. */
    private final transient @Nullable Object whole;

    Block(int shape, Primitive primitive, int count, Object whole) {
        this.shape = (byte) shape;
        this.primitive = (byte) primitive.number();
        this.count = count;
        this.whole = whole;
    }

    @Nullable
    Object whole() {
        return whole;
    }

    int shape() {
        return shape & ~APART;
    }

    /** Whether the elements are not among the blocks of the message, but the next array beside it. */
    boolean isApart() {
        return (shape & APART) != 0;
    }

    int primitive() {
        return primitive;
    }

    int count() {
        return count;
    }
}
