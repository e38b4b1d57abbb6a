package dev.tandem.ipc;

import java.io.IOException;
import java.io.StreamCorruptedException;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Iterator;
import java.util.List;

/**
 * Puts back what {@link BlockWriter} took out of a message. What a block claims is checked against the bytes that are there
 * before anything is made of it.
 *
 * <p>Used by one thread, for one message.
 */
final class BlockReader {

    private final ByteBuffer blocks;
    private final int streamOffset;
    private final int streamBytes;
    private final Iterator<?> apart;

    private BlockReader(ByteBuffer blocks, int streamOffset, int streamBytes, List<?> apart) {
        this.blocks = blocks.order(ByteOrder.LITTLE_ENDIAN);
        this.streamOffset = streamOffset;
        this.streamBytes = streamBytes;
        this.apart = apart.iterator();
    }

    /** Finds the stream and the blocks of a message. */
    static BlockReader of(byte[] bytes, int offset, int length, List<?> apart) throws StreamCorruptedException {
        ByteBuffer message = ByteBuffer.wrap(bytes, offset, length);
        if (length == 0 || bytes[offset] != BlockWriter.MARK) {
            return new BlockReader(ByteBuffer.allocate(0), offset, length, apart);
        }
        if (length < BlockWriter.HEAD_BYTES) {
            throw new StreamCorruptedException("the head of its blocks is cut short");
        }
        int streamBytes = message.getInt(offset + 1);
        int blockBytes = message.getInt(offset + 1 + Integer.BYTES);
        long padding = (long) length - BlockWriter.HEAD_BYTES - streamBytes - blockBytes;
        if (streamBytes < 0 || blockBytes < 0 || padding < 0 || padding > BlockWriter.PADDING_BYTES) {
            throw new StreamCorruptedException("a stream of " + streamBytes + " bytes and blocks of " + blockBytes
                    + " bytes do not make " + length + " bytes");
        }
        ByteBuffer blocks = message.slice(offset + BlockWriter.HEAD_BYTES, blockBytes);
        return new BlockReader(blocks, offset + BlockWriter.HEAD_BYTES + blockBytes, streamBytes, apart);
    }

    int streamOffset() {
        return streamOffset;
    }

    int streamBytes() {
        return streamBytes;
    }

    /** How many bytes nobody has asked for. */
    int left() {
        return blocks.remaining();
    }

    /** Whether there is an array beside the message that nobody has asked for. */
    boolean isArrayLeft() {
        return apart.hasNext();
    }

    /**
     * Makes the object that a block stands for.
     *
     * @param demanded asked about the classes of what is not an array of primitives, before it is made
     */
    Object resolve(Block block, ClassDemand demanded) throws IOException {
        Primitive primitive = Primitive.of(block.primitive());
        int count = block.count();
        Object beside = block.isApart() ? takeApart(primitive, count) : null;
        if (beside == null && (count < 0 || (long) count * primitive.bytes() > blocks.remaining())) {
            throw new StreamCorruptedException("a block claims " + count + " elements of " + primitive.bytes()
                    + " bytes, but " + blocks.remaining() + " bytes are left");
        }
        int shape = block.shape();
        if (shape == Block.LIST || shape == Block.OBJECTS || shape == Block.BOXES) {
            demanded.demand(primitive.boxType(), -1);
            demanded.demand(Object[].class, count);
            Object[] boxes =
                    shape == Block.BOXES ? (Object[]) Array.newInstance(primitive.boxType(), count) : new Object[count];
            primitive.box(beside == null ? take(primitive, count) : beside, boxes);
            return shape == Block.LIST ? new ArrayList<>(Arrays.asList(boxes)) : boxes;
        }
        if (shape == Block.ARRAY) {
            return beside == null ? take(primitive, count) : beside;
        }
        if (primitive != Primitive.BYTE) {
            throw new StreamCorruptedException("a buffer of " + primitive + " is none");
        }
        return buffer(shape, (byte[]) (beside == null ? take(primitive, count) : beside));
    }

    private Object takeApart(Primitive primitive, int count) throws StreamCorruptedException {
        Object array = apart.hasNext() ? apart.next() : null;
        if (array == null || !primitive.isArray(array, count)) {
            throw new StreamCorruptedException(
                    "a block claims an array of " + count + " " + primitive + " beside the message, but there is "
                            + (array == null ? "none" : "a " + array.getClass().getSimpleName()));
        }
        return array;
    }

    private Object take(Primitive primitive, int count) {
        Object array = primitive.newArray(count);
        primitive.get(blocks.slice().order(ByteOrder.LITTLE_ENDIAN), array, 0, count);
        blocks.position(blocks.position() + count * primitive.bytes());
        return array;
    }

    private static ByteBuffer buffer(int shape, byte[] content) throws StreamCorruptedException {
        ByteOrder order = switch (shape & ~Block.READ_ONLY) {
            case Block.BUFFER -> ByteOrder.BIG_ENDIAN;
            case Block.LITTLE_ENDIAN_BUFFER -> ByteOrder.LITTLE_ENDIAN;
            default -> throw new StreamCorruptedException("there is no block of shape " + shape);
        };
        ByteBuffer buffer = ByteBuffer.wrap(content);
        return ((shape & Block.READ_ONLY) == 0 ? buffer : buffer.asReadOnlyBuffer()).order(order);
    }

    /** Asks a filter. */
    @FunctionalInterface
    interface ClassDemand {
        /** Throws if the class, or an array of it with so many elements, may not be made; -1 is no array. */
        void demand(Class<?> type, int arrayLength) throws IOException;
    }
}
