package dev.tandem.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What one logger logs at a level or above, in place of its usual output, until closed. Safe for use by any number of threads. */
public final class LoggedEvents extends AppenderBase<ILoggingEvent> implements AutoCloseable {

    private final Logger logger;
    private final Level levelBefore;
    private final List<ILoggingEvent> events = new CopyOnWriteArrayList<>();

    private LoggedEvents(Logger logger) {
        this.logger = logger;
        this.levelBefore = logger.getLevel();
    }

    /** Begins to listen. */
    public static LoggedEvents of(String loggerName, Level level) {
        LoggedEvents heard = new LoggedEvents((Logger) LoggerFactory.getLogger(loggerName));
        heard.start();
        heard.logger.addAppender(heard);
        heard.logger.setAdditive(false);
        heard.logger.setLevel(level);
        return heard;
    }

    @Override
    protected void append(ILoggingEvent event) {
        event.prepareForDeferredProcessing();
        events.add(event);
    }

    /** From now on it logs at this level. */
    public void setLevel(Level level) {
        logger.setLevel(level);
    }

    /** What was logged, in order. */
    public List<ILoggingEvent> all() {
        return List.copyOf(events);
    }

    /** What was logged with such a message, in order. */
    public List<ILoggingEvent> with(String textInMessage) {
        return events.stream()
                .filter(event -> event.getFormattedMessage().contains(textInMessage))
                .toList();
    }

    /** Waits for an event with such a message; returns the first. */
    public ILoggingEvent await(String textInMessage) {
        Eventually.holds(
                "an event with " + textInMessage, () -> !with(textInMessage).isEmpty());
        return with(textInMessage).get(0);
    }

    @Override
    public void close() {
        logger.detachAppender(this);
        logger.setAdditive(true);
        logger.setLevel(levelBefore);
    }
}
