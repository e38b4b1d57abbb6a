package dev.tandem.ipc;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.concurrent.locks.ReentrantLock;
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
 * it was set. The send lock is the only lock of ours that is held over blocking output, and nothing else is
 * acquired under it.
 */
final class FramedConnection implements Connection {

    private final Wire wire;
    private final String peer;
    private final int maxPayloadBytes;
    private final FrameLog log;
    private final FrameReader reader;
    private final FrameWriter writer;
    private final ReentrantLock sending = new ReentrantLock();
    private final ReentrantLock receiving = new ReentrantLock();

    private volatile @Nullable IntFunction<String> kindNames;
    private volatile boolean closed;
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
        this.wire = wire;
        this.peer = peer;
        this.maxPayloadBytes = maxPayloadBytes;
        this.log = log;
        reader = new FrameReader(wire, maxPayloadBytes);
        writer = new FrameWriter(wire);
    }

    @Override
    public void send(int kind, long id, ByteBuffer... payload) throws TransportException {
        if (kind < 1 || kind > FrameHeader.MAX_KIND) {
            throw new IllegalArgumentException("kind must be 1 to 255: kind=" + kind);
        }
        if (id < 0 || id > FrameHeader.MAX_ID) {
            throw new IllegalArgumentException("id must be 0 to 2^48-1: id=" + id);
        }
        ByteBuffer[] parts = new ByteBuffer[payload.length];
        long length = 0;
        for (int i = 0; i < parts.length; i++) {
            parts[i] = payload[i].duplicate();
            length += parts[i].remaining();
        }
        if (length > maxPayloadBytes) {
            throw new IllegalArgumentException(
                    "payload is too long for " + peer + ": " + length + " bytes, limit " + maxPayloadBytes);
        }
        FrameHeader header = FrameHeader.of(kind, id, parts);
        if (log.isOn()) {
            log.sent(peer, nameOf(kind), id, length);
        }
        sending.lock();
        try {
            refuseIfClosed();
            if (sendBroken) {
                throw new TransportException(
                        "an earlier frame to " + peer + " was not sent whole; nothing can follow it");
            }
            sendBroken = true;
            writer.write(header, parts);
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
    public @Nullable Frame receive() throws TransportException {
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
                frame = reader.read();
                receiveBroken = false;
                ended = frame == null;
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
            log.received(peer, nameOf(frame.kind()), frame.id(), frame.payload().length);
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
