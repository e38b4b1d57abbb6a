package dev.tandem.ipc;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * Frames over a {@link Wire}.
 *
 * <p>Closing must not wait for a sender that is stuck, and a stream must not be closed under a thread that uses it: the
 * JDK's streams would make us wait for their lock, and a descriptor that is closed during a read may be somebody else's a
 * moment later. So each direction has a lock, and its end is closed by whoever holds that lock last:
 *
 * <pre>
 *   close()         closed = true; wake; then per direction: if the lock is free, take it and close the direction
 *   send, receive   take the lock; if closed, refuse; work; release; if closed by now: the same as close()
 * </pre>
 *
 * A closer that finds a lock taken leaves the work to its holder, who looks at {@code closed} after releasing, hence after
 * it was set. The send lock is held over blocking output, and nothing else is acquired under it. A message with arrays is many
 * frames: its sender holds a lock of its own over all of them, so that arrays of two messages do not mix, and the send lock over each, so that
 * other frames go between them.
 */
final class FramedConnection implements Connection {

    private final Wire wire;
    private final String peer;
    private final int maxPayloadBytes;
    private final FrameLog log;
    private final @Nullable String fallback;
    private final TailedSource source;
    private final FrameReader reader;
    private final FrameWriter writer;
    private final ReentrantLock sendingArrays = new ReentrantLock(); // before sending
    private final ReentrantLock sending = new ReentrantLock(true); // fair: who waits goes between two chunks
    private final ReentrantLock receiving = new ReentrantLock();

    private volatile @Nullable IntFunction<String> kindNames;
    private volatile boolean closed;
    private @Nullable ByteBuffer chunk; // guarded by sendingArrays; made when first needed
    private boolean sendBroken; // guarded by sending
    private boolean receiveBroken; // guarded by receiving
    private boolean ended; // guarded by receiving

    /**
     * Starts at the first frame, after the handshake.
     *
     * @param peer as in "the connection to ... broke"
     * @param maxPayloadBytes what both sides agreed on
     */
    FramedConnection(Wire wire, String peer, int maxPayloadBytes, FrameLog log) {
        this(wire, peer, maxPayloadBytes, log, null);
    }

    /**
     * The same.
     *
     * @param fallback why it is not the wire that it was to be; null if it is
     */
    FramedConnection(Wire wire, String peer, int maxPayloadBytes, FrameLog log, @Nullable String fallback) {
        this.fallback = fallback;
        this.wire = wire;
        this.peer = peer;
        this.maxPayloadBytes = maxPayloadBytes;
        this.log = log;
        source = new TailedSource(wire);
        reader = new FrameReader(source, maxPayloadBytes);
        writer = new FrameWriter(wire);
    }

    @Override
    public void send(int kind, long id, ByteBuffer... payload) throws TransportException {
        ByteBuffer[] parts = checked(kind, id, 0, payload);
        transmit(FrameHeader.of(kind, id, parts), parts, null, true);
    }

    @Override
    public void gather(int kind, long id, List<?> arrays, ByteBuffer... payload) throws TransportException {
        if (arrays.isEmpty()) {
            ByteBuffer[] parts = checked(kind, id, 0, payload);
            transmit(FrameHeader.of(kind, id, parts), parts, null, false);
        } else {
            send(kind, id, arrays, payload);
        }
    }

    @Override
    public void flush() throws TransportException {
        sending.lock();
        try {
            demandUsable();
            sendBroken = true;
            writer.flush();
            sendBroken = false;
        } catch (IOException e) {
            throw explain(e);
        } finally {
            sending.unlock();
            if (closed) {
                closeOutputIfIdle();
            }
        }
    }

    @Override
    public boolean hasMore() {
        return reader.hasMore();
    }

    @Override
    public boolean hasArrived() {
        try {
            return reader.hasMore() || source.hasArrived();
        } catch (IOException e) {
            return true; // who reads finds out what it is
        }
    }

    @Override
    public void spinWhile(BooleanSupplier allowed) {
        wire.spinWhile(allowed);
    }

    @Override
    public void keepGatheredIn(ByteBuffer memory) {
        sending.lock();
        try {
            writer.keepIn(new StreamTail(memory));
        } finally {
            sending.unlock();
            if (closed) {
                closeOutputIfIdle();
            }
        }
    }

    @Override
    public void peerKeepsGatheredIn(ByteBuffer memory) {
        source.endsIn(new StreamTail(memory));
    }

    @Override
    public void send(int kind, long id, List<?> arrays, ByteBuffer... payload) throws TransportException {
        if (arrays.isEmpty()) {
            send(kind, id, payload);
            return;
        }
        ByteBuffer[] parts = checked(kind, id, ArrayFrames.demandLarge(arrays), payload);
        sendingArrays.lock();
        boolean isWhole = false;
        try {
            ByteBuffer room = chunk;
            if (room == null) {
                room = ByteBuffer.allocate(ArrayFrames.CHUNK_BYTES);
                chunk = room;
            }
            ArrayFrames.send(arrays, room, (part, content) -> {
                ByteBuffer[] one = {content.duplicate()};
                transmit(FrameHeader.of(0, part, one), one, null, true);
            });
            transmit(FrameHeader.of(kind, id, parts), parts, ArrayFrames.take(arrays), true);
            isWhole = true;
        } finally {
            if (!isWhole) {
                breakSending(); // else the next message got arrays of this one
            }
            sendingArrays.unlock();
        }
    }

