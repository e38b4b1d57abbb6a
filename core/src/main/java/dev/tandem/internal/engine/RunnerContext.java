package dev.tandem.internal.engine;

import dev.tandem.RunnerBrokenException;
import dev.tandem.TaskRef;
import dev.tandem.internal.insight.Recorder;
import dev.tandem.internal.task.Carriers;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * What all parts of one runner share: its name, its threads, its numbers and its engine.
 *
 * <p>Thread-safe. It knows nothing of the {@link Runner} that users hold, so that a runner that nobody references can be
 * found and stopped although its workers live.
 */
public final class RunnerContext {

    private static final AtomicLong RUNNERS = new AtomicLong();
    private static final long HELP_PAUSE_NANOS = 1_000_000; // longer: new work waits; shorter: a waiting task burns CPU

    private final String name;
    private final Surroundings surroundings;
    private final KeepAlive pending;
    private final Counters counters;
    private final Recorder recorder;
    private final Carriers carriers;
    private final AtomicLong taskIds;
    private final AtomicLong attemptIds;
    private final Set<Submission<?>> delayed;
    private final Set<Submission<?>> finishing;
    private final Divisible divisible;
    private final Continuations continuations;
    private final Patience joins;
    private final AtomicReference<@Nullable String> stopReason;
    private final @Nullable Part part;
    private final Engine engine;

    private volatile @Nullable Runnable hide; // written once, when the runner is opened
    private volatile @Nullable String defect; // of the timer; written by its thread

    /** What an engine that is part of another hands on to the whole. */
    public interface Part {

        /** It has ended; its threads and workers are gone. */
        void ended();

        /** It cannot run what it has claimed; whoever can should take it over. Runs no code of the user's, and must not block. */
        void cannotRun(Submission<?> claimed, RuntimeException why);
    }

    /** Makes the context and, with it, the engine. */
    public RunnerContext(String name, Function<RunnerContext, Engine> engine) {
        this(name, Recorder.eventsByDefault(), Surroundings.ofThisJvm(name), engine);
    }

    /** The same, where {@code events} says how many of them are kept. */
    public RunnerContext(String name, int events, Function<RunnerContext, Engine> engine) {
        this(name, events, Surroundings.ofThisJvm(name), engine);
    }

    /** Makes the context in a world that may not be the real one and, with it, the engine. */
    public RunnerContext(String name, Surroundings surroundings, Function<RunnerContext, Engine> engine) {
        this(name, Recorder.eventsByDefault(), surroundings, engine);
    }

    private RunnerContext(String name, int events, Surroundings surroundings, Function<RunnerContext, Engine> engine) {
        this.name = name;
        this.surroundings = surroundings;
        this.carriers = Carriers.find();
        this.recorder = new Recorder(name, events, surroundings.ticker()::nanoTime);
        this.pending = new KeepAlive(surroundings.keeper());
        this.counters = new Counters();
        this.taskIds = new AtomicLong();
        this.attemptIds = new AtomicLong();
        // in order, so that what is done to all of them does not depend on their addresses
        this.delayed = Collections.synchronizedSet(new LinkedHashSet<>());
        this.finishing = Collections.synchronizedSet(new LinkedHashSet<>());
        this.divisible = new Divisible();
        this.continuations = new Continuations();
        this.joins = new Patience();
        this.stopReason = new AtomicReference<>();
        this.part = null;
        this.engine = engine.apply(this);
        surroundings.deadlines().whenFailed(this::timerFailed);
    }

    private void timerFailed(Throwable thrown) {
        defect = String.valueOf(thrown);
        engine.supervisionFailed(thrown);
    }

    /** The same context for an engine that is part of another. */
    private RunnerContext(RunnerContext whole, Part part, Function<RunnerContext, ? extends Engine> engine) {
        this.name = whole.name;
        this.surroundings = whole.surroundings;
        this.pending = whole.pending;
        this.counters = whole.counters;
        this.recorder = whole.recorder;
        this.carriers = whole.carriers;
        this.taskIds = whole.taskIds;
        this.attemptIds = whole.attemptIds;
        this.delayed = whole.delayed;
        this.finishing = whole.finishing;
        this.divisible = whole.divisible;
        this.continuations = whole.continuations;
        this.joins = whole.joins;
        this.stopReason = whole.stopReason;
        this.part = part;
        this.engine = engine.apply(this);
    }

    /** Makes an engine that is part of another one, which is the engine of this context. */
    public Engine openPart(Part heard, Function<RunnerContext, ? extends Engine> opening) {
        return new RunnerContext(this, heard, opening).engine;
    }

    /** A name for a runner that got none from its user. */
    public static String nextName() {
        return "tandem-" + RUNNERS.incrementAndGet();
    }

    /** The runner's name, which starts the name of each of its threads. */
    public String name() {
        return name;
    }

