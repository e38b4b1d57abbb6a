package dev.tandem.ipc;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * The end of a stream that is not written yet, in memory which outlives the process that is to write it.
 *
 * <p><b>Why.</b> Frames that are gathered go out together, for one call of the system. But a process may be killed, or kill itself, before that,
 * and what it had said would be lost. So it says it here as well, where a store is enough; and who reads the stream, having come to its end,
 * goes on here, and finds what is missing.
 *
 * <pre>
 *   byte   0 +--------------------------------------------+
 *            | offset in the stream of the first byte here|  8 bytes, in the order of the machine, as the next
 *          8 +--------------------------------------------+
 *            | how many bytes are here                    |
 *         16 +--------------------------------------------+
 *            | these bytes ...                            |
 *            +--------------------------------------------+ as much as there is room
 * </pre>
 *
 * <p><b>Order.</b> The process may end between any two stores, and what is there then must be true. Bytes are stored before the number
 * that counts them, with release; what is here is written to the stream before the number is set to nothing, and the offset is changed only
 * while it is nothing. So in between a byte may be in both places, never in none; and the reader, who knows how many it has read, leaves out what
 * it has. The kernel keeps the memory as it was at the last store.
 *
 * <p><b>Trust.</b> The numbers are the writer's word: what makes no sense counts as nothing. The bytes are frames, and are checked as such.
 *
 * <p>One thread at a time writes, in one process; one reads, in another.
 */
final class StreamTail {

    private static final int OFFSET = 0;
    private static final int COUNT = 8;
    private static final int BYTES = 16;

    private static final VarHandle LONGS = MethodHandles.byteBufferViewVarHandle(long[].class, ByteOrder.nativeOrder());

    private final ByteBuffer memory;

    // Mutable state of the writer.
    private int held;

    /**
     * Looks at memory that both see.
     *
     * @param memory aligned to 8, outside of the heap
     */
    StreamTail(ByteBuffer memory) {
        if (memory.capacity() <= BYTES) {
            throw new IllegalArgumentException("memory is too small: " + memory.capacity() + " bytes");
        }
        this.memory = memory;
    }

    int capacity() {
        return memory.capacity() - BYTES;
    }

    // ---- the writer

    /**
     * Holds what follows the bytes that were written.
     *
     * @param writtenBytes since the begin of the stream
     * @param pending begins with what is here already
     */
    void hold(long writtenBytes, byte[] pending, int length) {
        if (held == 0) {
            LONGS.setOpaque(memory, OFFSET, writtenBytes);
        }
        memory.put(BYTES + held, pending, held, length - held);
        held = length;
        LONGS.setRelease(memory, COUNT, (long) length);
    }

    /** All that is here was written. */
    void clear() {
        if (held > 0) {
            held = 0;
            LONGS.setRelease(memory, COUNT, 0L);
            VarHandle.storeStoreFence(); // before the next offset
        }
    }

    // ---- the reader

    /**
     * What is here from a place in the stream on.
     *
     * @param readBytes how many bytes of the stream have been read
     * @return how many bytes were copied; 0 if there is nothing
     */
    int read(long readBytes, byte[] into, int offset, int length) {
        long count = (long) LONGS.getAcquire(memory, COUNT);
        long skipped = readBytes - (long) LONGS.getOpaque(memory, OFFSET);
        if (count <= 0 || count > capacity() || skipped < 0 || skipped >= count) {
            return 0;
        }
        int taken = (int) Math.min(length, count - skipped);
        memory.get(BYTES + (int) skipped, into, offset, taken);
        return taken;
    }
}