    private ByteBuffer[] checked(int kind, long id, long arrayBytes, ByteBuffer[] payload) {
        if (kind < 1 || kind > FrameHeader.MAX_KIND) {
            throw new IllegalArgumentException("kind must be 1 to 255: kind=" + kind);
        }
        if (id < 0 || id > FrameHeader.MAX_ID) {
            throw new IllegalArgumentException("id must be 0 to 2^48-1: id=" + id);
        }
        ByteBuffer[] parts = new ByteBuffer[payload.length];
        long length = arrayBytes;
        for (int i = 0; i < parts.length; i++) {
            parts[i] = payload[i].duplicate();
            length += parts[i].remaining();
        }
        if (length > maxPayloadBytes) {
            throw new IllegalArgumentException(
                    "payload is too long for " + peer + ": " + length + " bytes, limit " + maxPayloadBytes);
        }
        if (log.isOn()) {
            log.sent(peer, nameOf(kind), id, length);
        }
        return parts;
    }

    /** Sends one frame, right after what says which arrays belong to it, if any do. */
    private void transmit(FrameHeader header, ByteBuffer[] parts, @Nullable ByteBuffer take, boolean now)
            throws TransportException {
        sending.lock();
        try {
            demandUsable();
            sendBroken = true;
            if (take != null) {
                ByteBuffer[] taken = {take};
                writer.write(FrameHeader.of(0, ArrayFrames.TAKE, taken), taken);
            }
            if (now) {
                writer.write(header, parts);
            } else {
                writer.gather(header, parts);
            }
            sendBroken = false;
        } catch (IOException e) {
            throw explain(e);
        } finally {
            sending.unlock();
            if (closed) {
                closeOutputIfIdle();
            }
        }
    }

    private void demandUsable() throws TransportException {
        refuseIfClosed();
        if (sendBroken) {
            throw new TransportException("an earlier frame to " + peer + " was not sent whole; nothing can follow it");
        }
    }

    private void breakSending() {
        sending.lock();
        try {
            sendBroken = true;
        } finally {
            sending.unlock();
            if (closed) {
                closeOutputIfIdle();
            }
        }
    }

    @Override
    public @Nullable Frame receive() throws TransportException {
        return receive(true);
    }

    @Override
    public @Nullable Frame poll() throws TransportException {
        return receive(false);
    }

    private @Nullable Frame receive(boolean waits) throws TransportException {
        refuseIfClosed();
        if (!receiving.tryLock()) {
            refuseIfClosed();
            throw new IllegalStateException("another thread is receiving from " + peer + "; only one may");
        }
        Frame frame = null;
        try {
            if (receiveBroken) {
                throw new TransportException(
                        "an earlier frame from " + peer + " was broken; what follows means nothing");
            }
            if (!ended) {
                receiveBroken = true;
                frame = waits ? reader.read() : reader.readArrived();
                receiveBroken = false;
                ended = waits && frame == null;
            }
        } catch (IOException e) {
            throw explain(e);
        } finally {
            receiving.unlock();
            if (closed) {
                closeInputIfIdle();
            }
        }
        refuseIfClosed();
        if (frame != null && log.isOn()) {
            log.received(
                    peer,
                    nameOf(frame.kind()),
                    frame.id(),
                    frame.payload().length + ArrayFrames.bytesOf(frame.arrays()));
        }
        return frame;
    }

    @Override
    public void nameKinds(IntFunction<String> names) {
        kindNames = names;
    }

    @Override
    public void tellProgress(Runnable progress) {
        reader.tellProgress(progress);
    }

    private String nameOf(int kind) {
        IntFunction<String> names = kindNames;
        return names == null ? Integer.toString(kind) : names.apply(kind);
    }

    @Override
    public Optional<String> fallback() {
        return Optional.ofNullable(fallback);
    }

    @Override
    public int maxPayloadBytes() {
        return maxPayloadBytes;
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            wire.wake();
            closeOutputIfIdle();
            closeInputIfIdle();
        }
    }

    @Override
    public String toString() {
        return "Connection[" + peer + (closed ? ", closed]" : "]");
    }

    private void refuseIfClosed() throws TransportException {
        if (closed) {
            throw new TransportException("the connection to " + peer + " was closed on this side");
        }
    }

    private TransportException explain(IOException e) {
        if (closed) {
            return new TransportException("the connection to " + peer + " was closed on this side", e);
        }
        return e instanceof TransportException t
                ? t
                : new TransportException("the connection to " + peer + " broke: " + e.getMessage(), e);
    }

    private void closeOutputIfIdle() {
        if (sending.tryLock()) {
            try {
                wire.closeOutput();
            } catch (IOException e) {
                // The descriptor is gone either way, and whoever closes has no use for the reason.
            } finally {
                sending.unlock();
            }
        }
    }

    private void closeInputIfIdle() {
        if (receiving.tryLock()) {
            try {
                wire.closeInput();
            } catch (IOException e) {
                // The descriptor is gone either way, and whoever closes has no use for the reason.
            } finally {
                receiving.unlock();
            }
        }
    }
}
