package dev.tandem.benchmarks.goals;

import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;

/** The least that bytes can be moved to another process with; used by one thread. */
interface RawWire extends AutoCloseable {

    /** Sends as many bytes. */
    void send(int bytes) throws IOException;

    /** Waits for as many bytes. */
    void receive(int bytes) throws IOException;

    @Override
    void close() throws IOException;

    static RawWire ofStreams(InputStream in, OutputStream out) {
        return new Streams(in, out);
    }

    static RawWire connect(Path socket, boolean spinning) throws IOException {
        return ofChannel(SocketChannel.open(UnixDomainSocketAddress.of(socket)), spinning);
    }

    static RawWire ofChannel(SocketChannel channel, boolean spinning) throws IOException {
        channel.configureBlocking(!spinning);
        return new Channel(channel, spinning);
    }

    /** Two pipes. */
    record Streams(InputStream in, OutputStream out) implements RawWire {

        @Override
        public void send(int bytes) throws IOException {
            out.write(new byte[bytes]);
            out.flush();
        }

        @Override
        public void receive(int bytes) throws IOException {
            var buffer = new byte[bytes];
            for (int read, all = 0; all < bytes; all += read) {
                read = in.read(buffer, all, bytes - all);
                if (read < 0) {
                    throw new EOFException("the other side has hung up");
                }
            }
        }

        @Override
        public void close() throws IOException {
            out.close();
        }
    }

    /** A socket; spinning asks it again and again, for a while. */
    record Channel(SocketChannel channel, boolean spinning) implements RawWire {

        private static final int BUFFER_BYTES = 4096;

        /** Longer than any answer takes, and short enough to leave the processor to the contender that is next. */
        private static final long SPIN_NANOS = 300_000;

        private static final ByteBuffer BUFFER = ByteBuffer.allocateDirect(BUFFER_BYTES);

        @Override
        public void send(int bytes) throws IOException {
            BUFFER.clear().limit(bytes);
            while (BUFFER.hasRemaining()) {
                channel.write(BUFFER);
            }
        }

        @Override
        public void receive(int bytes) throws IOException {
            BUFFER.clear().limit(bytes);
            long start = System.nanoTime();
            while (BUFFER.hasRemaining()) {
                if (channel.read(BUFFER) < 0) {
                    throw new EOFException("the other side has hung up");
                }
                if (spinning && BUFFER.position() == 0 && System.nanoTime() - start > SPIN_NANOS) {
                    channel.configureBlocking(true);
                    channel.read(BUFFER);
                    channel.configureBlocking(false);
                }
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
