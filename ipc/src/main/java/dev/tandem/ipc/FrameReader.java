package dev.tandem.ipc;

import dev.tandem.ipc.Connection.Frame;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream of bytes into frames, however the bytes arrive.
 *
 * <p>Used by one thread at a time, but for {@link #tellProgress(Runnable)}. After an exception the place in the stream is lost and the reader must not be used again.
 */
final class FrameReader {

    /** Larger: more small frames per system call; smaller: less memory per worker. */
    private static final int BUFFER_BYTES = 16 * 1024;

    /** Larger: fewer system calls; smaller: less native memory, as the JDK copies each step through a buffer of that size. */
    private static final int STEP_BYTES = 64 * 1024;

    /** How much of a payload counts as progress; less would let a peer linger that means no good. */
    private static final int PROGRESS_BYTES = 1 << 20;

    private final ByteSource source;
    private final int maxPayloadBytes;
    private final byte[] buffer = new byte[BUFFER_BYTES];

    private volatile @Nullable Runnable progress; // no lambda as a default: it would cost each worker's start

    // Mutable state of the reading thread.
    private int position;
    private int limit;
    private long frameOffset;

    FrameReader(ByteSource source, int maxPayloadBytes) {
        this.source = source;
        this.maxPayloadBytes = maxPayloadBytes;
    }

    /**
     * Waits for the next frame.
     *
     * @return the frame, or {@code null} at the end of the stream
     * @throws TransportException if what came is no frame
     * @throws IOException if the source failed
     */
    @Nullable
    Frame read() throws IOException {
        int available = fill();
        if (available == 0) {
            return null;
        }
        if (available < FrameHeader.BYTES) {
            throw cutShort(available, FrameHeader.BYTES, dump(available, new byte[0], 0));
        }
        FrameHeader header = FrameHeader.parse(buffer, position);
        if (header == null) {
            throw broken("its header is damaged, or no header at all but something that was printed", dumpBuffer());
        }
        if (header.length() > maxPayloadBytes) {
            throw broken(
                    "its payload is too long: " + header.length() + " bytes, limit " + maxPayloadBytes, dumpBuffer());
        }
        byte[] payload = readPayload(header);
        if (!header.matches(payload)) {
            throw broken(describe(header) + " was damaged on the way: CRC-32C mismatch", dump(payload));
        }
        if (header.isEnd()) {
            return null;
        }
        if (header.kind() == 0) {
            throw broken(describe(header) + " is none: kinds are 1 to 255", dump(payload));
        }
        position += FrameHeader.BYTES + Math.min(payload.length, limit - position - FrameHeader.BYTES);
        frameOffset += FrameHeader.BYTES + payload.length;
        return new Frame(header.kind(), header.id(), payload);
    }

    void tellProgress(Runnable whom) {
        progress = whom;
    }

    private void tellProgress() {
        Runnable whom = progress;
        if (whom != null) {
            whom.run();
        }
    }

    /** Buffers a header, and with the same calls whatever else is there; less only at the end of the stream. */
    private int fill() throws IOException {
        if (buffer.length - position < FrameHeader.BYTES) {
            System.arraycopy(buffer, position, buffer, 0, limit - position);
            limit -= position;
            position = 0;
        }
        if (position == limit) {
            position = 0;
            limit = 0;
        }
        while (limit - position < FrameHeader.BYTES) {
            int count = source.read(buffer, limit, buffer.length - limit);
            if (count < 0) {
                break;
            }
            limit += count;
        }
        return limit - position;
    }

    /** Leaves the buffer as it is, for the messages. */
    private byte[] readPayload(FrameHeader header) throws IOException {
        byte[] payload = allocate(header);
        int done = Math.min(payload.length, limit - position - FrameHeader.BYTES);
        System.arraycopy(buffer, position + FrameHeader.BYTES, payload, 0, done);
        int nextMark = PROGRESS_BYTES;
        while (done < payload.length) {
            int count = source.read(payload, done, Math.min(payload.length - done, STEP_BYTES));
            if (count < 0) {
                throw cutShort(
                        FrameHeader.BYTES + (long) done,
                        FrameHeader.BYTES + header.length(),
                        dump(FrameHeader.BYTES, payload, done));
            }
            done += count;
            if (done >= nextMark) {
                nextMark = done + PROGRESS_BYTES;
                tellProgress();
            }
        }
        return payload;
    }

    private byte[] allocate(FrameHeader header) throws TransportException {
        try {
            return new byte[(int) header.length()];
        } catch (OutOfMemoryError e) {
            throw new TransportException(
                    "no memory for " + describe(header) + "; raise this JVM's heap or lower the limit of payloads, "
                            + maxPayloadBytes + " bytes",
                    e);
        }
    }

    private static String describe(FrameHeader header) {
        return "frame of kind " + header.kind() + " with id " + header.id() + " and " + header.length() + " bytes";
    }

    private TransportException cutShort(long done, long wanted, String dump) {
        return TransportException.endOfStream(
                message("the stream ended after " + done + " of " + wanted + " bytes", dump));
    }

    private TransportException broken(String what, String dump) {
        return new TransportException(message(what, dump));
    }

    private String message(String what, String dump) {
        return "broken frame at byte " + frameOffset + " of the stream: " + what + "; " + dump;
    }

    private String dumpBuffer() {
        return dump(limit - position, new byte[0], 0);
    }

    private String dump(byte[] payload) {
        return dump(FrameHeader.BYTES, payload, payload.length);
    }

    private String dump(int buffered, byte[] payload, int arrived) {
        int head = Math.min(buffered, Hex.MAX_SHOWN_BYTES);
        int tail = Math.min(arrived, Hex.MAX_SHOWN_BYTES - head);
        byte[] shown = new byte[head + tail];
        System.arraycopy(buffer, position, shown, 0, head);
        System.arraycopy(payload, 0, shown, head, tail);
        return "first bytes " + Hex.dump(shown, 0, shown.length);
    }
}
