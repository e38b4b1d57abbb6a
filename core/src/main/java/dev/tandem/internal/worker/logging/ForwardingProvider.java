package dev.tandem.internal.worker.logging;

import org.slf4j.ILoggerFactory;
import org.slf4j.IMarkerFactory;
import org.slf4j.helpers.BasicMarkerFactory;
import org.slf4j.spi.MDCAdapter;
import org.slf4j.spi.SLF4JServiceProvider;

/**
 * What SLF4J is bound to in a worker: the property {@code slf4j.provider} names this class.
 *
 * <p>Safe for use by any number of threads once it is initialized.
 */
public final class ForwardingProvider implements SLF4JServiceProvider {

    private static final String REQUESTED_API_VERSION = "2.0.99";

    private final ForwardingLoggers loggers = new ForwardingLoggers();
    private final IMarkerFactory markers = new BasicMarkerFactory();
    private final MDCAdapter context = new ThreadBoundContext();

    /** Called by SLF4J. */
    public ForwardingProvider() {}

    @Override
    public void initialize() {
        loggers.connect();
    }

    @Override
    public ILoggerFactory getLoggerFactory() {
        return loggers;
    }

    @Override
    public IMarkerFactory getMarkerFactory() {
        return markers;
    }

    @Override
    public MDCAdapter getMDCAdapter() {
        return context;
    }

    @Override
    public String getRequestedApiVersion() {
        return REQUESTED_API_VERSION;
    }
}
