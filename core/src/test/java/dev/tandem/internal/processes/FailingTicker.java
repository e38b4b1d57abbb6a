package dev.tandem.internal.processes;

import dev.tandem.internal.engine.Ticker;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A clock that throws an Error where and as often as the test says: a runner's own threads look at it all the time. */
final class FailingTicker implements Ticker {

    static final String MISSING = "java.lang.NoClassDefFoundError: org/acme/Missing";

    private final AtomicInteger times = new AtomicInteger();
    private final AtomicInteger thrown = new AtomicInteger();

    private volatile @Nullable Where where;

    private record Where(String thread, String method, Supplier<Error> error) {}

    /** Throws from now on, so often, on threads with this in their names and this method on their stacks. */
    void fail(int often, String thread, String method) {
        fail(often, thread, method, () -> new NoClassDefFoundError("org/acme/Missing"));
    }

    void fail(int often, String thread, String method, Supplier<Error> error) {
        where = new Where(thread, method, error);
        thrown.set(0);
        times.set(often);
    }

    int thrown() {
        return thrown.get();
    }

    @Override
    public long nanoTime() {
        Where armed = where;
        if (armed != null && times.get() > 0 && isAt(armed) && times.getAndDecrement() > 0) {
            thrown.incrementAndGet();
            throw armed.error().get();
        }
        return System.nanoTime();
    }

    private static boolean isAt(Where armed) {
        return Thread.currentThread().getName().contains(armed.thread())
                && StackWalker.getInstance()
                        .walk(frames ->
                                frames.anyMatch(frame -> frame.getMethodName().equals(armed.method())));
    }
}
