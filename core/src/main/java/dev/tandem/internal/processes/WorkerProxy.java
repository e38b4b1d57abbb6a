package dev.tandem.internal.processes;

import dev.tandem.internal.protocol.InFile;
import dev.tandem.internal.protocol.Message;
import dev.tandem.internal.protocol.MessageFormat;
import dev.tandem.internal.protocol.Slice;
import dev.tandem.ipc.Codec;
import dev.tandem.ipc.Connection;
import dev.tandem.ipc.TransportException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What the supervisor says to one worker.
 *
 * <p><b>Who writes.</b> A write blocks while the worker does not read: when it is stopped, or while a large payload is on
 * its way. No caller may wait for that. Small messages fit into the buffer that every pipe and socket has; as long as the
 * bytes which the worker may not have read yet stay below {@link #DIRECT_BYTES}, the calling thread writes itself and saves
 * a change of threads. Several that wait go out in one write. Everything else is left to a writer thread of this worker, started when first
 * needed. Order is kept
 * because only one thread writes at a time: whoever set {@code writing} writes until the queue is empty.
 *
 * <p>A broken connection is not reported here: the thread that reads it notices too, and it alone decides what is lost. If something else is
 * thrown by whoever writes, no order can be kept any more: that is reported, and the connection is closed.
 *
 * <p>Thread-safe. The monitor guards the fields named below and is not held while writing.
 */
final class WorkerProxy {

    private static final Logger log = LoggerFactory.getLogger(WorkerProxy.class);

    // larger: might not fit a small pipe (16 KiB on macOS), and the caller blocks; smaller: more changes of threads
    private static final int DIRECT_BYTES = 8 * 1024;
    private static final int OVERHEAD_BYTES = 256; // of a message beside its payload, generously
    private static final int RUN_BYTES = 64; // of a batch beside its payloads
    private static final int ITEM_BYTES = 20;
    private static final int BYTES_PER_CHAR = 3; // at most, in UTF-8
    private static final int MOST_AT_ONCE = 256; // what is left in the queue when a write is cut off was not begun

    // from the end of the connection to the end of a write; longer delays a replacement, shorter blames an innocent
    // task
    private static final long CUT_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Connection connection;
    private final String writerName;

    // --- guarded by this ---
    private @Nullable Consumer<Throwable> whenFailed;
    private @Nullable Throwable failure;
    private final Deque<Outgoing> queue = new ArrayDeque<>();
    private final BitSet defined = new BitSet();
    private final KeptByWorker functions = new KeptByWorker();
    private boolean writing;
    private boolean closed;
    private int unwrittenRuns; // batches of which not every byte is written
    private @Nullable Thread writer;
    private long unreadBytes;
    private final Deque<UnreadRun> unreadRuns = new ArrayDeque<>(); // whose bytes are among the unread ones
    private long unmarkedBytes; // of them: what follows the last of those

    /** A message, its size, and what is to be done once it is written. */
    private record Outgoing(Message message, long bytes, Runnable written) {}

    /** A batch that the worker may not have read yet, and the bytes up to its end from that of the batch before. */
    private record UnreadRun(long firstAttemptId, long bytes) {}

    WorkerProxy(Connection connection, String writerName) {
        this.connection = connection;
        this.writerName = writerName;
    }

    /** Who hears, once at most, that writing has failed for another reason than the connection; on the thread that was writing. */
    void whenFailed(Consumer<Throwable> listener) {
        Throwable already;
        synchronized (this) {
            whenFailed = listener;
            already = failure;
        }
        if (already != null) {
            listener.accept(already);
        }
    }

    private void giveUp(Throwable thrown) {
        log.error("{} failed: the worker is given up", writerName, thrown);
        Consumer<Throwable> listener;
        synchronized (this) {
            listener = failure == null ? whenFailed : null;
            failure = failure == null ? thrown : failure;
        }
        try {
            if (listener != null) {
                listener.accept(thrown); // first: what dies of this is to be known as that
            }
        } finally {
            connection.close();
        }
    }

    /**
     * Leaves a batch to be written, and before it the definitions that this worker does not know yet.
     *
     * @param number of its function, if that is to be kept by the worker; then it goes along only if the worker does not have it
     * @return whether the function goes along
     */
    boolean queue(Message.Run run, @Nullable FunctionNumber number, Collection<Codec.Definition> definitions) {
        synchronized (this) {
            Message.Run sent = orKept(run, number);
            queue(sent, sent, definitions);
            return sent.functionNumber() >= 0;
        }
    }

    /** The same of a chunk. */
    boolean queue(Message.RunChunk chunk, @Nullable FunctionNumber number, Collection<Codec.Definition> definitions) {
        synchronized (this) {
            Message.Run sent = orKept(chunk.run(), number);
            queue(new Message.RunChunk(sent, chunk.slot(), chunk.first()), sent, definitions);
            return sent.functionNumber() >= 0;
        }
    }

    private Message.Run orKept(Message.Run run, @Nullable FunctionNumber number) {
        if (number == null || number.isOver()) {
            return run;
        }
        boolean has = functions.use(number);
        addForgotten();
        return has ? run.ofKept(number.value()) : run.keeping(number.value());
    }

    private void addForgotten() {
        for (long number : functions.takeForgotten()) {
            add(new Message.Forget(number), 0);
        }
    }

    /** A function is needed no more; {@linkplain FunctionNumber#over that was said} already. */
    void forget(FunctionNumber number) {
        synchronized (this) {
            if (!functions.forget(number) || closed) {
                return;
            }
            addForgotten();
        }
        write();
    }

    /** The next run of this function is to bring it again. */
    synchronized void renew(FunctionNumber number) {
        functions.renew(number);
    }

    private void queue(Message message, Message.Run run, Collection<Codec.Definition> definitions) {
        assert Thread.holdsLock(this);
        for (Codec.Definition definition : definitions) {
            if (!defined.get(definition.id())) {
                defined.set(definition.id());
                add(new Message.Define(definition), definition.bytes().length);
            }
        }
        queue.add(new Outgoing(message, sizeOf(run), () -> {}));
        unwrittenRuns++;
    }

    private static long sizeOf(Map<String, String> texts) {
        long bytes = 0;
        for (Map.Entry<String, String> entry : texts.entrySet()) {
            int chars = entry.getKey().length()
                    + (entry.getValue() == null ? 0 : entry.getValue().length());
            bytes += ITEM_BYTES + BYTES_PER_CHAR * (long) chars;
        }
        return bytes;
    }

    private static long sizeOf(Message.Run run) {
        long bytes = RUN_BYTES
                + BYTES_PER_CHAR * (long) run.name().length()
                + run.function().totalBytes();
        for (Object array : run.function().arrays()) {
            bytes += array instanceof InFile file
                    ? ITEM_BYTES + BYTES_PER_CHAR * (long) file.file().length()
                    : 0;
        }
        bytes += sizeOf(run.diagnosticContext()) + sizeOf(run.carried());
        for (Message.Item item : run.items()) {
            bytes += ITEM_BYTES + item.input().totalBytes();
        }
        return bytes;
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
            unmarkedBytes = 0;
            unreadRuns.clear();
        }
    }

    /** The worker has answered an attempt, so it has read the batch of that, and what was written before. */
    synchronized void answered(long attemptId) {
        for (UnreadRun run = unreadRuns.peek();
                run != null && run.firstAttemptId() <= attemptId;
                run = unreadRuns.peek()) {
            unreadBytes -= run.bytes();
            unreadRuns.remove();
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
        return !writing && unwrittenRuns > 0;
    }

    private synchronized void noteWritten(List<Outgoing> all) {
        for (Outgoing one : all) {
            if (isRun(one.message())) {
                unwrittenRuns--;
            }
        }
    }

    /** Ends the writer thread and drops what was not written. */
    synchronized void close() {
        closed = true;
        queue.clear();
        notifyAll();
    }

    private static boolean isRun(Message message) {
        return message instanceof Message.Run || message instanceof Message.RunChunk;
    }

    private void add(Message message, long payloadBytes) {
        queue.add(new Outgoing(message, payloadBytes + OVERHEAD_BYTES, () -> {}));
    }

    /** Writes what is left to be written, unless that is another thread's business. */
    void write() {
        try {
            for (List<Outgoing> next = begin(); !next.isEmpty(); next = goOn()) {
                send(next);
            }
        } catch (RuntimeException | Error e) { // no more threads or memory, perhaps
            giveUp(e);
        }
    }

    /** What the calling thread is to write; nothing if there is none, or it is another thread's business. */
    private synchronized List<Outgoing> begin() {
        return writing ? List.of() : next();
    }

    private synchronized List<Outgoing> goOn() {
        writing = false;
        if (writer != null || closed) {
            notifyAll();
        }
        return next();
    }

    private List<Outgoing> next() {
        return queue.isEmpty() || closed ? List.of() : takeOrLeaveToWriter();
    }

    private List<Outgoing> takeOrLeaveToWriter() {
        if (unreadBytes + queue.element().bytes() <= DIRECT_BYTES) {
            return take();
        }
        if (writer == null) {
            Thread started = new Thread(null, this::writeUntilClosed, writerName, 0, false);
            started.setDaemon(true);
            started.start();
            writer = started;
        }
        notifyAll();
        return List.of();
    }

    /** At least one, and what fits into one write with that. */
    private List<Outgoing> take() {
        List<Outgoing> taken = new ArrayList<>(Math.min(queue.size(), MOST_AT_ONCE));
        long bytes = 0;
        do {
            Outgoing next = queue.remove();
            taken.add(next);
            bytes += next.bytes();
            if (isRun(next.message())) {
                unreadRuns.add(new UnreadRun(next.message().id(), unmarkedBytes + next.bytes()));
                unmarkedBytes = 0;
            } else {
                unmarkedBytes += next.bytes();
            }
        } while (!queue.isEmpty()
                && taken.size() < MOST_AT_ONCE
                && bytes + queue.element().bytes() <= DIRECT_BYTES
                && unreadBytes + bytes + queue.element().bytes() <= DIRECT_BYTES);
        unreadBytes += bytes;
        writing = true;
        return taken;
    }

    /** The writer thread. */
    private void writeUntilClosed() {
        try {
            writeAll();
        } catch (RuntimeException | Error e) {
            giveUp(e);
        }
    }

    /** Writes whatever nobody else is writing. */
    private void writeAll() {
        for (List<Outgoing> next = awaitNext(); !next.isEmpty(); next = awaitNext()) {
            send(next);
            synchronized (this) {
                writing = false;
                notifyAll();
            }
        }
    }

    private synchronized List<Outgoing> awaitNext() {
        while (!closed && (writing || queue.isEmpty())) {
            try {
                wait();
            } catch (InterruptedException e) {
                // nobody has a reason to interrupt this thread; close() ends it
            }
        }
        return closed ? List.of() : take();
    }

    private void send(List<Outgoing> all) {
        Outgoing current = all.get(0);
        try {
            for (int i = 0; i < all.size(); i++) {
                current = all.get(i);
                if (i < all.size() - 1) {
                    MessageFormat.gather(connection, current.message());
                } else {
                    MessageFormat.send(connection, current.message());
                }
            }
            noteWritten(all);
            for (Outgoing one : all) {
                one.written().run();
            }
        } catch (TransportException e) {
            log.debug(
                    "{} could not send {}: the worker is gone or going",
                    writerName,
                    current.message().kind(),
                    e);
        }
    }
}
