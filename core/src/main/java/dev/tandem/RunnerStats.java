package dev.tandem;

import java.time.Duration;
import java.util.Map;
import java.util.Objects;

/**
 * What a runner has done and is doing, at one moment.
 *
 * <p>A consistent snapshot: {@code submitted} is the sum of {@code queued}, {@code running}, {@code succeeded}, {@code failed}
 * and {@code cancelled}. A task counts as done when its future is, so cancelled work that is still stopping keeps its worker
 * in {@code busyWorkers} but is no longer {@code running}; the other way round a task whose answer is being decoded, or whose retry is being decided, is
 * still {@code running} although its worker may be free. Counters start at zero with the runner and never go down.
 *
 * <p>Each worker that was started is there or was counted once when it went: {@code workersStarted} is {@code workers} less {@code startingWorkers}, with
 * {@code workersLost}, {@code workersRecycled}, {@code workersKilled}, {@code workersStopped} and {@code abandonedThreads}. Of an inline runner the caller is the
 * worker, which nobody starts; an {@link AdaptiveRunner} looks at its two kinds one after the other.
 *
 * <p>Immutable and safe for use by any number of threads.
 *
 * @param workers workers that are there, starting ones included; those that were recycled or abandoned are not, though they may take a moment to end
 * @param busyWorkers workers that are occupied by a task, or by what is left of one; a worker that has died is, until it is known what it died of
 * @param queued tasks that wait for a worker or for a retry
 * @param running tasks that a worker is busy with
 * @param submitted tasks that were accepted since the runner was opened; each input of a map or stream is one, and what is refused, or waits for room in
 *     the queue, is none
 * @param succeeded tasks that returned
 * @param failed tasks that failed for good
 * @param cancelled tasks that were cancelled
 * @param retried attempts that followed a failed one
 * @param workersStarted workers that were started and have taken tasks, or could have
 * @param workersLost those of them that died unasked
 * @param workersRecycled workers that were retired on purpose: after enough tasks, for their memory or for what a task left in
 *     them, idle too long, or too many after a {@linkplain ParallelRunner#resize resize}
 * @param abandonedThreads threads that ignored their interrupt and were given up, those that ended after all among them; see {@link StopOutcome#ABANDONED}
 * @param supplied classes and resources that worker JVMs lacked and got from this JVM
 * @param started tasks that a worker has begun with; each once, however often it was tried again
 * @param timedOut those of the failed that outlived their {@code timeout} or {@code queueTimeout}
 * @param lostWithWorker those of the failed whose worker died
 * @param startingWorkers those of {@code workers} that do not take tasks yet
 * @param workersKilled workers that were killed on purpose: what they ran would not stop after a time-out or a cancel
 * @param workersStopped workers that ended since the runner needed them no longer
 * @param losses the workers that died unasked, by what killed them; what did not occur is absent
 * @param times where the time went, and how many bytes were sent
 */
public record RunnerStats(
        int workers,
        int busyWorkers,
        int queued,
        int running,
        long submitted,
        long succeeded,
        long failed,
        long cancelled,
        long retried,
        long workersStarted,
        long workersLost,
        long workersRecycled,
        long abandonedThreads,
        ClassSupplyStats supplied,
        long started,
        long timedOut,
        long lostWithWorker,
        int startingWorkers,
        long workersKilled,
        long workersStopped,
        Map<WorkerLoss.Verdict, Long> losses,
        RunnerTimes times) {

    private static final TimeSpread NOTHING =
            new TimeSpread(0, Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ZERO);

    /** Checks for null and copies the map. */
    public RunnerStats {
        Objects.requireNonNull(supplied, "supplied");
        losses = Map.copyOf(losses);
        Objects.requireNonNull(times, "times");
    }

    /**
     * Makes a snapshot without times and causes; for tests of code that looks at snapshots.
     *
     * @param workers workers that are alive now
     * @param busyWorkers workers that are occupied
     * @param queued tasks that wait
     * @param running tasks that a worker is busy with
     * @param submitted tasks that were accepted
     * @param succeeded tasks that returned
     * @param failed tasks that failed for good
     * @param cancelled tasks that were cancelled
     * @param retried attempts that followed a failed one
     * @param workersStarted workers that were started
     * @param workersLost workers that died unasked
     * @param workersRecycled workers that were retired on purpose
     * @param abandonedThreads threads that were given up
     * @param supplied classes and resources that worker JVMs lacked
     */
    public RunnerStats(
            int workers,
            int busyWorkers,
            int queued,
            int running,
            long submitted,
            long succeeded,
            long failed,
            long cancelled,
            long retried,
            long workersStarted,
            long workersLost,
            long workersRecycled,
            long abandonedThreads,
            ClassSupplyStats supplied) {
        this(
                workers,
                busyWorkers,
                queued,
                running,
                submitted,
                succeeded,
                failed,
                cancelled,
                retried,
                workersStarted,
                workersLost,
                workersRecycled,
                abandonedThreads,
                supplied,
                submitted - queued,
                0,
                0,
                0,
                0,
                0,
                Map.of(),
                new RunnerTimes(NOTHING, NOTHING, NOTHING, Duration.ZERO, 0, 0, 0, 0, 0));
    }

    /** {@return how many tasks are done, in whatever way} */
    public long done() {
        return succeeded + failed + cancelled;
    }
}
