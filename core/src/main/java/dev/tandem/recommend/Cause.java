package dev.tandem.recommend;

import dev.tandem.Strategy;
import java.util.Map;
import java.util.Optional;

/** Names why one engine was faster: the largest of the differences that were seen. */
final class Cause {

    /** Smaller differences explain nothing. */
    private static final double NOTICEABLE = 0.05;

    private Cause() {}

    static boolean isTie(double threadsNanos, double processesNanos) {
        return Math.abs(threadsNanos - processesNanos) <= CostRules.MARGIN * Math.max(threadsNanos, processesNanos);
    }

    static Optional<String> of(Observations seen) {
        if (!seen.isConclusive()) {
            return Optional.empty();
        }
        double threads = seen.best(Strategy.THREADS).orElseThrow().nanosPerItem();
        double processes = seen.best(Strategy.PROCESSES).orElseThrow().nanosPerItem();
        if (isTie(threads, processes)) {
            return Optional.of(
                    seen.waitRatio().orElse(0) >= 1
                            ? "the work waits " + Figures.percent(waiting(seen))
                                    + " of its time, and waiting is as fast anywhere"
                            : "the work itself takes most of the time, and computes as fast anywhere");
        }
        return Optional.of(threads < processes ? whyThreads(seen) : whyProcesses(seen));
    }

    private static double waiting(Observations seen) {
        double ratio = seen.waitRatio().orElse(0);
        return ratio / (1 + ratio);
    }

    private static String whyThreads(Observations seen) {
        double item = seen.itemNanos().orElse(0);
        Optional<Crossing> crossing = seen.crossing();
        if (crossing.isPresent() && crossing.get().total().toNanos() > NOTICEABLE * item) {
            return "crossing costs " + parts(crossing.get()) + ", for an item of " + Figures.time(item);
        }
        return "the items take longer in a worker JVM, which compiles and collects for itself";
    }

    private static String whyProcesses(Observations seen) {
        double here = seen.gcShare(Strategy.THREADS).orElse(0);
        double there = seen.gcShare(Strategy.PROCESSES).orElse(0);
        if (here > there + NOTICEABLE) {
            return "garbage: collecting took " + Figures.percent(here) + " of the time in one heap, "
                    + Figures.percent(there) + " in heaps of their own";
        }
        Map<Strategy, ScalingFit> scaling = seen.scaling();
        ScalingFit threads = scaling.get(Strategy.THREADS);
        ScalingFit processes = scaling.get(Strategy.PROCESSES);
        if (threads != null && processes != null && threads.contention() > processes.contention() + NOTICEABLE) {
            return "contention: " + Figures.percent(threads.contention()) + " of the work waits its turn in one JVM, "
                    + Figures.percent(processes.contention()) + " in several; a lock, or memory that all allocate from";
        }
        return "the items are faster in a worker JVM, with a heap and a collector of its own";
    }

    static String parts(Crossing crossing) {
        return Figures.time(crossing.total()) + " (encoding " + Figures.time(crossing.encode()) + ", transfer "
                + Figures.time(crossing.transfer()) + ", decoding " + Figures.time(crossing.decode()) + "; "
                + Figures.bytes(crossing.argumentBytes()) + " there, " + Figures.bytes(crossing.resultBytes())
                + " back)";
    }
}
