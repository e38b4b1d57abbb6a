package dev.tandem.internal.threads;

import dev.tandem.RunnerBrokenException;
import dev.tandem.RunnerStats;
import dev.tandem.Strategy;
import dev.tandem.TaskRef;
import dev.tandem.ThreadOptions;
import dev.tandem.internal.engine.Backlog;
import dev.tandem.internal.engine.Batch;
import dev.tandem.internal.engine.Counters;
import dev.tandem.internal.engine.Engine;
import dev.tandem.internal.engine.RunnerContext;
import dev.tandem.internal.engine.Submission;
import dev.tandem.internal.engine.UserCode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks on threads of this JVM, platform or virtual, which are started as they are needed and stay until the end.
 *
 * <p>Thread-safe. The monitor guards the set of workers; starting threads is the one thing done while it is held, so
 * that a worker is known before it runs.
 */
public final class ThreadEngine implements Engine {

    private static final Logger log = LoggerFactory.getLogger(ThreadEngine.class);

    private final RunnerContext context;
    private final ThreadOptions options;
    private final ThreadFactory threads;
    private final Backlog backlog;
    private final @Nullable TransferCheck transferCheck;
    private final CountDownLatch terminated = new CountDownLatch(1);

    // --- guarded by this ---
    private final Set<ThreadWorker> workers = new LinkedHashSet<>(); // without those given up
    private final Set<ThreadWorker> givenUp = new LinkedHashSet<>(); // still running, as far as we know
    private final BitSet usedIndexes = new BitSet();
    private boolean shutdown;

    /** Opens the engine; no thread is started yet. */
    public ThreadEngine(RunnerContext context, ThreadOptions options) {
        this.context = context;
        this.options = options;
        this.threads = options.isVirtual() ? VirtualThreads.factory() : PlatformThreads.factory();
        this.backlog = new Backlog(context.name(), options.queueCapacity(), options.onFullQueue());
        this.transferCheck = options.isTransferableRequired() ? new TransferCheck() : null;
    }

    @Override
    public Strategy strategy() {
        return Strategy.THREADS;
    }

    @Override
    public int workers() {
        return options.workers();
    }

    @Override
    public Duration grace() {
        return options.stopGrace();
    }

    @Override
    public Object prepareCode(UserCode code, TaskRef task) {
        if (transferCheck != null) {
            transferCheck.checkCode(code.function(), task);
        }
        return code;
    }

    @Override
    public @Nullable Object prepareInput(@Nullable Object input, TaskRef task) {
        if (transferCheck != null) {
            transferCheck.checkInput(input, task);
        }
        return input;
    }

    @Override
    public void accept(Batch batch, boolean overBound) throws InterruptedException {
        if (!backlog.put(batch, overBound)) {
            addWorker();
        }
    }

    @Override
    public void readmit(Batch batch) {
        boolean taken = backlog.putBack(batch);
        context.stopWaiting(backlog);
        if (!taken) {
            addWorker();
        }
    }

    @Override
    public void forget(Submission<?> submission) {
        backlog.forget();
    }

    @Override
    public boolean isInsideTask() {
        return ThreadWorker.currentOf(this) != null;
    }

    @Override
    public boolean mayHelp() {
        ThreadWorker worker = ThreadWorker.currentOf(this);
        return worker != null && !worker.runs().isGivenUp();
    }

    @Override
    public @Nullable Batch claimAny() {
        return backlog.poll();
    }

    @Override
    public void help(Batch claimed) {
        Objects.requireNonNull(ThreadWorker.currentOf(this), "not a worker's thread")
                .runs()
                .runAll(claimed);
    }

    @Override
    public void shutdown() {
        backlog.close(); // first: nothing may get in once idle means over
        synchronized (this) {
            shutdown = true;
        }
        terminateIfOver();
    }

    @Override
    public void shutdownNow() {
        shutdown();
        String reason = context.beginStopping();
        context.stopWaiting(backlog);
        context.stopDelayed(reason);
        List<ThreadWorker> all = workersNow();
        synchronized (this) {
            all.addAll(givenUp); // there may be runs that wait there for the one that does not end
        }
        for (ThreadWorker worker : all) {
            worker.runs().submissions().forEach(submission -> submission.stop(reason));
        }
    }

