package dev.tandem.testing;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.slf4j.LoggerFactory;

/** Keeps the library's log quiet during tests of what it would shout about. */
public final class SilentLog implements BeforeEachCallback, AfterEachCallback {

    private final Logger log = (Logger) LoggerFactory.getLogger("dev.tandem");
    private final Level levelBefore = log.getLevel();

    @Override
    public void beforeEach(ExtensionContext context) {
        log.setLevel(Level.OFF);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        log.setLevel(levelBefore);
    }
}
