package dev.tandem.ipc;

import java.lang.reflect.Array;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.List;

/**
 * How large arrays travel beside a message: in frames of their own, in front of it, in chunks of {@value #CHUNK_BYTES} bytes.
 *
 * <pre>
 *   kind  id         payload
 *   0     1 ARRAY    | type byte | elements int, big-endian |            the next array; the one before it is complete
 *   0     2 CHUNK    | some of its elements, little-endian |             whole elements, at most {@value #CHUNK_BYTES} bytes
 *   0     3 TAKE     | how many arrays int |                             they are those of the next frame, the message
 * </pre>
 *
 * <p><b>Why.</b> A message in one piece is made, sent, received and taken apart as one array of bytes, beside the array that it is
 * about: twice the memory on either side, and fresh memory costs more than copying. So the sender copies a chunk at a
 * time out of its array, the receiver reads it into the final one, and in between it is in the cache of a processor, where its checksum is
 * taken. Between two chunks other frames can go: a sign of life does not wait for a gigabyte.
 *
 * <p>One message with arrays is under way at a time, so the chunks need no numbers, and what a peer can make this side allocate is
 * one message: the elements of all arrays that no message has taken are held against the limit of a payload before there is
 * memory for them.
 */
final class ArrayFrames {

    static final long ARRAY = 1;
    static final long CHUNK = 2;
    static final long TAKE = 3;

    /** Larger: does not stay in the cache, and others wait longer; smaller: more headers and calls. A multiple of all elements. */
    static final int CHUNK_BYTES = 256 * 1024;

    /** Fewer than a peer may announce, so that it cannot make this side keep a list of nothings. */
    static final int LEAST_BYTES = 64 * 1024;

    static final int ARRAY_BYTES = 1 + 4;
    static final int TAKE_BYTES = 4;

    private ArrayFrames() {}

    /** How many bytes the elements of arrays of primitives take; what stands for one takes none. */
    static long bytesOf(List<?> arrays) {
        long bytes = 0;
        for (Object array : arrays) {
            if (!(array instanceof StandIn)) {
                bytes += PrimitiveArrays.bytesOf(array);
            }
        }
        return bytes;
    }

    /** The same; throws {@link IllegalArgumentException} if one is too small for this. */
    static long demandLarge(List<?> arrays) {
        for (Object array : arrays) {
            long bytes = PrimitiveArrays.bytesOf(array);
            if (bytes < LEAST_BYTES) {
                throw new IllegalArgumentException("an array of " + bytes + " bytes is too small to be sent apart");
            }
        }
        return bytesOf(arrays);
    }

    /**
     * Sends arrays, but for the message itself.
     *
     * @param chunk room for a chunk
     */
    static void send(List<?> arrays, ByteBuffer chunk, Sender to) throws TransportException {
        for (Object array : arrays) {
            Primitive primitive = Primitive.require(array);
            int count = Array.getLength(array);
            to.send(
                    ARRAY,
                    chunk.clear().put((byte) primitive.number()).putInt(count).flip());
            int perChunk = CHUNK_BYTES / primitive.bytes();
            for (int done = 0; done < count; done += perChunk) {
                int some = Math.min(perChunk, count - done);
                primitive.put(array, done, some, chunk.clear().slice().order(ByteOrder.LITTLE_ENDIAN));
                to.send(CHUNK, chunk.limit(some * primitive.bytes()));
            }
        }
    }

    /** What the message is preceded by. */
    static ByteBuffer take(List<?> arrays) {
        return ByteBuffer.allocate(TAKE_BYTES).putInt(arrays.size()).flip();
    }

    /** Where frames of kind 0 go. */
    @FunctionalInterface
    interface Sender {
        void send(long id, ByteBuffer payload) throws TransportException;
    }
}
