package dev.tandem.benchmarks.goals;

import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.jspecify.annotations.Nullable;

/** The ways to time calls. */
final class Timing {

    private static final long PACE_NANOS = 1_000_000;
    private static final int WINDOW = 256;
    private static final int BATCH = 1024;
    private static final int MOST_CALLS = 10_000;
    private static final long LONGEST_CALL_NANOS = 60_000_000_000L;

    private Timing() {}

    /** Something to time. */
    interface Call {

        /** {@return anything, so that no work looks as if nobody wanted it} */
        @Nullable
        Object once() throws Exception;
    }

    /** Something that hands a task over and does not wait for it. */
    interface Submission {

        Future<?> submit() throws Exception;
    }

    /** A complete measurement. */
    interface Measurement {

        Figure measure(Effort effort) throws Exception;
    }

    /** How calls follow each other. */
    interface Pace {

        Figure time(Effort effort, Call call) throws Exception;
    }

    /** One call right after the other; microseconds. */
    static Figure closedLoop(Effort effort, Call call) throws Exception {
        Histogram histogram = histogram();
        long end = System.nanoTime() + effort.sliceNanos;
        long before = System.nanoTime();
        do {
            call.once();
            long after = System.nanoTime();
            histogram.recordValue(after - before);
            before = after;
        } while (before - end < 0);
        return microseconds(histogram);
    }

    /** One call each millisecond, as most callers do; microseconds. */
    static Figure paced(Effort effort, Call call) throws Exception {
        Histogram histogram = histogram();
        int calls = effort.count(3, 150, 600);
        for (int i = 0; i < calls; i++) {
            LockSupport.parkNanos(PACE_NANOS);
            long before = System.nanoTime();
            call.once();
            histogram.recordValue(System.nanoTime() - before);
        }
        return microseconds(histogram);
    }

    /** As many tasks at once as the window allows, the oldest awaited before the next; tasks per second. */
    static Figure window(Effort effort, Submission submission) throws Exception {
        return window(effort, WINDOW, BATCH, submission);
    }

    /** The same with a window of that size; the clock is read after each batch. */
    static Figure window(Effort effort, int window, int batch, Submission submission) throws Exception {
        var inFlight = new ArrayDeque<Future<?>>(window);
        for (int i = 0; i < window; i++) {
            inFlight.add(submission.submit());
        }
        long tasks = 0;
        long start = System.nanoTime();
        long now;
        do {
            for (int i = 0; i < batch; i++) {
                inFlight.remove().get();
                inFlight.add(submission.submit());
            }
            tasks += batch;
            now = System.nanoTime();
        } while (now - start < effort.sliceNanos);
        for (Future<?> last : inFlight) {
            last.get();
        }
        return Figure.of(tasks * 1e9 / (now - start));
    }

    /** {@return how much is done per second, by the median of as many calls as fit} */
    static Figure rate(Effort effort, double perCall, Call call) throws Exception {
        long[] nanos = new long[MOST_CALLS];
        int calls = 0;
        long start = System.nanoTime();
        long before = start;
        do {
            call.once();
            long after = System.nanoTime();
            nanos[calls++] = after - before;
            before = after;
        } while (calls < nanos.length && before - start < effort.sliceNanos);
        double median =
                Spread.of(Arrays.stream(nanos, 0, calls).asDoubleStream()).median();
        return Figure.of(perCall * 1e9 / median);
    }

    private static Histogram histogram() {
        return new Histogram(LONGEST_CALL_NANOS, 3);
    }

    private static Figure microseconds(Histogram histogram) {
        return new Figure(histogram.getValueAtPercentile(50) / 1e3, histogram.getValueAtPercentile(99) / 1e3);
    }
}
