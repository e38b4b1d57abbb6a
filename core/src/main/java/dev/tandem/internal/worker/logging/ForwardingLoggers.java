package dev.tandem.internal.worker.logging;

import dev.tandem.internal.protocol.LogEvent;
import dev.tandem.internal.worker.LogLink;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.ILoggerFactory;
import org.slf4j.Logger;

/**
 * The loggers of a worker, and how they learn which levels are on.
 *
 * <p>A logger asks when it is first used, and waits for the answer: so a level that is off in the supervisor's JVM costs nothing
 * from the first call on, and a message that is expensive to make is not made. The answer takes the time of a round trip, since
 * the supervisor asks its own logger on a thread that has nothing else to do. Where that logger takes long, which is the user's
 * code, nobody waits longer than {@link #PATIENCE_NANOS}: all levels count as on then, until the answer comes, and what is off is
 * dropped by the supervisor. Nothing of ours that brings the answer needs a lock or a class of the user's, so a logger may be used
 * in a static initializer, or under any lock.
 *
 * <p>Safe for use by any number of threads. The lock is held for a moment only, never over a call.
 */
final class ForwardingLoggers implements ILoggerFactory, LogLink.Listener {

    /** Longer than any honest answer takes; longer than that keeps a task waiting for a logger of the supervisor that hangs. */
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    /** More loggers than this do not ask: the supervisor looks at each that has asked once a second. */
    private static final int MAX_ASKING = 10_000;

    /** The worker's own log of frames, which must not make frames. */
    private static final String FRAMES = "dev.tandem.frames";

    private final Map<String, ForwardingLogger> loggers = new ConcurrentHashMap<>();
    private final Object lock = new Object();

    // --- guarded by lock ---
    private int asking;

    void connect() {
        LogLink.listen(this);
    }

    @Override
    public Logger getLogger(String name) {
        ForwardingLogger known = loggers.get(name);
        if (known == null) {
            ForwardingLogger made = new ForwardingLogger(name, this, name.equals(FRAMES));
            known = loggers.putIfAbsent(name, made); // no lambda: the first one costs a JVM as much as all of this
            return known == null ? made : known;
        }
        return known;
    }

    /** Waits until the logger's levels are known, or its patience is over; false if there is nobody to ask. */
    boolean resolve(ForwardingLogger logger) {
        boolean first;
        synchronized (lock) {
            first = !logger.hasAsked();
            if (first) {
                logger.asks(true);
                asking++;
                if (asking > MAX_ASKING) {
                    logger.setLevels(LogEvent.ALL_LEVELS);
                    return true;
                }
            }
        }
        if (first && !LogLink.ask(logger.getName())) {
            synchronized (lock) {
                logger.asks(false);
                asking--;
                lock.notifyAll();
            }
            return false;
        }
        return awaitAnswer(logger);
    }

    private boolean awaitAnswer(ForwardingLogger logger) {
        long endNanos = System.nanoTime() + PATIENCE_NANOS;
        boolean interrupted = false;
        synchronized (lock) {
            long left = PATIENCE_NANOS;
            while (!logger.isKnown() && logger.hasAsked() && left > 0) {
                try {
                    TimeUnit.NANOSECONDS.timedWait(lock, left);
                } catch (InterruptedException e) {
                    interrupted = true; // logging is no place to be interrupted at
                }
                left = endNanos - System.nanoTime();
            }
            if (!logger.isKnown() && logger.hasAsked()) {
                logger.setLevels(LogEvent.ALL_LEVELS);
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return logger.isKnown();
    }

    @Override
    public void levels(Map<String, Integer> masks) {
        synchronized (lock) {
            for (Map.Entry<String, Integer> entry : masks.entrySet()) {
                ForwardingLogger logger = loggers.get(entry.getKey());
                if (logger != null) {
                    logger.setLevels(entry.getValue());
                }
            }
            lock.notifyAll();
        }
    }
}
