package dev.tandem.ipc;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.BooleanSupplier;

/** What both ends of a pair of pipes have in common: how they read. Nothing in Java wakes a thread that reads from a pipe or writes to it. */
abstract class PipeWire implements Wire {

    final PolledInput in;

    PipeWire(InputStream in) {
        this.in = new PolledInput(in);
    }

    @Override
    public final int read(byte[] into, int offset, int length) throws IOException {
        return in.read(into, offset, length);
    }

    @Override
    public final boolean hasArrived() throws IOException {
        return in.hasArrived();
    }

    @Override
    public final int readArrived(byte[] into, int offset, int length) throws IOException {
        return in.readArrived(into, offset, length);
    }

    @Override
    public final void spinWhile(BooleanSupplier allowed) {
        in.spinWhile(allowed);
    }

    @Override
    public final void wake() {}

    @Override
    public final void closeInput() throws IOException {
        in.close();
    }
}
