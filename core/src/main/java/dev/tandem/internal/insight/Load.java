package dev.tandem.internal.insight;

import dev.tandem.internal.insight.Story.Attempt;
import dev.tandem.internal.insight.Story.Life;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * How many workers were there and busy, and how much waited, over the time from the first submission to the last end.
 *
 * <p>One pass over all changes in the order of time adds up what was the case between each and the next. Immutable.
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
    private long lastHalfBusyNanos;

    private record Change(long nanos, int waiting, int running, int workers) {}

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
            changes.add(new Change(attempt.readyNanos(), inputs, 0, 0));
            changes.add(new Change(
                    attempt.hasRun() ? attempt.startedNanos() : attempt.endedNanos(),
                    -inputs,
                    attempt.hasRun() ? 1 : 0,
                    0));
            if (attempt.hasRun()) {
                changes.add(new Change(attempt.endedNanos(), 0, -1, 0));
            }
        }
        for (Life life : story.workers()) {
            changes.add(new Change(life.readyNanos(), 0, 0, 1));
            changes.add(new Change(life.endNanos(), 0, 0, -1));
        }
        changes.sort(Comparator.comparingLong(Change::nanos));
        long at = fromNanos;
        int waits = 0;
        int runs = 0;
        int workers = 0;
        for (Change change : changes) {
            long next = Math.min(toNanos, Math.max(at, change.nanos()));
            between(at, next, waits, runs, workers);
            at = next;
            waits += change.waiting();
            runs += change.running();
            workers += change.workers();
        }
        between(at, toNanos, waits, runs, workers);
    }

    private void between(long from, long to, int waits, int runs, int workers) {
        long length = to - from;
        if (length <= 0) {
            return;
        }
        int busy = Math.min(runs, workers); // a thread that helps has more than one
        workerNanos += workers * length;
        busyNanos += busy * length;
        if (waits > 0) {
            idleWithWorkNanos += (workers - busy) * length;
        } else {
            idleWithoutWorkNanos += (workers - busy) * length;
        }
        if (2 * busy >= workers) {
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

    /** The time of all workers together. */
    long workerNanos() {
        return workerNanos;
    }

    /** How much of it they were busy. */
    long busyNanos() {
        return busyNanos;
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
