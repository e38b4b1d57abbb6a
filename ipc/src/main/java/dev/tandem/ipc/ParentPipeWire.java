package dev.tandem.ipc;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * The parent's ends of its worker's pipes.
 *
 * <p>Nothing in Java wakes a thread that reads from a pipe or writes to it. A reader wakes when the worker, seeing its
 * input end, ends its own side or itself; a writer when the worker reads on or ends.
 */
final class ParentPipeWire extends PipeWire {

    private final OutputStream out;

    ParentPipeWire(InputStream in, OutputStream out) {
        super(in);
        this.out = out;
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        out.write(from, offset, length);
        out.flush();
    }

    @Override
    public void closeOutput() throws IOException {
        out.close();
    }
}
