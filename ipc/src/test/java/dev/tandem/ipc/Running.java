package dev.tandem.ipc;

import static org.awaitility.Awaitility.await;

import java.time.Duration;
import java.util.concurrent.Callable;
import java.util.concurrent.FutureTask;

/** A task in a thread of its own, which a test can look at. */
final class Running<T> extends FutureTask<T> {

    final Thread thread = new Thread(this, "test-running");

    private Running(Callable<T> task) {
        super(task);
        thread.setDaemon(true);
    }

    static <T> Running<T> run(Callable<T> task) {
        var running = new Running<T>(task);
        running.thread.start();
        return running;
    }

    static Running<Void> runAction(Action action) {
        return run(() -> {
            action.run();
            return null;
        });
    }

    /** Waits until the thread waits for somebody, in the system or in Java. */
    void awaitBlocked() {
        await().pollInterval(Duration.ofMillis(5))
                .atMost(Duration.ofSeconds(20))
                .until(() -> isBlocked());
    }

    private boolean isBlocked() {
        StackTraceElement[] trace = thread.getStackTrace();
        return trace.length > 0 && trace[0].isNativeMethod();
    }

    interface Action {
        void run() throws Exception;
    }
}
