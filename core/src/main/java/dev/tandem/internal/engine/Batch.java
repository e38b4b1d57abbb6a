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

    private final List<Submission<?>> submissions;
    private final int priority;

    private Batch(List<Submission<?>> submissions) {
        this.submissions = submissions;
        this.priority = submissions.get(0).options().priority();
    }

    /** A batch of one. */
    public static Batch of(Submission<?> submission) {
        return new Batch(List.of(submission));
    }

    /** A batch of many, all with the same code and options; the list must not be empty. */
    public static Batch of(List<? extends Submission<?>> submissions) {
        return new Batch(List.copyOf(submissions));
    }

    /** In the order in which they are to run. */
    public List<Submission<?>> submissions() {
        return submissions;
    }

    /** Tells the submissions that they are in line; returns how many are still wanted. */
    public int queued() {
        int wanted = 0;
        for (Submission<?> submission : submissions) {
            wanted += submission.queued() ? 1 : 0;
        }
        return wanted;
    }

    /** Claims what is still wanted; null if nothing is. */
    @Nullable
    Batch claim() {
        if (submissions.size() == 1) {
            return submissions.get(0).claim() ? this : null;
        }
        List<Submission<?>> claimed = new ArrayList<>(submissions.size());
        for (Submission<?> submission : submissions) {
            if (submission.claim()) {
                claimed.add(submission);
            }
        }
        return claimed.isEmpty() ? null : claimed.size() == submissions.size() ? this : new Batch(claimed);
    }

    int priority() {
        return priority;
    }
}
