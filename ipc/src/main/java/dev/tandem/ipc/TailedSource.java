package dev.tandem.ipc;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * A stream, and behind its end what its writer had not written any more: its {@link StreamTail}.
 *
 * <p>Used by the thread that reads.
 */
final class TailedSource implements ByteSource {

    private final ByteSource stream;

    private @Nullable StreamTail tail;
    private long readBytes;

    TailedSource(ByteSource stream) {
        this.stream = stream;
    }

    /** What the writer gathers from now on is there until it is written. */
    void endsIn(StreamTail memory) {
        tail = memory;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        int count;
        try {
            count = stream.read(into, offset, length);
        } catch (IOException broken) { // as a socket does when its peer dies
            count = readTail(into, offset, length);
            if (count == 0) {
                throw broken;
            }
        }
        if (count < 0) {
            int more = readTail(into, offset, length);
            count = more == 0 ? -1 : more;
        }
        readBytes += Math.max(0, count);
        return count;
    }

    private int readTail(byte[] into, int offset, int length) {
        return tail == null ? 0 : tail.read(readBytes, into, offset, length);
    }

    @Override
    public boolean hasArrived() throws IOException {
        return stream.hasArrived();
    }

    /** The end is not seen here: whoever waits for bytes finds it, and what lies behind. */
    @Override
    public int readArrived(byte[] into, int offset, int length) throws IOException {
        int count = Math.max(0, stream.readArrived(into, offset, length));
        readBytes += count;
        return count;
    }
}
