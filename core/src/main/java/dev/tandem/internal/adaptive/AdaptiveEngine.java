package dev.tandem.internal.adaptive;

import dev.tandem.NotTransferableException;
import dev.tandem.RunnerBrokenException;
import dev.tandem.RunnerStats;
import dev.tandem.Shared;
import dev.tandem.Strategy;
import dev.tandem.TaskRef;
import dev.tandem.WorkerStats;
import dev.tandem.internal.engine.Batch;
import dev.tandem.internal.engine.Carried;
import dev.tandem.internal.engine.Engine;
import dev.tandem.internal.engine.RunnerContext;
import dev.tandem.internal.engine.Submission;
import dev.tandem.internal.engine.UserCode;
import dev.tandem.internal.engine.WorkerStacks;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * An engine that consists of two, one on threads and one on worker JVMs, and gives new work to the one that its {@link Course} names.
 *
 * <p><b>Problem.</b> A runner that changes its engine must keep all that a runner promises: futures, ids, counters, priorities, time-outs,
 * cancels, retries, nesting, the end.
 *
 * <p><b>Mechanism.</b> All of that is the business of {@link Submission} and {@link RunnerContext}, and neither knows where work runs. So both
 * engines share one context, and a submission only notes in whose line it stands ({@link Submission#home}). To move one is what also happens
 * when a worker dies before it has begun: it is claimed, and waits again, without having used an attempt; only that it is prepared anew in
 * between ({@link Carried}), and waits elsewhere. What runs is left alone.
 *
 * <pre>
 *   accept ──▶ line of the current engine ──▶ its workers
 *                     │      ▲
 *                     └──────┘ sweep: what stands in the other line is claimed, prepared anew, and put in front of this one
 * </pre>
 *
 * <p><b>Nothing is left behind.</b> Who puts something in a line looks afterwards whether that still is the line of the current engine; who
 * changes the engine looks into the other line afterwards. At least one of the two sees the other, and asks for a sweep. Were both too
 * late, nothing would be lost: the other engine goes on with what stands in its line.
 *
 * <p><b>Why not a runner that holds two runners.</b> The future that a user holds would have to change its task, or there would be two of
 * each: ids, counters, callbacks, timers, and two ends to wait for.
 *
 * <p>Thread-safe; what decides is the {@link Steering}, this carries it out.
 */
final class AdaptiveEngine implements Engine {

    private final RunnerContext context;
    private final @Nullable Engine threads; // null if a gate forbids it
    private final @Nullable Engine processes;
    private final List<Engine> parts;
    private final Steering steering;
    private final AtomicInteger partsLeft;
    private final AtomicInteger sweeps = new AtomicInteger();

    // --- of one sweep after the other ---
    private volatile int grouped = 1;

    private volatile WeakReference<Object> someResult =
            new WeakReference<>(null); // of a thread; it must be able to travel

    AdaptiveEngine(RunnerContext context, Plan plan) {
        this.context = context;
        this.threads = plan.threads() == null ? null : context.openPart(new Part(), plan.threads());
        this.processes = plan.processes() == null ? null : context.openPart(new Part(), plan.processes());
        this.parts = Stream.of(threads, processes).filter(Objects::nonNull).toList();
        this.partsLeft = new AtomicInteger(parts.size());
        this.steering =
                new Steering(context, plan, this::part, this::workersNanos, this::resultsCanTravel, this::sweepSoon);
    }

    private Engine part(Strategy strategy) {
        return Objects.requireNonNull(strategy == Strategy.PROCESSES ? processes : threads, "a gate forbids it");
    }

    private long workersNanos() {
        return processes == null ? 0 : processes.cpuNanos();
    }

    // ---- the way in

    @Override
    public Object prepareCode(UserCode code, TaskRef task) {
        Carried carried = new Carried(code);
        prepareNow(carried, () -> task);
        return carried;
    }

    @Override
    public Object prepareInput(@Nullable Object input, Supplier<TaskRef> task) {
        Carried carried = new Carried(input);
        prepareNow(carried, task);
        return carried;
    }

    @Override
    public void forgetCode(Object prepared) {
        for (Engine part : parts) {
            Object made = prepared instanceof Carried carried ? carried.preparedFor(part) : null;
            if (made != null) {
                part.forgetCode(made);
            }
        }
    }

    /** On the caller's thread, for where it is likely to go. */
    private void prepareNow(Carried carried, Supplier<TaskRef> task) {
        Engine now = steering.current();
        try {
            prepare(carried, task, now);
        } catch (RuntimeException e) { // it cannot travel, or a codec of the user's does not work
            if (threads == null || now == threads) {
                throw e;
            }
            steering.cannotTravel(e);
        }
    }

    private void prepare(Carried carried, Supplier<TaskRef> task, Engine part) {
        Object original = carried.original();
        if (part == threads) {
            Object same = original instanceof UserCode code
                    ? part.prepareCode(code, task.get()) // it may be told to check
                    : part.prepareInput(original, task);
            assert same == original : "threads take everything as it is";
        } else if (!carried.isPreparedFor(part)) {
            carried.prepared(
                    part,
                    original instanceof UserCode code
                            ? part.prepareCode(code, task.get())
                            : part.prepareInput(original, task));
        }
    }

    @Override
    public void accept(Batch batch, boolean overBound) throws InterruptedException {
        boolean asChunks = batch.submissions().isEmpty(); // for threads alone, also if they are no longer current
        Engine to = asChunks ? part(Strategy.THREADS) : steering.current();
        if (to != threads && threads != null && !isReadyFor(to, batch)) {
            to = threads;
        }
        try {
            pass(batch, overBound, to);
        } catch (RunnerBrokenException e) {
            if (threads == null || to == threads) {
                throw e;
            }
            steering.broken(e);
            to = threads;
            pass(batch, overBound, to); // nothing was taken before
        }
        if (to != steering.current()) {
            sweepSoon();
        }
        steering.watch();
    }

    private static void pass(Batch batch, boolean overBound, Engine to) throws InterruptedException {
        batch.goesTo(to);
        to.accept(batch, overBound);
    }

    /** Whether all of it can travel; the course may have changed since it was prepared. */
    private boolean isReadyFor(Engine to, Batch batch) {
        for (Submission<?> submission : batch.submissions()) {
            if (!isReadyFor(to, submission)) {
                return false;
            }
        }
        return true;
    }

    private boolean isReadyFor(Engine to, Submission<?> submission) {
        if (to == threads) {
            return true;
        }
        try {
            for (Carried carried : new Carried[] {submission.carriedCode(), submission.carriedInput()}) {
                if (carried != null) {
                    prepare(carried, submission::ref, to);
                }
            }
            return true;
        } catch (RuntimeException | Error e) { // an Error too: what is moving must not be lost to an endless object
            steering.cannotTravel(e);
            return false;
        }
    }

    @Override
    public void readmit(Batch batch) {
        Engine home = Objects.requireNonNull(batch.submissions().get(0).home(), "it was never accepted");
        home.readmit(batch);
        if (home != steering.current()) {
            sweepSoon();
        }
    }

    @Override
    public void forget(Submission<?> submission) {
        Objects.requireNonNull(submission.home(), "it has never been in a line").forget(submission);
    }

    @Override
    public Chunks chunks() {
        return steering.current().chunks() == Chunks.THREADS
                ? Chunks.THREADS
                : Chunks.NOBODY; // what may move to threads must not wait in a worker
    }

    @Override
    public long bytes(Object preparedCode, @Nullable Object preparedInput) {
        Object code =
                preparedCode instanceof Carried carried && processes != null ? carried.preparedFor(processes) : null;
        if (processes == null || code == null) {
            return 0; // it goes to threads, as far as anybody knows
        }
        return processes.bytes(
                code, preparedInput instanceof Carried carried ? carried.preparedFor(processes) : preparedInput);
    }

    @Override
    public void mayDivide() {
        parts.forEach(Engine::mayDivide);
    }

    @Override
    public <T> Shared<T> share(T value) {
        if (processes == null || !steering.mayBeOn(Strategy.PROCESSES)) {
            return part(Strategy.THREADS).share(value);
        }
        try {
            return processes.share(value); // for both: in this JVM the handle has the value itself
        } catch (NotTransferableException e) {
            if (threads == null) {
                throw e;
            }
            steering.cannotTravel(e);
            return threads.share(value);
        }
    }

    // ---- results

    private boolean resultsCanTravel() {
        Object result = someResult.get();
        if (result == null) {
            return true;
        }
        try {
            part(Strategy.PROCESSES).prepareInput(result, () -> TaskRef.NONE);
            return true;
        } catch (RuntimeException | Error e) {
            steering.cannotTravel(e);
            return false;
        }
    }

    /** What a worker JVM could not decode has not run. Once: on threads it is taken as it is. */
    @Override
    public boolean triesElsewhere(Submission<?> submission, RuntimeException failure) {
        boolean hasNotRun = failure instanceof NotTransferableException refused
                && (refused.part() == NotTransferableException.Part.TASK
                        || refused.part() == NotTransferableException.Part.ARGUMENT);
        if (!hasNotRun || threads == null || submission.home() != processes || submission.attempt() > 1) {
            return false;
        }
        steering.cannotTravel(failure);
        submission.goesTo(threads);
        return true;
    }

    @Override
    public void settled(Submission<?> submission, @Nullable RuntimeException failure, @Nullable Object value) {
        if (failure instanceof NotTransferableException left && submission.home() == processes && threads != null) {
            steering.cannotTravel(left);
        } else if (value != null && submission.home() == threads && processes != null && someResult.get() == null) {
            someResult = new WeakReference<>(value);
        }
    }

    // ---- what waits moves

    private void sweepSoon() {
        if (sweeps.getAndIncrement() == 0) {
            context.callBack(this::sweep);
        }
    }

    private void sweep() {
        int asked;
        do {
            asked = sweeps.get();
            Engine to = steering.current();
            int together = steering.chunkSize();
            for (Engine from : parts) {
                if (from != to || (together != grouped && to == processes)) {
                    new Move(from, to, together, submission -> from == to || isReadyFor(to, submission)).carryOut();
                }
            }
            grouped = together;
            if (processes != null && to == threads && steering.isSettled()) {
                processes.rest("its work goes on on threads");
            }
        } while (!sweeps.compareAndSet(asked, 0));
    }

    /** What the engines tell that this one consists of. */
    private final class Part implements RunnerContext.Part {

        private final AtomicBoolean ended = new AtomicBoolean();

        @Override
        public void ended() {
            if (ended.compareAndSet(false, true) && partsLeft.decrementAndGet() == 0) {
                context.terminated();
            }
        }

        @Override
        public void cannotRun(Submission<?> claimed, RuntimeException why) {
            Engine rescue = threads;
            if (rescue == null || claimed.home() == rescue) {
                claimed.reject(why);
                return;
            }
            steering.broken(why);
            claimed.goesTo(rescue); // which takes everything as it is
            if (claimed.unclaim()) {
                rescue.readmit(Batch.of(claimed));
            }
        }
    }

    // ---- where it is one or the other, or both

    @Override
    public Strategy strategy() {
        return steering.current().strategy();
    }

    @Override
    public int workers() {
        return steering.current().workers();
    }

    @Override
    public int chunkSize() {
        return steering.chunkSize();
    }

    @Override
    public int queueCapacity() {
        return parts.stream().mapToInt(Engine::queueCapacity).min().orElse(Integer.MAX_VALUE);
    }

    @Override
    public void resize(int workers) {
        parts.forEach(part -> part.resize(workers));
    }

    @Override
    public Duration grace() {
        return steering.current().grace();
    }

    @Override
    public boolean hasNoLimits() {
        return parts.stream().anyMatch(Engine::hasNoLimits);
    }

    @Override
    public void supervisionFailed(Throwable thrown) {
        parts.forEach(part -> part.supervisionFailed(thrown));
    }

    @Override
    public void lookAtWorkers() {
        parts.forEach(Engine::lookAtWorkers);
    }

    @Override
    public void becameIdle() {
        parts.forEach(Engine::becameIdle);
    }

    @Override
    public boolean isInsideTask() {
        return threads != null && threads.isInsideTask();
    }

    @Override
    public boolean mayHelp() {
        return threads != null && threads.mayHelp();
    }

    @Override
    public @Nullable Batch claimAny(int misses) {
        return threads == null ? null : threads.claimAny(misses);
    }

    @Override
    public void help(Batch claimed) {
        Engine helping = part(Strategy.THREADS);
        claimed.goesTo(helping); // it may have waited for a worker JVM
        helping.help(claimed);
    }

    @Override
    public boolean leavesACore() {
        return steering.current().leavesACore();
    }

    @Override
    public void shutdown() {
        parts.forEach(Engine::shutdown);
    }

    @Override
    public void shutdownNow() {
        parts.forEach(Engine::shutdown); // first: what is stopped in one must not get into the other
        parts.forEach(Engine::shutdownNow);
    }

    @Override
    public boolean isShutdown() {
        return parts.stream().allMatch(Engine::isShutdown);
    }

    @Override
    public boolean awaitTermination(long timeoutNanos) throws InterruptedException {
        long startedNanos = System.nanoTime();
        for (Engine part : parts) {
            if (!part.awaitTermination(Math.max(0, timeoutNanos - (System.nanoTime() - startedNanos)))) {
                return false;
            }
        }
        return true;
    }

    @Override
    public boolean isTerminated() {
        return parts.stream().allMatch(Engine::isTerminated);
    }

    @Override
    public List<WorkerStacks> stacks() {
        List<WorkerStacks> all = new ArrayList<>();
        parts.forEach(part -> all.addAll(part.stacks()));
        return all;
    }

    /** The counters are those of both already; workers are added up. */
    @Override
    public RunnerStats stats() {
        RunnerStats sum = parts.get(0).stats();
        for (Engine part : parts.subList(1, parts.size())) {
            RunnerStats other = part.stats();
            sum = new RunnerStats(
                    sum.workers() + other.workers(),
                    sum.busyWorkers() + other.busyWorkers(),
                    other.queued(),
                    other.running(),
                    other.submitted(),
                    other.succeeded(),
                    other.failed(),
                    other.cancelled(),
                    other.retried(),
                    other.workersStarted(),
                    other.workersLost(),
                    other.workersRecycled(),
                    other.abandonedThreads(),
                    other.supplied(),
                    other.started(),
                    other.timedOut(),
                    other.lostWithWorker(),
                    sum.startingWorkers() + other.startingWorkers(),
                    other.workersKilled(),
                    other.workersStopped(),
                    other.losses(),
                    other.times());
        }
        return sum;
    }

    @Override
    public List<WorkerStats> workerStats() {
        List<WorkerStats> all = new ArrayList<>();
        parts.forEach(part -> all.addAll(part.workerStats()));
        return all;
    }
}
