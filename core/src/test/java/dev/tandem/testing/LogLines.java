package dev.tandem.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.slf4j.LoggerFactory;

/** What the library logs about one runner, while this is open: {@code WARN some text}. Safe for use by any number of threads. */
public final class LogLines implements AutoCloseable {

    private final List<String> lines = new CopyOnWriteArrayList<>();
    private final Logger logger = (Logger) LoggerFactory.getLogger("dev.tandem");
    private final Level levelBefore = logger.getLevel();
    private final AppenderBase<ILoggingEvent> appender = new AppenderBase<>() {
        @Override
        protected void append(ILoggingEvent event) {
            String line = event.getLevel() + " " + event.getFormattedMessage();
            lines.add(event.getThrowableProxy() == null ? line : line + " [with a stack]");
        }
    };

    /** Listens from now on. */
    public LogLines() {
        appender.setContext(logger.getLoggerContext());
        appender.start();
        logger.setLevel(Level.INFO);
        logger.setAdditive(false); // what is expected need not be printed
        logger.addAppender(appender);
    }

    /** Those that contain all of these texts. */
    public List<String> with(String... texts) {
        return lines.stream()
                .filter(line -> List.of(texts).stream().allMatch(line::contains))
                .toList();
    }

    /** Waits for a line that contains all of these texts. */
    public String await(String... texts) {
        Eventually.holds(
                "a line with " + List.of(texts) + " in " + lines,
                () -> !with(texts).isEmpty());
        return with(texts).get(0);
    }

    @Override
    public void close() {
        logger.detachAppender(appender);
        logger.setAdditive(true);
        logger.setLevel(levelBefore);
    }
}
