package dev.tandem.internal.engine;

import dev.tandem.TaskOptions;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionStage;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What stands in line for a worker as one: a submission, several that share one prepared code and are run one after the other,
 * or the inputs of a {@link Segment}, of which each worker takes as many as it should.
 *
 * <p>A batch saves crossings, nothing else: every submission in it keeps its own promise, time-out, retry and blame. Those made
 * here are immutable; a batch of one is the common case.
 */
public abstract sealed class Batch permits Batch.Together, Segment {

    /** A batch of one. */
    public static Batch of(Submission<?> submission) {
        return new Together(submission, null);
    }

    /** A batch of many, all with the same code and options; the list must not be empty. */
    public static Batch of(List<? extends Submission<?>> submissions) {
        return submissions.size() == 1
                ? of(submissions.get(0))
                : new Together(submissions.get(0), List.copyOf(submissions));
    }

    /** In the order in which they are to run; none, as long as it is not known who will run what. */
    public abstract List<Submission<?>> submissions();

    /** How many tasks they are. */
    public abstract int size();

    /** It is about to get into the line of an engine that is part of another. */
    public abstract void goesTo(Engine part);

    /** How many workers can run some of it. */
    public abstract int divisibleBy();

    /** What comes next of it if that is one task, as far as can be seen without claiming it; else null. */
    public abstract @Nullable Peek peek();

    /** A look at a task that waits. */
    public record Peek(
            boolean hasNotMoved,
            TaskOptions options,
            @Nullable Object code,
            @Nullable Object input) {}

    /** Tells of all code that is about to be queued, and when the work with it will be over. */
    public abstract void announce(Announcement to);

    /** Hears of code that is about to be queued. */
    public interface Announcement {

        /** What {@link Engine#prepareCode} returned; null if the work is over already. */
        void queueing(@Nullable Object code, Supplier<CompletionStage<?>> over);
    }

    /** Tells the submissions that they are in line; returns how many tasks are still wanted. */
    public abstract int queued();

    /** Claims what is still wanted, or a worker's share of it; null if nothing is. */
    @Nullable
    abstract Batch claim();

    /** Whether there is nothing left to claim, for now. */
    abstract boolean isTaken();

    abstract int priority();

    /** Submissions that go to one worker together. */
    static final class Together extends Batch {

        private final Submission<?> first;
        private final @Nullable List<Submission<?>> all; // null if there is but one, for a million of them may wait

        private Together(Submission<?> first, @Nullable List<Submission<?>> all) {
            this.first = first;
            this.all = all;
        }

        @Override
        public List<Submission<?>> submissions() {
            return all == null ? List.of(first) : all;
        }

        @Override
        public int size() {
            if (all == null) {
                return first.tasks();
            }
            int tasks = 0;
            for (Submission<?> submission : all) {
                tasks += submission.tasks();
            }
            return tasks;
        }

        @Override
        public void goesTo(Engine part) {
            submissions().forEach(submission -> submission.goesTo(part));
        }

        @Override
        public int divisibleBy() {
            return 1;
        }

        @Override
        public @Nullable Peek peek() {
            return size() != 1 ? null : new Peek(first.hasNotMoved(), first.options(), first.code(), first.input());
        }

        @Override
        public void announce(Announcement to) {
            for (Submission<?> submission : submissions()) {
                to.queueing(submission.code(), () -> submission.promise().stopped());
            }
        }

        @Override
        public int queued() {
            if (all == null) {
                return first.queued() ? first.tasks() : 0;
            }
            int wanted = 0;
            for (Submission<?> submission : all) {
                wanted += submission.queued() ? submission.tasks() : 0;
            }
            return wanted;
        }

        @Override
        @Nullable
        Batch claim() {
            if (all == null) {
                return first.claim() ? this : null;
            }
            List<Submission<?>> claimed = new ArrayList<>(all.size());
            for (Submission<?> submission : all) {
                if (submission.claim()) {
                    claimed.add(submission);
                }
            }
            return claimed.isEmpty() ? null : claimed.size() == all.size() ? this : of(claimed);
        }

        @Override
        boolean isTaken() {
            return true; // all is claimed at once
        }

        @Override
        int priority() {
            return first.options().priority();
        }
    }
}
