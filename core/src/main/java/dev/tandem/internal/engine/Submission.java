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
import dev.tandem.internal.insight.Course;
import dev.tandem.internal.task.CarriedContext;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BooleanSupplier;
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
 * <p><b>One word holds what must change together</b>, so that every arrow above is one compare-and-set, and a task costs no lock:
 *
 * <pre>
 *   63                                                     8   7   6   5   4   3       0
 *   +------------------------------------------------------+---+---+---+---+-----------+
 *   |  id of the attempt, 0 while there is none            | F | T | S | E |   State   |
 *   +------------------------------------------------------+---+---+---+---+-----------+
 *     F in the context's set of what is finishing   T timed out, while STOPPING
 *     S settled, and everybody was told             E ended, and everybody was told
 * </pre>
 *
 * The id is in the word because of what would happen without it: a time-out that has looked at the id and is delayed before it
 * changes the state might meet the next attempt in the same state. All other fields belong to whoever has just made the arrow
 * that they go with, or are written before it and read after it; each says so. What they say of an arrow that was not made in
 * the end is never looked at.
 *
 * <p>Thread-safe. Workers, promises, predicates and the timer are called between two arrows, and a deadline names the word that it
 * is for ({@link Alarm}).
 */
public sealed class Submission<R> extends Counters.Counted implements TaskPromise.Work, Continuations.Waiting
        permits Chunk {

    private static final int MAX_MOVES = 3; // more: a worker that dies on arrival spins; fewer: bad luck fails a task

    private static final Set<String> POLITE_SIGNALS = Set.of("SIGHUP", "SIGINT", "SIGTERM");

    private enum State {
        NEW(0),
        WAITING(1),
        CLAIMED(2),
        SENT(3),
        RUNNING(4),
        STOPPING(5),
        DECIDING(6),
        DELAYED(7),
        ENDED(8);

        final long code; // its place in STATES

        State(int code) {
            this.code = code;
        }
    }

    private static final State[] STATES = State.values();
    private static final long STATE = 0xf;
    private static final long ENDED = 0x10;
    private static final long SETTLED = 0x20;
    private static final long TIMED_OUT = 0x40;
    private static final long FINISHING = 0x80;
    private static final int ID_SHIFT = 8;

    private static final VarHandle WORD;
    private static final VarHandle ALARM;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            WORD = lookup.findVarHandle(Submission.class, "word", long.class);
            ALARM = lookup.findVarHandle(Submission.class, "alarm", Alarm.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final RunnerContext context;
    private final TaskOptions options;
    private final Map<String, String> diagnosticContext;
    private final @Nullable CarriedContext carried;
    private final TaskPromise<R> promise;

    private volatile long word; // NEW, and no attempt
    private volatile @Nullable Alarm alarm; // made with the first deadline

    // --- written before the first arrow, let go of after the last ---
    @SuppressWarnings("UnusedVariable")
    private @Nullable Object owner; // keeps the runner reachable while work is pending

    private @Nullable Object code;
    private @Nullable Object input;

    // --- written before it gets in line, and by who has claimed it ---
    private @Nullable Engine home; // in whose line it stands, where an engine consists of others

    // --- written by who leads it to SENT, back to WAITING, or to DELAYED, just before ---
    private @Nullable Worker worker;
    private int attempt = 1;
    private int moves;

    // --- written by the timer, just before it leads it to STOPPING ---
    private volatile @Nullable TimedOut timedOut;

    // --- written by who has led it to DECIDING ---
    private List<WorkerLoss> losses = List.of(); // that are blamed on it
    private @Nullable Course course; // of the current attempt; null if it is not timed
    private boolean courseIsOver; // or by who settles the promise
    private boolean isRefused; // or by who has made it, before it is settled

    /** Why an attempt is stopped, and where a dump of its threads goes before its worker is killed. */
    private record TimedOut(TaskTimeoutException failure, Consumer<String> threadDump) {}

    /** Makes a submission that no engine knows yet; its intake's owner is kept reachable until the work has ended. */
    Submission(Intake intake, long taskId) {
        this.context = intake.context();
        this.owner = intake.owner();
        this.options = intake.options();
        this.diagnosticContext = intake.diagnosticContext();
        this.carried = intake.carried();
        this.promise = new TaskPromise<>(taskId, context, this);
        this.course = context.recorder().begin(taskId, options);
    }

    final RunnerContext context() {
        return context;
    }

    /** A worker, or whoever took it out of the line, has it from the start. */
    final void startClaimed() {
        Counters.hasEntered(this);
        go(State.NEW, State.CLAIMED);
    }

    /** Gets what the engine prepared, before anybody else sees it; no code if that could not be prepared. */
    void prepared(@Nullable Object preparedCode, @Nullable Object preparedInput) {
        code = preparedCode;
        input = preparedInput;
        Course timed = course;
        if (timed != null) {
            describe(timed);
            long bytes = preparedCode == null ? 0 : context.engine().bytes(preparedCode, input());
            context.recorder().submitted(timed, bytes);
        }
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

    /** What the carriers have captured on the submitting thread; null for nothing. */
    public @Nullable CarriedContext carried() {
        return carried;
    }

    /** The number of the task. */
    public long taskId() {
        return promise.taskId();
    }

    /** Its place among the inputs of a map or stream, or -1. */
    long inputIndex() {
        return -1;
    }

    /** How many tasks it is, but those that are over. */
    @Override
    public int tasks() {
        return 1;
    }

    /** The same tasks, each on its own; for one that is claimed. */
    public List<Submission<?>> apart() {
        return List.of(this);
    }

    /** The number of the current attempt, from 1. */
    public int attempt() {
        return attempt;
    }

    /** Whether its outcome is most likely waited for by a thread, and nobody needs to hear of it earlier than that one. */
    public boolean mayBeListenedFor() {
        return inputIndex() < 0 && alarm == null && !promise.isWatched();
    }

    @Override
    public void listen(BooleanSupplier done) {
        Worker by = worker; // maybe an old one, which is the worker of somebody else then
        if (by != null) {
            by.listen(done);
        }
    }

    @Override
    public void hearSoon() {
        Worker by = worker;
        if (by != null) {
            by.hearSoon();
        }
    }

    /** Whether it was never tried yet, nor moved from one worker to another. */
    public boolean hasNotMoved() {
        return attempt == 1 && moves == 0;
    }

    /** What {@link Engine#prepareCode} returned; null once the task has ended, which it may do at any moment. */
    public @Nullable Object code() {
        return Carried.in(home, code);
    }

    /** The times of the current attempt; null if it is not timed. */
    public @Nullable Course course() {
        return course;
    }

    /** What {@link Engine#prepareInput} returned; only while an attempt is under way. */
    public @Nullable Object input() {
        return Carried.in(home, input);
    }

    /** The code as it can be prepared anew; null if it cannot, or once the task has ended. */
    public @Nullable Carried carriedCode() {
        return code instanceof Carried carried ? carried : null;
    }

    /** The same of the input. */
    public @Nullable Carried carriedInput() {
        return input instanceof Carried carried ? carried : null;
    }

    /** It is about to get into the line of an engine that is part of another; nobody but the caller can have it. */
    public void goesTo(Engine part) {
        home = part;
    }

    /** The part of an engine in whose line it stands or stood. */
    public @Nullable Engine home() {
        return home;
    }

    private Engine engine() {
        Engine part = home;
        return part == null ? context.engine() : part;
    }

    /** The task as messages name it. */
    public TaskRef ref() {
        Worker by = worker;
        String who = by == null ? TaskRef.NOT_ASSIGNED : by.label();
        return new TaskRef(taskId(), options.name().orElse(null), attempt, who, inputIndex());
    }

    // ---- the way to a worker

    /** Starts the clock of the queue time-out, if there is one; called once, when the engine has accepted it. */
    void accepted() {
        if (options.queueTimeout().isPresent()) {
            alarm().limitsWaiting(
                            context.nanoTime() + options.queueTimeout().get().toNanos());
            watchTheQueue();
        }
    }

    /** It waits for its first start, maybe not for the first time: what is left of the queue time-out goes on. */
    private void watchTheQueue() {
        Alarm made = alarm;
        if (made != null && made.isWaitingLimited() && attempt == 1) {
            Duration limit = options.queueTimeout().orElseThrow();
            made.set(
                    this::isWaiting,
                    context.limits(),
                    made.waitLeftNanos(context.nanoTime()),
                    () -> waitedTooLong(limit));
        }
    }

    /** The backlog takes it in; false if it is no longer wanted, and takes no room. */
    boolean queued() {
        context.counters().entered(this);
        return go(State.NEW, State.WAITING);
    }

    /** Whether it is in line. */
    @Override
    public boolean isWaiting() {
        return state(word) == State.WAITING;
    }

    /** Takes it out of the backlog; false if it is no longer wanted. */
    boolean claim() {
        return go(State.WAITING, State.CLAIMED);
    }

    /** Puts it back among those that wait; the engine must {@linkplain Engine#readmit readmit} it. False if cancelled. */
    public boolean unclaim() {
        if (!go(State.CLAIMED, State.WAITING)) {
            return false;
        }
        watchTheQueue(); // it may have fired meanwhile
        return true;
    }

    /** Gives it to a worker under a fresh attempt id; false if it was cancelled meanwhile. */
    public boolean assign(Worker to, long freshAttemptId) {
        callOffDeadline(); // before: afterwards it may begin at any moment, and have another
        worker = to;
        Course timed = course;
        if (timed != null) {
            context.recorder().sent(timed, to.index(), to.pid());
        }
        long seen;
        do {
            seen = word;
            if (state(seen) != State.CLAIMED) {
                worker = null;
                return false;
            }
        } while (!change(seen, with(seen, State.SENT, freshAttemptId)));
        return true;
    }

    /** It was sent to a worker that does not tell when it begins: there its time-out has to look. */
    public void beginsUntold(long id) {
        if (options.timeout().isPresent()) {
            lookIn(id, options.timeout().get().toNanos());
        }
    }

    /** It cannot have run too long before that time; if it has begun by then, what is left of its time is known. */
    private void lookIn(long id, long timeoutNanos) {
        setDeadline(State.SENT, id, context.limits(), timeoutNanos, () -> {
            Worker there = worker;
            if (id(word) == id && there != null) {
                there.look();
                lookIn(id, timeoutNanos); // if it has not begun
            }
        });
    }

    /** The worker has begun with it and has ended it: tells those who must have heard of the begin first. */
    public void hasStarted(long id) {
        if (this instanceof Chunk || course != null || options.timeout().isPresent()) {
            started(id);
        }
    }

    /** The worker has begun with it: from here on user code runs, and the time-out counts. */
    public void started(long id) {
        started(id, 0);
    }

    /** The same, {@code agoNanos} ago. */
    public void started(long id, long agoNanos) {
        long seen;
        do {
            seen = word;
            if (id(seen) == id && state(seen) == State.STOPPING) {
                hadStarted(agoNanos);
            }
            if (id(seen) != id || state(seen) != State.SENT) {
                return;
            }
        } while (!change(seen, with(seen, State.RUNNING, id)));
        Course timed = course;
        if (timed != null) {
            context.recorder().started(timed, agoNanos);
        }
        context.counters().started(this);
        if (options.timeout().isPresent()) {
            Duration limit = options.timeout().get();
            long leftNanos = Math.max(0, limit.toNanos() - agoNanos);
            setDeadline(State.RUNNING, id, context.limits(), leftNanos, () -> ranTooLong(id, limit));
        }
        promise.markRunning();
        begun();
        String stopReason = context.stopReason();
        if (stopReason != null) {
            stop(stopReason); // it slipped past shutdownNow(), between the backlog and its worker
        }
    }

    /**
     * It was given up before anybody knew that it had begun: only when it did is noted. Two may do so at once, for what is an instant; they say the same
     * but for the moment in which each looked.
     */
    private void hadStarted(long agoNanos) {
        Course timed = course;
        if (timed != null && timed.startedNanos() == 0 && !(this instanceof Chunk<?> chunk && !chunk.hasBegun())) {
            context.recorder().started(timed, agoNanos);
        }
    }

    /** The task reported how far it is. */
    public void reported(long id, Progress progress) {
        if (id(word) == id) {
            Course timed = course;
            if (timed != null) {
                context.recorder().reported(timed, progress);
            }
            promise.reported(progress);
        }
    }

    /**
     * Its worker is gone, or retires, and had not begun with it. Silently waits again, using no attempt.
     *
     * @param loss what became of the worker; null if it retires, which nobody needs to count
     * @return whether the engine must {@linkplain Engine#readmit readmit} it
     */
    public boolean returned(long id, @Nullable WorkerLoss loss) {
        TaskRef ref = ref();
        Worker by = worker;
        int movesBefore = moves;
        boolean cancelled;
        boolean waitsAgain;
        long seen;
        do {
            seen = word;
            if (id(seen) != id || (state(seen) != State.SENT && state(seen) != State.STOPPING)) {
                return false;
            }
            cancelled = state(seen) == State.STOPPING
                    || promise.isClaimed(); // given up without an interrupt, and need not begin now
            waitsAgain = !cancelled && (loss == null || movesBefore < MAX_MOVES);
            moves = movesBefore + (waitsAgain && loss != null ? 1 : 0);
            worker = waitsAgain ? null : by;
        } while (!change(seen, with(seen, waitsAgain ? State.WAITING : State.DECIDING, 0)));
        if (waitsAgain) {
            waitsAgain();
            watchTheQueue();
            return true;
        }
        callOffDeadline();
        if (cancelled || loss == null) {
            end(StopOutcome.NOT_STARTED);
        } else {
            failOrRetry(new WorkerLostException(ref, loss, false), StopOutcome.NOT_STARTED);
        }
        return false;
    }

    /**
     * The same after a death whose cause is still being looked for: waits again, counted as one more move.
     *
     * @return whether the engine must readmit it; if not, nothing has changed, and {@link #returned} decides when the cause is known
     */
    public boolean moved(long id) {
        Worker by = worker;
        int movesBefore = moves;
        long seen;
        do {
            seen = word;
            if (id(seen) != id || state(seen) != State.SENT || promise.isClaimed() || movesBefore >= MAX_MOVES) {
                moves = movesBefore;
                worker = by;
                return false;
            }
            moves = movesBefore + 1;
            worker = null;
        } while (!change(seen, with(seen, State.WAITING, 0)));
        waitsAgain();
        watchTheQueue();
        return true;
    }

    // ---- the end of an attempt

    /** It was sent to a worker JVM, with so many bytes of code and arguments. */
    public void wasSent(long bytes) {
        context.recorder().sentBytes(course, bytes);
    }

    /** So many bytes of its code were not sent to a worker JVM, which finds them in a file. */
    public void wasSpared(long bytes) {
        context.recorder().sparedBytes(bytes);
    }

    /** The worker has answered, in so many bytes. */
    public void heard(long bytes) {
        received(bytes);
        Course timed = course;
        if (timed != null) {
            context.recorder().answered(timed);
        }
    }

    /** So many bytes of results have come. */
    final void received(long bytes) {
        context.recorder().receivedBytes(course, bytes);
    }

    /** The worker has answered; until that is decoded the engine does not see it any more. */
    public void answered(long bytes) {
        heard(bytes);
        finishing();
    }

    /** Where a thread dump of its worker goes before that is killed for this attempt; null if nobody would see it. */
    public @Nullable Consumer<String> wantsThreadDump(long id) {
        long seen = word;
        TimedOut found = timedOut;
        return id(seen) == id && (seen & TIMED_OUT) != 0 && found != null ? found.threadDump() : null;
    }

    /** The user's code returned. */
    public void succeeded(long id, @Nullable Object value) {
        succeeded(id, value, null);
    }

    /** The same; who waits for it is woken with others, if {@code later} is there. */
    @SuppressWarnings("unchecked") // the engine hands back what the user's code of type R returned
    public void succeeded(long id, @Nullable Object value, @Nullable Wakes later) {
        Ending ending = leave(id);
        if (ending == null) {
            return;
        }
        if (ending.how() != StopOutcome.FINISHED) { // stopped, maybe before anybody knew that it had begun
            context.counters().begun(this);
        }
        if (ending.timeout() != null) {
            failOrRetry(ending.timeout(), ending.how());
        } else {
            promise.succeed((R) value, later);
            end(ending.how());
        }
    }

    /** The attempt failed; {@code failure} makes the exception, given the task as messages name it. */
    public void failed(long id, Function<TaskRef, ParallelException> failure) {
        TaskRef ref = ref();
        Ending ending = leave(id);
        if (ending != null) {
            context.counters().begun(this); // it may have been stopped before anybody knew
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
        Ending ending = leave(id);
        if (ending == null) {
            return;
        }
        if (begun && !wasAskedToEnd(loss)) {
            losses = Stream.concat(losses.stream(), Stream.of(loss)).toList();
        }
        context.counters().begun(this);
        List<WorkerLoss> history = losses;
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
            context.counters().begun(this);
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
    boolean isReady() {
        return code != null && state(word) == State.NEW;
    }

    /** It never got in: it does not count, but whoever waits for it hears why. */
    void turnedAway(RuntimeException why) {
        context.counters().turnedAway(this);
        isRefused = true;
        refuse(why);
    }

    /** It cannot be prepared, so no engine ever saw it. Without effect if it was cancelled meanwhile. */
    void refuse(RuntimeException failure) {
        if (go(State.NEW, State.DECIDING)) {
            promise.fail(failure);
            end(StopOutcome.NOT_STARTED);
        }
    }

    // ---- the promise's side

    @Override
    public @Nullable Batch claimWaiting() {
        if (!claim()) {
            return null;
        }
        engine().forget(this); // its batch stays in line, and is passed over
        return Batch.of(this);
    }

    @Override
    public void cancelled(boolean mayInterrupt) {
        long seen;
        State next;
        do {
            seen = word;
            switch (state(seen)) {
                case NEW, WAITING, CLAIMED, DELAYED -> next = State.DECIDING;
                case SENT, RUNNING -> next = State.STOPPING;
                default -> {
                    return;
                }
            }
            if (next == State.STOPPING && !mayInterrupt) {
                withdraw(seen);
                return;
            }
        } while (!change(seen, with(seen, next, next == State.STOPPING ? id(seen) : 0)));
        if (next == State.STOPPING) {
            interrupt(id(seen));
            return;
        }
        callOffDeadline();
        if (state(seen) == State.WAITING) {
            engine().forget(this);
        }
        end(StopOutcome.NOT_STARTED);
    }

    /** It is to run on if it has begun; its worker knows. */
    private void withdraw(long seen) {
        Worker holder = worker;
        if (state(seen) == State.SENT && holder != null) {
            holder.withdraw(id(seen));
        }
    }

    @Override
    public void settling(TaskStatus status, @Nullable RuntimeException failure) {
        Course timed = course;
        if (timed != null && isWithWorker(state(word))) {
            attemptOver(timed, status);
            context.recorder().givenUp(timed, status, failure == null ? null : failure.getMessage());
        } else if (status != TaskStatus.CANCELLED) {
            courseOver(status, failure); // now: whoever sees the outcome finds it recorded
        }
        context.counters().settled(this, status, failure);
    }

    private void courseOver(TaskStatus status, @Nullable RuntimeException failure) {
        Course timed = course;
        if (timed != null && !courseIsOver) {
            courseIsOver = true;
            String why = failure == null ? null : failure.getMessage();
            attemptOver(timed, status);
            if (isRefused && status == TaskStatus.FAILED) {
                context.recorder().refused(timed, why);
            } else {
                context.recorder().ended(timed, status, why);
            }
        }
    }

    private void attemptOver(Course timed, TaskStatus status) {
        int inputs = inputsOfAttempt();
        timed.ofInputs(inputs, status == TaskStatus.SUCCEEDED ? inputs : succeededOfAttempt());
        describeOver(timed);
    }

    @Override
    public void settled() {
        if (home != null) {
            context.engine().settled(this, promise.failure(), promise.value());
        }
        if (isLast(SETTLED, ENDED)) {
            noLongerPending();
        }
    }

    // ---- deadlines; on the timer's thread

    private void waitedTooLong(Duration limit) {
        if (attempt > 1 || !go(State.WAITING, State.DECIDING)) {
            return;
        }
        callOffDeadline();
        engine().forget(this);
        promise.fail(new TaskTimeoutException(ref(), limit, true, () -> Optional.ofNullable(promise.stopOutcome())));
        end(StopOutcome.NOT_STARTED);
    }

    private void ranTooLong(long id, Duration limit) {
        long leftNanos = id(word) == id ? timeLeftNanos(limit) : 0;
        if (leftNanos > 0) {
            setDeadline(State.RUNNING, id, context.limits(), leftNanos, () -> ranTooLong(id, limit));
            return;
        }
        AtomicReference<@Nullable String> dump = new AtomicReference<>();
        TaskTimeoutException timeout = new TaskTimeoutException(
                ref(),
                limit,
                false,
                () -> Optional.ofNullable(promise.stopOutcome()),
                () -> Optional.ofNullable(dump.get()));
        boolean last = options.retry().maxRetries() < attempt; // asked here: the next attempt may begin at any moment
        long seen;
        do {
            seen = word;
            if (id(seen) != id || state(seen) != State.RUNNING) {
                return;
            }
            timedOut = new TimedOut(timeout, dump::set);
        } while (!change(seen, with(seen, State.STOPPING, id) | TIMED_OUT));
        if (last) {
            promise.fail(timeout); // on time; with a retry left, the next attempt waits until this one has ended
        }
        interrupt(id);
    }

    private void graceIsOver(long id) {
        long seen = word;
        Worker stubborn = worker;
        if (id(seen) == id && state(seen) == State.STOPPING && stubborn != null) {
            stubborn.stopByForce(this, id);
        }
    }

    // ---- what else there is to a chunk

    /** It has begun. */
    void begun() {}

    /** How much of its time is left although its deadline is over. */
    long timeLeftNanos(Duration limit) {
        return 0;
    }

    /** It is about to be tried again. */
    void goesBack() {}

    /** It waits again, and had not begun. */
    void waitsAgain() {}

    /** Says what it is of which the times are taken. */
    void describe(Course timed) {}

    /** How many inputs the current attempt has. */
    int inputsOfAttempt() {
        return 1;
    }

    /** How many of them have succeeded, of one that has not. */
    int succeededOfAttempt() {
        return 0;
    }

    /** Says what is known of what it is once that does not change any more. */
    void describeOver(Course timed) {}

    /** The work is over. */
    void hasEnded(StopOutcome how) {}

    /** As how many tasks it is pending. */
    int pendingTasks() {
        return 1;
    }

    // ---- steps

    private static State state(long word) {
        return STATES[(int) (word & STATE)];
    }

    private static long id(long word) {
        return word >>> ID_SHIFT;
    }

    /** The same marks, but the one that belongs to an attempt, with another state and id. */
    private static long with(long word, State next, long attemptId) {
        return attemptId << ID_SHIFT | (word & (ENDED | SETTLED | FINISHING)) | next.code;
    }

    private boolean change(long seen, long next) {
        return WORD.compareAndSet(this, seen, next);
    }

    /** An arrow between two states without an attempt; false if it is not in the first. */
    private boolean go(State from, State to) {
        long seen;
        do {
            seen = word;
            if (state(seen) != from) {
                return false;
            }
        } while (!change(seen, with(seen, to, 0)));
        return true;
    }

    /** Sets a mark of its end; whether the other was set already. */
    private boolean isLast(long mark, long other) {
        return ((long) WORD.getAndBitwiseOr(this, mark) & other) != 0;
    }

    private record Ending(StopOutcome how, @Nullable TaskTimeoutException timeout) {

        private static final Ending BY_ITSELF = new Ending(StopOutcome.FINISHED, null);
    }

    /** Fences the attempt off: nothing that is told of it from now on counts. Null if it was not the current one. */
    private @Nullable Ending leave(long id) {
        long seen;
        do {
            seen = word;
            if (id(seen) != id || !isWithWorker(state(seen))) {
                return null;
            }
        } while (!change(seen, with(seen, State.DECIDING, 0)));
        Course timed = course;
        if (timed != null) {
            context.recorder().left(timed);
        }
        callOffDeadline();
        if (state(seen) != State.STOPPING) {
            return Ending.BY_ITSELF;
        }
        TimedOut found = (seen & TIMED_OUT) == 0 ? null : timedOut;
        return new Ending(StopOutcome.INTERRUPTED, found == null ? null : found.failure());
    }

    private static boolean isWithWorker(State state) {
        return state == State.SENT || state == State.RUNNING || state == State.STOPPING;
    }

    /** It has come to STOPPING: from now on the grace counts. */
    private void interrupt(long id) {
        setDeadline(State.STOPPING, id, context.limits(), engine().grace().toNanos(), () -> graceIsOver(id));
        Worker running = worker;
        if (running != null) {
            running.interrupt(id);
        }
    }

    private void setDeadline(State during, long id, Deadlines timer, long delayNanos, Runnable action) {
        alarm().set(() -> state(word) == during && id(word) == id, timer, delayNanos, action);
    }

    private Alarm alarm() {
        Alarm made = alarm;
        if (made == null) {
            Alarm fresh = new Alarm();
            made = (Alarm) ALARM.compareAndExchange(this, null, fresh);
            return made == null ? fresh : made;
        }
        return made;
    }

    private void callOffDeadline() {
        Alarm made = alarm;
        if (made != null) {
            made.callOff();
        }
    }

    private void failOrRetry(ParallelException failure, StopOutcome how) {
        RetryPolicy policy = options.retry();
        if (home != null && !promise.isDone() && context.engine().triesElsewhere(this, failure)) {
            tryAgain(failure, 0);
        } else if (promise.isDone() || policy.maxRetries() < attempt() || failure instanceof PoisonTaskException) {
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
        tryAgain(failure, policy.delayBefore(attempt).toNanos());
    }

    private void tryAgain(ParallelException failure, long delayNanos) {
        context.delayed().add(this); // first: a cancel that ends it takes it out again
        context.counters().wentBack(this);
        Course timed = course;
        if (timed != null) {
            attemptOver(timed, TaskStatus.QUEUED);
            course = context.recorder().triedAgain(timed, failure.getMessage());
        }
        attempt++;
        moves = 0;
        timedOut = null;
        worker = null;
        goesBack();
        go(State.DECIDING, State.DELAYED);
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
            setDeadline(State.DELAYED, 0, context.deadlines(), delayNanos, this::waitAgain);
        }
    }

    private void waitAgain() {
        context.delayed().remove(this);
        if (go(State.DELAYED, State.WAITING)) {
            context.engine().readmit(Batch.of(this));
        }
    }

    private void end(StopOutcome how) {
        long seen;
        do {
            seen = word;
            if (state(seen) == State.ENDED) {
                return;
            }
        } while (!change(seen, with(seen, State.ENDED, 0)));
        worker = null;
        owner = null;
        code = null;
        input = null;
        if (attempt > 1) {
            context.delayed().remove(this);
        }
        promise.stopped(how);
        hasEnded(how);
        if (!promise.isDone()) {
            finishing(); // its last progress is still being delivered
        }
        if (isLast(ENDED, SETTLED)) {
            noLongerPending();
        }
    }

    /** No worker knows it any more, but it is not over: shutdownNow() must find it. */
    private void finishing() {
        WORD.getAndBitwiseOr(this, FINISHING); // first: who ends it afterwards takes it out again
        context.finishing().add(this);
        boolean over = (word & (ENDED | SETTLED)) == (ENDED | SETTLED);
        String stopReason = context.stopReason();
        if (over) {
            context.finishing().remove(this); // an answer that came too late: nobody would take it out again
        } else if (stopReason != null) {
            stop(stopReason);
        }
    }

    /** Whoever closes the runner waits for this: the work is over, and its future is done. */
    private void noLongerPending() {
        courseOver(promise.status(), promise.failure());
        if ((word & FINISHING) != 0) {
            context.finishing().remove(this);
        }
        context.noLongerPending(pendingTasks());
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
