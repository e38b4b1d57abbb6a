package dev.tandem.internal.engine;

import java.lang.ref.WeakReference;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Shows a runner to management tools, a second after it was opened.
 *
 * <p><b>Why later, and on a thread of the JDK's.</b> The first touch of the platform's server of beans loads some 500 classes, which takes as long as
 * the start of a small program: whoever opens a runner for one task should not wait for that, and a runner that is closed by then is
 * never shown. All that knows JMX is in {@link RunnerBean}, which is loaded then; where there is no such module, nothing is shown.
 *
 * <p>Thread-safe. The monitor guards what is registered; it is held while the server is called, so that a runner that is closed
 * meanwhile is hidden in the end, and is a leaf. The context is referred to weakly: a forgotten runner can be found.
 */
final class ManagedRunner implements Runnable {

    private static final Logger log = LoggerFactory.getLogger(ManagedRunner.class);
    private static final long DELAY_MILLIS =
            1_000; // shorter: short programs pay; longer: whoever looks finds nothing yet

    private final WeakReference<RunnerContext> context;

    // --- guarded by this ---
    private @Nullable AutoCloseable shown;
    private boolean over;

    private ManagedRunner(RunnerContext context) {
        this.context = new WeakReference<>(context);
    }

    /** Shows it soon; what is returned hides it again. */
    static Runnable register(RunnerContext context) {
        ManagedRunner managed = new ManagedRunner(context);
        CompletableFuture.delayedExecutor(DELAY_MILLIS, TimeUnit.MILLISECONDS).execute(managed::show);
        return managed;
    }

    private synchronized void show() {
        RunnerContext live = context.get();
        if (over || live == null || live.engine().isShutdown()) {
            return;
        }
        try {
            shown = RunnerBean.register(live.name(), new ManagedView(context));
        } catch (Exception | LinkageError e) { // a JVM without management, or one that does not allow it
            log.debug("{} is not shown to management tools", live.name(), e);
        }
    }

    /** Hides it. */
    @Override
    public synchronized void run() {
        over = true;
        if (shown != null) {
            try {
                shown.close();
            } catch (Exception e) {
                log.debug("A runner could not be taken from the management tools", e);
            }
            shown = null;
        }
    }
}
