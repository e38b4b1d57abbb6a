package dev.tandem.ipc;

import java.io.IOException;
import java.io.InputStream;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The incoming side of a pipe, which is looked at for a moment before a read that blocks, where that is allowed.
 *
 * <p>Used by one thread at a time, but for {@link #spinWhile}.
 */
final class PolledInput implements ByteSource {

    /**
     * An idle core takes half of that to wake up, and the peer may have to be woken first. Shorter never sees an answer that comes after that; longer
     * burns a core and gains nothing.
     */
    private static final long SPIN_NANOS = 50_000;

    private final InputStream in;
    private final Spinning spins = new Spinning(SPIN_NANOS);
    private final Arrival arrival = new Arrival();

    private volatile @Nullable BooleanSupplier allowed; // null: never

    PolledInput(InputStream in) {
        this.in = in;
    }

    /** Asked before each look. */
    void spinWhile(BooleanSupplier isAllowed) {
        allowed = isAllowed;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        BooleanSupplier mayLook = allowed;
        if (mayLook == null || !mayLook.getAsBoolean() || spins.await(arrival)) {
            return in.read(into, offset, length);
        }
        long startNanos = System.nanoTime();
        int count = in.read(into, offset, length);
        spins.slept(System.nanoTime() - startNanos);
        return count;
    }

    @Override
    public boolean hasArrived() throws IOException {
        return in.available() > 0;
    }

    @Override
    public int readArrived(byte[] into, int offset, int length) throws IOException {
        return hasArrived() ? in.read(into, offset, length) : 0; // to look for a moment would be in vain
    }

    void close() throws IOException {
        in.close();
    }

    /** Whether there is something to read, be it the news that the pipe is broken. */
    private final class Arrival implements Spinning.Awaited {
        @Override
        public boolean hasCome() {
            try {
                return hasArrived();
            } catch (IOException e) {
                return true;
            }
        }
    }
}
