package dev.tandem.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.LoggerFactory;

/** What is logged by one logger in place of its usual output, until closed. */
public final class Captured extends AppenderBase<ILoggingEvent> implements AutoCloseable {

    private final Logger logger;
    private final AtomicInteger count = new AtomicInteger();
    private final List<ILoggingEvent> warnings = new CopyOnWriteArrayList<>();

    private Captured(Logger logger) {
        this.logger = logger;
    }

    /** Begins to capture. */
    public static Captured of(String loggerName) {
        Captured captured = new Captured((Logger) LoggerFactory.getLogger(loggerName));
        captured.start();
        captured.logger.addAppender(captured);
        captured.logger.setAdditive(false);
        return captured;
    }

    @Override
    protected void append(ILoggingEvent event) {
        count.incrementAndGet();
        if (event.getLevel().isGreaterOrEqual(Level.WARN)) {
            warnings.add(event);
        }
    }

    /** How much was logged. */
    public int count() {
        return count.get();
    }

    /** What was logged as a warning or worse. */
    public List<ILoggingEvent> warnings() {
        return List.copyOf(warnings);
    }

    @Override
    public void close() {
        logger.detachAppender(this);
        logger.setAdditive(true);
    }
}
