package dev.tandem.internal.insight;

import dev.tandem.internal.insight.Story.Attempt;
import dev.tandem.internal.insight.Story.Life;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableSet;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * How many workers were there and busy, and how much waited, over the time from the first submission to the last end.
 *
 * <p>One pass over all changes in the order of time adds up what was the case between each and the next. The time of a worker begins when it is asked for. It counts as
 * starting until it takes tasks and, if some wait, until it has begun with its first: a cold worker JVM has more to load than to say that it is
 * there. Immutable.
 */
final class Load {

    private final long fromNanos;
    private final long toNanos;
    private final double[] running;
    private final double[] waiting;
    private long workerNanos;
    private long busyNanos;
    private long idleWithoutWorkNanos;
    private long idleWithWorkNanos;
    private long startingNanos;
    private long lastHalfBusyNanos;

    /** More or fewer tasks, and workers: not ready, ready, and those of the ready ones that have not begun with anything. */
    private record Change(long nanos, int waiting, int running, int starting, int workers, int cold) {

        static Change ofTasks(long nanos, int waiting, int running) {
            return new Change(nanos, waiting, running, 0, 0, 0);
        }

        static Change ofWorkers(long nanos, int starting, int workers, int cold) {
            return new Change(nanos, 0, 0, starting, workers, cold);
        }
    }

    /** What is the case between two changes. */
    private static final class Now {

        private int waiting;
        private int running;
        private int starting;
        private int workers;
        private int cold;

        void add(Change change) {
            waiting += change.waiting();
            running += change.running();
            starting += change.starting();
            workers += change.workers();
            cold += change.cold();
        }
    }

    private Load(long fromNanos, long toNanos, int columns) {
        this.fromNanos = fromNanos;
        this.toNanos = toNanos;
        this.running = new double[columns];
        this.waiting = new double[columns];
        this.lastHalfBusyNanos = fromNanos;
    }

    /** Looks at a story, in so many columns of equal length. */
    static Load of(Story story, int columns) {
        long from = Long.MAX_VALUE;
        long to = 0;
        for (Attempt attempt : story.attempts()) {
            from = Math.min(from, attempt.submittedNanos());
            to = Math.max(to, attempt.endedNanos());
        }
        if (story.attempts().isEmpty()) {
            from = 0;
            to = story.lengthNanos();
        }
        Load load = new Load(from, Math.max(from + 1, to), columns);
        load.sweep(story);
        return load;
    }

    private void sweep(Story story) {
        List<Change> changes = new ArrayList<>();
        for (Attempt attempt : story.attempts()) {
            int inputs = attempt.task().inputs();
            changes.add(Change.ofTasks(attempt.readyNanos(), inputs, 0));
            changes.add(Change.ofTasks(
                    attempt.hasRun() ? attempt.startedNanos() : attempt.endedNanos(),
                    -inputs,
                    attempt.hasRun() ? 1 : 0));
            if (attempt.hasRun()) {
                changes.add(Change.ofTasks(attempt.endedNanos(), 0, -1));
            }
        }
        Map<Story.Lane, NavigableSet<Long>> begins = begins(story);
        for (Life life : story.workers()) {
            changes.add(Change.ofWorkers(life.askedNanos(), 1, 0, 0));
            changes.add(Change.ofWorkers(life.readyNanos(), -1, 1, 1));
            changes.add(Change.ofWorkers(firstBegin(life, begins.get(story.lane(life.slot(), life.pid()))), 0, 0, -1));
            changes.add(Change.ofWorkers(life.endNanos(), 0, -1, 0));
        }
        changes.sort(Comparator.comparingLong(Change::nanos));
        long at = fromNanos;
        Now now = new Now();
        for (Change change : changes) {
            long next = Math.min(toNanos, Math.max(at, change.nanos()));
            between(at, next, now);
            at = next;
            now.add(change);
        }
        between(at, toNanos, now);
    }

    private static Map<Story.Lane, NavigableSet<Long>> begins(Story story) {
        Map<Story.Lane, NavigableSet<Long>> begins = new HashMap<>();
        for (Attempt attempt : story.attempts()) {
            if (attempt.hasRun()) {
                begins.computeIfAbsent(story.lane(attempt.task().slot(), attempt.pid()), lane -> new TreeSet<>())
                        .add(attempt.startedNanos());
            }
        }
        return begins;
    }

    /** Its end if it has never begun with anything. */
    private static long firstBegin(Life life, @Nullable NavigableSet<Long> ofPlace) {
        Long first = ofPlace == null ? null : ofPlace.ceiling(life.readyNanos());
        return first == null ? life.endNanos() : Math.min(first, life.endNanos());
    }

    private void between(long from, long to, Now now) {
        long length = to - from;
        if (length <= 0) {
            return;
        }
        int runs = now.running;
        int waits = now.waiting;
        int busy = Math.min(runs, now.workers); // a thread that helps has more than one
        int idle = now.workers - busy;
        int cold = waits > 0 ? Math.min(idle, now.cold) : 0;
        workerNanos += (now.starting + now.workers) * length;
        startingNanos += (now.starting + cold) * length;
        busyNanos += busy * length;
        if (waits > 0) {
            idleWithWorkNanos += (idle - cold) * length;
        } else {
            idleWithoutWorkNanos += idle * length;
        }
        if (2 * busy >= now.workers) {
            lastHalfBusyNanos = to;
        }
        double column = (toNanos - fromNanos) / (double) running.length;
        double begin = (from - fromNanos) / column;
        double end = (to - fromNanos) / column;
        for (int i = (int) begin; i < running.length && i < end; i++) {
            double share = Math.min(i + 1, end) - Math.max(i, begin);
            running[i] += runs * share;
            waiting[i] += waits * share;
        }
    }

    long fromNanos() {
        return fromNanos;
    }

    /** From the first submission to the last end. */
    long lengthNanos() {
        return toNanos - fromNanos;
    }

    /** How many tasks ran, on average, in each column. */
    double[] running() {
        return running;
    }

    /** How many waited. */
    double[] waiting() {
        return waiting;
    }

    /** The time of all workers together, from when they are asked for to their end. */
    long workerNanos() {
        return workerNanos;
    }

    /** How much of it they were busy. */
    long busyNanos() {
        return busyNanos;
    }

    /** How much of it they were starting. */
    long startingNanos() {
        return startingNanos;
    }

    /** The share of it that they were busy. */
    double busyShare() {
        return workerNanos == 0 ? 0 : (double) busyNanos / workerNanos;
    }

    /** How much of it they had nothing to do. */
    long idleWithoutWorkNanos() {
        return idleWithoutWorkNanos;
    }

    /** How much of it they did nothing although something waited. */
    long idleWithWorkNanos() {
        return idleWithWorkNanos;
    }

    /** How long, at the end, less than half of the workers were busy. */
    long tailNanos() {
        return toNanos - lastHalfBusyNanos;
    }
}
