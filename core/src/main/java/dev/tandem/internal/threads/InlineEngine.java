package dev.tandem.internal.threads;

import dev.tandem.FullQueue;
import dev.tandem.RunnerStats;
import dev.tandem.Strategy;
import dev.tandem.TaskRef;
import dev.tandem.internal.engine.Backlog;
import dev.tandem.internal.engine.Batch;
import dev.tandem.internal.engine.Engine;
import dev.tandem.internal.engine.RunnerContext;
import dev.tandem.internal.engine.Submission;
import dev.tandem.internal.engine.UserCode;
import dev.tandem.internal.task.WorkerLocals;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
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
    private final Backlog backlog;
    private final ThreadLocal<RunStack> runs;
    private final Queue<WorkerLocals> opened = new ConcurrentLinkedQueue<>();
    private final AtomicInteger callers = new AtomicInteger();
    private final CountDownLatch terminated = new CountDownLatch(1);

    private volatile boolean shutdown;

    /** Opens the engine. */
    public InlineEngine(RunnerContext context) {
        this.context = context;
        this.backlog = new Backlog(context.name(), Integer.MAX_VALUE, FullQueue.BLOCK);
        this.runs = ThreadLocal.withInitial(this::newRunStack);
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
    public Duration grace() {
        return Duration.ZERO;
    }

    @Override
    public Object prepareCode(UserCode code, TaskRef task) {
        return code;
    }

    @Override
    public @Nullable Object prepareInput(@Nullable Object input, TaskRef task) {
        return input;
    }

    @Override
    public void accept(Batch batch, boolean overBound) throws InterruptedException {
        backlog.put(batch, true);
        callers.incrementAndGet();
        boolean interrupted =
                Thread.interrupted(); // the caller's own: its tasks must not meet it, and it must not be lost
        try {
            Batch next = backlog.poll();
            while (next != null || !isSettled(batch)) {
                if (next != null) {
                    runs.get().runAll(next);
                }
                try {
                    next = backlog.take(isSettled(batch) ? 0 : RETRY_POLL_NANOS);
                } catch (InterruptedException e) {
                    interrupted = true; // the task has been accepted, so submit cannot say that it was not
                    next = null;
                }
            }
        } finally {
            callers.decrementAndGet();
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    @Override
    public void readmit(Batch batch) {
        backlog.putBack(batch);
        context.stopWaiting(backlog);
    }

    @Override
    public void forget(Submission<?> submission) {
        backlog.forget();
    }

    @Override
    public void becameIdle() {
        terminateIfOver();
    }

    @Override
    public boolean isInsideTask() {
        return !runs.get().isEmpty();
    }

    @Override
    public boolean mayHelp() {
        return isInsideTask();
    }

    @Override
    public @Nullable Batch claimAny() {
        return backlog.poll();
    }

    @Override
    public void help(Batch claimed) {
        runs.get().runAll(claimed);
    }

    @Override
    public void shutdown() {
        backlog.close(); // first: nothing may get in once idle means over
        shutdown = true;
        terminateIfOver();
    }

    @Override
    public void shutdownNow() {
        shutdown();
        context.stopDelayed(context.beginStopping());
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
    public RunnerStats stats() {
        return context.counters().snapshot().toStats(1, Math.min(1, callers.get()));
    }

    private RunStack newRunStack() {
        WorkerLocals locals = new WorkerLocals();
        opened.add(locals);
        return new RunStack(context, 0, Thread.currentThread(), locals, (run, unstarted) -> giveBack(unstarted));
    }

    /** The run goes on, for the thread is the caller's; what would have come after it runs when it has ended. */
    private void giveBack(List<Submission<?>> unstarted) {
        for (int i = unstarted.size() - 1; i >= 0; i--) { // each goes to the front: the last one first keeps the order
            if (unstarted.get(i).unclaim()) {
                readmit(Batch.of(unstarted.get(i)));
            }
        }
    }

    private static boolean isSettled(Batch batch) {
        return batch.submissions().stream()
                .allMatch(submission -> submission.promise().isDone());
    }

    private void terminateIfOver() {
        if (shutdown && context.isIdle() && terminated.getCount() > 0) {
            for (WorkerLocals locals = opened.poll(); locals != null; locals = opened.poll()) {
                locals.close();
            }
            context.terminated();
            terminated.countDown();
        }
    }
}