    /** The timer. */
    public Deadlines deadlines() {
        return surroundings.deadlines();
    }

    /** The timer for what ends whatever takes too long; nothing ever does where {@link Engine#hasNoLimits}. */
    public Deadlines limits() {
        return engine.hasNoLimits() ? Deadlines.NEVER : deadlines();
    }

    /** The time, for differences. */
    public long nanoTime() {
        return surroundings.ticker().nanoTime();
    }

    /** A number from 0 to 1 that nobody can foresee. */
    public double chance() {
        return surroundings.chance().getAsDouble();
    }

    /** The numbers. */
    public Counters counters() {
        return counters;
    }

    /** What takes the context of threads that submit to their tasks. */
    Carriers carriers() {
        return carriers;
    }

    /** What is told of tasks and workers. */
    public Recorder recorder() {
        return recorder;
    }

    /** Reserves {@code count} attempt ids in a row and returns the first; ids start at 1. */
    public long reserveAttemptIds(int count) {
        return attemptIds.getAndAdd(count) + 1;
    }

    /** Waits until all accepted work has ended. */
    public boolean awaitIdle(long timeoutNanos) throws InterruptedException {
        return pending.awaitEmpty(timeoutNanos);
    }

    /** Whether all accepted work has ended. */
    public boolean isIdle() {
        return pending.isEmpty();
    }

    /**
     * Does what may settle something that is not a task, as the whole of a map: until it is done nobody takes the runner for idle, so that no
     * future is open when it has closed.
     */
    public void beforeIdle(Runnable step) {
        pending.add(1);
        try {
            step.run();
        } finally {
            noLongerPending(1);
        }
    }

    /** So many tasks have ended, and everybody was told. */
    void noLongerPending(int tasks) {
        if (pending.remove(tasks)) {
            continuations.forgetTheTaken();
            engine().becameIdle();
        }
    }

    /** Runs a callback of the user's, or what must not run on the current thread. */
    public void callBack(Runnable callback) {
        surroundings.callbacks().execute(callback);
    }

    /** Management tools see it, until this is run. */
    void shown(Runnable undo) {
        hide = undo;
    }

    /** Everything has ended: lets go of the threads. */
    public void terminated() {
        if (part != null) {
            part.ended();
            return;
        }
        Runnable shown = hide;
        if (shown != null) {
            shown.run();
        }
        recorder.closed();
        surroundings.deadlines().shutdown();
        surroundings.callbacks().shutdown();
        pending.release();
    }

    /** From now on whatever would start is stopped instead, with the reason that is returned; for {@code shutdownNow}. */
    public String beginStopping() {
        String found = defect;
        String reason = found == null
                ? name + " was shut down"
                : name + " was shut down because its timer has failed, which is a defect of the library or of its"
                        + " installation: " + found;
        stopReason.set(reason);
        return reason;
    }

    /**
     * Stops what waits, if the runner {@linkplain #beginStopping stops}. Whoever puts something back in line calls it then:
     * asked before, the answer might be too old.
     */
    public void stopWaiting(Backlog backlog) {
        String reason = stopReason.get();
        if (reason != null) {
            backlog.drain().forEach(batch -> batch.submissions().forEach(submission -> submission.stop(reason)));
        }
    }

    /** An engine cannot run what it has claimed: fails it, unless another part of the whole takes it over. */
    public void cannotRun(Submission<?> claimed, RuntimeException why) {
        if (part == null) {
            claimed.reject(why);
        } else {
            part.cannotRun(claimed, why);
        }
    }

    /** Stops what would wait again, if the runner {@linkplain #beginStopping stops}. */
    public void stopIfShutDown(Batch batch) {
        String reason = stopReason.get();
        if (reason != null) {
            batch.submissions().forEach(submission -> submission.stop(reason));
        }
    }

    /** Why nothing may start any more, or null. */
    @Nullable
    String stopReason() {
        return stopReason.get();
    }

    /** Ends submissions that no worker knows: they wait for a retry, or for code of the user's; for {@code shutdownNow}. */
    public void stopWhatIsElsewhere(String reason) {
        List<Submission<?>> all = new ArrayList<>();
        synchronized (delayed) {
            all.addAll(delayed);
        }
        synchronized (finishing) {
            all.addAll(finishing);
        }
        all.forEach(submission -> submission.stop(reason));
    }

    /** Fails submissions that wait for a retry, where something is returned for them: there will be none. */
    public void rejectDelayed(Function<TaskRef, @Nullable RunnerBrokenException> why) {
        List<Submission<?>> all;
        synchronized (delayed) {
            all = new ArrayList<>(delayed);
        }
        for (Submission<?> submission : all) {
            RunnerBrokenException failure = why.apply(submission.ref());
            if (failure != null) {
                submission.reject(failure);
            }
        }
    }

