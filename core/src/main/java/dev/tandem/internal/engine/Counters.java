package dev.tandem.internal.engine;

import dev.tandem.ClassSupplyStats;
import dev.tandem.PoisonTaskException;
import dev.tandem.RunnerStats;
import dev.tandem.RunnerTimes;
import dev.tandem.TaskStatus;
import dev.tandem.TaskTimeoutException;
import dev.tandem.WorkerLoss.Verdict;
import dev.tandem.WorkerLostException;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * What a runner has counted; every number is exact, and numbers read together belong together.
 *
 * <p>Thread-safe: guarded by its own monitor, under which nothing else is called.
 */
public final class Counters {

    private static final ClassSupplyStats NOTHING_SUPPLIED = new ClassSupplyStats(0, 0, 0, 0);

    // --- guarded by this ---
    private final Set<Counted> runningChunks = new HashSet<>(); // what has succeeded of them is not counted yet
    private long submitted;
    private long succeeded;
    private long failed;
    private long cancelled;
    private long running;
    private long started;
    private long timedOut;
    private long lostWithWorker;
    private long retried;
    private long workersStarted;
    private final Map<Verdict, Long> workersLost = new EnumMap<>(Verdict.class);
    private long workersRecycled;
    private long abandonedThreads;

    /** What is counted, with what it is counted as; so a task that starts while it is cancelled is never counted as both. */
    abstract static class Counted {

        // --- guarded by the counters ---
        private boolean running;
        private boolean hasStarted;
        private boolean over;
        private boolean turnedAway;

        /** How many tasks it is, but those that were counted as succeeded. */
        abstract int tasks();

        /** Counts off those that have succeeded, and says how many: of a chunk that runs, those before the one that it is at. */
        int countSucceeded() {
            return 0;
        }
    }

    /** The numbers of one moment. */
    public record Snapshot(
            long submitted,
            long succeeded,
            long failed,
            long cancelled,
            long running,
            long started,
            long timedOut,
            long lostWithWorker,
            long retried,
            long workersStarted,
            Map<Verdict, Long> workersLost,
            long workersRecycled,
            long abandonedThreads) {

        /** How many workers died unasked. */
        public long lostWorkers() {
            return workersLost.values().stream().mapToLong(Long::longValue).sum();
        }

        /** With what only the engine knows. */
        public RunnerStats toStats(int workers, int busyWorkers, RunnerTimes times) {
            return toStats(workers, busyWorkers, NOTHING_SUPPLIED, times);
        }

        /** The same of an engine whose workers may lack classes. */
        public RunnerStats toStats(int workers, int busyWorkers, ClassSupplyStats supplied, RunnerTimes times) {
            long queued = submitted - succeeded - failed - cancelled - running;
            return new RunnerStats(
                    workers,
                    busyWorkers,
                    (int) Math.min(Integer.MAX_VALUE, Math.max(0, queued)),
                    (int) running,
                    submitted,
                    succeeded,
                    failed,
                    cancelled,
                    retried,
                    workersStarted,
                    lostWorkers(),
                    workersRecycled,
                    abandonedThreads,
                    supplied,
                    started,
                    timedOut,
                    lostWithWorker,
                    workersLost,
                    times);
        }
    }

    /** Reads all numbers at once. */
    public synchronized Snapshot snapshot() {
        for (Counted chunk : runningChunks) {
            countSucceeded(chunk);
        }
        return new Snapshot(
                submitted,
                succeeded,
                failed,
                cancelled,
                running,
                started,
                timedOut,
                lostWithWorker,
                retried,
                workersStarted,
                Map.copyOf(workersLost),
                workersRecycled,
                abandonedThreads);
    }

    synchronized void submitted(int submissions) {
        submitted += submissions;
    }

    /** It was accepted too early: it does not count, unless it is over already. */
    synchronized void turnedAway(Counted one) {
        if (!one.over) {
            submitted -= one.tasks();
        }
        one.turnedAway = true;
    }

    synchronized void started(Counted one) {
        if (!one.over && !one.running) {
            one.running = true;
            running++;
            if (one.tasks() > 1) {
                runningChunks.add(one);
            }
        }
        begun(one);
    }

    /** A worker has begun with it; nobody need have been told when that was. */
    synchronized void begun(Counted one) {
        if (!one.hasStarted && !one.turnedAway) {
            one.hasStarted = true;
            started++;
        }
    }

    synchronized void wentBack(Counted one) {
        if (one.running) {
            one.running = false;
            running--;
            countSucceeded(one);
            runningChunks.remove(one);
        }
    }

    synchronized void settled(Counted one, TaskStatus status, @Nullable RuntimeException failure) {
        one.over = true;
        if (one.turnedAway) {
            return;
        }
        if (one.running) {
            one.running = false;
            running--;
        }
        countSucceeded(one);
        runningChunks.remove(one);
        if (failure instanceof TaskTimeoutException) {
            timedOut += one.tasks();
        } else if (failure instanceof WorkerLostException || failure instanceof PoisonTaskException) {
            lostWithWorker += one.tasks();
        }
        switch (status) {
            case SUCCEEDED -> {
                begun(one);
                succeeded += one.tasks();
            }
            case FAILED -> failed += one.tasks();
            case CANCELLED -> cancelled += one.tasks();
            default -> throw new IllegalArgumentException("not an end: " + status);
        }
    }

    /** Of a chunk that has begun, and goes on to another for each that has succeeded. */
    private void countSucceeded(Counted one) {
        int more = one.countSucceeded();
        succeeded += more;
        started += more;
    }

    synchronized void retried() {
        retried++;
    }

    /** A worker is up. */
    public synchronized void workerStarted() {
        workersStarted++;
    }

    /** A worker died unasked. */
    public synchronized void workerLost(Verdict verdict) {
        workersLost.merge(verdict, 1L, Long::sum);
    }

    /** A worker was retired on purpose. */
    public synchronized void workerRecycled() {
        workersRecycled++;
    }

    /** A thread that ignores interruption was given up. */
    public synchronized void threadAbandoned() {
        abandonedThreads++;
    }
}
