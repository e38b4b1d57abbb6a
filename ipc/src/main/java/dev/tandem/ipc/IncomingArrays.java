package dev.tandem.ipc;

import java.io.StreamCorruptedException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Puts together what {@link ArrayFrames} describes.
 *
 * <pre>
 *   EMPTY ──ARRAY──▶ FILLING ──CHUNK, the last one──▶ COMPLETE ──TAKE──▶ TAKEN ──the message──▶ EMPTY
 *                    ▲     │ CHUNK                     │
 *                    ├─────┘                           │
 *                    └──────────────ARRAY──────────────┘
 * </pre>
 *
 * What does not fit into this, or into the limit, is refused before there is memory for it. Used by one thread at a time; after an
 * exception not any more.
 */
final class IncomingArrays {

    private final long maxBytes;

    private List<Object> complete = new ArrayList<>(0);
    private long announcedBytes;
    private @Nullable Object filling;
    private Primitive primitive = Primitive.BYTE;
    private int count;
    private int done;
    private boolean isTaken;
    private byte @Nullable [] stage;

    IncomingArrays(long maxBytes) {
        this.maxBytes = maxBytes;
    }

    /** An array is announced: makes it. */
    void begin(ByteBuffer announcement) throws StreamCorruptedException {
        demand(filling == null && !isTaken, "an array begins where none may");
        primitive = Primitive.of(announcement.get());
        count = announcement.getInt();
        long bytes = (long) count * primitive.bytes();
        demand(bytes >= ArrayFrames.LEAST_BYTES, "an array of " + count + " elements is too small to travel apart");
        demand(
                bytes <= maxBytes - announcedBytes,
                "its arrays are too long: " + (announcedBytes + bytes) + " bytes, limit " + maxBytes);
        announcedBytes += bytes;
        filling = Headroom.array(primitive, count, bytes);
        done = 0;
    }

    /** Some elements come: where to put their bytes before {@link #arrived}. */
    Target next(long bytes) throws StreamCorruptedException {
        Object array = filling;
        demand(array != null && !isTaken, "a chunk comes, but no array");
        long left = (long) (count - done) * primitive.bytes();
        demand(
                bytes > 0 && bytes <= ArrayFrames.CHUNK_BYTES && bytes <= left && bytes % primitive.bytes() == 0,
                "a chunk of " + bytes + " bytes comes where " + left + " are left");
        if (array instanceof byte[] all) {
            return new Target(all, done);
        }
        byte[] chunk = stage;
        if (chunk == null) {
            chunk = new byte[ArrayFrames.CHUNK_BYTES];
            stage = chunk;
        }
        return new Target(chunk, 0);
    }

    /** These elements are there, and are what was sent. */
    void arrived(Target target, int bytes) {
        Object array = filling;
        if (array == null) {
            throw new IllegalStateException("no array");
        }
        int elements = bytes / primitive.bytes();
        if (target.bytes() != array) {
            ByteBuffer from = ByteBuffer.wrap(target.bytes()).order(ByteOrder.LITTLE_ENDIAN);
            primitive.get(from, array, done, elements);
        }
        done += elements;
        if (done == count) {
            complete.add(array);
            filling = null;
        }
    }

    /** The next message has so many arrays: all that there are. */
    void take(int arrays) throws StreamCorruptedException {
        demand(
                filling == null && !isTaken && arrays > 0 && arrays == complete.size(),
                "a message wants " + arrays + " arrays, of " + complete.size());
        isTaken = true;
    }

    /** A message has come: what belongs to it. */
    List<Object> takenBy(long messageBytes) throws StreamCorruptedException {
        if (!isTaken) {
            return List.of();
        }
        demandRoomFor(messageBytes);
        List<Object> taken = complete;
        complete = new ArrayList<>(0);
        announcedBytes = 0;
        isTaken = false;
        return taken;
    }

    /** A message is announced: whether it and its arrays together are within the limit. */
    void demandRoomFor(long messageBytes) throws StreamCorruptedException {
        if (isTaken) {
            demand(
                    messageBytes <= maxBytes - announcedBytes,
                    "it and its arrays are too long: " + (messageBytes + announcedBytes) + " bytes, limit " + maxBytes);
        }
    }

    /** Whether a message is under way, so that the stream may not end here. */
    boolean isUnderWay() {
        return filling != null || !complete.isEmpty();
    }

    private static void demand(boolean isRight, String complaint) throws StreamCorruptedException {
        if (!isRight) {
            throw new StreamCorruptedException(complaint);
        }
    }

    /**
     * Where bytes go.
     *
     * @param bytes the array itself, or what is copied into it later
     * @param offset where in it
     */
    @SuppressWarnings("ArrayRecordComponent") // compared by nobody
    record Target(byte[] bytes, int offset) {}
}
