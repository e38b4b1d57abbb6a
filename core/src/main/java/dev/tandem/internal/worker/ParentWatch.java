package dev.tandem.internal.worker;

import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * The second line against orphans: ends the process when its parent is another one than at the start.
 *
 * <p>The first line is the end of the stream, which comes at once. It does not come at all if a foreign process has
 * inherited the supervisor's end of the pipes. Asking once a second costs less than {@code ProcessHandle.onExit}, which
 * for a process that is not a child polls too, and more often.
 */
final class ParentWatch implements Runnable {

    private static final long INTERVAL_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final Departure departure;
    private final Runnable first;

    /**
     * Watches, when that is run.
     *
     * @param first what this thread does before, since there is no hurry
     */
    ParentWatch(Departure departure, Runnable first) {
        this.departure = departure;
        this.first = first;
    }

    @Override
    public void run() {
        try {
            first.run();
            ProcessHandle self = ProcessHandle.current();
            Optional<ProcessHandle> parent = self.parent();
            while (parent.isEmpty() || self.parent().equals(parent)) { // one that is dead is nobody's parent
                LockSupport.parkNanos(INTERVAL_NANOS);
                // A stray interrupt would turn the wait into a busy loop.
                Thread.interrupted();
            }
            departure.orphaned();
        } catch (Throwable thrown) {
            departure.broken("its parent watch failed", thrown);
        }
    }
}
