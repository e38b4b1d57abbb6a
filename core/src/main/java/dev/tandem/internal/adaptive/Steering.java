package dev.tandem.internal.adaptive;

import dev.tandem.Adaptation;
import dev.tandem.Strategy;
import dev.tandem.internal.engine.Engine;
import dev.tandem.internal.engine.RunnerContext;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Keeps an {@link AdaptiveEngine} on its {@link Course}: looks at what is measured while there is work, asks the course what follows, and
 * says where work goes.
 *
 * <p>Thread-safe. The monitor guards the course; nothing else is called while it is held, but the chronicle for a note.
 */
final class Steering {

    private final RunnerContext context;
    private final Chronicle chronicle;
    private final Gauge gauge;
    private final long tickNanos;
    private final Function<Strategy, Engine> part;
    private final BooleanSupplier resultsCanTravel;
    private final Runnable changed;
    private final AtomicBoolean watching = new AtomicBoolean();

    // --- guarded by this ---
    private final Course course;

    // --- written with the monitor held, read also without ---
    private volatile Engine current;
    private volatile int chunkSize;

    /**
     * Begins.
     *
     * @param part the engine of a strategy
     * @param workersNanos processor time of worker JVMs, for differences; -1 if unknown
     * @param resultsCanTravel asked before work goes to worker JVMs; runs code of the user's, and rules them out if not
     * @param changed called after the course has changed
     */
    Steering(
            RunnerContext context,
            Plan plan,
            Function<Strategy, Engine> part,
            LongSupplier workersNanos,
            BooleanSupplier resultsCanTravel,
            Runnable changed) {
        this.context = context;
        this.chronicle = plan.chronicle();
        this.gauge = new Gauge(context, workersNanos);
        this.tickNanos = plan.tickNanos();
        this.part = part;
        this.resultsCanTravel = resultsCanTravel;
        this.changed = changed;
        this.course = plan.course();
        this.current = part.apply(course.current());
        this.chunkSize = course.chunkSize();
    }

    /** Where work goes now. */
    Engine current() {
        return current;
    }

    /** How many inputs of one call cross together now. */
    int chunkSize() {
        return chunkSize;
    }

    /** Whether it is likely to stay where it is. */
    synchronized boolean isSettled() {
        return course.isSettled();
    }

    /** Whether it may come to that engine. */
    synchronized boolean mayBeOn(Strategy strategy) {
        return course.mayBeOn(strategy);
    }

    /** Something cannot cross to another JVM. */
    void cannotTravel(Throwable why) {
        ruleOutProcesses("A-TRAVEL", why, "it stays on threads, since not everything can cross to worker JVMs");
    }

    /** Worker JVMs cannot be had. */
    void broken(Throwable why) {
        ruleOutProcesses("A-BROKEN", why, "it stays on threads, since no worker JVM can be had");
    }

    private void ruleOutProcesses(String rule, Throwable why, String consequence) {
        steer(asked -> asked.ruleOut(Strategy.PROCESSES, rule, firstLine(why), consequence));
    }

    private static String firstLine(Throwable why) {
        String message = why.getMessage();
        String line = message == null
                ? why.toString()
                : message.lines().findFirst().orElse("").strip();
        return line.endsWith(".") ? line.substring(0, line.length() - 1) : line; // part of a sentence from now on
    }

    /** Asks the course, and does what follows. */
    private void steer(Function<Course, @Nullable Adaptation> question) {
        Adaptation made;
        synchronized (this) {
            made = question.apply(course);
            if (made == null || !course.adopt(made)) {
                return;
            }
            chunkSize = course.chunkSize();
            current = part.apply(course.current());
            chronicle.note(made); // here, so that they are told in the order in which they were made
        }
        context.recorder().decided(made.toString());
        chronicle.tellSoon(context::callBack);
        changed.run();
    }

    /** There is work: looks on, as long as there is. */
    void watch() {
        if (!watching.get() && watching.compareAndSet(false, true)) {
            lookLater();
        }
    }

    private void lookLater() {
        context.deadlines().after(tickNanos, () -> context.callBack(this::look));
    }

    private void look() {
        if (context.isIdle()) {
            heed(null, true);
            watching.set(false); // first: who submits from now on watches, or is seen here
            if (context.isIdle() || !watching.compareAndSet(false, true)) {
                return;
            }
        }
        try {
            heed(gauge.look(current, chunkSize), false);
        } finally {
            lookLater();
        }
    }

    private void heed(@Nullable Round round, boolean isIdle) {
        Adaptation proposed;
        synchronized (this) {
            proposed = course.propose(round, isIdle);
        }
        if (proposed == null) {
            return;
        }
        boolean leavesThreads = proposed.isMove() && proposed.to() == Strategy.PROCESSES;
        if (!leavesThreads || resultsCanTravel.getAsBoolean()) {
            steer(asked -> proposed);
        }
    }
}
