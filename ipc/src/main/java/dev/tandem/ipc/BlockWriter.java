package dev.tandem.ipc;

import java.io.IOException;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Takes what is large and simple out of a message on its way out, and joins both in the end.
 *
 * <pre>
 *   | {@value #MARK} byte | stream length int | blocks length int | blocks | stream | at most {@value #PADDING_BYTES} bytes of nothing |
 * </pre>
 *
 * <p>A message without blocks is the stream alone, which begins with another byte. Blocks are copied when the stream meets them:
 * it is then that an array counts, whatever becomes of it before the message is complete. The one large array that most large
 * messages are about is copied once: to an array beside the message, where there may be such ({@link ArrayFrames}), else into what becomes the
 * message; the padding is what that array of bytes had too much.
 *
 * <p>Used by one thread, for one message.
 */
final class BlockWriter {

    static final byte MARK = 1;
    static final int HEAD_BYTES = 1 + 4 + 4;

    /** More: longer messages for nothing; less: a stream that does not fit costs another copy of all. */
    static final int PADDING_BYTES = 1024;

    /** Smaller arrays are not worth the block's own bytes, and those of the head. */
    private static final int LEAST_BYTES = 512;

    private static final int LEAST_BOXES = 16;

    /** From here on an array gets a piece of its own. */
    private static final int LARGE_BYTES = 64 * 1024;

    /** From here on an array travels beside the message. Fewer: frames of its own cost more than the copy that is saved. */
    static final int APART_BYTES = 256 * 1024;

    private final BoundedBytes stream;
    private final @Nullable List<Object> apart;
    private final @Nullable Object keptAsIs;
    private final @Nullable Function<Object, @Nullable StandIn> elsewhere;
    private final List<ByteBuffer> pieces = new ArrayList<>(1);
    private long blockBytes;

    BlockWriter(BoundedBytes stream) {
        this(stream, null, null, null);
    }

    /**
     * Puts what is large beside the message.
     *
     * @param apart what gets these arrays: copies, so that it stays what it was when the stream met it; null if nothing can be there
     * @param keptAsIs an array that needs no copy, since nothing else is in the message that could change it; null for none
     * @param elsewhere asked for what stands for an array that gets there in another way; null if none does
     */
    BlockWriter(
            BoundedBytes stream,
            @Nullable List<Object> apart,
            @Nullable Object keptAsIs,
            @Nullable Function<Object, @Nullable StandIn> elsewhere) {
        this.stream = stream;
        this.apart = apart;
        this.keptAsIs = keptAsIs;
        this.elsewhere = elsewhere;
    }

    /** What to write for an object: itself, unless it can go beside the stream, as it has done then. */
    Object inPlaceOf(Object object) throws IOException {
        Class<?> type = object.getClass();
        if (type.isArray()) {
            return type.getComponentType().isPrimitive() ? array(object, type) : boxes(object, type);
        }
        if (type == ArrayList.class) {
            ArrayList<?> list = (ArrayList<?>) object;
            return list.size() < LEAST_BOXES || !isBox(list.get(0)) ? object : boxes(Block.LIST, list, list.toArray());
        }
        if (object instanceof Block written && written.whole() != null) {
            // The stream remembers what was put in the place of an object, but this one is to be written anew:
            // unshared.
            return inPlaceOf(written.whole());
        }
        return object instanceof ByteBuffer buffer ? buffer(buffer) : object;
    }

    private Object array(Object array, Class<?> type) throws IOException {
        Primitive primitive = Primitive.ofArray(type);
        int count = Array.getLength(array);
        return primitive == null || (long) count * primitive.bytes() < LEAST_BYTES
                ? array
                : block(Block.ARRAY, primitive, count, array, array);
    }

    private Object boxes(Object array, Class<?> type) throws IOException {
        if (!(array instanceof Object[] boxes) || boxes.length < LEAST_BOXES || !isBox(boxes[0])) {
            return array;
        }
        if (type == Object[].class) {
            return boxes(Block.OBJECTS, array, boxes);
        }
        return Primitive.ofBox(type.getComponentType()) == null ? array : boxes(Block.BOXES, array, boxes);
    }

    private static boolean isBox(@Nullable Object element) {
        return element != null && Primitive.ofBox(element.getClass()) != null;
    }

    /** Falls back to the ordinary form, in which everything can be written, when not all elements are of one class. */
    private Object boxes(byte shape, Object whole, Object[] elements) throws IOException {
        Class<?> type = elements[0].getClass();
        for (Object element : elements) {
            if (element == null || element.getClass() != type) {
                return whole;
            }
        }
        Primitive primitive = Primitive.ofBox(type);
        return primitive == null ? whole : block(shape, primitive, elements.length, primitive.unbox(elements), whole);
    }

    private Object buffer(ByteBuffer buffer) throws IOException {
        ByteBuffer content = buffer.duplicate();
        int count = content.remaining();
        int shape = (buffer.order() == ByteOrder.BIG_ENDIAN ? Block.BUFFER : Block.LITTLE_ENDIAN_BUFFER)
                + (buffer.isReadOnly() ? Block.READ_ONLY : 0);
        List<Object> beside = apartFor(count);
        if (beside == null) {
            room(count).put(content);
            return new Block(shape, Primitive.BYTE, count, buffer);
        }
        byte[] copy = new byte[count];
        content.get(copy);
        beside.add(copy);
        return new Block(shape + Block.APART, Primitive.BYTE, count, buffer);
    }

    private Block block(byte shape, Primitive primitive, int count, Object array, Object whole) throws IOException {
        long bytes = (long) count * primitive.bytes();
        List<Object> beside = apartFor(bytes);
        if (beside == null) {
            primitive.put(array, 0, count, room(bytes));
            return new Block(shape, primitive, count, whole);
        }
        boolean isFresh = array != whole; // taken out of its boxes just now
        if (isFresh || array == keptAsIs) {
            beside.add(array);
        } else {
            StandIn standIn = elsewhere == null ? null : elsewhere.apply(array);
            beside.add(standIn == null ? primitive.copyOf(array) : standIn);
        }
        return new Block(shape + Block.APART, primitive, count, whole);
    }

    /** Where so many bytes go if they travel beside the message; they count as sent then. */
    private @Nullable List<Object> apartFor(long bytes) throws IOException {
        if (apart == null || bytes < APART_BYTES) {
            return null;
        }
        stream.reserve(bytes);
        return apart;
    }

    /** Exactly so much room; it counts as filled. */
    private ByteBuffer room(long bytes) throws IOException {
        stream.reserve(pieces.isEmpty() ? bytes + HEAD_BYTES : bytes);
        ByteBuffer last = pieces.isEmpty() ? null : pieces.get(pieces.size() - 1);
        if (last == null || last.remaining() < bytes) {
            last = newPiece(bytes);
            pieces.add(last);
        }
        ByteBuffer room = last.slice(last.position(), (int) bytes).order(ByteOrder.LITTLE_ENDIAN);
        last.position(last.position() + (int) bytes);
        blockBytes += bytes;
        return room;
    }

    private ByteBuffer newPiece(long bytes) {
        long head = pieces.isEmpty() ? HEAD_BYTES : 0;
        long capacity = bytes >= LARGE_BYTES
                ? head + bytes + stream.left(PADDING_BYTES)
                : Math.max(head + bytes, Math.min(LARGE_BYTES, 2 * (head + bytes)));
        ByteBuffer piece = ByteBuffer.allocate(Math.toIntExact(capacity));
        return piece.position((int) head);
    }

    /** The whole message; the stream is complete. */
    byte[] toByteArray() {
        if (pieces.isEmpty()) {
            return stream.toByteArray();
        }
        int streamBytes = stream.size();
        ByteBuffer message = pieces.get(0);
        int paddingBytes = message.remaining() - streamBytes;
        int mostBytes = blockBytes < LARGE_BYTES ? 0 : PADDING_BYTES;
        if (pieces.size() > 1 || paddingBytes < 0 || paddingBytes > mostBytes) {
            message = ByteBuffer.allocate(Math.toIntExact(HEAD_BYTES + blockBytes + streamBytes));
            message.put(pieces.get(0).flip());
            for (ByteBuffer piece : pieces.subList(1, pieces.size())) {
                message.put(piece.flip());
            }
        }
        stream.copyTo(message.array(), message.position());
        message.position(0).put(MARK).putInt(streamBytes).putInt((int) blockBytes);
        return message.array();
    }
}
