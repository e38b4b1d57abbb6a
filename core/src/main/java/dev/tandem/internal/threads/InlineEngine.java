package dev.tandem.internal.threads;

import dev.tandem.RunnerStats;
import dev.tandem.Strategy;
import dev.tandem.TaskRef;
import dev.tandem.WorkerStats;
import dev.tandem.internal.engine.Backlog;
import dev.tandem.internal.engine.Batch;
import dev.tandem.internal.engine.Counters;
import dev.tandem.internal.engine.Engine;
import dev.tandem.internal.engine.EventThread;
import dev.tandem.internal.engine.RunnerContext;
import dev.tandem.internal.engine.Submission;
import dev.tandem.internal.engine.UserCode;
import dev.tandem.internal.engine.WorkerStacks;
import dev.tandem.internal.task.WorkerLocals;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs each task inside {@code submit}, on the caller's thread: for debugging, and for tests of code that takes a runner.
 *
 * <p>{@code submit} returns when the task is done, retries included. A time-out interrupts the caller's thread; there is
 * nothing stronger, for the thread is the caller's. Thread-safe: each caller runs its own tasks.
 */
public final class InlineEngine implements Engine {

    private static final long RETRY_POLL_NANOS = 1_000_000; // how late a retry that became due is noticed

    private final RunnerContext context;
    /** Weak, else a thread would keep each runner that it has ever called. */
    @SuppressWarnings("ThreadLocalUsage") // the runs of one engine are not those of another
    private final ThreadLocal<WeakReference<RunStack>> runs = new ThreadLocal<>();

    private final Queue<RunStack> opened = new ConcurrentLinkedQueue<>();
    private final Set<RunStack> running = ConcurrentHashMap.newKeySet();
    private final AtomicInteger callers = new AtomicInteger();
    private final CountDownLatch terminated = new CountDownLatch(1);

    private volatile boolean shutdown;

    /** Opens the engine. */
    public InlineEngine(RunnerContext context) {
        this.context = context;
    }

    @Override
    public Strategy strategy() {
        return Strategy.INLINE;
    }

    @Override
    public int workers() {
        return 1;
    }

    @Override
    public void resize(int workers) {
        if (shutdown) {
            throw Backlog.closedToResize(context.name());
        }
    }

    @Override
    public Duration grace() {
        return Duration.ZERO;
    }

    @Override
    public Object prepareCode(UserCode code, TaskRef task) {
        return code;
    }

    @Override
    public @Nullable Object prepareInput(@Nullable Object input, Supplier<TaskRef> task) {
        return input;
    }

    @Override
    public void accept(Batch batch, boolean overBound) {
        if (shutdown) {
            throw Backlog.closedRunner(context.name());
        }
        EventThread.warnOfWait("a task of the inline runner " + context.name());
        batch.queued();
        callers.incrementAndGet();
        RunStack mine = mine();
        boolean outermost = running.add(mine);
        boolean interrupted =
                Thread.interrupted(); // the caller's own: its tasks must not meet it, and it must not be lost
        try {
            while (!runWhatWaits(batch)) {
                interrupted |= Thread.interrupted(); // else parking returned at once, until the retry is due
                LockSupport.parkNanos(this, RETRY_POLL_NANOS);
            }
        } finally {
            callers.decrementAndGet();
            if (outermost) {
                running.remove(mine);
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Runs what waits of a batch; whether all of it is settled then, and not to be tried again. */
    private boolean runWhatWaits(Batch batch) {
        boolean settled = true;
        for (Submission<?> submission : batch.submissions()) {
            for (Batch one = submission.claimWaiting(); one != null; one = submission.claimWaiting()) {
                mine().runAll(one);
            }
            settled &= submission.promise().isDone();
        }
        return settled;
    }

    @Override
    public void readmit(Batch batch) {
        context.stopIfShutDown(batch); // if not, its caller finds it, who is waiting for this
    }

    @Override
    public void forget(Submission<?> submission) {
        // there is no line, and so no room in it
    }

    @Override
    public void becameIdle() {
        terminateIfOver();
    }

    @Override
    public boolean isInsideTask() {
        WeakReference<RunStack> known = runs.get();
        RunStack mine = known == null ? null : known.get();
        return mine != null && !mine.isEmpty();
    }

    @Override
    public boolean mayHelp() {
        return isInsideTask();
    }

    @Override
    public @Nullable Batch claimAny(int misses) {
        return null; // whatever waits is run by who has submitted it
    }

    @Override
    public void help(Batch claimed) {
        mine().runAll(claimed);
    }

    @Override
    public void shutdown() {
        shutdown = true;
        terminateIfOver();
    }

    @Override
    public void shutdownNow() {
        shutdown();
        context.stopWhatIsElsewhere(context.beginStopping());
    }

    @Override
    public boolean isShutdown() {
        return shutdown;
    }

    @Override
    public boolean awaitTermination(long timeoutNanos) throws InterruptedException {
        return terminated.await(timeoutNanos, TimeUnit.NANOSECONDS);
    }

    @Override
    public boolean isTerminated() {
        return terminated.getCount() == 0;
    }

    @Override
    public List<WorkerStacks> stacks() {
        return running.stream().map(RunStack::stacks).toList();
    }

    @Override
    public RunnerStats stats() {
        return context.counters()
                .snapshot()
                .toStats(
                        new Counters.Crew(isTerminated() ? 0 : 1, 0, Math.min(1, callers.get())),
                        context.recorder().times());
    }

    @Override
    public List<WorkerStats> workerStats() {
        return running.stream().map(stack -> stack.stats(false)).toList();
    }

    /** The runs of the calling thread. */
    private RunStack mine() {
        WeakReference<RunStack> known = runs.get();
        RunStack mine = known == null ? null : known.get();
        if (mine == null) {
            mine = new RunStack(context, 0, null, Thread.currentThread(), new WorkerLocals(), (run, unstarted) -> {});
            opened.add(mine);
            runs.set(new WeakReference<>(mine));
        }
        return mine;
    }

    private void terminateIfOver() {
        if (shutdown && context.isIdle() && terminated.getCount() > 0) {
            for (RunStack stack = opened.poll(); stack != null; stack = opened.poll()) {
                stack.closeLocals();
            }
            context.terminated();
            terminated.countDown();
        }
    }
}
