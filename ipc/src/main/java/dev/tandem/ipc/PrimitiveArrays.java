package dev.tandem.ipc;

import java.io.StreamCorruptedException;
import java.lang.reflect.Array;
import java.nio.ByteBuffer;

/**
 * Arrays of primitives as bytes: each element as {@link ByteBuffer} puts and gets it, in the buffer's order. Copies keep each bit, those of numbers that are
 * none too.
 *
 * <p>Stateless, safe for use by any number of threads.
 */
public final class PrimitiveArrays {

    private PrimitiveArrays() {}

    /**
     * The number of a type.
     *
     * @param array an array of primitives
     * @return a number from 0 on, which belongs to the wire format
     * @throws IllegalArgumentException if it is no such array
     */
    public static int typeOf(Object array) {
        return Primitive.require(array).number();
    }

    /**
     * How large an array is.
     *
     * @param type a number as of {@link #typeOf}
     * @param elements how many
     * @return how many bytes they take
     * @throws StreamCorruptedException if there is no such type
     */
    public static long bytes(int type, int elements) throws StreamCorruptedException {
        return (long) elements * Primitive.of(type).bytes();
    }

    /**
     * How large an array is.
     *
     * @param array an array of primitives
     * @return how many bytes its elements take
     * @throws IllegalArgumentException if it is no such array
     */
    public static long bytesOf(Object array) {
        return (long) Array.getLength(array) * Primitive.require(array).bytes();
    }

    /**
     * Copies elements to a buffer, as many as it has room for.
     *
     * @param array an array of primitives
     * @param first the first element
     * @param to where to, from its position on; moved on behind them
     * @return how many elements were copied
     * @throws IllegalArgumentException if it is no such array
     */
    public static int put(Object array, int first, ByteBuffer to) {
        Primitive primitive = Primitive.require(array);
        int count = Math.min(Array.getLength(array) - first, to.remaining() / primitive.bytes());
        primitive.put(array, first, count, to.slice().order(to.order()));
        to.position(to.position() + count * primitive.bytes());
        return count;
    }

    /**
     * Makes an array of all that is left in a buffer.
     *
     * @param type a number as of {@link #typeOf}
     * @param elements how many
     * @param from exactly so many elements; not moved
     * @return a new array
     * @throws StreamCorruptedException if there is no such type, or the buffer has not that many bytes
     * @throws OutOfMemoryError if there is no room for it, or little beside it
     */
    public static Object get(int type, int elements, ByteBuffer from) throws StreamCorruptedException {
        Primitive primitive = Primitive.of(type);
        long bytes = (long) elements * primitive.bytes();
        if (elements < 0 || from.remaining() != bytes) {
            throw new StreamCorruptedException(
                    elements + " elements of " + primitive + " are not in " + from.remaining() + " bytes");
        }
        Object array = Headroom.array(primitive, elements, bytes);
        primitive.get(from.slice().order(from.order()), array, 0, elements);
        return array;
    }
}
