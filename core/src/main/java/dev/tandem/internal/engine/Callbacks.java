package dev.tandem.internal.engine;

import java.util.concurrent.Executor;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where everything of the user's runs that is not a task: dependent stages, progress listeners, retry predicates.
 *
 * <p>Threads are made on demand and without limit, because a callback may block, even on another callback; they end
 * when idle. Thread-safe; {@link #execute} neither blocks nor rejects, also after {@link #shutdown}.
 */
final class Callbacks implements Executor {

    private static final Logger log = LoggerFactory.getLogger(Callbacks.class);
    private static final long IDLE_SECONDS =
            5; // shorter: threads are remade between bursts; longer: they linger unused

    private final String runnerName;
    private final AtomicInteger made = new AtomicInteger();
    private final ThreadPoolExecutor threads;

    Callbacks(String runnerName) {
        this.runnerName = runnerName;
        this.threads = new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), this::newThread);
    }

    /** Whether the calling thread is one of any runner's callback threads. */
    static boolean isCallbackThread() {
        return Thread.currentThread() instanceof CallbackThread;
    }

    /** Whether the calling thread is one of this runner's callback threads. */
    boolean isOwnThread() {
        return Thread.currentThread() instanceof CallbackThread thread && thread.owner == this;
    }

    @Override
    public void execute(Runnable callback) {
        Runnable guarded = () -> run(callback);
        try {
            threads.execute(guarded);
        } catch (RejectedExecutionException e) {
            newThread(guarded).start(); // after shutdown: a stage of a future that outlived its runner
        }
    }

    /** Lets what was handed in finish; idle threads end now. */
    void shutdown() {
        threads.shutdown();
    }

    private void run(Runnable callback) {
        try {
            callback.run();
        } catch (Throwable t) {
            log.warn("A callback of {} failed; nothing else is affected", runnerName, t);
        }
    }

    private Thread newThread(Runnable body) {
        return new CallbackThread(this, body, runnerName + "-callback-" + made.incrementAndGet());
    }

    private static final class CallbackThread extends Thread {

        private final Callbacks owner;

        CallbackThread(Callbacks owner, Runnable body, String name) {
            super(null, body, name, 0, false);
            this.owner = owner;
            setDaemon(true);
        }
    }
}