    /** Stops what was on its way to a worker when {@code shutdownNow} looked for it. */
    public void stopIfItSlippedPast(List<Submission<?>> sent) {
        String reason = stopReason.get();
        if (reason != null) {
            sent.forEach(submission -> submission.stop(reason));
        }
    }

    /** Finds out what has begun. */
    void look() {
        engine().lookAtWorkers();
    }

    Engine engine() {
        return engine;
    }

    Callbacks callbacks() {
        return surroundings.callbacks();
    }

    KeepAlive pending() {
        return pending;
    }

    /** Those that callbacks have submitted. */
    Continuations continuations() {
        return continuations;
    }

    /** The chunks that run, and of which other workers may take some. */
    public Divisible divisible() {
        return divisible;
    }

    /** Those that wait for a retry. */
    Set<Submission<?>> delayed() {
        return delayed;
    }

    /** Those whose work has ended, and whose answer is being decoded or whose last progress is being delivered. */
    Set<Submission<?>> finishing() {
        return finishing;
    }

    long nextTaskId() {
        return taskIds.incrementAndGet();
    }

    /** Reserves so many task ids in a row and returns the first. */
    long reserveTaskIds(int count) {
        return taskIds.getAndAdd(count) + 1;
    }

    /**
     * Whether a submit by the calling thread must not block: it runs a task of this runner, or a callback, or it is a user
     * interface's event thread.
     */
    boolean mustNotBlock() {
        return engine.isInsideTask() || callbacks().isInsideAny() || EventThread.isCurrent();
    }

    /** How a thread that has found nothing to help with waits: at most so long, and not beyond what it waits for. */
    interface Pause {
        void await(long nanos) throws InterruptedException;
    }

    /** Looks for a moment whether a promise is about to be done, where that is no waste. */
    boolean seesDone(TaskPromise<?> promise) {
        return engine.leavesACore() && joins.sees(promise::isSettled);
    }

    /** Waits for a promise as {@code join} does; a thread that runs a task of this runner helps meanwhile. */
    void awaitOrHelp(TaskPromise<?> promise) {
        if (!helpUntil(promise::isSettled, promise::claimWaiting, promise::awaitNanos)) {
            promise.awaitUninterruptibly();
        }
    }

    /**
     * Runs waiting work until a condition holds, if the calling thread runs a task of this runner: were it to wait, it might
     * wait for work that only it can do. An interrupt is kept for later.
     *
     * <p>It runs only what it waits for, and nothing else that waits. Anything else would lie above the waiting task on the
     * stack: the task could not go on before that has ended, which may in turn wait, directly or not, for the task; and were
     * that to wait as well and help, the stack would grow with the number of tasks in line.
     *
     * @param waited claims something of what the caller waits for; null if all of that is under way, or done
     * @return whether the condition holds; false means that the caller may simply wait
     */
    boolean helpUntil(BooleanSupplier condition, Supplier<@Nullable Batch> waited, Pause pause) {
        boolean interrupted = false;
        try {
            while (!condition.getAsBoolean()) {
                if (!engine.mayHelp()) {
                    return false;
                }
                if (!helpOnce(waited)) {
                    try {
                        pause.await(HELP_PAUSE_NANOS);
                    } catch (InterruptedException e) {
                        interrupted = true;
                    }
                }
            }
            return true;
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** The same, for waits that an interrupt ends. */
    boolean helpInterruptiblyUntil(BooleanSupplier condition, Supplier<@Nullable Batch> waited, Pause pause)
            throws InterruptedException {
        while (!condition.getAsBoolean()) {
            if (!engine.mayHelp()) {
                return false;
            }
            if (Thread.interrupted()) {
                throw new InterruptedException("interrupted while waiting for another task of " + name);
            }
            if (!helpOnce(waited)) {
                pause.await(HELP_PAUSE_NANOS);
            }
        }
        return true;
    }

    /** The same, for so long at most; returns how much of the time is left. */
    long helpWithin(long limitNanos, BooleanSupplier condition, Supplier<@Nullable Batch> waited, Pause pause)
            throws InterruptedException {
        long startedNanos = System.nanoTime();
        helpInterruptiblyUntil(
                () -> condition.getAsBoolean() || System.nanoTime() - startedNanos >= limitNanos, waited, pause);
        return limitNanos - (System.nanoTime() - startedNanos);
    }

    /** For those that wait for one of several: whichever comes, they look again soon. */
    static void pauseBriefly(long nanos) throws InterruptedException {
        TimeUnit.NANOSECONDS.sleep(nanos);
    }

    private boolean helpOnce(Supplier<@Nullable Batch> waited) {
        Batch claimed = waited.get();
        if (claimed != null) {
            engine.help(claimed);
        }
        return claimed != null;
    }
}
