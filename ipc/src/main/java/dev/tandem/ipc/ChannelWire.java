package dev.tandem.ipc;

import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.ClosedSelectorException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import org.jspecify.annotations.Nullable;

/**
 * One end of a socket.
 *
 * <p>An interrupt closes a channel on which the thread is blocked, under everybody else. So the channel is not blocking:
 * threads wait in a selector, which an interrupt merely wakes, and wait on. One selector for the reader; one for the writer
 * when a write first finds no room.
 */
final class ChannelWire implements Wire {

    private final SocketChannel channel;
    private final Selector readable;

    private final Object lock = new Object();
    private boolean closed; // guarded by lock
    private @Nullable Selector writable; // guarded by lock

    /** Takes over a connected channel, which is not blocking. */
    ChannelWire(SocketChannel channel) throws IOException {
        this.channel = channel;
        readable = Selector.open();
        channel.register(readable, SelectionKey.OP_READ);
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        var target = ByteBuffer.wrap(into, offset, length);
        while (true) {
            int count = readOrEnd(target);
            if (count != 0) {
                return count;
            }
            await(readable);
        }
    }

    @Override
    public int readArrived(byte[] into, int offset, int length) throws IOException {
        return readOrEnd(ByteBuffer.wrap(into, offset, length));
    }

    /**
     * A peer that dies with something unread resets the connection. A Unix domain socket hands out all that the peer has
     * written before it says so: that is an end like any other, and nothing is missing. With TCP something may be.
     */
    private int readOrEnd(ByteBuffer target) throws IOException {
        try {
            return channel.read(target);
        } catch (ClosedChannelException e) {
            throw e;
        } catch (IOException e) {
            if (channel.getRemoteAddress() instanceof UnixDomainSocketAddress) {
                return -1;
            }
            throw e;
        }
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        var source = ByteBuffer.wrap(from, offset, length);
        while (true) {
            channel.write(source);
            if (!source.hasRemaining()) {
                return;
            }
            await(writable());
        }
    }

    @Override
    public void wake() {
        Selector writer;
        synchronized (lock) {
            closed = true;
            writer = writable;
        }
        closeQuietly(channel);
        // The system closes the socket only after every selector has let go of it.
        closeQuietly(readable);
        closeQuietly(writer);
    }

    @Override
    public void closeInput() {}

    @Override
    public void closeOutput() {}

    private Selector writable() throws IOException {
        synchronized (lock) {
            if (closed) {
                throw new ClosedChannelException();
            }
            if (writable == null) {
                writable = Selector.open();
                channel.register(writable, SelectionKey.OP_WRITE);
            }
            return writable;
        }
    }

    private static void await(Selector selector) throws IOException {
        boolean interrupted = Thread.interrupted(); // else selecting would return at once
        try {
            selector.select();
            selector.selectedKeys().clear();
        } catch (ClosedSelectorException e) {
            throw new ClosedChannelException();
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static void closeQuietly(@Nullable AutoCloseable closeable) {
        try {
            if (closeable != null) {
                closeable.close();
            }
        } catch (Exception e) {
            // What cannot be closed is of no use to anybody either.
        }
    }
}
