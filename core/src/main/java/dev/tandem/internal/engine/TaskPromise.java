package dev.tandem.internal.engine;

import dev.tandem.Progress;
import dev.tandem.StopOutcome;
import dev.tandem.TaskFuture;
import dev.tandem.TaskStatus;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.Locale;
import java.util.Objects;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The handle of one task: what the engine keeps and the user holds.
 *
 * <p><b>Why it is no {@code CompletableFuture}.</b> Completing one of those runs its dependent stages on the completing
 * thread, and there is no way to know beforehand whether any will be attached in time. The completing thread here is
 * often the one that reads a worker's connection; a stage that blocks there would silence the worker. So a promise keeps
 * its own outcome and its own queue of waiting threads, which any thread may release, and makes a {@link Mirror} (a real
 * {@code CompletableFuture}) only when somebody asks for a stage. The mirror is completed by the callback executor. A task
 * that is merely joined never pays for that hop.
 *
 * <p><b>The race between completing and mirroring</b> is Dekker's: the completer writes {@code outcome} and then reads
 * {@code mirror}; who asks for a stage writes {@code mirror} and then reads {@code outcome}. Both fields are volatile, so at
 * least one of the two sees the other, and completing a mirror twice is harmless. The same holds for who waits and for who asks for
 * {@link #stopped}: they make what they need, and then look whether it is too late for it.
 *
 * <pre>
 * status   QUEUED ──markRunning──▶ RUNNING ──succeed──▶ SUCCEEDED
 *            ▲ │                    │ │  └────fail────▶ FAILED
 *            │ └──cancelled──┐      │ └───cancelled───▶ CANCELLED
 *            └── markQueued ─┼──────┘ (retry, moved to another worker)
 *                            └────────────────────────▶ CANCELLED
 * </pre>
 *
 * The work itself has an end of its own, which may come later than the outcome (after a cancel or a time-out): {@link
 * #stopped()}.
 *
 * <p>Thread-safe. No lock is held while the outcome is published or a hook is called.
 */
public final class TaskPromise<R> implements TaskFuture<R> {

    private static final VarHandle CLAIMED;
    private static final VarHandle MIRROR;
    private static final VarHandle WAITERS;
    private static final VarHandle EXTRAS;

    static {
        try {
            MethodHandles.Lookup lookup = MethodHandles.lookup();
            CLAIMED = lookup.findVarHandle(TaskPromise.class, "claimed", boolean.class);
            MIRROR = lookup.findVarHandle(TaskPromise.class, "mirror", Mirror.class);
            WAITERS = lookup.findVarHandle(TaskPromise.class, "waiters", Waiters.class);
            EXTRAS = lookup.findVarHandle(TaskPromise.class, "extras", Extras.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final long taskId;
    private final RunnerContext context;
    private final Work work;

    // --- volatile, written once by whoever wins the race ---
    private volatile boolean claimed; // who sets this sets the outcome, a moment later
    private volatile @Nullable Settled<R> outcome;
    private volatile @Nullable Mirror<R> mirror;

    private volatile @Nullable Waiters waiters; // made by the first who waits
    private volatile @Nullable Extras extras; // made by the first who wants one of them

    // --- volatile, written by the engine ---
    private volatile boolean running;
    private volatile @Nullable StopOutcome stopOutcome;

    /** What most tasks are never asked for. */
    private static final class Extras {

        // --- guarded by this ---
        private @Nullable ProgressRelay progress;
        private @Nullable CompletableFuture<StopOutcome> stopped;
    }

    TaskPromise(long taskId, RunnerContext context, Work work) {
        this.taskId = taskId;
        this.context = context;
        this.work = work;
    }

    /** What stands behind a promise: the work that a cancel must reach, and who wants to know of the end. */
    interface Work extends Waiters.Source {

        /** Takes something of the work out of the line, for the calling thread to run; null if nothing waits. */
        @Nullable
        Batch claimWaiting();

        /** Somebody wants to hear of the outcome who does not wait for it. */
        default void hearSoon() {}

        /** The user gave up; {@code mayInterrupt} says whether running work should be stopped. */
        void cancelled(boolean mayInterrupt);

        /** The outcome is about to be seen: whoever sees it must find it counted. Called once, by the settling thread. */
        void settling(TaskStatus status, @Nullable RuntimeException failure);

        /** The outcome is settled; called once, by the settling thread, which may be a reader: must not block. */
        void settled();
    }

    // ---- the engine's side

    void markRunning() {
        running = true;
    }

    void markQueued() {
        running = false;
    }

    /**
     * Lets a thread that waits for this, without a limit, do what must be done before there is an outcome; false if none does.
     */
    public boolean handOver(Runnable lastStep) {
        Waiters waiting = waiters;
        return waiting != null && waiting.handOver(lastStep);
    }

    /** Settles with a value; without effect if already settled. */
    void succeed(@Nullable R value) {
        succeed(value, null);
    }

    /** The same; who waits is woken with others, if {@code later} is there. */
    void succeed(@Nullable R value, @Nullable Wakes later) {
        settleAfterProgress(new Settled<>(value, null), later);
    }

    /** Settles with a failure; without effect if already settled. */
    void fail(RuntimeException failure) {
        settleAfterProgress(new Settled<>(null, failure), null);
    }

    /** Settles as cancelled, without telling the work; for work that was stopped by its runner. */
    boolean cancelQuietly(String reason) {
        return settle(new Settled<>(null, new CancellationException(reason)), null);
    }

    /** The work has ended; the last call of all, once. */
    void stopped(StopOutcome how) {
        if (stopOutcome != null) {
            return;
        }
        stopOutcome = how;
        Extras asked = extras;
        if (asked != null) {
            CompletableFuture<StopOutcome> waiting;
            synchronized (asked) {
                waiting = asked.stopped;
            }
            if (waiting != null) {
                context.callbacks().execute(() -> waiting.complete(how));
            }
        }
    }

    /** How the work ended, or null while it has not. */
    @Nullable
    StopOutcome stopOutcome() {
        return stopOutcome;
    }

    /** Whether its outcome is there, or will be in a moment. */
    boolean isClaimed() {
        return claimed;
    }

    void reported(Progress latest) {
        if (outcome == null) {
            relay().report(latest);
        }
    }

    /** Whether somebody wants to hear of it who will not listen: for a stage, or asleep already. */
    boolean isWatched() {
        return mirror != null || extras != null || waiters != null;
    }

    /** Claims something that must run before this is done; null if nothing of that waits. */
    @Nullable
    Batch claimWaiting() {
        return work.claimWaiting();
    }

    /** The failure if there is one, for hooks that look at a settled promise. */
    @Nullable
    RuntimeException failure() {
        Settled<R> settled = outcome;
        return settled == null ? null : settled.failure();
    }

    /** The value of a promise that has succeeded. */
    @Nullable
    R value() {
        Settled<R> settled = outcome;
        return settled == null ? null : settled.value();
    }

    private void settleAfterProgress(Settled<R> settled, @Nullable Wakes later) {
        Extras asked = extras;
        ProgressRelay relay = null;
        if (asked != null) {
            synchronized (asked) {
                relay = asked.progress;
            }
        }
        if (relay == null || !relay.finish(() -> settle(settled, null))) {
            settle(settled, later);
        }
    }

    private boolean settle(Settled<R> settled, @Nullable Wakes later) {
        if (!CLAIMED.compareAndSet(this, false, true)) {
            while (outcome == null) {
                Thread.onSpinWait(); // who comes too late, be it a cancel or the end of the work, must find it done
            }
            return false;
        }
        work.settling(settled.status(), settled.failure()); // first, so that whoever sees the outcome finds it counted
        outcome = settled;
        work.settled();
        Waiters waiting = waiters;
        if (waiting != null && later != null) {
            later.add(waiting);
        } else if (waiting != null) {
            waiting.open();
        }
        Mirror<R> watched = mirror;
        if (watched != null) {
            context.callbacks().execute(() -> settled.passTo(watched));
        }
        return true;
    }

    // ---- the user's side

    @Override
    public R join() {
        if (outcome == null) {
            EventThread.warnOfWait(this);
            context.awaitOrHelp(this);
        }
        return settled().joined();
    }

    @Override
    public R get() throws InterruptedException, ExecutionException {
        if (outcome != null) {
            return settled().got();
        }
        EventThread.warnOfWait(this);
        if (!context.helpInterruptiblyUntil(this::isSettled, this::claimWaiting, this::awaitNanos)
                && !context.seesDone(this)) {
            waiters().awaitInterruptibly(work);
        }
        return settled().got();
    }

    @Override
    public R get(long timeout, TimeUnit unit) throws InterruptedException, ExecutionException, TimeoutException {
        if (outcome == null && !waitsSoLong(unit.toNanos(timeout))) {
            throw new TimeoutException("task " + taskId + " is still " + status() + " after " + timeout + " "
                    + unit.toString().toLowerCase(Locale.ROOT) + "; it goes on, cancel() would stop it");
        }
        return settled().got();
    }

    private boolean waitsSoLong(long timeoutNanos) throws InterruptedException {
        EventThread.warnOfWait(this);
        return awaitNanos(context.helpWithin(timeoutNanos, this::isSettled, this::claimWaiting, this::awaitNanos));
    }

    /** Waits for the outcome; false if the time was up first. */
    boolean awaitNanos(long timeoutNanos) throws InterruptedException {
        return waiters().awaitNanos(timeoutNanos, work);
    }

    /** Waits for the outcome as {@code CompletableFuture.join} does: an interrupt is kept for later. */
    void awaitUninterruptibly() {
        if (!context.seesDone(this)) {
            waiters().await(work);
        }
    }

    @Override
    public boolean cancel(boolean mayInterruptIfRunning) {
        boolean won = settle(new Settled<>(null, new CancellationException("task " + taskId + " was cancelled")), null);
        if (won) {
            work.cancelled(mayInterruptIfRunning);
        }
        return won;
    }

    @Override
    public boolean isDone() {
        if (outcome == null) {
            work.hearSoon();
        }
        return outcome != null;
    }

    /** As {@link #isDone}, for who is about to wait. */
    boolean isSettled() {
        return outcome != null;
    }

    @Override
    public boolean isCancelled() {
        Settled<R> settled = outcome;
        return settled != null && settled.status() == TaskStatus.CANCELLED;
    }

    @Override
    public long taskId() {
        return taskId;
    }

    @Override
    public TaskStatus status() {
        Settled<R> settled = outcome;
        if (settled != null) {
            return settled.status();
        }
        work.hearSoon();
        if (!running) {
            context.look();
        }
        return running ? TaskStatus.RUNNING : TaskStatus.QUEUED;
    }

    @Override
    public CompletionStage<StopOutcome> stopped() {
        Extras own = extras();
        synchronized (own) {
            if (own.stopped == null) {
                StopOutcome how = stopOutcome; // set since then? Whoever sets it finds what is made here
                own.stopped = new StoppedStage<>(context.name(), taskId);
                if (how != null) {
                    own.stopped.complete(how); // nobody has seen it yet, who could have attached a stage
                }
            }
            return own.stopped.copy();
        }
    }

    @Override
    public TaskFuture<R> onProgress(Consumer<? super Progress> listener) {
        Objects.requireNonNull(listener, "listener");
        relay().add(listener);
        return this;
    }

    @Override
    public TaskFuture<R> onProgress(Consumer<? super Progress> listener, Executor executor) {
        Objects.requireNonNull(listener, "listener");
        Objects.requireNonNull(executor, "executor");
        relay().addPaced(new PacedListener(listener, executor, context, taskId));
        return this;
    }

    @Override
    public CompletableFuture<R> toCompletableFuture() {
        Mirror<R> made = mirror;
        if (made == null) {
            Mirror<R> fresh = new Mirror<>(this, context);
            made = MIRROR.compareAndSet(this, null, fresh) ? fresh : Objects.requireNonNull(mirror);
        }
        Settled<R> settled = outcome;
        if (settled == null) {
            work.hearSoon();
        } else {
            settled.passTo(made); // nobody has attached a stage to a mirror that nobody has seen yet
        }
        return made;
    }

    @Override
    public String toString() {
        return "TaskFuture[task " + taskId + ", " + status() + "]";
    }

    private ProgressRelay relay() {
        Extras own = extras();
        synchronized (own) {
            if (own.progress == null) {
                own.progress = new ProgressRelay(context, taskId);
            }
            return own.progress;
        }
    }

    private Extras extras() {
        Extras made = extras;
        if (made == null) {
            Extras fresh = new Extras();
            made = (Extras) EXTRAS.compareAndExchange(this, null, fresh);
            work.hearSoon();
            return made == null ? fresh : made;
        }
        return made;
    }

    private Waiters waiters() {
        Waiters made = waiters;
        if (made == null) {
            Waiters fresh = new Waiters();
            made = (Waiters) WAITERS.compareAndExchange(this, null, fresh);
            made = made == null ? fresh : made;
        }
        if (outcome != null) {
            made.open(); // whoever has settled it may have found nobody
        }
        return made;
    }

    private Settled<R> settled() {
        Settled<R> settled = outcome;
        if (settled == null) {
            throw new IllegalStateException("task " + taskId + " has no outcome yet");
        }
        return settled;
    }
}
