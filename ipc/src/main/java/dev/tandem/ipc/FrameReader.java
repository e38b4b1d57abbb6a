package dev.tandem.ipc;

import dev.tandem.ipc.Connection.Frame;
import java.io.IOException;
import java.io.StreamCorruptedException;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Cuts a stream of bytes into frames, however the bytes arrive, and gives each the arrays that came before it.
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
    private final IncomingArrays arrays;

    private volatile @Nullable Runnable progress; // no lambda as a default: it would cost each worker's start

    // Mutable state of the reading thread.
    private int position;
    private int limit;
    private long frameOffset;
    private int chunkBytes; // since progress was told

    FrameReader(ByteSource source, int maxPayloadBytes) {
        this.source = source;
        this.maxPayloadBytes = maxPayloadBytes;
        this.arrays = new IncomingArrays(maxPayloadBytes);
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
        while (true) {
            FrameHeader header = readHeader();
            if (header == null) {
                return null;
            }
            if (header.kind() != 0) {
                return readFrame(header);
            }
            if (header.isEnd()) {
                demandMatch(header, new byte[0]);
                refuseEndInsideMessage();
                return null;
            }
            readArrayPart(header);
        }
    }

    /** Whether a whole frame is here already that is a message; not of what is ours, behind which more may be awaited. */
    boolean hasMore() {
        int rest = limit - position - FrameHeader.BYTES;
        return rest >= 0 && buffer[position] != 0 && FrameHeader.lengthIn(buffer, position) <= rest;
    }

    /**
     * The next frame, if all of it is here: never waits.
     *
     * @return null if it is not, and also where only {@link #read} can say more: at the end, after what is no frame, between arrays, and before a
     *     frame that is longer than the buffer
     * @throws IOException if the source failed
     */
    @Nullable
    Frame readArrived() throws IOException {
        FrameHeader header = arrivedWhole();
        if (header == null) {
            makeRoom();
            if (limit < buffer.length) {
                limit += Math.max(0, source.readArrived(buffer, limit, buffer.length - limit));
                header = arrivedWhole();
            }
        }
        return header == null ? null : readFrame(header);
    }

    /** The header of a frame that is in the buffer with all its payload. */
    private @Nullable FrameHeader arrivedWhole() {
        if (limit - position < FrameHeader.BYTES) {
            return null;
        }
        FrameHeader header = FrameHeader.parse(buffer, position);
        boolean isWhole = header != null
                && header.kind() != 0
                && header.length() <= Math.min(maxPayloadBytes, limit - position - FrameHeader.BYTES);
        return isWhole ? header : null;
    }

    /** Null at the end of the stream. */
    private @Nullable FrameHeader readHeader() throws IOException {
        int available = fill();
        if (available == 0) {
            refuseEndInsideMessage();
            return null;
        }
        if (available < FrameHeader.BYTES) {
            throw cutShort(available, FrameHeader.BYTES, dump(available, new byte[0], 0, 0));
        }
        FrameHeader header = FrameHeader.parse(buffer, position);
        if (header == null) {
            throw broken("its header is damaged, or no header at all but something that was printed", dumpBuffer());
        }
        if (header.length() > maxPayloadBytes) {
            throw broken(
                    "its payload is too long: " + header.length() + " bytes, limit " + maxPayloadBytes, dumpBuffer());
        }
        return header;
    }

    private Frame readFrame(FrameHeader header) throws IOException {
        List<Object> taken;
        byte[] payload;
        try {
            arrays.demandRoomFor(header.length());
            payload = readPayload(header);
            demandMatch(header, payload);
            taken = arrays.takenBy(payload.length);
        } catch (StreamCorruptedException e) {
            throw broken(String.valueOf(e.getMessage()), dumpBuffer());
        }
        pass(payload.length);
        return new Frame(header.kind(), header.id(), payload, taken);
    }

    private void readArrayPart(FrameHeader header) throws IOException {
        try {
            if (header.id() == ArrayFrames.CHUNK) {
                readChunk(header);
            } else if (header.id() == ArrayFrames.ARRAY && header.length() == ArrayFrames.ARRAY_BYTES) {
                arrays.begin(readSmall(header));
            } else if (header.id() == ArrayFrames.TAKE && header.length() == ArrayFrames.TAKE_BYTES) {
                arrays.take(readSmall(header).getInt());
            } else {
                throw new StreamCorruptedException(describe(header) + " is none: kinds are 1 to 255");
            }
        } catch (StreamCorruptedException e) {
            throw broken(String.valueOf(e.getMessage()), dumpBuffer());
        } catch (OutOfMemoryError e) {
            throw noMemoryFor("an array of the message", e);
        }
        pass((int) header.length());
    }

    private ByteBuffer readSmall(FrameHeader header) throws IOException {
        byte[] payload = readPayload(header);
        demandMatch(header, payload);
        return ByteBuffer.wrap(payload);
    }

    /** Reads elements to where they stay, if they are bytes. */
    private void readChunk(FrameHeader header) throws IOException {
        int length = (int) header.length();
        IncomingArrays.Target target = arrays.next(length);
        read(header, target.bytes(), target.offset(), length);
        if (!header.matches(ByteBuffer.wrap(target.bytes(), target.offset(), length))) {
            throw broken(describe(header) + " was damaged on the way: CRC-32C mismatch", dumpBuffer());
        }
        arrays.arrived(target, length);
        chunkBytes += length;
        if (chunkBytes >= PROGRESS_BYTES) {
            chunkBytes = 0;
            tellProgress();
        }
    }

    private void demandMatch(FrameHeader header, byte[] payload) throws TransportException {
        if (!header.matches(payload)) {
            throw broken(describe(header) + " was damaged on the way: CRC-32C mismatch", dump(payload));
        }
    }

    private void refuseEndInsideMessage() throws TransportException {
        if (arrays.isUnderWay()) {
            throw TransportException.endOfStream(
                    message("the stream ended after some arrays of a message", dumpBuffer()));
        }
    }

    /** The frame was read; the next one follows. */
    private void pass(int payloadBytes) {
        position += FrameHeader.BYTES + Math.min(payloadBytes, limit - position - FrameHeader.BYTES);
        frameOffset += FrameHeader.BYTES + payloadBytes;
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
        if (position == limit || buffer.length - position < FrameHeader.BYTES) {
            makeRoom();
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

    private void makeRoom() {
        System.arraycopy(buffer, position, buffer, 0, limit - position);
        limit -= position;
        position = 0;
    }

    private byte[] readPayload(FrameHeader header) throws IOException {
        byte[] payload = allocate(header);
        read(header, payload, 0, payload.length);
        return payload;
    }

    /** Reads a whole payload; leaves the buffer as it is, for the messages. */
    private void read(FrameHeader header, byte[] into, int offset, int length) throws IOException {
        int done = Math.min(length, limit - position - FrameHeader.BYTES);
        System.arraycopy(buffer, position + FrameHeader.BYTES, into, offset, done);
        int nextMark = PROGRESS_BYTES;
        while (done < length) {
            int count = source.read(into, offset + done, Math.min(length - done, STEP_BYTES));
            if (count < 0) {
                throw cutShort(
                        FrameHeader.BYTES + (long) done,
                        FrameHeader.BYTES + header.length(),
                        dump(FrameHeader.BYTES, into, offset, done));
            }
            done += count;
            if (done >= nextMark) {
                nextMark = done + PROGRESS_BYTES;
                tellProgress();
            }
        }
    }

    private byte[] allocate(FrameHeader header) throws TransportException {
        try {
            return Headroom.bytes((int) header.length());
        } catch (OutOfMemoryError e) {
            throw noMemoryFor(describe(header), e);
        }
    }

    private TransportException noMemoryFor(String what, OutOfMemoryError e) {
        return new TransportException(
                "no memory for " + what + "; raise this JVM's heap or lower the limit of payloads, " + maxPayloadBytes
                        + " bytes",
                e);
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
        return dump(limit - position, new byte[0], 0, 0);
    }

    private String dump(byte[] payload) {
        return dump(FrameHeader.BYTES, payload, 0, payload.length);
    }

    private String dump(int buffered, byte[] payload, int offset, int arrived) {
        int head = Math.min(buffered, Hex.MAX_SHOWN_BYTES);
        int tail = Math.min(arrived, Hex.MAX_SHOWN_BYTES - head);
        byte[] shown = new byte[head + tail];
        System.arraycopy(buffer, position, shown, 0, head);
        System.arraycopy(payload, offset, shown, head, tail);
        return "first bytes " + Hex.dump(shown, 0, shown.length);
    }
}
