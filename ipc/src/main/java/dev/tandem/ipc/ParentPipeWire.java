package dev.tandem.ipc;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.util.function.BooleanSupplier;

/**
 * The parent's ends of its worker's pipes.
 *
 * <p>Nothing in Java wakes a thread that reads from a pipe or writes to it. A reader wakes when the worker, seeing its
 * input end, ends its own side or itself; a writer when the worker reads on or ends.
 */
final class ParentPipeWire implements Wire {

    private final PolledInput in;
    private final OutputStream out;

    ParentPipeWire(InputStream in, OutputStream out) {
        this.in = new PolledInput(in);
        this.out = out;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        return in.read(into, offset, length);
    }

    @Override
    public boolean hasArrived() throws IOException {
        return in.hasArrived();
    }

    @Override
    public int readArrived(byte[] into, int offset, int length) throws IOException {
        return in.readArrived(into, offset, length);
    }

    @Override
    public void spinWhile(BooleanSupplier allowed) {
        in.spinWhile(allowed);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        out.write(from, offset, length);
        out.flush();
    }

    @Override
    public void wake() {}

    @Override
    public void closeInput() throws IOException {
        in.close();
    }

    @Override
    public void closeOutput() throws IOException {
        out.close();
    }
}
