package dev.tandem.internal.processes;

import dev.tandem.internal.protocol.Message;
import dev.tandem.internal.protocol.OutputMark;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one worker logs, on its way into the loggers of this JVM.
 *
 * <pre>
 *   reader thread: take(LOGGED) --&gt; queue, bounded --&gt; log thread: loggers of this JVM, with all their appenders
 *                                    | full
 *                                    v
 *                                 counted, and told in the log when there is room again
 * </pre>
 *
 * <p>An appender is code of the user's, and may be slow or block: the reader thread leaves the event here and goes on, and so
 * does the worker. The log thread is started by the first event. Once {@link #awaitEnd} is over nothing is logged any more.
 *
 * <p>Thread-safe. The monitor guards the fields named below; nothing is called while it is held.
 */
final class ForwardedLog implements Runnable {

    private static final Logger log = LoggerFactory.getLogger("dev.tandem.worker");

    // smaller: bursts that a fast appender would take are cut; larger: more memory where an appender is slow
    private static final int MAX_EVENTS = 8_192;
    private static final long MAX_CHARS = 4L << 20;
    private static final long REPORT_NANOS = TimeUnit.SECONDS.toNanos(1); // between two reports of what was dropped

    private final String worker;
    private final String threadName;
    private final LoggerLevels levels;
    private final LogReplay replay;
    private final Consumer<Message.Levels> answers = this::answer;

    // --- volatile, written by the reader thread ---
    private volatile @Nullable Consumer<Message> sender;

    // --- guarded by this ---
    private final Deque<Message.Logged> queue = new ArrayDeque<>();
    private long queuedChars;
    private long dropped;
    private boolean ended; // nothing comes any more
    private boolean abandoned; // what is still here is dropped
    private @Nullable Thread thread;

    ForwardedLog(String worker, String threadName, LoggerLevels levels, LogReplay replay) {
        this.worker = worker;
        this.threadName = threadName;
        this.levels = levels;
        this.replay = replay;
    }

    /** From now on answers are sent in this way, which does not block for long. */
    void answerThrough(Consumer<Message> way) {
        sender = way;
    }

    /** Takes a message that is about logging; false if it is about something else. For the reader thread. */
    boolean take(Message message) {
        if (message instanceof Message.Logged logged) {
            add(logged);
            return true;
        }
        if (message instanceof Message.LoggerWanted wanted) {
            levels.ask(wanted.logger(), answers);
            return true;
        }
        return false;
    }

    private synchronized void add(Message.Logged logged) {
        int chars = logged.event().weight();
        boolean tooMuch = queuedChars + chars > MAX_CHARS && !queue.isEmpty(); // one alone may be as large as it is
        if (ended || queue.size() == MAX_EVENTS || tooMuch) {
            dropped++;
            return;
        }
        queue.add(logged);
        queuedChars += chars;
        if (thread == null) {
            thread = start();
        }
        notifyAll();
    }

    private @Nullable Thread start() {
        Thread started = new Thread(null, this, threadName, 0, false);
        started.setDaemon(true);
        try {
            started.start();
            return started;
        } catch (OutOfMemoryError e) { // no more threads: the next event tries again
            queue.clear();
            queuedChars = 0;
            dropped++;
            return null;
        }
    }

    private void answer(Message.Levels answer) {
        Consumer<Message> way = sender;
        if (way != null) {
            way.accept(answer);
        }
    }

    /** The worker is gone: logs what has arrived, but not longer than that. */
    void awaitEnd(long timeoutMillis) {
        levels.forget(answers);
        Thread logging;
        synchronized (this) {
            ended = true;
            notifyAll();
            logging = thread;
        }
        if (logging == null) {
            return;
        }
        try {
            logging.join(timeoutMillis);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        synchronized (this) {
            abandoned = true;
        }
    }

    @Override
    public void run() {
        try {
            logAll();
        } finally {
            synchronized (this) {
                thread = null; // out of memory, perhaps: the next event starts another
            }
        }
    }

    private void logAll() {
        long reportedNanos = System.nanoTime() - REPORT_NANOS;
        for (Message.Logged next = next(); next != null; next = next()) {
            replay.replay(worker, next.taskId(), next.event());
            if (System.nanoTime() - reportedNanos >= REPORT_NANOS && tellWhatWasDropped()) {
                reportedNanos = System.nanoTime();
            }
        }
        tellWhatWasDropped();
    }

    private synchronized Message.@Nullable Logged next() {
        while (queue.isEmpty() && !ended) {
            try {
                wait();
            } catch (InterruptedException e) {
                // an appender may have left that; awaitEnd() ends this thread
            }
        }
        if (abandoned) {
            dropped += queue.size();
            queue.clear();
        }
        Message.Logged next = queue.poll();
        queuedChars -= next == null ? 0 : next.event().weight();
        return next;
    }

    /** Whether there was something to tell. */
    private boolean tellWhatWasDropped() {
        long count;
        synchronized (this) {
            count = dropped;
            dropped = 0;
        }
        if (count > 0) {
            warn(count);
        }
        return count > 0;
    }

    private void warn(long count) {
        WorkerContext.log(
                worker,
                OutputMark.NOBODY,
                () -> log.warn(
                        "{} events of {} were not logged: it logs faster than the appenders of this JVM take it, or it has"
                                + " ended before they had taken it all",
                        count,
                        worker));
    }
}
