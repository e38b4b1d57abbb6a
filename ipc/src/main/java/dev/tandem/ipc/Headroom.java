package dev.tandem.ipc;

import java.lang.ref.Reference;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the last of a heap for those who have to say that it is full.
 *
 * <p><b>The problem.</b> What arrives is kept by whoever asked for it, and a reader goes on reading until nothing more fits. If then
 * not even a small object can be made, the failure cannot be told to anybody: the thread that has met it dies, and so does the next one that
 * should have noticed. With G1 that is soon so, for a large array takes whole regions, and in the end the very last one.
 *
 * <p><b>What is done.</b> A large array is made for a message only if so much more could be made beside it. To ask the JVM how much is free
 * does not tell, for garbage counts as used until it is collected. So, where it looks narrow, the room that must remain is taken for a
 * moment, and given back when the array is there. Whoever is refused still has that room, to fail in.
 *
 * <p>No lambda is used here, for a worker makes its first array while it starts. Thread-safe: each takes room of its own.
 */
final class Headroom {

    /** Smaller arrays fill a heap more slowly than is worth asking. */
    private static final int LARGE_BYTES = 64 * 1024;

    /** A sixth of a small heap, some regions of G1: fewer are no room for its own work; more is taken from what messages may have. */
    private static final int ROOM_BYTES =
            (int) Math.max(2 << 20, Math.min(8 << 20, Runtime.getRuntime().maxMemory() / 6));

    /** So much more free than asked for is plenty. */
    private static final long PLENTY_BYTES = 4L * ROOM_BYTES;

    private Headroom() {}

    /**
     * Makes an array of bytes, if room remains.
     *
     * @throws OutOfMemoryError if not, while there is room
     */
    static byte[] bytes(int length) {
        byte[] room = roomBeside(length);
        try {
            return new byte[length];
        } finally {
            Reference.reachabilityFence(room); // so that it was not collected before
        }
    }

    /**
     * Makes an array of so many values, if room remains.
     *
     * @throws OutOfMemoryError if not, while there is room
     */
    static Object array(Primitive of, int count, long bytes) {
        byte[] room = roomBeside(bytes);
        try {
            return of.newArray(count);
        } finally {
            Reference.reachabilityFence(room); // as above
        }
    }

    /** What must remain, taken; nothing where there is no need to ask. */
    private static byte @Nullable [] roomBeside(long bytes) {
        return bytes < LARGE_BYTES || isPlenty(bytes) ? null : new byte[ROOM_BYTES];
    }

    private static boolean isPlenty(long bytes) {
        Runtime here = Runtime.getRuntime();
        return here.maxMemory() - here.totalMemory() + here.freeMemory() > bytes + PLENTY_BYTES;
    }
}
