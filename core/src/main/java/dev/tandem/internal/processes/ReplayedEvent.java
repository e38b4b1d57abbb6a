package dev.tandem.internal.processes;

import java.util.List;
import org.jspecify.annotations.Nullable;
import org.slf4j.Marker;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.Level;
import org.slf4j.event.LoggingEvent;

/** What a back end is handed that takes events whole: the message has its arguments in it already. Immutable. */
record ReplayedEvent(
        String logger,
        Level level,
        String message,
        @Nullable Throwable throwable,
        long epochMillis,
        String thread,
        List<Marker> markers,
        List<KeyValuePair> pairs)
        implements LoggingEvent {

    @Override
    public Level getLevel() {
        return level;
    }

    @Override
    public String getLoggerName() {
        return logger;
    }

    @Override
    public String getMessage() {
        return message;
    }

    @Override
    public @Nullable List<Object> getArguments() {
        return null; // as in an event without arguments
    }

    @Override
    public Object @Nullable [] getArgumentArray() {
        return null;
    }

    @Override
    public List<Marker> getMarkers() {
        return markers;
    }

    @Override
    public List<KeyValuePair> getKeyValuePairs() {
        return pairs;
    }

    @Override
    public @Nullable Throwable getThrowable() {
        return throwable;
    }

    @Override
    public long getTimeStamp() {
        return epochMillis;
    }

    @Override
    public String getThreadName() {
        return thread;
    }
}
