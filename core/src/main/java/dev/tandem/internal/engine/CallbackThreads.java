package dev.tandem.internal.engine;

import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.SynchronousQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Callbacks on threads that are made on demand and without limit, because a callback may block, even on another callback;
 * they end when idle. Thread-safe.
 */
final class CallbackThreads implements Callbacks {

    private static final Logger log = LoggerFactory.getLogger(CallbackThreads.class);
    private static final long IDLE_SECONDS =
            5; // shorter: threads are remade between bursts; longer: they linger unused

    private final String runnerName;
    private final AtomicInteger made = new AtomicInteger();
    private final ThreadPoolExecutor threads;

    CallbackThreads(String runnerName) {
        this.runnerName = runnerName;
        this.threads = new ThreadPoolExecutor(
                0, Integer.MAX_VALUE, IDLE_SECONDS, TimeUnit.SECONDS, new SynchronousQueue<>(), this::newThread);
    }

    @Override
    public boolean isInsideAny() {
        return Thread.currentThread() instanceof CallbackThread;
    }

    @Override
    public boolean isInside() {
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

    @Override
    public void shutdown() {
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

        private final CallbackThreads owner;

        CallbackThread(CallbackThreads owner, Runnable body, String name) {
            super(null, body, name, 0, false);
            this.owner = owner;
            setDaemon(true);
        }
    }
}
