package dev.tandem.ipc;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.channels.ClosedChannelException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * A pair of pipes on which a byte means "look again", and the end that the other process is gone.
 *
 * <p>Up to two threads of this side wait, one for bytes and one for room, and there is one pipe. Whoever comes first listens to
 * it and tells the other one of everything that it hears; when it leaves, the other one takes over.
 *
 * <pre>
 *   QUIET       nobody listens; what was rung meanwhile stays in the pipe
 *     | await(): what is awaited has not come
 *   LISTENING   one thread reads the pipe, without a lock; others wait for {@code changed}
 *     | a byte, the end, an error: wake the others, look oneself; LISTENING again by whoever still waits
 *   QUIET
 * </pre>
 *
 * Nothing in Java wakes a thread that reads a pipe, so the listening one does not see {@link #wake}: it hears the other side end
 * in turn. And a stream must not be closed under a thread that uses it, so whoever uses it last closes it, as in
 * {@link FramedConnection}. Ringing does not block: a state of the ring allows one byte per sleep. Neither is disturbed by an
 * interrupt. Safe for use by any number of threads.
 */
final class Doorbell {

    /** Something to wait for; quick. */
    interface Awaited extends Spinning.Awaited {
        /** Has the other side ring for it. To be said before each time of listening, and then looked once more. */
        void announce();
    }

    private final InputStream in;
    private final OutputStream out;
    private final boolean closeIsHeard;
    private final byte[] heard = new byte[64]; // belongs to the listening thread
    private final ReentrantLock waiting = new ReentrantLock();
    private final Condition changed = waiting.newCondition();
    private final ReentrantLock ringing = new ReentrantLock();

    private volatile boolean closed;
    private volatile boolean over; // written under waiting
    private volatile boolean outputUnwanted;
    private boolean listening; // guarded by waiting
    private boolean inputClosed; // guarded by waiting
    private boolean outputClosed; // guarded by ringing

    /**
     * Takes over two pipes.
     *
     * @param closeIsHeard whether the other side sees the end of its pipe when this side closes; else it is rung first
     */
    Doorbell(InputStream in, OutputStream out, boolean closeIsHeard) {
        this.in = in;
        this.out = out;
        this.closeIsHeard = closeIsHeard;
    }

    /** Has the other side look again. */
    void ring() throws IOException {
        ringing.lock();
        try {
            if (!outputClosed) {
                ringOnce();
            }
        } finally {
            ringing.unlock();
            closeOutputIfIdle();
        }
    }

    /** Waits until that has come, the other side is gone or this side was closed, whichever is first. */
    void await(Awaited awaited) throws IOException {
        waiting.lock();
        try {
            while (!closed && !over) {
                // Each time: what was heard may have been meant for an earlier sleep, and nobody rings for this one any
                // more.
                awaited.announce();
                if (awaited.hasCome()) {
                    return;
                }
                if (listening) {
                    changed.awaitUninterruptibly();
                } else {
                    listen();
                }
            }
        } finally {
            waiting.unlock();
        }
    }

    private void listen() throws IOException {
        assert waiting.isHeldByCurrentThread();
        if (inputClosed) {
            throw new ClosedChannelException();
        }
        listening = true;
        waiting.unlock();
        boolean ended = true; // also if it fails
        try {
            ended = in.read(heard) < 0;
        } finally {
            waiting.lock();
            listening = false;
            if (ended) {
                over = true;
            }
            changed.signalAll();
            if (inputClosed) {
                in.close();
            }
        }
    }

    /** Whether the other process is gone. */
    boolean isOver() {
        return over;
    }

    boolean isClosed() {
        return closed;
    }

    /** Ends all waiting on this side, but for the thread that listens. */
    void wake() {
        closed = true;
        waiting.lock();
        try {
            changed.signalAll();
        } finally {
            waiting.unlock();
        }
    }

    void closeInput() throws IOException {
        waiting.lock();
        try {
            inputClosed = true;
            if (!listening) {
                in.close();
            }
        } finally {
            waiting.unlock();
        }
    }

    void closeOutput() throws IOException {
        outputUnwanted = true;
        closeOutputIfIdle();
    }

    private void closeOutputIfIdle() throws IOException {
        if (outputUnwanted && ringing.tryLock()) {
            try {
                if (!outputClosed) {
                    outputClosed = true;
                    sayGoodbye();
                }
            } finally {
                ringing.unlock();
            }
        }
    }

    private void sayGoodbye() throws IOException {
        assert ringing.isHeldByCurrentThread();
        try (out) {
            if (!closeIsHeard) {
                ringOnce();
            }
        }
    }

    private void ringOnce() throws IOException {
        assert ringing.isHeldByCurrentThread();
        out.write(1);
        out.flush();
    }
}
