package dev.tandem.internal.engine;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Submissions that share one prepared code and are sent to one worker together, to be run there one after the other.
 *
 * <p>A batch saves crossings, nothing else: every submission in it keeps its own promise, time-out, retry and blame.
 * Immutable; a batch of one is the common case.
 */
public final class Batch {

    private final Submission<?> first;
    private final @Nullable List<Submission<?>> all; // null if there is but one, for a million of them may wait

    private Batch(Submission<?> first, @Nullable List<Submission<?>> all) {
        this.first = first;
        this.all = all;
    }

    /** A batch of one. */
    public static Batch of(Submission<?> submission) {
        return new Batch(submission, null);
    }

    /** A batch of many, all with the same code and options; the list must not be empty. */
    public static Batch of(List<? extends Submission<?>> submissions) {
        return submissions.size() == 1
                ? of(submissions.get(0))
                : new Batch(submissions.get(0), List.copyOf(submissions));
    }

    /** In the order in which they are to run. */
    public List<Submission<?>> submissions() {
        return all == null ? List.of(first) : all;
    }

    /** How many they are. */
    public int size() {
        return all == null ? 1 : all.size();
    }

    /** Tells the submissions that they are in line; returns how many are still wanted. */
    public int queued() {
        if (all == null) {
            return first.queued() ? 1 : 0;
        }
        int wanted = 0;
        for (Submission<?> submission : all) {
            wanted += submission.queued() ? 1 : 0;
        }
        return wanted;
    }

    /** Claims what is still wanted; null if nothing is. */
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

    int priority() {
        return first.options().priority();
    }
}
