package dev.tandem.ipc;

import java.io.IOException;
import java.nio.channels.ClosedChannelException;

/**
 * Two rings in shared memory, one each way, and a {@link Doorbell} for when one side has nothing to do.
 *
 * <p>Bytes go through the rings only. The pipe tells of death: what the dead have written before is still there, and is read to its
 * end first. How the two sides do not miss each other is argued in {@link ByteRing}.
 *
 * <p>The memory belongs to whoever reads and writes; when both directions were closed nobody looks at it again, and it is given
 * back. Only closing may come from elsewhere, and asks first.
 */
final class RingWire implements Wire {

    private static final long SPIN_NANOS = 20_000;

    /** For the worker, which keeps its mapping until it ends. */
    static final Runnable KEEP = () -> {};

    private final RingSource source;
    private final RingSink sink;
    private final Doorbell bell;
    private final SpinLimit limit;
    private final Runnable release;
    private final Doorbell.Awaited bytes = new Bytes();
    private final Doorbell.Awaited room = new Room();
    private final Spinning readerSpins = new Spinning(SPIN_NANOS);
    private final Spinning writerSpins = new Spinning(SPIN_NANOS);

    private volatile boolean cutOff;

    // --- guarded by this ---
    private boolean inputClosed;
    private boolean outputClosed;
    private boolean released;

    /**
     * Takes over one end.
     *
     * @param limit whether to spin
     * @param release called once, when this side will not touch the memory again
     */
    RingWire(ByteRing incoming, ByteRing outgoing, Doorbell bell, SpinLimit limit, Runnable release) {
        source = new RingSource(incoming);
        sink = new RingSink(outgoing);
        this.bell = bell;
        this.limit = limit;
        this.release = release;
    }

    @Override
    public int read(byte[] into, int offset, int length) throws IOException {
        refuseIfClosed();
        try {
            while (true) {
                // Asked before looking for bytes, so that the last words of the other side are not missed.
                boolean isLast = source.hasEnded() || bell.isOver();
                int count = source.poll(into, offset, length);
                if (count > 0) {
                    tellOfRoom();
                    return count;
                }
                if (isLast) {
                    return -1;
                }
                awaitBytes();
                refuseIfClosed();
            }
        } catch (InternalError e) {
            throw gone(e);
        }
    }

    @Override
    public int readArrived(byte[] into, int offset, int length) throws IOException {
        refuseIfClosed();
        try {
            int count = source.poll(into, offset, length);
            if (count > 0) {
                tellOfRoom();
            }
            return count;
        } catch (InternalError e) {
            throw gone(e);
        }
    }

    private void tellOfRoom() {
        if (source.mustRing()) {
            try {
                bell.ring();
            } catch (IOException e) {
                // Who is gone needs no room, and what it has written must still be read.
            }
        }
    }

    private void awaitBytes() throws IOException {
        if (limit.allows() && readerSpins.await(bytes)) {
            return;
        }
        try {
            sleep(bytes, readerSpins);
        } finally {
            source.endWaiting();
        }
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
        try {
            limit.tell();
            int done = 0;
            while (done < length) {
                // Not afterwards: whoever has read all of it may close at once.
                if (bell.isOver() || sink.isAbandoned()) {
                    throw new IOException("the other side has ended");
                }
                int count = sink.offer(from, offset + done, length - done);
                if (count > 0) {
                    done += count;
                    if (sink.mustRing()) {
                        bell.ring();
                    }
                } else {
                    awaitRoom();
                }
            }
        } catch (InternalError e) {
            throw gone(e);
        }
    }

    private void awaitRoom() throws IOException {
        if (!(limit.allows() && writerSpins.await(room))) {
            try {
                sleep(room, writerSpins);
            } finally {
                sink.endWaiting();
            }
        }
        if (bell.isClosed()) {
            throw new ClosedChannelException();
        }
    }

    private void sleep(Doorbell.Awaited awaited, Spinning spins) throws IOException {
        long start = System.nanoTime();
        bell.await(awaited);
        spins.slept(System.nanoTime() - start);
    }

    private void refuseIfClosed() throws IOException {
        if (bell.isClosed()) {
            throw new ClosedChannelException();
        }
    }

    /** What the JVM makes of a file that somebody has cut under a mapping; on older ones perhaps too late to be caught here. */
    private IOException gone(InternalError e) {
        cutOff = true;
        return new IOException("somebody has cut off the shared memory", e);
    }

    @Override
    public void wake() {
        synchronized (this) {
            if (!released && !cutOff) {
                abandon();
            }
        }
        bell.wake();
    }

    @Override
    public void closeInput() throws IOException {
        bell.closeInput();
        synchronized (this) {
            inputClosed = true;
        }
        releaseIfUnused();
    }

    @Override
    public void closeOutput() throws IOException {
        synchronized (this) {
            if (!outputClosed) {
                outputClosed = true;
                if (!cutOff) {
                    end();
                }
            }
        }
        try {
            bell.closeOutput();
        } finally {
            releaseIfUnused();
        }
    }

    private void abandon() {
        try {
            source.abandon();
        } catch (InternalError e) {
            // It was cut off; what cannot be said through memory is said by the end of the pipe.
        }
    }

    private void end() {
        try {
            sink.end();
        } catch (InternalError e) {
            // As above.
        }
    }

    private void releaseIfUnused() {
        synchronized (this) {
            if (released || !inputClosed || !outputClosed) {
                return;
            }
            released = true;
        }
        release.run();
    }

    /** Something to read, or the end. */
    private final class Bytes implements Doorbell.Awaited {
        @Override
        public void announce() {
            source.beginWaiting();
        }

        @Override
        public boolean hasCome() {
            return source.hasBytes() || source.hasEnded() || bell.isClosed();
        }
    }

    /** Room to write, or nobody to write to. */
    private final class Room implements Doorbell.Awaited {
        @Override
        public void announce() {
            sink.beginWaiting();
        }

        @Override
        public boolean hasCome() {
            return sink.hasRoom() || sink.isAbandoned() || bell.isClosed();
        }
    }
}
