package dev.tandem.internal.processes;

import dev.tandem.internal.engine.Callbacks;
import dev.tandem.internal.engine.Deadlines;
import dev.tandem.internal.engine.EngineDoor;
import dev.tandem.internal.engine.Surroundings;
import dev.tandem.internal.engine.Ticker;
import java.util.ArrayList;
import java.util.List;
import java.util.PriorityQueue;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A world with one thread and a clock of its own, in which nothing happens but what was planned, one event after the other.
 *
 * <p>What is due at the same instant happens in an order that chance decides. The supervisor's JVM can be frozen: what is due there
 * meanwhile (timers, callbacks, messages that arrive) is due when it thaws, while workers go on.
 */
final class VirtualTime implements Ticker, Deadlines, Callbacks {

    private final Chance chance;
    private final long originNanos;
    private final PriorityQueue<Event> planned = new PriorityQueue<>();
    private final @Nullable List<String> trace;

    private long elapsedNanos;
    private long frozenUntilNanos;
    private long planNumber;
    private boolean insideCallback;
    private boolean timerEnded;
    private Runnable beforeEachBeat = () -> {};

    /** Where an event happens. */
    private enum Where {
        SUPERVISOR,
        WORKER
    }

    private static final class Event implements Comparable<Event> {

        private long atNanos;
        private long tie;
        private final long number;
        private final Where where;
        private final String what;
        private final Runnable action;
        private boolean calledOff;

        Event(long atNanos, long tie, long number, Where where, String what, Runnable action) {
            this.atNanos = atNanos;
            this.tie = tie;
            this.number = number;
            this.where = where;
            this.what = what;
            this.action = action;
        }

        @Override
        public int compareTo(Event other) {
            int byTime = Long.compare(atNanos, other.atNanos);
            int byChance = byTime != 0 ? byTime : Long.compare(tie, other.tie);
            return byChance != 0 ? byChance : Long.compare(number, other.number);
        }
    }

    VirtualTime(Chance chance, @Nullable List<String> trace) {
        this.chance = chance;
        this.trace = trace;
        // nanoTime() may begin anywhere, and may overflow
        this.originNanos = chance.perMille(300) ? Long.MAX_VALUE - chance.millisBelow(60_000) : chance.next() >> 8;
    }

    Surroundings surroundings() {
        return new Surroundings(this, this, this, body -> {}, chance::fraction);
    }

    /** What happens right before each beat of a periodic action. */
    void beforeEachBeat(Runnable action) {
        beforeEachBeat = action;
    }

    long elapsedNanos() {
        return elapsedNanos;
    }

    /** Plans something in the supervisor's JVM. */
    void here(long delayNanos, String what, Runnable action) {
        plan(Where.SUPERVISOR, delayNanos, what, action);
    }

    /** Plans something in a worker's JVM. */
    void there(long delayNanos, String what, Runnable action) {
        plan(Where.WORKER, delayNanos, what, action);
    }

    void freezeSupervisor(long nanos) {
        frozenUntilNanos = elapsedNanos + nanos;
        note("the supervisor is frozen");
    }

    /** Makes the next event happen; false if there is none. */
    boolean step() {
        Event next = planned.poll();
        if (next == null) {
            return false;
        }
        if (next.calledOff) {
            return true;
        }
        if (next.where == Where.SUPERVISOR && next.atNanos < frozenUntilNanos) {
            next.atNanos = frozenUntilNanos;
            next.tie = chance.next();
            planned.add(next);
            return true;
        }
        elapsedNanos = next.atNanos;
        note(next.what);
        next.action.run();
        return true;
    }

    /** Lets so much time pass. */
    void pass(long nanos) {
        boolean[] over = new boolean[1];
        there(nanos, "so much for that", () -> over[0] = true);
        while (!over[0]) {
            step();
        }
    }

    void note(String what) {
        if (trace != null) {
            trace.add(String.format("%14.6f  %s", elapsedNanos / 1e9, what));
        }
    }

    /** The same, where the text would cost more than what it tells of. */
    void note(Supplier<String> what) {
        if (trace != null) {
            note(what.get());
        }
    }

    private Event plan(Where where, long delayNanos, String what, Runnable action) {
        Event event = new Event(elapsedNanos + delayNanos, chance.next(), planNumber++, where, what, action);
        planned.add(event);
        return event;
    }

    // ---- what a runner takes from it

    @Override
    public long nanoTime() {
        return originNanos + elapsedNanos;
    }

    @Override
    public @Nullable Deadline after(long delayNanos, Runnable action) {
        return timerEnded ? null : new Once(Math.max(0, delayNanos), action);
    }

    /** As in a program: one that comes much too late is put off once. */
    private final class Once implements Deadline {

        private final Runnable action;
        private final long dueNanos;
        private Event event;

        Once(long delayNanos, Runnable action) {
            this.action = action;
            this.dueNanos = elapsedNanos + delayNanos;
            long lateNanos = chance.perMille(100) ? chance.millisBelow(5) : 0;
            this.event = plan(Where.SUPERVISOR, delayNanos + lateNanos, "timer", this::ring);
        }

        private void ring() {
            long putOffNanos = EngineDoor.catchUpNanos(elapsedNanos - dueNanos);
            if (putOffNanos > 0) {
                event = plan(Where.SUPERVISOR, putOffNanos, "timer, late", this::perform);
            } else {
                perform();
            }
        }

        private void perform() {
            if (!timerEnded) {
                action.run();
            }
        }

        @Override
        public void callOff() {
            event.calledOff = true;
        }
    }

    @Override
    public @Nullable Deadline every(long periodNanos, Runnable action) {
        long dueNanos = elapsedNanos + periodNanos;
        plan(Where.SUPERVISOR, periodNanos, "beat", () -> {
            if (!timerEnded) {
                if (EngineDoor.catchUpNanos(elapsedNanos - dueNanos) == 0) {
                    beforeEachBeat.run(); // after a freeze the readers have not caught up yet
                }
                action.run();
                every(periodNanos, action);
            }
        });
        return () -> {};
    }

    @Override
    public void execute(Runnable callback) {
        long delayNanos = chance.perMille(900) ? 0 : chance.millisBelow(chance.perMille(100) ? 3_000 : 20);
        plan(Where.SUPERVISOR, delayNanos, "callback", () -> {
            insideCallback = true;
            try {
                callback.run();
            } finally {
                insideCallback = false;
            }
        });
    }

    @Override
    public boolean isInsideAny() {
        return insideCallback;
    }

    @Override
    public boolean isInside() {
        return insideCallback;
    }

    @Override
    public void shutdown() {
        timerEnded = true;
    }

    List<String> trace() {
        return trace == null ? List.of() : new ArrayList<>(trace);
    }
}
