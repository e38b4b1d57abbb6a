package dev.tandem.internal.engine;

import dev.tandem.Progress;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands progress to a listener on an executor of the user's, mostly the event thread of a user interface, at most thirty times a second.
 *
 * <pre>
 *             accept, early            time is up
 *   AT REST ────────────────▶ DELAYED ────────────▶ HANDED OVER ──ran, nothing new──▶ AT REST
 *      │                          └──────ended──────▲    │  ▲
 *      └────────accept────────────────────────────▶─┘    └──┘ ran, something new, and ended or late enough (if not: DELAYED)
 * </pre>
 *
 * The value is looked up by whoever runs, not by who hands over: one run at most waits in the executor, however busy that is, and it
 * brings the latest. When the task ends, the last value is handed over before the future is done: what depends on the future and runs
 * on the same executor, if that keeps the order, comes after it.
 *
 * <p>Thread-safe; the listener and the executor are never called under the lock. {@link #accept} and {@link #end} are called where
 * code of the user's may run.
 */
final class PacedListener implements Consumer<Progress> {

    private static final Logger log = LoggerFactory.getLogger(PacedListener.class);
    static final long INTERVAL_NANOS =
            TimeUnit.SECONDS.toNanos(1) / 30; // shorter: nobody sees it; longer: it seems to stutter

    private final Consumer<? super Progress> listener;
    private final Executor executor;
    private final RunnerContext context;
    private final long taskId;

    private final AtomicBoolean refusalTold = new AtomicBoolean(); // thirty a second would drown the log
    private final AtomicBoolean failureTold = new AtomicBoolean();

    // --- guarded by this ---
    private @Nullable Progress latest; // that the listener has not got
    private boolean delayed;
    private boolean handedOver;
    private boolean ended;
    private boolean hasRun;
    private long ranNanos;

    PacedListener(Consumer<? super Progress> listener, Executor executor, RunnerContext context, long taskId) {
        this.listener = listener;
        this.executor = executor;
        this.context = context;
        this.taskId = taskId;
    }

    @Override
    public void accept(Progress progress) {
        synchronized (this) {
            latest = progress;
        }
        proceed();
    }

    /** The task is over: no more values come. */
    void end() {
        synchronized (this) {
            ended = true;
        }
        proceed();
    }

    /** Whether there is something that the listener has not got, and that must not wait any longer before the future is done. */
    synchronized boolean holdsSomething() {
        return latest != null;
    }

    private void proceed() {
        long waitNanos;
        synchronized (this) {
            if (latest == null || handedOver) {
                return;
            }
            waitNanos = waitNanos();
            if (waitNanos > 0) {
                if (delayed) {
                    return;
                }
                delayed = true;
            } else {
                handedOver = true;
            }
        }
        if (waitNanos > 0) {
            context.deadlines().after(waitNanos, () -> context.callBack(this::timeIsUp));
        } else {
            handOver();
        }
    }

    private long waitNanos() {
        assert Thread.holdsLock(this);
        return ended || !hasRun ? 0 : INTERVAL_NANOS - (context.nanoTime() - ranNanos);
    }

    private void timeIsUp() {
        synchronized (this) {
            delayed = false;
        }
        proceed();
    }

    private void handOver() {
        try {
            executor.execute(this::run);
        } catch (RuntimeException | Error refused) {
            synchronized (this) {
                handedOver = false;
                latest = null;
            }
            if (refusalTold.compareAndSet(false, true)) {
                log.warn(
                        "{}: the executor of a progress listener of task {} refused; the task and the other listeners go on. This is said once for"
                                + " each listener.",
                        context.name(),
                        taskId,
                        refused);
            }
        }
    }

    /** On the user's executor. */
    private void run() {
        Progress next = take();
        while (next != null) {
            try {
                listener.accept(next);
            } catch (Throwable t) {
                if (failureTold.compareAndSet(false, true)) {
                    ProgressRelay.tellFailure(context, taskId, t);
                }
            }
            next = more();
        }
        proceed();
    }

    private synchronized @Nullable Progress take() {
        Progress next = latest;
        latest = null;
        hasRun = true;
        ranNanos = context.nanoTime();
        return next;
    }

    /** What came meanwhile, if it may be told at once; else this run is over. */
    private synchronized @Nullable Progress more() {
        if (latest != null && waitNanos() <= 0) {
            return take();
        }
        handedOver = false;
        return null;
    }
}
