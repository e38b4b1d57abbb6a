package dev.tandem.internal.worker.logging;

import dev.tandem.internal.protocol.LogEvent;
import dev.tandem.internal.protocol.LogEvent.Pair;
import dev.tandem.internal.task.PortableThrowable;
import dev.tandem.internal.worker.LogLink;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;
import org.slf4j.Marker;
import org.slf4j.event.KeyValuePair;
import org.slf4j.event.Level;
import org.slf4j.event.LoggingEvent;
import org.slf4j.helpers.AbstractLogger;
import org.slf4j.helpers.MessageFormatter;
import org.slf4j.spi.LoggingEventAware;

/**
 * A logger whose levels are those of the supervisor's logger of the same name, and which sends there what it is told.
 *
 * <p>A call for a level that is off costs one read of a field. One for a level that is on makes the message here, on the calling
 * thread, so that no argument needs to travel, and returns when the system has taken it: it arrives whatever becomes of this JVM.
 * What cannot be sent is printed, so that it is in the worker's output.
 *
 * <p>Safe for use by any number of threads.
 */
final class ForwardingLogger extends AbstractLogger implements LoggingEventAware {

    private static final long serialVersionUID = 1L;

    private static final int ERROR = bit(Level.ERROR);
    private static final int WARN = bit(Level.WARN);
    private static final int INFO = bit(Level.INFO);
    private static final int DEBUG = bit(Level.DEBUG);
    private static final int TRACE = bit(Level.TRACE);

    /** All bits are set, so that a level which is off can be told with one look. */
    private static final int UNKNOWN = -1;

    private static final int WHILE_ALONE = ERROR | WARN | INFO;

    // Another JVM makes its own logger of the name, see readResolve() above.
    private final transient ForwardingLoggers loggers;
    private final transient boolean printsOnly;

    private transient volatile int levels = UNKNOWN;

    // --- guarded by the lock of the loggers ---
    private transient boolean asked;

    ForwardingLogger(String name, ForwardingLoggers loggers, boolean printsOnly) {
        this.name = name;
        this.loggers = loggers;
        this.printsOnly = printsOnly;
        if (printsOnly) {
            levels = LogEvent.ALL_LEVELS;
        }
    }

    private static int bit(Level level) {
        return 1 << number(level);
    }

    private static int number(Level level) {
        return level.toInt() / 10;
    }

    // ---- its levels

    boolean hasAsked() {
        return asked;
    }

    void asks(boolean now) {
        asked = now;
    }

    boolean isKnown() {
        return levels != UNKNOWN;
    }

    void setLevels(int mask) {
        levels = mask;
    }

    private boolean isOn(int bit) {
        int known = levels;
        return (known & bit) != 0 && (known != UNKNOWN || isOnOnceKnown(bit));
    }

    private boolean isOnOnceKnown(int bit) {
        return ((loggers.resolve(this) ? levels : WHILE_ALONE) & bit) != 0;
    }

    @Override
    public boolean isTraceEnabled() {
        return isOn(TRACE);
    }

    @Override
    public boolean isTraceEnabled(@Nullable Marker marker) {
        return isOn(TRACE);
    }

    @Override
    public boolean isDebugEnabled() {
        return isOn(DEBUG);
    }

    @Override
    public boolean isDebugEnabled(@Nullable Marker marker) {
        return isOn(DEBUG);
    }

    @Override
    public boolean isInfoEnabled() {
        return isOn(INFO);
    }

    @Override
    public boolean isInfoEnabled(@Nullable Marker marker) {
        return isOn(INFO);
    }

    @Override
    public boolean isWarnEnabled() {
        return isOn(WARN);
    }

    @Override
    public boolean isWarnEnabled(@Nullable Marker marker) {
        return isOn(WARN);
    }

    @Override
    public boolean isErrorEnabled() {
        return isOn(ERROR);
    }

    @Override
    public boolean isErrorEnabled(@Nullable Marker marker) {
        return isOn(ERROR);
    }

    // ---- what it is told

    @Override
    protected @Nullable String getFullyQualifiedCallerName() {
        return null; // where the caller stands is not looked for
    }

    @Override
    protected void handleNormalizedLoggingCall(
            Level level,
            @Nullable Marker marker,
            @Nullable String pattern,
            Object @Nullable [] arguments,
            @Nullable Throwable throwable) {
        List<Marker> markers = marker == null ? List.of() : List.of(marker);
        forward(level, pattern, arguments, throwable, null, 0, markers, List.of());
    }

    /** From the fluent API, and what was logged while SLF4J came up. */
    @Override
    public void log(LoggingEvent event) {
        forward(
                event.getLevel(),
                event.getMessage(),
                event.getArgumentArray(),
                event.getThrowable(),
                event.getThreadName(),
                event.getTimeStamp(),
                event.getMarkers() == null ? List.of() : event.getMarkers(),
                event.getKeyValuePairs() == null ? List.of() : event.getKeyValuePairs());
    }

    /** Arguments and throwables are the user's and may throw what they like, which must not become the task's failure. */
    private void forward(
            Level level,
            @Nullable String pattern,
            Object @Nullable [] arguments,
            @Nullable Throwable throwable,
            @Nullable String thread,
            long epochMillis,
            List<Marker> markers,
            List<KeyValuePair> pairs) {
        LogEvent event;
        try {
            Throwable thrown = throwable == null ? MessageFormatter.getThrowableCandidate(arguments) : throwable;
            String message = throwable == null
                    ? MessageFormatter.arrayFormat(pattern, arguments).getMessage() // without the last argument then
                    : MessageFormatter.basicArrayFormat(pattern, arguments);
            event = event(level, String.valueOf(message), thrown, thread, epochMillis, markers, pairs);
        } catch (Throwable hostile) {
            String message = pattern + " [its arguments could not be logged: "
                    + hostile.getClass().getName() + "]";
            event = event(level, message, null, thread, epochMillis, List.of(), List.of());
        }
        if (printsOnly || !LogLink.log(event)) {
            Printed.print(event);
        }
    }

    private LogEvent event(
            Level level,
            String message,
            @Nullable Throwable throwable,
            @Nullable String thread,
            long epochMillis,
            List<Marker> markers,
            List<KeyValuePair> pairs) {
        List<String> markerNames = new ArrayList<>(markers.size());
        for (Marker marker : markers) {
            markerNames.add(String.valueOf(marker.getName()));
        }
        List<Pair> texts = new ArrayList<>(pairs.size());
        for (KeyValuePair pair : pairs) {
            texts.add(new Pair(String.valueOf(pair.key), text(pair.value)));
        }
        Map<String, String> context = MDC.getCopyOfContextMap();
        return new LogEvent(
                name,
                number(level),
                message,
                throwable == null ? null : PortableThrowable.of(throwable),
                thread == null ? Thread.currentThread().getName() : thread,
                epochMillis == 0 ? System.currentTimeMillis() : epochMillis,
                context == null ? Map.of() : context,
                markerNames,
                texts);
    }

    /** As SLF4J does for arguments: one that has no text must not cost the others theirs. */
    private static String text(@Nullable Object value) {
        try {
            return String.valueOf(value);
        } catch (Throwable hostile) {
            return "[FAILED toString()]";
        }
    }
}
