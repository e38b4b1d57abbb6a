package dev.tandem.ipc;

import java.io.IOException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What parent and worker have mapped. Numbers are in the byte order of the machine.
 *
 * <pre>
 *   byte  0               4               8                              16             20
 *        +---------------+---------------+-------------------------------+--------------+
 *      0 |  "TNDR"       |  capacity     |  key of this meeting          | may spin: 1  |  ... unused
 *        +---------------+---------------+-------------------------------+--------------+
 *    256 |  ring from parent to worker: {@link ByteRing}                                        ...
 *        +------------------------------------------------------------------------------+
 *        |  ring from worker to parent                                                   ...
 * </pre>
 *
 * Magic, capacity and key are written before the worker is told of the file, and compared with what it is told: against files
 * that are not what they seem, not against enemies.
 */
final class RingMemory {

    private static final int MAGIC = 0x544E4452;
    private static final int CAPACITY = 4;
    private static final int KEY = 8;
    private static final int MAY_SPIN = 16;
    private static final int BYTES = 256;

    private static final VarHandle INTS = MethodHandles.byteBufferViewVarHandle(int[].class, ByteOrder.nativeOrder());

    private final ByteBuffer memory;
    private final int capacity;

    private RingMemory(ByteBuffer memory, int capacity) {
        this.memory = memory;
        this.capacity = capacity;
    }

    /** How large the memory for two rings is. */
    static int sizeOf(int capacity) {
        return BYTES + 2 * ByteRing.sizeOf(capacity);
    }

    /** Writes the start of memory that is zero. */
    static RingMemory format(ByteBuffer memory, int capacity, long key) {
        memory.order(ByteOrder.nativeOrder());
        memory.putInt(CAPACITY, capacity).putLong(KEY, key).putInt(0, MAGIC);
        return new RingMemory(memory, capacity);
    }

    /**
     * Looks at memory that another process has formatted.
     *
     * @throws IOException if it is not what was announced
     */
    static RingMemory check(ByteBuffer memory, int capacity, long key) throws IOException {
        memory.order(ByteOrder.nativeOrder());
        if (memory.getInt(0) != MAGIC || memory.getInt(CAPACITY) != capacity || memory.getLong(KEY) != key) {
            throw new IOException("the file is not the one that was announced");
        }
        return new RingMemory(memory, capacity);
    }

    ByteRing toWorker() {
        return new ByteRing(memory, BYTES, capacity);
    }

    ByteRing toParent() {
        return new ByteRing(memory, BYTES + ByteRing.sizeOf(capacity), capacity);
    }

    boolean isSpinningAllowed() {
        return (int) INTS.getOpaque(memory, MAY_SPIN) != 0;
    }

    void allowSpinning(boolean allowed) {
        INTS.setOpaque(memory, MAY_SPIN, allowed ? 1 : 0);
    }
}
