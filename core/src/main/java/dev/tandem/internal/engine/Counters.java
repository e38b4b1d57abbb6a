package dev.tandem.internal.engine;

import dev.tandem.ClassSupplyStats;
import dev.tandem.PoisonTaskException;
import dev.tandem.RunnerStats;
import dev.tandem.RunnerTimes;
import dev.tandem.TaskStatus;
import dev.tandem.TaskTimeoutException;
import dev.tandem.WorkerLoss.Verdict;
import dev.tandem.WorkerLostException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * What a runner has counted; every number is exact, and numbers read together belong together.
 *
 * <p>Thread-safe: guarded by its own monitor, under which nothing else is called. One number is not: what is submitted is counted when it gets
 * in line, with the lock of that held, for before it might still be refused, and afterwards it may be over already. So it counts before anything
 * else can be counted of it, and a snapshot reads it last.
 */
public final class Counters {

    private static final ClassSupplyStats NOTHING_SUPPLIED = new ClassSupplyStats(0, 0, 0, 0);
    private static final VarHandle ENTERED;

    static {
        try {
            ENTERED = MethodHandles.lookup().findVarHandle(Counted.class, "entered", boolean.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final AtomicLong submitted = new AtomicLong();

    // --- guarded by this ---
    private final Set<Counted> runningChunks = new HashSet<>(); // what has succeeded of them is not counted yet
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
    private long workersKilled;
    private long workersStopped;
    private long abandonedThreads;

    /** What is counted, with what it is counted as; so a task that starts while it is cancelled is never counted as both. */
    abstract static class Counted {

        private volatile boolean entered; // whether it was counted as submitted; set by whoever does

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
            long workersKilled,
            long workersStopped,
            long abandonedThreads) {

        /** How many workers died unasked. */
        public long lostWorkers() {
            return workersLost.values().stream().mapToLong(Long::longValue).sum();
        }

        /** With what only the engine knows. */
        public RunnerStats toStats(Crew crew, RunnerTimes times) {
            return toStats(crew, NOTHING_SUPPLIED, times);
        }

        /** The same of an engine whose workers may lack classes. */
        public RunnerStats toStats(Crew crew, ClassSupplyStats supplied, RunnerTimes times) {
            long queued = submitted - succeeded - failed - cancelled - running;
            return new RunnerStats(
                    crew.present(),
                    crew.busy(),
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
                    crew.starting(),
                    workersKilled,
                    workersStopped,
                    workersLost,
                    times);
        }
    }

    /** The workers of one moment: how many there are, how many of these do not take tasks yet, how many are occupied. */
    public record Crew(int present, int starting, int busy) {}

    /** Reads all numbers at once. */
    public synchronized Snapshot snapshot() {
        for (Counted chunk : runningChunks) {
            countSucceeded(chunk);
        }
        long known = succeeded + failed + cancelled + running; // one of these may be about to be counted below
        return new Snapshot(
                Math.max(known, submitted.get()),
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
                workersKilled,
                workersStopped,
                abandonedThreads);
    }

    /** So many tasks are about to get in line. */
    void entered(int tasks) {
        submitted.addAndGet(tasks);
    }

    /** It is about to get in line, or over without ever having been there; without effect if it was counted before. */
    void entered(Counted one) {
        if (ENTERED.compareAndSet(one, false, true)) {
            submitted.addAndGet(one.tasks());
        }
    }

    /** It is made of what was counted when that got in line. */
    static void hasEntered(Counted one) {
        one.entered = true;
    }

    /** It did not get in line: it does not count, unless it is over already. */
    synchronized void turnedAway(Counted one) {
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
        entered(one);
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

    /** A worker was killed on purpose. */
    public synchronized void workerKilled() {
        workersKilled++;
    }

    /** A worker has ended since its runner needed it no longer. */
    public synchronized void workerStopped() {
        workersStopped++;
    }

    /** A thread that ignores interruption was given up. */
    public synchronized void threadAbandoned() {
        abandonedThreads++;
    }
}
