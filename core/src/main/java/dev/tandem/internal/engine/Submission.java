package dev.tandem.internal.engine;

import dev.tandem.ParallelException;
import dev.tandem.PoisonTaskException;
import dev.tandem.Progress;
import dev.tandem.RetryPolicy;
import dev.tandem.StopOutcome;
import dev.tandem.TaskOptions;
import dev.tandem.TaskRef;
import dev.tandem.TaskStatus;
import dev.tandem.TaskTimeoutException;
import dev.tandem.WorkerLoss;
import dev.tandem.WorkerLoss.Verdict;
import dev.tandem.WorkerLostException;
import dev.tandem.internal.engine.Deadlines.Deadline;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * The life of one task on any engine: attempts, time-outs, cancels, retries, blame.
 *
 * <p>An engine moves a submission along by telling it what happened to an <em>attempt</em>. Every attempt has an id of its
 * own, and what is told of any attempt but the current one is ignored. So a result that comes too late, a time-out that
 * fires while the answer is already there, or a cancel that loses its race can never touch another attempt, let alone
 * another task.
 *
 * <pre>
 *    NEW ── cancel, refused, turned away ──▶ ENDED
 *     │ queued
 *     ▼           claim                assign               started
 *   ┌─▶ WAITING ─────────▶ CLAIMED ─────────────▶ SENT ──────────────▶ RUNNING ──────┐
 *   │      │  ▲               │ cancel            │ │ cancel(true)        │ time-out, │
 *   │      │  └───────────────┼───────────────────┘ └────────────┐        ▼ cancel    │ succeeded, failed,
 *   │      │ cancel,          │      returned (its worker        └──▶ STOPPING        │ lost
 *   │      │ queue time-out   │      died before it started)           │ interrupted,  │
 *   │      │                  │                                        │ after grace   │
 *   │      │                  │                                        │ by force      │
 *   │      ▼                  ▼              no retry                  ▼               │
 *   │    ENDED ◀──────────────┴──────────────────────────────────── DECIDING ◀─────────┘
 *   │      ▲ cancel                                                    │ retry
 *   └──────┴───────────────── DELAYED ◀────────────────────────────────┘
 * </pre>
 *
 * <p>The promise is settled on its own: by the first of result, failure, time-out and cancel. The submission reaches ENDED
 * when the work itself is over, and only then says how ({@link TaskPromise#stopped}). When both has happened it stops counting as
 * pending, so that no future is open when a runner has closed.
 *
 * <p>Thread-safe. The monitor guards the fields named below and is a leaf: while it is held nothing is called but the
 * timer. Workers, promises and predicates are called after it was released.
 */
public final class Submission<R> implements TaskPromise.Work {

    private static final int MAX_MOVES = 3; // more: a worker that dies on arrival spins; fewer: bad luck fails a task

    private static final Set<String> POLITE_SIGNALS = Set.of("SIGHUP", "SIGINT", "SIGTERM");

    private enum State {
        NEW,
        WAITING,
        CLAIMED,
        SENT,
        RUNNING,
        STOPPING,
        DECIDING,
        DELAYED,
        ENDED
    }

    private final RunnerContext context;
    private final TaskOptions options;
    private final TaskRef identity;
    private final Map<String, String> diagnosticContext;
    private final TaskPromise<R> promise;
    private final @Nullable Watcher watcher;

    // --- guarded by this ---
    private State state = State.NEW;

    @SuppressWarnings("UnusedVariable")
    private @Nullable Object owner; // keeps the runner reachable while work is pending

    private @Nullable Object code;
    private @Nullable Object input;
    private long attemptId;
    private boolean accepted;
    private long queueTimeoutNanos; // when it has waited too long, once it is accepted and if there is such a limit
    private int attempt = 1;
    private @Nullable Worker worker;
    private boolean counted; // as running, in Counters
    private boolean over; // counted as done
    private boolean turnedAway;
    private boolean ended; // the work is over, and everybody was told
    private boolean settled; // the outcome is there for everybody to see
    private int moves;
    private @Nullable TaskTimeoutException timedOut;
    private @Nullable Consumer<String> threadDump; // where it goes, if timedOut
    private @Nullable Deadline deadline; // the one that matters in this state
    private List<WorkerLoss> losses = List.of(); // that are blamed on it

    /**
     * Makes a submission that no engine knows yet.
     *
     * @param owner kept reachable until the work has ended
     * @param name for messages; null if it has none
     * @param inputIndex its place among the inputs of a map or stream, or -1
     * @param watcher who else wants to hear of it
     */
    Submission(
            RunnerContext context,
            Object owner,
            TaskOptions options,
            @Nullable String name,
            long inputIndex,
            Map<String, String> diagnosticContext,
            @Nullable Watcher watcher) {
        this.context = context;
        this.owner = owner;
        this.options = options;
        this.diagnosticContext = diagnosticContext;
        this.watcher = watcher;
        this.promise = new TaskPromise<>(context.nextTaskId(), context, this);
        this.identity = new TaskRef(promise.taskId(), name, 1, TaskRef.NOT_ASSIGNED, inputIndex);
    }

    /** Gets what the engine prepared, before anybody else sees it. */
    synchronized void prepared(Object preparedCode, @Nullable Object preparedInput) {
        code = preparedCode;
        input = preparedInput;
    }

    // ---- what an engine asks

    /** The user's handle. */
    public TaskPromise<R> promise() {
        return promise;
    }

    /** How it is to be run. */
    public TaskOptions options() {
        return options;
    }

    /** The SLF4J MDC of the submitting thread. */
    public Map<String, String> diagnosticContext() {
        return diagnosticContext;
    }

    /** The number of the current attempt, from 1. */
    public synchronized int attempt() {
        return attempt;
    }

    /** What {@link Engine#prepareCode} returned; null once the task has ended, which it may do at any moment. */
    public synchronized @Nullable Object code() {
        return code;
    }

    /** What {@link Engine#prepareInput} returned; only while an attempt is under way. */
    public synchronized @Nullable Object input() {
        return input;
    }

    /** The task as messages name it. */
    public TaskRef ref() {
        Worker by;
        int number;
        synchronized (this) {
            by = worker;
            number = attempt;
        }
        String who = by == null ? TaskRef.NOT_ASSIGNED : by.label();
        return new TaskRef(identity.taskId(), identity.name(), number, who, identity.inputIndex());
    }

    // ---- the way to a worker

    /** Starts the clock of the queue time-out, if there is one; called once, when the engine has accepted it. */
    void accepted() {
        options.queueTimeout().ifPresent(limit -> {
            synchronized (this) {
                accepted = true;
                queueTimeoutNanos = context.nanoTime() + limit.toNanos();
                if (state == State.WAITING) {
                    watchTheQueue();
                }
            }
        });
    }

    /** It waits for its first start, maybe not for the first time: what is left of the queue time-out goes on. */
    private void watchTheQueue() {
        assert Thread.holdsLock(this);
        if (accepted && attempt == 1 && options.queueTimeout().isPresent()) {
            callOffDeadline();
            Duration limit = options.queueTimeout().get();
            long leftNanos = Math.max(0, queueTimeoutNanos - context.nanoTime());
            deadline = context.limits().after(leftNanos, () -> waitedTooLong(limit));
        }
    }

    /** The backlog takes it in; false if it is no longer wanted, and takes no room. */
    synchronized boolean queued() {
        if (state != State.NEW) {
            return false;
        }
        state = State.WAITING;
        return true;
    }

    /** Whether it is in line. */
    synchronized boolean isWaiting() {
        return state == State.WAITING;
    }

    /** Takes it out of the backlog; false if it is no longer wanted. */
    synchronized boolean claim() {
        if (state != State.WAITING) {
            return false;
        }
        state = State.CLAIMED;
        return true;
    }

    /** Puts it back among those that wait; the engine must {@linkplain Engine#readmit readmit} it. False if cancelled. */
    public synchronized boolean unclaim() {
        if (state != State.CLAIMED) {
            return false;
        }
        state = State.WAITING;
        watchTheQueue(); // it may have fired meanwhile
        return true;
    }

    /** Gives it to a worker under a fresh attempt id; false if it was cancelled meanwhile. */
    public synchronized boolean assign(Worker to, long freshAttemptId) {
        if (state != State.CLAIMED) {
            return false;
        }
        callOffDeadline();
        state = State.SENT;
        worker = to;
        attemptId = freshAttemptId;
        return true;
    }

    /** The worker has begun with it: from here on user code runs, and the time-out counts. */
    public void started(long id) {
        synchronized (this) {
            if (id != attemptId || state != State.SENT) {
                return;
            }
            state = State.RUNNING;
            if (!over) {
                counted = true;
                context.counters().started();
            }
            if (options.timeout().isPresent()) {
                Duration limit = options.timeout().get();
                deadline = context.limits().after(limit.toNanos(), () -> ranTooLong(id, limit));
            }
        }
        promise.markRunning();
        if (watcher != null) {
            watcher.started(this);
        }
        String stopReason = context.stopReason();
        if (stopReason != null) {
            stop(stopReason); // it slipped past shutdownNow(), between the backlog and its worker
        }
    }

    /** The task reported how far it is. */
    public void reported(long id, Progress progress) {
        synchronized (this) {
            if (id != attemptId) {
                return;
            }
        }
        promise.reported(progress);
    }

    /**
     * Its worker is gone, or retires, and had not begun with it. Silently waits again, using no attempt.
     *
     * @param loss what became of the worker; null if it retires, which nobody needs to count
     * @return whether the engine must {@linkplain Engine#readmit readmit} it
     */
    public boolean returned(long id, @Nullable WorkerLoss loss) {
        TaskRef ref = ref();
        boolean cancelled;
        synchronized (this) {
            if (id != attemptId || (state != State.SENT && state != State.STOPPING)) {
                return false;
            }
            cancelled = state == State.STOPPING || over; // over: given up without an interrupt, and need not begin now
            if (!cancelled && (loss == null || ++moves <= MAX_MOVES)) {
                callOffDeadline();
                state = State.WAITING;
                worker = null;
                attemptId = 0;
                watchTheQueue();
                return true;
            }
            leaveAttempt();
        }
        if (cancelled || loss == null) {
            end(StopOutcome.NOT_STARTED);
        } else {
            failOrRetry(new WorkerLostException(ref, loss, false), StopOutcome.NOT_STARTED);
        }
        return false;
    }

    // ---- the end of an attempt

    /** The worker has answered; until that is decoded the engine does not see it any more. */
    public void answered() {
        finishing();
    }

    /** Where a thread dump of its worker goes before that is killed for this attempt; null if nobody would see it. */
    public synchronized @Nullable Consumer<String> wantsThreadDump(long id) {
        return id == attemptId ? threadDump : null;
    }

    /** The user's code returned. */
    @SuppressWarnings("unchecked") // the engine hands back what the user's code of type R returned
    public void succeeded(long id, @Nullable Object value) {
        Ending ending = leave(id);
        if (ending == null) {
            return;
        }
        if (ending.timeout() != null) {
            failOrRetry(ending.timeout(), ending.how());
        } else {
            promise.succeed((R) value);
            end(ending.how());
        }
    }

    /** The attempt failed; {@code failure} makes the exception, given the task as messages name it. */
    public void failed(long id, Function<TaskRef, ParallelException> failure) {
        TaskRef ref = ref();
        Ending ending = leave(id);
        if (ending != null) {
            failOrRetry(ending.timeout() != null ? ending.timeout() : failure.apply(ref), ending.how());
        }
    }

    /** The worker confirms that it took the task out before it began. */
    public void neverStarted(long id) {
        if (leave(id) != null) {
            end(StopOutcome.NOT_STARTED);
        }
    }

    /**
     * The worker died while it was running this, or while it may have been running this.
     *
     * @param begun whether it had begun for certain; what may have been another's doing is not blamed on this
     */
    public void lost(long id, WorkerLoss loss, boolean begun) {
        TaskRef ref = ref();
        List<WorkerLoss> history;
        synchronized (this) {
            if (id != attemptId) {
                return;
            }
            if (begun && !wasAskedToEnd(loss)) {
                losses = Stream.concat(losses.stream(), Stream.of(loss)).toList();
            }
            history = losses;
        }
        Ending ending = leave(id);
        if (ending == null) {
            return;
        }
        ParallelException failure;
        if (killedTwo(history)) {
            failure = new PoisonTaskException(ref, history);
        } else if (ending.timeout() != null) {
            failure = ending.timeout();
        } else {
            failure = new WorkerLostException(ref, loss, true);
        }
        failOrRetry(failure, StopOutcome.KILLED);
    }

    /** The thread ignored the interrupt and was given up; it may still be running. */
    public void abandoned(long id) {
        Ending ending = leave(id);
        if (ending != null) {
            if (ending.timeout() != null) {
                promise.fail(ending.timeout());
            }
            end(StopOutcome.ABANDONED); // never retried: the first attempt may still be at work
        }
    }

    /** The runner stops it: it waits no longer, and is interrupted if it runs. */
    public void stop(String reason) {
        promise.cancelQuietly(reason);
        cancelled(true);
    }

    /** It waits, but the runner cannot run it any more. */
    public void reject(RuntimeException failure) {
        promise.fail(failure);
        cancelled(false);
    }

    /** Whether it is prepared and still wanted. */
    synchronized boolean isReady() {
        return code != null && state == State.NEW;
    }

    /** It never got in: it does not count, but whoever waits for it hears why. */
    void turnedAway(RuntimeException why) {
        boolean cancelledBefore;
        synchronized (this) {
            cancelledBefore = over;
            turnedAway = true;
        }
        if (!cancelledBefore) {
            context.counters().rejected(1);
        }
        refuse(why);
    }

    /** It cannot be prepared, so no engine ever saw it. Without effect if it was cancelled meanwhile. */
    void refuse(RuntimeException failure) {
        synchronized (this) {
            if (state != State.NEW) {
                return;
            }
            leaveAttempt();
        }
        promise.fail(failure);
        end(StopOutcome.NOT_STARTED);
    }

    // ---- the promise's side

    @Override
    public @Nullable Batch claimWaiting() {
        if (!claim()) {
            return null;
        }
        context.engine().forget(this); // its batch stays in line, and is passed over
        return Batch.of(this);
    }

    @Override
    public void cancelled(boolean mayInterrupt) {
        State before;
        Worker running = null;
        Worker holder = null;
        long id;
        synchronized (this) {
            before = state;
            id = attemptId;
            switch (state) {
                case NEW, WAITING, CLAIMED, DELAYED -> leaveAttempt();
                case SENT, RUNNING -> {
                    if (mayInterrupt) {
                        running = beginStopping();
                    } else if (state == State.SENT) {
                        holder = worker;
                    }
                }
                default -> {}
            }
        }
        switch (before) {
            case WAITING -> {
                context.engine().forget(this);
                end(StopOutcome.NOT_STARTED);
            }
            case NEW, CLAIMED, DELAYED -> end(StopOutcome.NOT_STARTED);
            default -> {}
        }
        if (running != null) {
            running.interrupt(id);
        } else if (holder != null) {
            holder.withdraw(id);
        }
    }

    @Override
    public void settling(TaskStatus status) {
        boolean wasCounted;
        boolean counts;
        synchronized (this) {
            wasCounted = counted;
            counted = false;
            over = true;
            counts = !turnedAway;
        }
        if (counts) {
            context.counters().settled(status, wasCounted);
        }
    }

    @Override
    public void settled() {
        if (watcher != null) {
            watcher.settled(this);
        }
        boolean last;
        synchronized (this) {
            settled = true;
            last = ended;
        }
        if (last) {
            noLongerPending();
        }
    }

    // ---- deadlines; on the timer's thread

    private void waitedTooLong(Duration limit) {
        synchronized (this) {
            if (state != State.WAITING) {
                return;
            }
            leaveAttempt();
        }
        context.engine().forget(this);
        promise.fail(new TaskTimeoutException(ref(), limit, true, () -> Optional.ofNullable(promise.stopOutcome())));
        end(StopOutcome.NOT_STARTED);
    }

    private void ranTooLong(long id, Duration limit) {
        AtomicReference<@Nullable String> dump = new AtomicReference<>();
        TaskTimeoutException timeout = new TaskTimeoutException(
                ref(),
                limit,
                false,
                () -> Optional.ofNullable(promise.stopOutcome()),
                () -> Optional.ofNullable(dump.get()));
        Worker running;
        boolean last;
        synchronized (this) {
            if (id != attemptId || state != State.RUNNING) {
                return;
            }
            timedOut = timeout;
            threadDump = dump::set;
            last = options.retry().maxRetries() < attempt; // asked here: the next attempt may begin at any moment
            running = beginStopping();
        }
        if (last) {
            promise.fail(timeout); // on time; with a retry left, the next attempt waits until this one has ended
        }
        if (running != null) {
            running.interrupt(id);
        }
    }

    private void graceIsOver(long id) {
        Worker stubborn;
        synchronized (this) {
            if (id != attemptId || state != State.STOPPING) {
                return;
            }
            stubborn = worker;
        }
        if (stubborn != null) {
            stubborn.stopByForce(this, id);
        }
    }

    // ---- steps

    private record Ending(StopOutcome how, @Nullable TaskTimeoutException timeout) {}

    private synchronized @Nullable Ending leave(long id) {
        if (id != attemptId || (state != State.SENT && state != State.RUNNING && state != State.STOPPING)) {
            return null;
        }
        Ending ending = new Ending(state == State.STOPPING ? StopOutcome.INTERRUPTED : StopOutcome.FINISHED, timedOut);
        leaveAttempt();
        return ending;
    }

    /** Fences the attempt off: nothing that is told of it from now on counts. */
    private void leaveAttempt() {
        assert Thread.holdsLock(this);
        callOffDeadline();
        state = State.DECIDING;
        attemptId = 0;
    }

    private @Nullable Worker beginStopping() {
        assert Thread.holdsLock(this);
        long id = attemptId;
        callOffDeadline();
        state = State.STOPPING;
        deadline = context.limits().after(context.engine().grace().toNanos(), () -> graceIsOver(id));
        return worker;
    }

    private void failOrRetry(ParallelException failure, StopOutcome how) {
        RetryPolicy policy = options.retry();
        if (promise.isDone() || policy.maxRetries() < attempt() || failure instanceof PoisonTaskException) {
            promise.fail(failure);
            end(how);
        } else {
            context.callBack(() -> retryIfItApplies(policy, failure, how)); // the predicate is user code
        }
    }

    private void retryIfItApplies(RetryPolicy policy, ParallelException failure, StopOutcome how) {
        boolean again;
        try {
            again = policy.appliesTo(failure);
        } catch (Throwable t) {
            failure.addSuppressed(t);
            again = false;
        }
        if (!again || promise.isDone()) {
            promise.fail(failure);
            end(how);
            return;
        }
        context.delayed().add(this); // first: a cancel that ends it takes it out again
        long delayNanos;
        synchronized (this) {
            delayNanos = policy.delayBefore(attempt).toNanos();
            attempt++;
            moves = 0;
            timedOut = null;
            threadDump = null;
            worker = null;
            state = State.DELAYED;
            if (counted) {
                counted = false;
                context.counters().wentBack();
            }
        }
        promise.markQueued();
        context.counters().retried();
        String stopReason = context.stopReason();
        if (stopReason != null) {
            stop(stopReason); // shutdownNow() came while this was decided, and found it nowhere
        } else if (promise.isDone()) { // cancelled meanwhile: that found nothing to stop
            cancelled(false);
        } else if (delayNanos <= 0) {
            waitAgain();
        } else {
            synchronized (this) {
                if (state == State.DELAYED) {
                    deadline = context.deadlines().after(delayNanos, this::waitAgain);
                }
            }
        }
    }

    private void waitAgain() {
        context.delayed().remove(this);
        synchronized (this) {
            if (state != State.DELAYED) {
                return;
            }
            deadline = null;
            state = State.WAITING;
        }
        context.engine().readmit(Batch.of(this));
    }

    private void end(StopOutcome how) {
        boolean retried;
        synchronized (this) {
            if (state == State.ENDED) {
                return;
            }
            retried = attempt > 1;
            state = State.ENDED;
            worker = null;
            owner = null;
            code = null;
            input = null;
        }
        if (retried) {
            context.delayed().remove(this);
        }
        promise.stopped(how);
        if (watcher != null) {
            watcher.ended(this, how);
        }
        if (!promise.isDone()) {
            finishing(); // its last progress is still being delivered
        }
        boolean last;
        synchronized (this) {
            ended = true;
            last = settled;
        }
        if (last) {
            noLongerPending();
        }
    }

    /** No worker knows it any more, but it is not over: shutdownNow() must find it. */
    private void finishing() {
        context.finishing().add(this);
        boolean over;
        synchronized (this) {
            over = ended && settled;
        }
        String stopReason = context.stopReason();
        if (over) {
            context.finishing().remove(this); // an answer that came too late: nobody would take it out again
        } else if (stopReason != null) {
            stop(stopReason);
        }
    }

    /** Whoever closes the runner waits for this: the work is over, and its future is done. */
    private void noLongerPending() {
        context.finishing().remove(this);
        if (context.pending().remove()) {
            context.continuations().forgetTheTaken();
            context.engine().becameIdle();
        }
    }

    private void callOffDeadline() {
        assert Thread.holdsLock(this);
        if (deadline != null) {
            deadline.callOff();
            deadline = null;
        }
    }

    /**
     * Somebody outside politely told the worker to end, which says nothing of the task. A SIGKILL is blamed on the task: it is
     * also what the kernel sends when memory is short, and what we send when the task would not stop.
     */
    private static boolean wasAskedToEnd(WorkerLoss loss) {
        return loss.verdict() == Verdict.KILLED_BY_SIGNAL
                && loss.signal().filter(POLITE_SIGNALS::contains).isPresent();
    }

    private static boolean killedTwo(List<WorkerLoss> history) {
        Set<Long> pids = new HashSet<>();
        for (WorkerLoss loss : history) {
            pids.add(loss.pid());
        }
        return pids.size() >= 2;
    }
}
