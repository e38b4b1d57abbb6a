package dev.tandem.internal.engine;

import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;

/**
 * How many inputs of one map or stream go to a worker together.
 *
 * <p>What a chunk saves is the same whatever the inputs cost; what it costs grows with them: the inputs behind a long one wait,
 * other tasks wait, and workers have nothing to do at the end. So inputs go one by one until it is known what they cost, then
 * twice as many as have been tried, and never more than take {@link #TARGET_NANOS} together. Long tasks always go alone. The
 * cost is an average that forgets half of what it knows with each chunk, so that the first inputs, which run slowly because their
 * code is cold, do not count for long, and one that took long is felt at once. Nobody takes more than its share of what waits.
 *
 * <p>Thread-safe: chunks of one map end on many threads. What one of them measures may be lost to another that measures at the
 * same moment, which does no harm.
 */
public final class ChunkSize {

    // longer: other tasks, and the results of a stream, wait for it; shorter: what each chunk costs, some microseconds,
    // begins to be felt
    static final long TARGET_NANOS = TimeUnit.MICROSECONDS.toNanos(500);

    private final int fixed; // 0: ours to choose
    private volatile double nanosPerInput;
    private volatile int tried; // the most inputs that were measured together
    private volatile int most = Segment.MAX_INPUTS; // whatever they cost

    ChunkSize(OptionalInt wished) {
        this.fixed = wished.orElse(0);
    }

    /** Whether the user has chosen. */
    boolean isFixed() {
        return fixed > 0;
    }

    /** What the user has chosen, or 1. */
    int fixedOrOne() {
        return Math.max(1, fixed);
    }

    /** How many a worker may take if its share of what waits is large. */
    int most() {
        if (isFixed()) {
            return fixed;
        }
        int known = tried;
        if (known == 0) {
            return 1;
        }
        double fits = TARGET_NANOS / Math.max(1, nanosPerInput);
        return (int) Math.max(1, Math.min(fits, Math.min(2.0 * known, most)));
    }

    /** How many of those that wait a worker takes now, one of so many workers. */
    int next(int waiting, int workers) {
        return next(waiting, waiting, workers);
    }

    /**
     * The same where more are behind those that wait here, which nobody has claimed either. Its share is that of all: of what waits in one
     * place alone it would be half, and half of the rest, and so on, down to chunks that cost more than their inputs.
     */
    int next(int waiting, long unclaimed, int workers) {
        if (isFixed()) {
            return Math.min(waiting, Math.min(fixed, most));
        }
        long share = (Math.max(waiting, unclaimed) + workers - 1) / workers;
        return (int) Math.max(1, Math.min(Math.min(waiting, share), most()));
    }

    /** Of several that went together some had to go again, for this many were over when one failed. */
    public void cutAfter(int inputs) {
        tried = Math.max(1, Math.min(tried, inputs));
    }

    /** No more than so many fit together. */
    public void fits(int inputs) {
        most = Math.max(1, Math.min(most, inputs));
    }

    /** Whether each goes alone, whatever it costs. */
    boolean isAlone() {
        return most == 1;
    }

    /** A worker took so long for so many. */
    public void measured(int inputs, long nanos) {
        if (inputs <= 0) {
            return;
        }
        double each = Math.max(0, nanos) / (double) inputs;
        nanosPerInput = tried == 0 ? each : (nanosPerInput + each) / 2;
        if (inputs > tried) {
            tried = inputs;
        }
    }
}
