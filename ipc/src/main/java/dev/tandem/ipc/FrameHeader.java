package dev.tandem.ipc;

import java.nio.ByteBuffer;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/**
 * The 16 bytes before every payload. All numbers are big-endian.
 *
 * <pre>
 *    0                   1                   2                   3
 *    0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1
 *   +---------------+---------------+-------------------------------+
 *   |     kind      |     check     |          id, bits 47-32       |
 *   +---------------+---------------+-------------------------------+
 *   |                          id, bits 31-0                        |
 *   +---------------------------------------------------------------+
 *   |                  payload length, unsigned bytes               |
 *   +---------------------------------------------------------------+
 *   |         CRC-32C of the twelve bytes above and the payload     |
 *   +---------------------------------------------------------------+
 *   |                            payload                           ...
 * </pre>
 *
 * <ul>
 *   <li>kind: 1 to 255, the caller's. 0 is ours: with id 0 and no payload it is the {@linkplain #END end} of the stream, with
 *       other ids what {@link ArrayFrames} describes.
 *   <li>check: XOR of {@code 0x5A} with the other eleven of the first twelve bytes. The CRC can only be verified once
 *       the payload is there, but the length must be trusted before that; so stray text, zeros and a flipped bit are
 *       refused here, before anything is allocated.
 * </ul>
 *
 * @param kind 0 to 255
 * @param id 0 to 2<sup>48</sup>-1
 * @param length of the payload in bytes, 0 to 2<sup>32</sup>-1
 * @param crc as it stands in the header
 */
record FrameHeader(int kind, long id, long length, int crc) {

    static final int BYTES = 16;
    static final int MAX_KIND = 255;
    static final long MAX_ID = (1L << 48) - 1;

    /** Says that nothing follows, where closing a descriptor cannot say so. */
    static final FrameHeader END = of(0, 0, new ByteBuffer[0]);

    private static final int LENGTH_OFFSET = 8;
    private static final int CRC_OFFSET = 12;
    private static final int CHECK_SEED = 0x5A;

    /**
     * Describes a frame, which takes one pass over its payload.
     *
     * @param payload read from position to limit, which stay
     */
    static FrameHeader of(int kind, long id, ByteBuffer[] payload) {
        long length = 0;
        for (ByteBuffer part : payload) {
            length += part.remaining();
        }
        return new FrameHeader(kind, id, length, crc(kind, id, length, payload));
    }

    /**
     * Reads a header.
     *
     * @return the header, or {@code null} if its check byte is wrong
     */
    static @Nullable FrameHeader parse(byte[] bytes, int offset) {
        var buffer = ByteBuffer.wrap(bytes, offset, BYTES);
        long start = buffer.getLong();
        long length = Integer.toUnsignedLong(buffer.getInt());
        int kind = (int) (start >>> 56);
        long id = start & MAX_ID;
        int check = (int) (start >>> 48) & 0xFF;
        return check == check(kind, id, length) ? new FrameHeader(kind, id, length, buffer.getInt()) : null;
    }

    /** What a header says that may be damaged: how long its payload is. */
    static long lengthIn(byte[] bytes, int offset) {
        return Integer.toUnsignedLong(ByteBuffer.wrap(bytes).getInt(offset + LENGTH_OFFSET));
    }

    void put(ByteBuffer target) {
        putStart(target, kind, id, length);
        target.putInt(crc);
    }

    /** Tells whether this header and the payload belong together. */
    boolean matches(byte[] payload) {
        return matches(ByteBuffer.wrap(payload));
    }

    /** The same of what is between position and limit. */
    boolean matches(ByteBuffer payload) {
        return crc == crc(kind, id, length, payload);
    }

    boolean isEnd() {
        return kind == 0 && id == 0 && length == 0;
    }

    private static int crc(int kind, long id, long length, ByteBuffer... payload) {
        var start = ByteBuffer.allocate(BYTES);
        putStart(start, kind, id, length);
        var crc = new CRC32C();
        crc.update(start.array(), 0, CRC_OFFSET);
        for (ByteBuffer part : payload) {
            crc.update(part.duplicate());
        }
        return (int) crc.getValue();
    }

    private static void putStart(ByteBuffer target, int kind, long id, long length) {
        target.putLong((long) kind << 56 | (long) check(kind, id, length) << 48 | id);
        target.putInt((int) length);
    }

    private static int check(int kind, long id, long length) {
        long fold = (long) kind << 56 ^ id ^ length;
        fold ^= fold >>> 32;
        fold ^= fold >>> 16;
        fold ^= fold >>> 8;
        return (int) (fold ^ CHECK_SEED) & 0xFF;
    }
}
