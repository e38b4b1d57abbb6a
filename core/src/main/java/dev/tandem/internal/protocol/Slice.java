package dev.tandem.internal.protocol;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Objects;

/**
 * A part of a byte array, shared and not copied: what was received stays in the array of its frame.
 *
 * <p>Nobody writes to the array once a slice of it exists; with that, safe for use by any number of threads.
 *
 * @param array where the bytes are
 * @param offset the index of the first byte
 * @param length how many bytes
 */
@SuppressWarnings("ArrayRecordComponent") // equals and hashCode below look at the bytes
public record Slice(byte[] array, int offset, int length) {

    /** Checks the bounds. */
    public Slice {
        Objects.checkFromIndexSize(offset, length, array.length);
    }

    /**
     * All of an array.
     *
     * @param array the bytes, not copied
     * @return a slice from the first byte to the last
     */
    public static Slice of(byte[] array) {
        return new Slice(array, 0, array.length);
    }

    /**
     * The bytes alone.
     *
     * @return the array itself if this is all of it, else a copy
     */
    public byte[] toByteArray() {
        return length == array.length ? array : Arrays.copyOfRange(array, offset, offset + length);
    }

    ByteBuffer buffer() {
        return ByteBuffer.wrap(array, offset, length);
    }

    /** Compares the bytes. */
    @Override
    public boolean equals(Object other) {
        return other instanceof Slice slice && buffer().equals(slice.buffer());
    }

    /** Depends on the bytes. */
    @Override
    public int hashCode() {
        return buffer().hashCode();
    }

    /** Tells the length only. */
    @Override
    public String toString() {
        return "Slice[" + length + " bytes]";
    }
}
