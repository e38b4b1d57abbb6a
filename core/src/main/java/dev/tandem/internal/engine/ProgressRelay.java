package dev.tandem.internal.engine;

import dev.tandem.Progress;
import dev.tandem.internal.engine.Deadlines.Deadline;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Hands a task's progress to its listeners: the latest value wins, order is kept, and the last value is delivered before
 * the task counts as done.
 *
 * <p>One delivery at a time runs on the callback executor, however fast reports come in; what arrives meanwhile replaces
 * what waits.
 *
 * <p><b>A listener that does not return</b> must not keep the outcome from those who wait for it. So the end of the task waits for a call that is under way, and for
 * those that follow it, but for none longer than {@link #PATIENCE_NANOS}: then it goes ahead, and the log says whose fault it is. It is the call that is
 * timed and not the wait for it, since a thread that gets no turn is not the listener's fault.
 *
 * <p>Thread-safe; no listener is called under the lock.
 */
final class ProgressRelay {

    private static final Logger log = LoggerFactory.getLogger(ProgressRelay.class);

    // shorter: a pause of this JVM is taken for it; longer: a time-out comes that much later
    static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(1);

    private final RunnerContext context;
    private final long taskId;

    // --- guarded by this ---
    private final List<Consumer<? super Progress>> listeners = new ArrayList<>();
    private final List<Consumer<? super Progress>> newcomers = new ArrayList<>(); // still to be told the latest
    private final List<Consumer<? super Progress>> failed = new ArrayList<>(0); // listeners of which that was told
    private final List<PacedListener> paced = new ArrayList<>(0); // those of the listeners that may hold something back
    private @Nullable Progress last;
    private boolean undelivered; // the latest, to the listeners
    private @Nullable Runnable whenDelivered;
    private @Nullable Deadline patience; // until then it is waited for a listener; set while whenDelivered is
    private boolean delivering;
    private long calledNanos; // since when a listener, or the executor of one, has been at work; 0 if none is

    ProgressRelay(RunnerContext context, long taskId) {
        this.context = context;
        this.taskId = taskId;
    }

    /** Adds a listener; it starts with the last value that was reported, if there is one. */
    void add(Consumer<? super Progress> listener) {
        synchronized (this) {
            if (last == null) {
                listeners.add(listener);
                return;
            }
            newcomers.add(listener);
            if (!beginsDelivering()) {
                return;
            }
        }
        context.callBack(this::deliver);
    }

    void report(Progress latest) {
        synchronized (this) {
            last = latest;
            if (listeners.isEmpty() && newcomers.isEmpty()) {
                return;
            }
            undelivered = true;
            if (!beginsDelivering()) {
                return;
            }
        }
        context.callBack(this::deliver); // not before: a virtual thread that waits in a monitor holds on to its carrier
    }

    /**
     * Runs {@code afterwards} once everything reported has been delivered, or a listener has taken too long. The first that is to run then is the
     * only one: a task has one end.
     *
     * @return false if nothing is left to deliver; {@code afterwards} is the caller's then
     */
    boolean finish(Runnable afterwards) {
        boolean begins;
        synchronized (this) {
            if (!delivering && paced.stream().noneMatch(PacedListener::holdsSomething)) {
                return false;
            }
            if (whenDelivered != null) {
                return true;
            }
            whenDelivered = afterwards;
            begins = beginsDelivering();
        }
        if (begins) {
            context.callBack(this::deliver);
        }
        loseItIn(PATIENCE_NANOS);
        return true;
    }

    private void loseItIn(long nanos) {
        Deadline set = context.deadlines().after(nanos, this::goAheadIfStuck);
        synchronized (this) {
            patience = set;
            if (whenDelivered != null) {
                return;
            }
        }
        callOff(set); // delivered meanwhile
    }

    private static void callOff(@Nullable Deadline set) {
        if (set != null) {
            set.callOff();
        }
    }

    /** On the timer's thread. */
    private void goAheadIfStuck() {
        Runnable afterwards;
        long leftNanos;
        synchronized (this) {
            afterwards = whenDelivered;
            leftNanos = calledNanos == 0 ? PATIENCE_NANOS : PATIENCE_NANOS - (context.nanoTime() - calledNanos);
            if (leftNanos <= 0) {
                whenDelivered = null;
            }
        }
        if (afterwards == null) {
            return;
        }
        if (leftNanos > 0) {
            loseItIn(leftNanos);
            return;
        }
        log.warn(
                "{}: a progress listener of task {} has not returned for {}, so the future is done without it. A listener should return quickly;"
                        + " for a user interface there is onProgress(listener, executor).",
                context.name(),
                taskId,
                Duration.ofNanos(PATIENCE_NANOS));
        afterwards.run();
    }

    /** The same listener, on an executor and not too often. */
    void addPaced(PacedListener listener) {
        synchronized (this) {
            paced.add(listener);
        }
        add(listener);
    }

    /** What they still hold goes to their executors now. */
    private void endPaced() {
        List<PacedListener> all;
        synchronized (this) {
            all = List.copyOf(paced);
        }
        all.forEach(listener -> {
            called();
            listener.end(); // the executor may be one that runs it at once
            returned();
        });
    }

    private boolean beginsDelivering() {
        assert Thread.holdsLock(this);
        boolean begins = !delivering;
        delivering = true;
        return begins;
    }

    private void deliver() {
        while (true) {
            Delivery next;
            boolean last;
            synchronized (this) {
                next = next();
                last = next == null && whenDelivered != null;
                delivering = next != null || last;
            }
            if (next != null) {
                next.listeners().forEach(listener -> tell(listener, next.progress()));
            } else if (last) {
                endPaced();
                runAfterwards();
                return;
            } else {
                return;
            }
        }
    }

    private void runAfterwards() {
        Runnable afterwards;
        Deadline set;
        synchronized (this) {
            delivering = false;
            afterwards = whenDelivered;
            whenDelivered = null;
            set = patience;
        }
        callOff(set);
        if (afterwards != null) { // nobody has lost patience
            afterwards.run();
        }
    }

    /** What to deliver now: the latest value to all or, if they know it, to those who came since. */
    private @Nullable Delivery next() {
        assert Thread.holdsLock(this);
        Progress latest = last;
        List<Consumer<? super Progress>> fresh = List.copyOf(newcomers);
        newcomers.clear();
        listeners.addAll(fresh);
        if (latest == null || (!undelivered && fresh.isEmpty())) {
            return null;
        }
        Delivery delivery = new Delivery(undelivered ? List.copyOf(listeners) : fresh, latest);
        undelivered = false;
        return delivery;
    }

    private record Delivery(List<Consumer<? super Progress>> listeners, Progress progress) {}

    private void tell(Consumer<? super Progress> listener, Progress progress) {
        called();
        try {
            listener.accept(progress);
        } catch (Throwable t) {
            if (failsFirst(listener)) {
                tellFailure(context, taskId, t);
            }
        }
        returned();
    }

    private synchronized boolean failsFirst(Consumer<? super Progress> listener) {
        boolean first = failed.stream().noneMatch(told -> told == listener);
        if (first) {
            failed.add(listener);
        }
        return first;
    }

    /** A listener of a task has thrown, for the first time. */
    static void tellFailure(RunnerContext context, long taskId, Throwable thrown) {
        log.warn(
                "{}: a progress listener failed in task {}; the task and the other listeners go on. This is said once for each listener.",
                context.name(),
                taskId,
                thrown);
    }

    private synchronized void called() {
        long nowNanos = context.nanoTime();
        calledNanos = nowNanos == 0 ? 1 : nowNanos;
    }

    private synchronized void returned() {
        calledNanos = 0;
    }
}
