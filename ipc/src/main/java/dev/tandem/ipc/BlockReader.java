package dev.tandem.ipc;

import java.io.IOException;
import java.io.StreamCorruptedException;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.Arrays;

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

    private BlockReader(ByteBuffer blocks, int streamOffset, int streamBytes) {
        this.blocks = blocks.order(ByteOrder.LITTLE_ENDIAN);
        this.streamOffset = streamOffset;
        this.streamBytes = streamBytes;
    }

    /** Finds the stream and the blocks of a message. */
    static BlockReader of(byte[] bytes, int offset, int length) throws StreamCorruptedException {
        ByteBuffer message = ByteBuffer.wrap(bytes, offset, length);
        if (length == 0 || bytes[offset] != BlockWriter.MARK) {
            return new BlockReader(ByteBuffer.allocate(0), offset, length);
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
        return new BlockReader(blocks, offset + BlockWriter.HEAD_BYTES + blockBytes, streamBytes);
    }

    int streamOffset() {
        return streamOffset;
    }

    int streamBytes() {
        return streamBytes;
    }

    /** How much nobody has asked for. */
    int left() {
        return blocks.remaining();
    }

    /**
     * Makes the object that a block stands for.
     *
     * @param demanded asked about the classes of what is not an array of primitives, before it is made
     */
    Object resolve(Block block, ClassDemand demanded) throws IOException {
        Primitive primitive = Primitive.of(block.primitive());
        int count = block.count();
        if (count < 0 || (long) count * primitive.bytes() > blocks.remaining()) {
            throw new StreamCorruptedException("a block claims " + count + " elements of " + primitive.bytes()
                    + " bytes, but " + blocks.remaining() + " bytes are left");
        }
        int shape = block.shape();
        if (shape == Block.LIST || shape == Block.OBJECTS || shape == Block.BOXES) {
            demanded.demand(primitive.boxType(), -1);
            demanded.demand(Object[].class, count);
            Object[] boxes =
                    shape == Block.BOXES ? (Object[]) Array.newInstance(primitive.boxType(), count) : new Object[count];
            primitive.box(take(primitive, count), boxes);
            return shape == Block.LIST ? new ArrayList<>(Arrays.asList(boxes)) : boxes;
        }
        if (shape == Block.ARRAY) {
            return take(primitive, count);
        }
        return buffer(shape, take(Primitive.BYTE, count));
    }

    private Object take(Primitive primitive, int count) {
        Object array = primitive.get(blocks.slice().order(ByteOrder.LITTLE_ENDIAN), count);
        blocks.position(blocks.position() + count * primitive.bytes());
        return array;
    }

    private static ByteBuffer buffer(int shape, Object content) throws StreamCorruptedException {
        ByteOrder order = switch (shape & ~Block.READ_ONLY) {
            case Block.BUFFER -> ByteOrder.BIG_ENDIAN;
            case Block.LITTLE_ENDIAN_BUFFER -> ByteOrder.LITTLE_ENDIAN;
            default -> throw new StreamCorruptedException("there is no block of shape " + shape);
        };
        ByteBuffer buffer = ByteBuffer.wrap((byte[]) content);
        return ((shape & Block.READ_ONLY) == 0 ? buffer : buffer.asReadOnlyBuffer()).order(order);
    }

    /** Asks a filter. */
    @FunctionalInterface
    interface ClassDemand {
        /** Throws if the class, or an array of it with so many elements, may not be made; -1 is no array. */
        void demand(Class<?> type, int arrayLength) throws IOException;
    }
}
