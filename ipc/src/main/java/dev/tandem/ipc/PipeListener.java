package dev.tandem.ipc;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.locks.LockSupport;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * The parent's end of a worker's pipes, which may be where they agree on something better.
 *
 * <p>The secret belongs to the accepting thread. Whoever closes meanwhile leaves it to that thread to wipe it.
 */
final class PipeListener implements Listener {

    /** Reading from a pipe cannot be given a time-out, so the answer is polled for. Longer delays each start by half of it. */
    private static final long POLL_NANOS = 1_000_000;

    private final int maxPayloadBytes;
    private final boolean wrapped;
    private final @Nullable RingMeeting rings;
    private final Endpoint endpoint;

    private final ReentrantLock accepting = new ReentrantLock();

    private volatile boolean closed;

    /** The pipes are all there is. */
    PipeListener(int maxPayloadBytes, boolean wrapped) {
        this(maxPayloadBytes, wrapped, null);
    }

    /** With shared memory, if there is any. */
    PipeListener(int maxPayloadBytes, boolean wrapped, @Nullable RingMeeting rings) {
        this.maxPayloadBytes = Parent.checkLimit(maxPayloadBytes);
        this.wrapped = wrapped;
        this.rings = rings;
        String name = rings == null ? PipeTransport.NAME : SharedMemoryTransport.NAME;
        Address address = wrapped
                ? new Address(name, Shell.INPUT_DESCRIPTOR, String.valueOf(Shell.OUTPUT_DESCRIPTOR))
                : new Address(name, 0, "1");
        endpoint = new Endpoint(address.toString(), Secrets.random(BootstrapRecord.SECRET_BYTES));
    }

    @Override
    public Endpoint endpoint() {
        return endpoint;
    }

    @Override
    public void prepare(ProcessBuilder worker) {
        worker.redirectErrorStream(false);
        worker.redirectInput(Redirect.PIPE).redirectOutput(Redirect.PIPE).redirectError(Redirect.PIPE);
        if (wrapped) {
            Shell.withPrivatePipes(worker);
        }
    }

    @Override
    public InputStream output(Process worker) {
        return worker.getErrorStream();
    }

    @Override
    public Connection accept(Process worker, Duration timeout) throws TransportException {
        Deadline deadline = Deadline.after(timeout);
        if (!accepting.tryLock()) {
            throw new TransportException("another thread is accepting from this listener, or closing it");
        }
        try {
            if (closed) {
                throw Parent.closedWhileWaiting(worker);
            }
            Parent.handOver(new BootstrapRecord(maxPayloadBytes, endpoint.secret()), worker, false);
            if (rings != null) {
                Parent.tell(worker, rings.offer(worker));
            }
            byte[] answer = awaitAnswer(worker, deadline);
            int peerMaxPayloadBytes = PipeGreeting.check(answer, endpoint.secret(), Parent.name(worker));
            Wire wire = rings == null
                    ? new ParentPipeWire(worker.getInputStream(), worker.getOutputStream())
                    : rings.join(worker, answer, PipeGreeting.BYTES);
            return new FramedConnection(
                    wire,
                    Parent.name(worker),
                    Math.min(maxPayloadBytes, peerMaxPayloadBytes),
                    FrameLog.ofParent(),
                    rings == null ? null : rings.whyWithout());
        } catch (TransportException e) {
            throw e;
        } catch (IOException e) {
            throw new TransportException("could not talk to " + Parent.name(worker) + ": " + e.getMessage(), e);
        } finally {
            if (rings != null) {
                rings.forget(worker);
            }
            accepting.unlock();
            close();
        }
    }

    private byte[] awaitAnswer(Process worker, Deadline deadline) throws IOException {
        InputStream in = worker.getInputStream();
        byte[] answer = new byte[PipeGreeting.BYTES + (rings == null ? 0 : RingOffer.ANSWER_BYTES)];
        int count = 0;
        boolean interrupted = false;
        try {
            while (count < answer.length) {
                boolean alive = worker.isAlive();
                int available = Math.min(in.available(), answer.length - count);
                if (available > 0) {
                    count += Math.max(0, in.read(answer, count, available));
                    if (count >= Preamble.BYTES) {
                        // At once, not when there is enough of it: whoever is none of ours may say no more.
                        Preamble.check(ByteBuffer.wrap(answer, 0, count), Parent.name(worker));
                    }
                } else {
                    // Asked before looking for bytes, so that the last words of a worker are not missed.
                    Parent.checkWaiting(worker, alive, closed, deadline, heard(answer, count));
                    LockSupport.parkNanos(this, POLL_NANOS);
                    interrupted |= Thread.interrupted(); // else parking returned at once, for ever
                }
            }
            return answer;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static String heard(byte[] answer, int count) {
        return count == 0 ? "" : "; all it said was " + Hex.dump(answer, 0, count);
    }

    @Override
    public void close() {
        closed = true;
        if (accepting.tryLock()) {
            Arrays.fill(endpoint.secret(), (byte) 0);
            accepting.unlock();
        }
    }
}
