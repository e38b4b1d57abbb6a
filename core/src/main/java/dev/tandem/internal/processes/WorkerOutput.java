package dev.tandem.internal.processes;

import dev.tandem.internal.protocol.OutputMark;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Reads what a worker prints, line by line, into the log, and keeps the last lines for its death certificate.
 *
 * <p>Each line is logged with its worker and task in the MDC. What Java code prints carries {@linkplain OutputMark marks} that
 * say whose it is; what native code and child processes print counts for the task that speaks, or else for the one that has begun
 * last. Lines are made {@linkplain Printable printable}. Of a flood only so much is logged ({@link OutputBudget}); how much was
 * left out is logged too. Its thread only reads and logs; what there is no memory for is left out as well, and anything else that it
 * throws is reported, since a worker whose output nobody reads waits for ever when it prints. Thread-safe.
 */
final class WorkerOutput implements Runnable {

    private static final Logger log = LoggerFactory.getLogger("dev.tandem.worker");
    private static final int KEPT_LINES = 40;
    private static final int MAX_LINE_BYTES = 8 * 1024; // longer lines are cut into several: memory stays bounded
    private static final int MAX_KEPT_CHARS = 1024; // of a line that is kept

    private final InputStream output;
    private final String worker;
    private final Thread thread;

    // --- confined to the thread ---
    private final OutputBudget budget = new OutputBudget(System.nanoTime());

    // --- guarded by this ---
    private final Deque<String> tail = new ArrayDeque<>();
    private long task = OutputMark.NOBODY;

    private @Nullable Consumer<Throwable> whenFailed;
    private @Nullable Throwable failure;

    // --- volatile, written once ---
    private volatile Runnable look = () -> {};

    WorkerOutput(InputStream output, String worker, String threadName) {
        this.output = output;
        this.worker = worker;
        this.thread = new Thread(null, this, threadName, 0, false);
        this.thread.setDaemon(true);
    }

    void start() {
        thread.start();
    }

    /** What runs now, for what bears no mark. */
    synchronized void running(long taskId) {
        task = taskId;
    }

    /** Who finds out what has begun, if nobody tells. */
    void findsOut(Runnable whatRuns) {
        look = whatRuns;
    }

    /** Who hears, once, that nobody reads any more although the worker may still print; on the thread that has read. */
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

    private void failed(Throwable thrown) {
        log.error("The output of {} is not read any more", worker, thrown);
        Consumer<Throwable> listener;
        synchronized (this) {
            failure = thrown;
            listener = whenFailed;
        }
        if (listener != null) {
            listener.accept(thrown);
        }
    }

    /** Waits until everything was read, but not for a stranger who still holds the stream open. */
    void awaitEnd(long timeoutMillis) {
        try {
            thread.join(timeoutMillis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // the last words are lost then, nothing else
        }
    }

    /** The last lines, oldest first. */
    synchronized List<String> lastLines() {
        return List.copyOf(tail);
    }

    @Override
    public void run() {
        OutputLines lines = new OutputLines(MAX_LINE_BYTES, this::emit);
        byte[] chunk = new byte[MAX_LINE_BYTES];
        try (InputStream from = output) {
            for (int n = from.read(chunk); n >= 0; n = from.read(chunk)) {
                add(lines, chunk, n);
            }
            lines.end();
            logWhatWasDropped();
        } catch (IOException e) {
            log.trace("{} prints no more", worker, e);
            lines.end();
            logWhatWasDropped();
        } catch (RuntimeException | Error e) {
            failed(e);
        }
    }

    private static void add(OutputLines lines, byte[] chunk, int count) {
        try {
            lines.add(chunk, count);
        } catch (OutOfMemoryError e) {
            // a line or two are lost; were the rest not read, the worker would be
        }
    }

    private void emit(byte[] bytes, int length, long speaker) {
        int end = length > 0 && bytes[length - 1] == '\r' ? length - 1 : length;
        String text = Printable.line(new String(bytes, 0, end, Charset.defaultCharset()), MAX_LINE_BYTES);
        if (speaker == OutputMark.SILENCE) {
            look.run();
        }
        long currentTask;
        synchronized (this) {
            if (tail.size() == KEPT_LINES) {
                tail.removeFirst();
            }
            tail.addLast(Printable.line(text, MAX_KEPT_CHARS));
            currentTask = speaker == OutputMark.SILENCE ? task : speaker;
        }
        if (budget.take(length, System.nanoTime())) {
            logWhatWasDropped();
            WorkerContext.log(worker, currentTask, () -> log.info("{}", text));
        }
    }

    private void logWhatWasDropped() {
        String dropped = budget.dropped();
        if (!dropped.isEmpty()) {
            WorkerContext.log(worker, OutputMark.NOBODY, () -> log.warn("{}: {}", worker, dropped));
        }
    }
}
