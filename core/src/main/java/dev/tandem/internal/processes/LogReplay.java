package dev.tandem.internal.processes;

import dev.tandem.internal.protocol.LogEvent;
import dev.tandem.internal.protocol.OutputMark;
import dev.tandem.internal.task.PortableThrowable;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.slf4j.Marker;
import org.slf4j.MarkerFactory;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.Level;
import org.slf4j.spi.LoggingEventAware;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Logs here what was logged in a worker, as if it had been logged here.
 *
 * <p>Back ends take the name of the thread from the thread and the MDC from the MDC, so both are the event's while it is logged.
 * They take the class of an exception from its object as well: that is a {@link LoggedThrowable}, whose message begins with the
 * name of the class that was thrown. Safe for use by any number of threads.
 */
final class LogReplay {

    private static final int MAX_THREAD_CHARS = 200;
    private static final int MAX_MARKERS = 1_000; // that this JVM did not know: it never forgets them

    private final UnaryOperator<String> fit;

    // --- guarded by this ---
    private int newMarkers;

    /**
     * Makes one.
     *
     * @param distrustful whether to keep all text on one line and free of control characters: a worker that somebody else may
     *     have taken over could forge lines of the log
     */
    LogReplay(boolean distrustful) {
        this.fit = distrustful ? text -> Printable.line(text, LogEvent.MAX_MESSAGE_CHARS) : UnaryOperator.identity();
    }

    /**
     * Logs an event; never throws.
     *
     * @param worker which worker has logged it
     * @param taskId the task that did, or {@link OutputMark#NOBODY}
     */
    void replay(String worker, long taskId, LogEvent event) {
        Thread thread = Thread.currentThread();
        String ownName = thread.getName();
        try {
            Logger logger = LoggerFactory.getLogger(Printable.line(event.logger(), LogEvent.MAX_NAME_CHARS));
            Level level = Level.intToLevel(10 * event.level());
            List<Marker> markers = markers(event);
            if (isOn(logger, level, markers)) {
                MDC.setContextMap(context(worker, taskId, event));
                thread.setName(threadName(event));
                log(logger, level, markers, event);
            }
        } catch (Throwable e) {
            // an appender failed, on a full disk perhaps: the next event may be luckier
        } finally {
            thread.setName(ownName);
            WorkerContext.clear();
        }
    }

    private Map<String, String> context(String worker, long taskId, LogEvent event) {
        Map<String, String> context = new LinkedHashMap<>();
        event.context().forEach((key, value) -> context.put(fit.apply(key), fit.apply(value)));
        context.put("worker", worker);
        if (taskId == OutputMark.NOBODY) {
            context.remove("task");
        } else {
            context.put("task", Long.toString(taskId));
        }
        return context;
    }

    private List<Marker> markers(LogEvent event) {
        List<Marker> markers = new ArrayList<>(event.markers().size());
        for (String name : event.markers()) {
            String fitting = fit.apply(name);
            if (MarkerFactory.getIMarkerFactory().exists(fitting) || mayAddMarker()) {
                markers.add(MarkerFactory.getMarker(fitting));
            } else {
                markers.add(MarkerFactory.getDetachedMarker(fitting));
            }
        }
        return markers;
    }

    private synchronized boolean mayAddMarker() {
        return newMarkers++ < MAX_MARKERS;
    }

    /** A worker may not know yet what is off, and a back end that is handed an event does not ask again. */
    private static boolean isOn(Logger logger, Level level, List<Marker> markers) {
        if (markers.size() != 1) {
            return logger.isEnabledForLevel(level);
        }
        Marker marker = markers.get(0);
        return switch (level) {
            case ERROR -> logger.isErrorEnabled(marker);
            case WARN -> logger.isWarnEnabled(marker);
            case INFO -> logger.isInfoEnabled(marker);
            case DEBUG -> logger.isDebugEnabled(marker);
            case TRACE -> logger.isTraceEnabled(marker);
        };
    }

    private void log(Logger logger, Level level, List<Marker> markers, LogEvent event) {
        Throwable throwable = throwable(event.throwable());
        String message = fit.apply(event.message());
        if (logger instanceof LoggingEventAware aware) {
            List<KeyValuePair> pairs = new ArrayList<>(event.pairs().size());
            event.pairs().forEach(pair -> pairs.add(new KeyValuePair(fit.apply(pair.key()), fit.apply(pair.value()))));
            aware.log(new ReplayedEvent(
                    logger.getName(),
                    level,
                    message,
                    throwable,
                    event.epochMillis(),
                    threadName(event),
                    markers,
                    pairs));
        } else {
            LoggingEventBuilder builder = logger.makeLoggingEventBuilder(level).setMessage(message);
            if (throwable != null) {
                builder = builder.setCause(throwable);
            }
            for (Marker marker : markers) {
                builder = builder.addMarker(marker);
            }
            for (LogEvent.Pair pair : event.pairs()) {
                builder = builder.addKeyValue(fit.apply(pair.key()), fit.apply(pair.value()));
            }
            builder.log();
        }
    }

    private static String threadName(LogEvent event) {
        return Printable.line(event.thread(), MAX_THREAD_CHARS);
    }

    private @Nullable Throwable throwable(@Nullable PortableThrowable thrown) {
        return thrown == null ? null : new LoggedThrowable(thrown, fit);
    }
}
