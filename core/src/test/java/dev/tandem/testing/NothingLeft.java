package dev.tandem.testing;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.List;
import org.awaitility.core.ConditionTimeoutException;
import org.junit.jupiter.api.extension.AfterEachCallback;
import org.junit.jupiter.api.extension.BeforeEachCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * Fails a test that leaves something behind: a process, a thread of a runner, descriptors, a temporary file, a zombie.
 *
 * <p>Runners that many tests share, and the cleaners that live as long as the JVM, may stay.
 */
public final class NothingLeft implements BeforeEachCallback, AfterEachCallback {

    private static final Duration PATIENCE = Duration.ofSeconds(10);

    /** What there was before the test; taken again when a shared runner is opened in it. */
    static final class Baseline {

        private volatile Footprint footprint = Footprint.now();

        void retake() {
            footprint = Footprint.now();
        }
    }

    @Override
    public void beforeEach(ExtensionContext context) {
        store(context).put(Baseline.class, new Baseline());
    }

    static Baseline baselineOf(ExtensionContext context) {
        return store(context).get(Baseline.class, Baseline.class);
    }

    @Override
    public void afterEach(ExtensionContext context) {
        List<RunnerKind> damaged = SharedRunners.of(context).dropDamaged();
        if (!damaged.isEmpty()) {
            throw new AssertionError("the shared runner lost workers or has work left: " + damaged
                    + "; this test needs a runner of its own");
        }
        Footprint before = baselineOf(context).footprint;
        try {
            await().pollDelay(Duration.ZERO)
                    .pollInterval(Duration.ofMillis(10))
                    .atMost(PATIENCE)
                    .until(() -> Footprint.now().beyond(before).isEmpty());
        } catch (ConditionTimeoutException e) {
            List<String> left = Footprint.now().beyond(before);
            if (!left.isEmpty()) {
                throw new AssertionError("left behind by the test: " + left + "\n" + Stacks.ofEverything());
            }
        }
    }

    private static ExtensionContext.Store store(ExtensionContext context) {
        return context.getStore(ExtensionContext.Namespace.create(NothingLeft.class, context.getUniqueId()));
    }
}