    @Override
    public boolean isShutdown() {
        synchronized (this) {
            return shutdown;
        }
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
    public void becameIdle() {
        terminateIfOver();
    }

    @Override
    public RunnerStats stats() {
        List<ThreadWorker> all = workersNow();
        int busy = (int) all.stream().filter(worker -> !worker.runs().isEmpty()).count();
        Counters.Snapshot numbers = context.counters().snapshot();
        return numbers.toStats(all.size(), busy);
    }

    /** The next batch for a worker's thread; null if it should end. */
    @Nullable
    Batch next() {
        while (true) {
            try {
                return backlog.take(Long.MAX_VALUE);
            } catch (InterruptedException e) {
                // a stray interrupt, from a task that kept a reference to the thread: nobody else's business
            }
        }
    }

    /** A worker's thread ends. */
    void ended(ThreadWorker worker) {
        synchronized (this) {
            if (workers.remove(worker)) {
                usedIndexes.clear(worker.index());
            } else {
                givenUp.remove(worker);
            }
        }
        terminateIfOver();
    }

    /**
     * A worker's task ignores interruption: gives the thread up and puts another in its place. Called again if another of its
     * runs, which waits for the first, is to be stopped too; and maybe when the thread has just ended after all.
     */
    void giveUp(ThreadWorker worker, LocalRun stubborn, List<Submission<?>> returned) {
        StackTraceElement[] stack = worker.stackTrace();
        boolean first;
        boolean replaced;
        synchronized (this) {
            first = workers.remove(worker);
            if (first) {
                usedIndexes.clear(worker.index());
                givenUp.add(worker);
            }
            replaced = givenUp.size() <= options.maxAbandoned();
        }
        if (first) {
            context.counters().threadAbandoned();
            warn(worker, stubborn, stack, replaced);
        }
        stubborn.submission().abandoned(stubborn.attemptId());
        for (int i = returned.size() - 1; i >= 0; i--) { // each goes to the front: the last one first keeps the order
            if (returned.get(i).unclaim()) {
                readmit(Batch.of(returned.get(i)));
            }
        }
        if (first) {
            addWorker();
        }
    }

    private void warn(ThreadWorker worker, LocalRun stubborn, StackTraceElement[] stack, boolean replaced) {
        Throwable where = new Throwable("where " + worker.name() + " is");
        where.setStackTrace(stack);
        log.warn(
                "{} ignores interruption: after {} its thread {} is given up{} and may run on until the JVM ends. Check"
                        + " Thread.interrupted() in the task, or run it on worker JVMs, which can be killed.",
                stubborn.submission().ref(),
                options.stopGrace(),
                worker.name(),
                replaced ? " and replaced" : ", and not replaced since maxAbandoned=" + options.maxAbandoned(),
                where);
    }

    private void addWorker() {
        boolean hopeless;
        synchronized (this) {
            int room = options.workers() - Math.max(0, givenUp.size() - options.maxAbandoned());
            if (workers.size() < room) {
                start();
            }
            hopeless = workers.isEmpty();
        }
        if (hopeless) {
            rejectAll();
        }
    }

    private void start() {
        assert Thread.holdsLock(this);
        int index = usedIndexes.nextClearBit(0);
        ThreadWorker worker = new ThreadWorker(this, context, index, threads);
        workers.add(worker);
        usedIndexes.set(index);
        try {
            worker.start();
            context.counters().workerStarted();
        } catch (Throwable t) { // the system gives no more threads
            workers.remove(worker);
            usedIndexes.clear(index);
            log.warn("{} could not start a thread and goes on with {}", context.name(), workers.size(), t);
        }
    }

    private void rejectAll() {
        for (Batch batch : backlog.drain()) {
            for (Submission<?> submission : batch.submissions()) {
                submission.reject(new RunnerBrokenException(
                        submission.ref(),
                        "no thread is left to run it: all were given up because their tasks ignore interruption, or the"
                                + " system gives no more",
                        options.maxAbandoned(),
                        null));
            }
        }
    }

    private synchronized List<ThreadWorker> workersNow() {
        return new ArrayList<>(workers);
    }

    private void terminateIfOver() {
        synchronized (this) {
            if (!shutdown || !workers.isEmpty() || !context.isIdle()) {
                return;
            }
        }
        if (terminated.getCount() > 0) {
            context.terminated();
            terminated.countDown();
        }
    }
}
