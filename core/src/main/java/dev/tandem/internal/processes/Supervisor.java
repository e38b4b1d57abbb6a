package dev.tandem.internal.processes;

import dev.tandem.ProcessOptions;
import dev.tandem.RunnerBrokenException;
import dev.tandem.TaskRef;
import dev.tandem.WorkerLoss;
import dev.tandem.WorkerLoss.Verdict;
import dev.tandem.WorkerStartException;
import dev.tandem.internal.engine.Backlog;
import dev.tandem.internal.engine.Batch;
import dev.tandem.internal.engine.Deadlines.Deadline;
import dev.tandem.internal.engine.RunnerContext;
import dev.tandem.internal.engine.Submission;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Deque;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides who works: hands batches to idle workers, starts workers when work waits, replaces lost ones, retires others, and
 * gives up when that makes no sense any more.
 *
 * <p><b>On demand.</b> A worker is started when a batch waits, none is idle, and fewer are starting than batches wait; so
 * three tasks one after the other need one worker. Spare workers are kept idle beside those that work, for a loss or a kill.
 *
 * <p><b>Each decision is one step</b> under the monitor ({@link #next}): it takes a batch and an idle worker, or notes a
 * worker to start, or finds that there is nothing to do. What was decided is done after the monitor was released, and
 * then the next step is taken. Whatever may change the answer (work came, a worker is ready, freed, gone, a delay is over)
 * calls {@link #dispatch}.
 *
 * <p><b>Deaths.</b> What died for a reason of its own counts against the restart limit; what was stopped, recycled or killed
 * for a stubborn task does not. Several starts in a row that fail while no worker lives mean that the configuration cannot
 * work: the runner is broken for good. Too many deaths break it for a while ({@link RestartLimit}).
 *
 * <p>Thread-safe. The monitor guards the fields named below; while it is held only the backlog is asked.
 */
final class Supervisor {

    private static final Logger log = LoggerFactory.getLogger(Supervisor.class);

    // shorter: the exit code is lost, for a JVM waits 0.3 s for its native threads; longer: its task waits for a
    // hanging hook
    private static final long EXIT_NANOS = TimeUnit.SECONDS.toNanos(2);

    private final RunnerContext context;
    private final ProcessOptions options;
    private final Backlog backlog;
    private final WorkerFactory factory;
    private final Runnable whenEmpty;

    // --- guarded by this ---
    private final Set<WorkerHandle> workers = new LinkedHashSet<>(); // all that are not gone
    private final Set<WorkerHandle> starting = new LinkedHashSet<>();
    private final Deque<WorkerHandle> idle = new ArrayDeque<>(); // last freed first: its caches are warm
    private final Map<WorkerHandle, Deadline> idleDeadlines = new HashMap<>();
    private final BitSet usedIndexes = new BitSet();
    private final RestartLimit limit;
    private boolean stopping;
    private boolean everUsed;
    private boolean retryScheduled;
    private @Nullable WorkerStartException hopeless; // why no worker will ever start
    private @Nullable Deadline heartbeat;
    private long lastBeatNanos;

    /** Makes workers; they are started by the supervisor. */
    interface WorkerFactory {
        WorkerHandle make(Supervisor supervisor, int index);
    }

    Supervisor(
            RunnerContext context, ProcessOptions options, Backlog backlog, WorkerFactory factory, Runnable whenEmpty) {
        this.context = context;
        this.options = options;
        this.backlog = backlog;
        this.factory = factory;
        this.whenEmpty = whenEmpty;
        this.limit =
                new RestartLimit(options.restartLimit(), options.restartPeriod().toNanos(), System.nanoTime());
    }

    // ---- what happens to it

    /** Does all that can be done now. */
    void dispatch() {
        for (Runnable step = next(); step != null; step = next()) {
            step.run();
        }
        rejectIfBroken();
    }

    void ready(WorkerHandle worker) {
        synchronized (this) {
            starting.remove(worker);
            limit.ready();
        }
        context.counters().workerStarted();
        available(worker);
    }

    void freed(WorkerHandle worker) {
        synchronized (this) {
            limit.answered();
        }
        available(worker);
    }

    private void available(WorkerHandle worker) {
        String recycled = reasonToRecycle(worker);
        boolean keep;
        synchronized (this) {
            keep = workers.contains(worker) && recycled == null && !stopping;
            if (keep) {
                idle.push(worker);
                armIdleTimeout(worker);
            }
        }
        if (!keep) {
            retire(worker, recycled);
        }
        dispatch();
    }

    /** Its JVM shuts down, for whatever reason; a hook that hangs must not keep the task waiting. */
    void endsByItself(WorkerHandle worker) {
        context.deadlines().after(EXIT_NANOS, () -> worker.kill(Verdict.EXITED));
    }

    void failedToStart(WorkerHandle worker, @Nullable WorkerStartException why) {
        boolean gaveUp = false;
        synchronized (this) {
            remove(worker);
            if (why != null && limit.failedToStart(System.nanoTime()) && !anyReady()) {
                hopeless = why;
                gaveUp = true;
            }
        }
        if (gaveUp) {
            log.error("{} cannot start workers and gives up", context.name(), why);
        } else if (why != null) {
            log.warn("{} could not start a worker and tries again: {}", context.name(), why.getMessage());
        }
        afterLeaving();
    }

    void gone(WorkerHandle worker, WorkerHandle.Ending ending, WorkerLoss loss) {
        synchronized (this) {
            remove(worker);
            if (ending == WorkerHandle.Ending.LOST && !stopping) {
                limit.died(System.nanoTime());
            }
        }
        if (ending == WorkerHandle.Ending.LOST) {
            context.counters().workerLost();
            log.warn("{} lost worker {}: {}", context.name(), worker.index(), loss.describe());
        } else {
            log.debug("{}: worker {} has ended as it was told to", context.name(), worker.index());
        }
        afterLeaving();
    }

    void readmit(List<Submission<?>> submissions) {
        putBack(submissions);
        dispatch();
    }

    // ---- what the engine asks for

    /** Why nothing that is submitted now could run; null if it could. */
    synchronized @Nullable RunnerBrokenException broken(TaskRef task) {
        if (hopeless != null) {
            RunnerBrokenException broken = new RunnerBrokenException(
                    task, "its workers cannot be started: " + hopeless.getMessage(), limit.failures(), null);
            broken.addSuppressed(hopeless);
            return broken;
        }
        long openNanos = limit.openNanos(System.nanoTime());
        if (openNanos > 0 && workers.isEmpty()) {
            return new RunnerBrokenException(
                    task,
                    "its workers died too often: restartLimit=" + options.restartLimit() + ", one more every "
                            + options.restartPeriod(),
                    limit.failures(),
                    Duration.ofNanos(openNanos));
        }
        return null;
    }

    /** All work has ended and none will come: lets the workers go. */
    void stopAll() {
        List<WorkerHandle> all;
        synchronized (this) {
            stopping = true;
            all = List.copyOf(workers);
            idle.clear();
        }
        all.forEach(worker -> worker.stop(options.killGrace().toNanos()));
        afterLeaving();
    }

    /** The JVM ends: nobody will wait for anything. */
    void killAll() {
        List<WorkerHandle> all;
        synchronized (this) {
            stopping = true;
            all = List.copyOf(workers);
        }
        all.forEach(WorkerHandle::killHere);
    }

    synchronized List<WorkerHandle> workers() {
        return new ArrayList<>(workers);
    }

    synchronized int busyWorkers() {
        return workers.size() - starting.size() - idle.size();
    }

    // ---- steps

    private synchronized @Nullable Runnable next() {
        if (!idle.isEmpty() && busyWorkers() < options.workers()) {
            Batch batch = backlog.poll();
            if (batch != null) {
                everUsed = true;
                WorkerHandle worker = idle.pop();
                callOffIdleTimeout(worker);
                return () -> give(worker, batch);
            }
        }
        if (!wantsAnother()) {
            return null;
        }
        long waitNanos = limit.waitNanos(System.nanoTime());
        if (waitNanos > 0) {
            scheduleRetry(waitNanos);
            return null;
        }
        WorkerHandle fresh = factory.make(this, usedIndexes.nextClearBit(0));
        usedIndexes.set(fresh.index());
        workers.add(fresh);
        starting.add(fresh);
        watchHeartbeats();
        return fresh::start;
    }

    private boolean wantsAnother() {
        if (stopping || hopeless != null || workers.size() >= options.workers() + options.spareWorkers()) {
            return false;
        }
        if (limit.isTrying() && !workers.isEmpty()) {
            return false;
        }
        int waiting = backlog.batches();
        boolean workWaits = idle.isEmpty() && starting.size() < waiting;
        boolean spareIsMissing = (everUsed || waiting > 0)
                && idle.size() + starting.size() < Math.min(waiting, options.workers()) + options.spareWorkers();
        return workWaits || spareIsMissing;
    }

    private void give(WorkerHandle worker, Batch batch) {
        if (!worker.give(batch)) { // it died in this very moment
            putBack(batch.submissions().stream().filter(Submission::unclaim).toList());
        }
    }

    private void putBack(List<Submission<?>> submissions) {
        for (int i = submissions.size() - 1; i >= 0; i--) { // each goes to the front, so the last one goes first
            backlog.putBack(Batch.of(submissions.get(i)));
        }
        context.stopWaiting(backlog);
    }

    private void scheduleRetry(long waitNanos) {
        if (!retryScheduled) {
            retryScheduled = true;
            context.deadlines().after(waitNanos, () -> {
                synchronized (this) {
                    retryScheduled = false;
                }
                dispatch();
            });
        }
    }

    private void rejectIfBroken() {
        if (broken(TaskRef.NONE) == null) {
            return;
        }
        List<Submission<?>> healed = new ArrayList<>(); // the pause ended while they were being rejected
        for (Batch batch : backlog.drain()) {
            for (Submission<?> submission : batch.submissions()) {
                RunnerBrokenException why = broken(submission.ref());
                if (why != null) {
                    submission.reject(why);
                } else if (submission.unclaim()) {
                    healed.add(submission);
                }
            }
        }
        if (!healed.isEmpty()) {
            readmit(healed);
        }
    }

    private @Nullable String reasonToRecycle(WorkerHandle worker) {
        if (worker.retiring() != null) {
            return worker.retiring();
        }
        boolean workedOff = options.maxTasksPerWorker().isPresent()
                && worker.tasksAnswered() >= options.maxTasksPerWorker().getAsInt();
        return workedOff ? "maxTasksPerWorker=" + options.maxTasksPerWorker().getAsInt() + " reached" : null;
    }

    private void retire(WorkerHandle worker, @Nullable String reason) {
        if (reason != null) {
            context.counters().workerRecycled();
            log.info(
                    "{} recycles {} after {} tasks: {}",
                    context.name(),
                    worker.label(),
                    worker.tasksAnswered(),
                    reason);
        }
        worker.stop(options.killGrace().toNanos());
    }

    private void armIdleTimeout(WorkerHandle worker) {
        if (options.idleTimeout().isPresent()) {
            Deadline deadline =
                    context.deadlines().after(options.idleTimeout().get().toNanos(), () -> idleTooLong(worker));
            if (deadline != null) {
                idleDeadlines.put(worker, deadline);
            }
        }
    }

    private void callOffIdleTimeout(WorkerHandle worker) {
        Deadline deadline = idleDeadlines.remove(worker);
        if (deadline != null) {
            deadline.callOff();
        }
    }

    private void idleTooLong(WorkerHandle worker) {
        synchronized (this) {
            if (idle.size() <= options.spareWorkers() || !idle.remove(worker)) {
                return;
            }
            idleDeadlines.remove(worker);
        }
        retire(worker, "idle for idleTimeout=" + options.idleTimeout().orElseThrow());
    }

    private void remove(WorkerHandle worker) {
        assert Thread.holdsLock(this);
        workers.remove(worker);
        starting.remove(worker);
        idle.remove(worker);
        callOffIdleTimeout(worker);
        usedIndexes.clear(worker.index());
    }

    private boolean anyReady() {
        return workers.size() > starting.size();
    }

    private void afterLeaving() {
        boolean empty;
        synchronized (this) {
            empty = stopping && workers.isEmpty();
        }
        if (empty) {
            whenEmpty.run();
        } else {
            dispatch();
        }
    }

    // ---- heartbeats

    private void watchHeartbeats() {
        if (heartbeat == null) {
            lastBeatNanos = System.nanoTime();
            heartbeat = context.deadlines().every(options.heartbeat().toNanos(), this::judgeSilence);
        }
    }

    /** Kills workers that were silent too long; a supervisor that was itself frozen blames nobody. */
    private void judgeSilence() {
        long nowNanos = System.nanoTime();
        boolean frozen;
        List<WorkerHandle> all;
        synchronized (this) {
            frozen = nowNanos - lastBeatNanos > options.hangLimit().toNanos() / 2;
            lastBeatNanos = nowNanos;
            all = List.copyOf(workers);
        }
        for (WorkerHandle worker : all) {
            if (frozen) {
                worker.forgiveSilence();
            } else if (worker.isUp()
                    && worker.silentNanos() > options.hangLimit().toNanos()) {
                log.warn(
                        "{} kills {}: it was silent for longer than {}, with a heartbeat of {}",
                        context.name(),
                        worker.label(),
                        options.hangLimit(),
                        options.heartbeat());
                worker.kill(Verdict.UNRESPONSIVE);
            }
        }
    }
}
