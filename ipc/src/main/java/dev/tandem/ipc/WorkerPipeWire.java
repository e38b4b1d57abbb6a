package dev.tandem.ipc;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;

/**
 * A worker's ends of its pipes.
 *
 * <p>Closing them is not seen by the parent, because the descriptors that were inherited stay open until the process ends
 * and Java cannot close them. So the end of the stream is said by a frame. Writing it may block, closing may not: a daemon thread
 * writes it.
 *
 * <p>Nothing in Java wakes a thread that reads from a pipe. It wakes when the parent closes its side, as it does
 * when it reads that frame, or ends.
 */
final class WorkerPipeWire extends PipeWire {

    private final OutputStream out;

    private boolean endSaid; // guarded by the connection's send lock

    WorkerPipeWire(InputStream in, OutputStream out) {
        super(in);
        this.out = out;
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        out.write(from, offset, length);
    }

    @Override
    public void closeOutput() {
        if (!endSaid) {
            endSaid = true;
            new EndThread().start();
        }
    }

    /** Writes the last frame. */
    private final class EndThread extends Thread {
        private EndThread() {
            super("tandem-ipc-end");
            setDaemon(true);
        }

        @Override
        public void run() {
            try (out) {
                var end = ByteBuffer.allocate(FrameHeader.BYTES);
                FrameHeader.END.put(end);
                out.write(end.array());
            } catch (IOException e) {
                // The parent is gone already.
            }
        }
    }
}
