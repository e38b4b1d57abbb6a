package dev.tandem.internal.protocol;

import dev.tandem.ipc.Connection;
import dev.tandem.ipc.TransportException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Two connections in this JVM: what one end sends the other receives. A closed end lets its peer read what was sent before.
 *
 * <p>Safe for use by any number of threads.
 */
public final class ConnectionPair implements AutoCloseable {

    private final Object lock = new Object();
    private final End first = new End("first");
    private final End second = new End("second");

    /** Opens both ends. */
    public ConnectionPair() {
        first.peer = second;
        second.peer = first;
    }

    /** One end. */
    public Connection first() {
        return first;
    }

    /** The other end. */
    public Connection second() {
        return second;
    }

    /** Closes both ends. */
    @Override
    public void close() {
        first.close();
        second.close();
    }

    private final class End implements Connection {
        private final String name;
        private final Deque<Frame> arrived = new ArrayDeque<>();
        private @Nullable End peer;
        private boolean closed;

        End(String name) {
            this.name = name;
        }

        @Override
        public void send(int kind, long id, ByteBuffer... payload) throws TransportException {
            send(kind, id, List.of(), payload);
        }

        @Override
        public void send(int kind, long id, List<?> arrays, ByteBuffer... payload) throws TransportException {
            if (kind < 1 || kind > 255 || id < 0 || id >= 1L << 48) {
                throw new IllegalArgumentException("kind=" + kind + ", id=" + id);
            }
            int length = 0;
            for (ByteBuffer part : payload) {
                length += part.remaining();
            }
            ByteBuffer joined = ByteBuffer.allocate(length);
            for (ByteBuffer part : payload) {
                joined.put(part.duplicate());
            }
            synchronized (lock) {
                if (closed || peer.closed) {
                    throw new TransportException("cannot send: the " + (closed ? name : peer.name) + " end is closed");
                }
                peer.arrived.add(new Frame(kind, id, joined.array(), arrays));
                lock.notifyAll();
            }
        }

        @Override
        public @Nullable Frame receive() throws TransportException {
            boolean interrupted = false;
            try {
                synchronized (lock) {
                    while (true) {
                        if (closed) {
                            throw new TransportException("cannot receive: the " + name + " end is closed");
                        }
                        if (!arrived.isEmpty()) {
                            return arrived.remove();
                        }
                        if (peer.closed) {
                            return null;
                        }
                        try {
                            lock.wait();
                        } catch (InterruptedException e) {
                            interrupted = true;
                        }
                    }
                }
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        @Override
        public int maxPayloadBytes() {
            return 1 << 30;
        }

        @Override
        public void close() {
            synchronized (lock) {
                closed = true;
                lock.notifyAll();
            }
        }
    }
}
