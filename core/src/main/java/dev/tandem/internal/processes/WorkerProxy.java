package dev.tandem.internal.processes;

import dev.tandem.internal.protocol.Message;
import dev.tandem.internal.protocol.MessageFormat;
import dev.tandem.internal.protocol.Slice;
import dev.tandem.ipc.Codec;
import dev.tandem.ipc.Connection;
import dev.tandem.ipc.TransportException;
import java.util.ArrayDeque;
import java.util.BitSet;
import java.util.Collection;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the supervisor says to one worker.
 *
 * <p><b>Who writes.</b> A write blocks while the worker does not read: when it is stopped, or while a large payload is on
 * its way. No caller may wait for that. Small messages fit into the buffer that every pipe and socket has; as long as the
 * bytes which the worker may not have read yet stay below {@link #DIRECT_BYTES}, the calling thread writes itself and saves
 * a change of threads. Everything else is left to a writer thread of this worker, started when first needed. Order is kept
 * because only one thread writes at a time: whoever set {@code writing} writes until the queue is empty.
 *
 * <p>A broken connection is not reported here: the thread that reads it notices too, and it alone decides what is lost.
 *
 * <p>Thread-safe. The monitor guards the fields named below and is not held while writing.
 */
final class WorkerProxy {

    private static final Logger log = LoggerFactory.getLogger(WorkerProxy.class);

    // larger: might not fit a small pipe (16 KiB on macOS), and the caller blocks; smaller: more changes of threads
    private static final int DIRECT_BYTES = 8 * 1024;
    private static final int OVERHEAD_BYTES = 256; // of a message beside its payload, generously

    // from the end of the connection to the end of a write; longer delays a replacement, shorter blames an innocent
    // task
    private static final long CUT_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Connection connection;
    private final String writerName;

    // --- guarded by this ---
    private final Deque<Outgoing> queue = new ArrayDeque<>();
    private final BitSet defined = new BitSet();
    private boolean writing;
    private boolean closed;
    private boolean runWritten; // the last batch, to its last byte
    private @Nullable Thread writer;
    private long unreadBytes;

    /** A message, its size, and what is to be done once it is written. */
    private record Outgoing(Message message, long bytes, Runnable written) {}

    WorkerProxy(Connection connection, String writerName) {
        this.connection = connection;
        this.writerName = writerName;
    }

    /** Sends a batch, and before it the definitions that this worker does not know yet. */
    void run(Message.Run run, Collection<Codec.Definition> definitions) {
        synchronized (this) {
            for (Codec.Definition definition : definitions) {
                if (!defined.get(definition.id())) {
                    defined.set(definition.id());
                    add(new Message.Define(definition), definition.bytes().length);
                }
            }
            long bytes = run.function().totalBytes();
            for (Message.Item item : run.items()) {
                bytes += item.input().totalBytes() + OVERHEAD_BYTES;
            }
            add(run, bytes);
            runWritten = false;
        }
        write();
    }

    /** Sends a message without a payload worth mentioning. */
    void send(Message message) {
        synchronized (this) {
            add(message, 0);
        }
        write();
    }

    /**
     * Sends what the worker has asked for, in front of all that waits: a task waits for it, and a batch of megabytes can wait
     * for that task.
     *
     * @param written is called when it is written; never, if the worker is gone before
     */
    void answer(Message.Found found, Runnable written) {
        long bytes = OVERHEAD_BYTES;
        for (Slice content : found.contents()) {
            bytes += content.length();
        }
        synchronized (this) {
            queue.addFirst(new Outgoing(found, bytes, written));
        }
        write();
    }

    /** The worker has answered all that it was sent, so it has read it. */
    synchronized void allRead() {
        if (queue.isEmpty() && !writing) {
            unreadBytes = 0;
        }
    }

    /**
     * Whether the worker cannot have begun with its last batch, because not all of it was written. To be asked when the
     * connection has been closed, which frees a thread that is blocked writing; if that takes too long, the answer is no.
     */
    synchronized boolean isLastRunCut() {
        long startedNanos = System.nanoTime();
        boolean interrupted = false;
        while (writing && System.nanoTime() - startedNanos < CUT_WAIT_NANOS) {
            try {
                TimeUnit.NANOSECONDS.timedWait(this, CUT_WAIT_NANOS);
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return !writing && !runWritten;
    }

    /** Ends the writer thread and drops what was not written. */
    synchronized void close() {
        closed = true;
        queue.clear();
        notifyAll();
    }

    private void add(Message message, long payloadBytes) {
        queue.add(new Outgoing(message, payloadBytes + OVERHEAD_BYTES, () -> {}));
    }

    private void write() {
        for (Outgoing next = begin(); next != null; next = goOn()) {
            send(next);
        }
    }

    /** What the calling thread is to write; null if there is nothing, or it is another thread's business. */
    private synchronized @Nullable Outgoing begin() {
        if (writing || queue.isEmpty() || closed) {
            return null;
        }
        return takeOrLeaveToWriter();
    }

    private synchronized @Nullable Outgoing goOn() {
        writing = false;
        notifyAll();
        return queue.isEmpty() || closed ? null : takeOrLeaveToWriter();
    }

    private @Nullable Outgoing takeOrLeaveToWriter() {
        if (unreadBytes + queue.element().bytes() <= DIRECT_BYTES) {
            return take();
        }
        if (writer == null) {
            writer = new Thread(null, this::writeAll, writerName, 0, false);
            writer.setDaemon(true);
            writer.start();
        }
        notifyAll();
        return null;
    }

    private Outgoing take() {
        Outgoing next = queue.remove();
        unreadBytes += next.bytes();
        writing = true;
        return next;
    }

    /** The writer thread: writes whatever nobody else is writing. */
    private void writeAll() {
        for (Outgoing next = awaitNext(); next != null; next = awaitNext()) {
            send(next);
            synchronized (this) {
                writing = false;
                notifyAll();
            }
        }
    }

    private synchronized @Nullable Outgoing awaitNext() {
        while (!closed && (writing || queue.isEmpty())) {
            try {
                wait();
            } catch (InterruptedException e) {
                // nobody has a reason to interrupt this thread; close() ends it
            }
        }
        return closed ? null : take();
    }

    private void send(Outgoing outgoing) {
        try {
            MessageFormat.send(connection, outgoing.message());
            if (outgoing.message() instanceof Message.Run) {
                synchronized (this) {
                    runWritten = true;
                }
            }
            outgoing.written().run();
        } catch (TransportException e) {
            log.debug(
                    "{} could not send {}: the worker is gone or going",
                    writerName,
                    outgoing.message().kind(),
                    e);
        } catch (RuntimeException | Error e) {
            log.error(
                    "{} could not send {}: the worker is given up",
                    writerName,
                    outgoing.message().kind(),
                    e);
            connection.close();
        }
    }
}
