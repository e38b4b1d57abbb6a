package dev.tandem.internal.threads;

import dev.tandem.RunnerBrokenException;
import dev.tandem.RunnerStats;
import dev.tandem.Strategy;
import dev.tandem.TaskRef;
import dev.tandem.ThreadOptions;
import dev.tandem.WorkerStats;
import dev.tandem.internal.engine.Backlog;
import dev.tandem.internal.engine.Batch;
import dev.tandem.internal.engine.Counters;
import dev.tandem.internal.engine.Divisible;
import dev.tandem.internal.engine.Engine;
import dev.tandem.internal.engine.RunnerContext;
import dev.tandem.internal.engine.Submission;
import dev.tandem.internal.engine.UserCode;
import dev.tandem.internal.engine.WorkerStacks;
import dev.tandem.internal.insight.Event.Departure;
import dev.tandem.internal.insight.Recorder;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs tasks on threads of this JVM, platform or virtual, which are started as they are needed and stay until the end.
 *
 * <p>A worker is one thread, and goes one of three ways:
 *
 * <pre>
 *   works --closed and nothing waits--&gt; ends
 *   works --too many after a resize, and has nothing to do--&gt; leaves --values closed--&gt; ends
 *   works --its task ignores the interrupt for longer than the grace--&gt; given up --the task ends after all--&gt; ends
 * </pre>
 *
 * A thread that is given up takes no more work, and another is started in its place, until so many of them run that the limit
 * is reached; from then on each costs the runner a worker. When none is left, what waits fails: it is never left waiting for
 * a thread that cannot come. Whoever waits for work and is told to look (by a resize) first takes what is in line and leaves
 * only with empty hands, so that a batch for which no thread was started, because that one was free, is not left behind.
 *
 * <p>Thread-safe. The monitor guards the set of workers; starting threads is the one thing done while it is held, so
 * that a worker is known before it runs. Whoever comes or goes is counted in the same step, and {@link #stats} looks at both at once.
 */
public final class ThreadEngine implements Engine {

    private static final Logger log = LoggerFactory.getLogger(ThreadEngine.class);

    private static final int CORES = Runtime.getRuntime().availableProcessors();

    private final RunnerContext context;
    private final ThreadOptions options;
    private final ThreadFactory threads;
    private final Backlog backlog;
    private final @Nullable TransferCheck transferCheck;
    private final CountDownLatch terminated = new CountDownLatch(1);

    // --- guarded by this ---
    private final Set<ThreadWorker> workers = new LinkedHashSet<>(); // without those that leave or were given up
    private final Set<ThreadWorker> leaving = new HashSet<>(); // too many after a resize, and not ended yet
    private final AbandonedThreads abandoned;
    private final BitSet usedIndexes = new BitSet();
    private volatile int size; // read without the lock where an old value does no harm
    private volatile boolean maybeTooMany; // so that a worker need not look after each task
    private volatile boolean shutdown; // read without the lock where nothing else is

    /** Opens the engine; no thread is started yet. */
    public ThreadEngine(RunnerContext context, ThreadOptions options) {
        this.context = context;
        this.options = options;
        this.threads = options.isVirtual() ? VirtualThreads.factory() : PlatformThreads.factory();
        this.backlog = new Backlog(
                context.name(),
                options.queueCapacity(),
                options.onFullQueue(),
                CORES > 1,
                context.divisible()::isAnyLeft);
        this.transferCheck = options.isTransferableRequired() ? new TransferCheck() : null;
        this.abandoned = new AbandonedThreads(context.name(), options);
        this.size = options.workers();
    }

    @Override
    public Strategy strategy() {
        return Strategy.THREADS;
    }

    @Override
    public synchronized int workers() {
        return size;
    }

    @Override
    public void resize(int workers) {
        synchronized (this) {
            if (shutdown) {
                throw Backlog.closedToResize(context.name());
            }
            size = workers;
            maybeTooMany = true;
        }
        backlog.wakeTakers(); // those that are too many leave
        addWorkersForWhatWaits();
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
    public @Nullable Object prepareInput(@Nullable Object input, Supplier<TaskRef> task) {
        if (transferCheck != null) {
            transferCheck.checkInput(input, task.get());
        }
        return input;
    }

    @Override
    public Chunks chunks() {
        return Chunks.THREADS;
    }

    @Override
    public void mayDivide() {
        if (backlog.takers() > 0) {
            backlog.wakeTaker();
        }
    }

    @Override
    public int queueCapacity() {
        return options.queueCapacity();
    }

    @Override
    public void accept(Batch batch, boolean overBound) throws InterruptedException {
        int wanted = batch.divisibleBy();
        if (!backlog.put(batch, overBound)) {
            while (addWorker() && --wanted > 0) {
                // one for each task of it
            }
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

    /** What workers have taken together with what they run, and have not begun with, waits too; it is older than what is in line. */
    @Override
    public List<Batch> giveUpWaiting() {
        List<Batch> all = new ArrayList<>();
        for (Batch half = context.divisible().split();
                half != null;
                half = context.divisible().split()) {
            all.add(half);
        }
        all.sort(Comparator.comparingLong(half -> half.submissions().get(0).taskId()));
        all.addAll(backlog.drain());
        return all;
    }

    @Override
    public void takeOver(List<Batch> waiting) {
        boolean taken = backlog.putBack(waiting);
        context.stopWaiting(backlog);
        if (!taken) {
            addWorkersForWhatWaits();
        }
    }

    @Override
    public void forget(Submission<?> submission) {
        backlog.forget(submission.tasks());
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
    public @Nullable Batch claimAny(int misses) {
        int depth = current().depth();
        return misses < depth * depth ? null : backlog.pollNewest();
    }

    @Override
    public void help(Batch claimed) {
        current().runAll(claimed);
    }

    private RunStack current() {
        return Objects.requireNonNull(ThreadWorker.currentOf(this), "not a worker's thread")
                .runs();
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
        context.stopWhatIsElsewhere(reason);
        List<ThreadWorker> all = workersNow();
        synchronized (this) {
            all.addAll(abandoned.workers()); // there may be runs that wait there for the one that does not end
        }
        for (ThreadWorker worker : all) {
            worker.runs().submissions().forEach(submission -> submission.stop(reason));
        }
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
    public void becameIdle() {
        if (shutdown) { // whoever shuts down looks for work afterwards: one of the two sees the other
            terminateIfOver();
        }
    }

    @Override
    public List<WorkerStacks> stacks() {
        List<ThreadWorker> all = workersNow();
        synchronized (this) {
            all.addAll(leaving);
            all.addAll(abandoned.workers());
        }
        return all.stream().map(worker -> worker.runs().stacks()).toList();
    }

    @Override
    public RunnerStats stats() {
        List<ThreadWorker> all;
        Counters.Snapshot numbers;
        synchronized (this) { // under which workers come, go and are counted
            all = workersNow();
            numbers = context.counters().snapshot();
        }
        int busy = (int) all.stream().filter(worker -> !worker.runs().isEmpty()).count();
        return numbers.toStats(
                new Counters.Crew(all.size(), 0, busy), context.recorder().times());
    }

    @Override
    public List<WorkerStats> workerStats() {
        List<ThreadWorker> parting;
        synchronized (this) {
            parting = new ArrayList<>(leaving);
        }
        return Stream.concat(
                        workersNow().stream().map(worker -> worker.runs().stats(false)),
                        parting.stream().map(worker -> worker.runs().stats(true)))
                .sorted(Comparator.comparingInt(WorkerStats::index))
                .toList();
    }

    @Override
    public boolean leavesACore() {
        int most = size;
        return most < CORES || (most == CORES && backlog.takers() > 0);
    }

    /** The next batch for a worker's thread; null if it should end. */
    @Nullable
    Batch next(ThreadWorker worker) {
        while (!leavesIfTooMany(worker)) {
            Batch found = whatOthersLeave();
            if (found != null) {
                return found;
            }
            try {
                Batch batch = backlog.take(Long.MAX_VALUE);
                if (batch != null || backlog.isClosed()) {
                    return batch;
                }
            } catch (InterruptedException e) {
                // a stray interrupt, from a task that kept a reference to the thread: nobody else's business
            }
        }
        return null;
    }

    /** What is next in line, else some of a chunk that another worker runs; null if there is no such chunk, or all is under way. */
    private @Nullable Batch whatOthersLeave() {
        Divisible chunks = context.divisible();
        if (chunks.isEmpty()) {
            return null;
        }
        chunks.giveBackWhatIsStuck(context.nanoTime());
        Batch next = backlog.poll();
        return next != null ? next : chunks.split();
    }

    private boolean leavesIfTooMany(ThreadWorker worker) {
        if (!maybeTooMany) {
            return false;
        }
        int wanted;
        synchronized (this) {
            wanted = size;
            maybeTooMany = !shutdown && workers.size() > Math.max(1, room());
            if (!maybeTooMany || !workers.remove(worker)) {
                return false;
            }
            leaving.add(worker);
            context.counters().workerRecycled();
        }
        tellEnd(worker, Departure.RECYCLED, "resized to " + wanted + " workers");
        log.info("{} lets {} go: resized to {} workers", context.name(), worker.name(), wanted);
        return true;
    }

    /**
     * A worker's thread ends. What has got in line since it found nothing there may have counted on it: who puts something in line looks for
     * workers afterwards, and this looks into the line when it is none any more, so that one of the two sees the other.
     */
    void ended(ThreadWorker worker) {
        if (workersNow().contains(worker)) { // before another takes its place, or all is over
            tellEnd(worker, Departure.STOPPED, "the runner needs it no longer");
        }
        AbandonedThreads.GivenUp givenUp;
        int running;
        synchronized (this) {
            givenUp = abandoned.remove(worker);
            running = abandoned.running();
            boolean stopped = workers.remove(worker);
            if (stopped) {
                context.counters().workerStopped();
            }
            if (stopped || leaving.remove(worker)) {
                usedIndexes.clear(worker.index());
            }
        }
        terminateIfOver();
        if (givenUp != null) {
            abandoned.tellEnd(worker, givenUp, running);
        }
        addWorkersForWhatWaits(); // also for what waited for room
    }

    /**
     * A worker's task ignores interruption: gives the thread up and puts another in its place. Called again if another of its
     * runs, which waits for the first, is to be stopped too; and maybe when the thread has just ended after all.
     */
    void giveUp(ThreadWorker worker, LocalRun stubborn, List<Submission<?>> returned) {
        StackTraceElement[] stack = worker.stackTrace();
        TaskRef task = stubborn.submission().ref();
        boolean first;
        int running = 0;
        synchronized (this) {
            first = workers.remove(worker);
            if (first) {
                running = abandoned.add(worker, task);
                context.counters().threadAbandoned();
                maybeTooMany = true; // with too many of those there is less room
            }
        }
        if (first) {
            tellEnd(worker, Departure.ABANDONED, task + " ignores its interrupt");
            synchronized (this) {
                usedIndexes.clear(worker.index()); // now another may take its place
            }
            abandoned.warn(worker, task, stack, running);
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

    private void addWorkersForWhatWaits() {
        for (int tasks = backlog.size(); tasks > 0; tasks--) {
            if (!addWorker()) {
                return;
            }
        }
    }

    /** Starts a thread if there is room for one; if there is none at all, nothing that waits will ever run, and fails. */
    private boolean addWorker() {
        boolean started = false;
        int running;
        synchronized (this) {
            boolean over = shutdown && context.isIdle(); // the last task has just ended: nothing will come any more
            if (workers.size() < room() && !over) {
                started = start();
            }
            running = workers.isEmpty() ? abandoned.running() : -1;
        }
        if (running >= 0) {
            rejectAll(running);
        }
        return started;
    }

    private void tellEnd(ThreadWorker worker, Departure how, String why) {
        context.recorder().workerEnded(worker.index(), Recorder.THIS_JVM, how, why);
    }

    private int room() {
        assert Thread.holdsLock(this);
        return size - abandoned.beyondLimit();
    }

    private boolean start() {
        assert Thread.holdsLock(this);
        int index = usedIndexes.nextClearBit(0);
        ThreadWorker worker = new ThreadWorker(this, context, index, threads);
        workers.add(worker);
        usedIndexes.set(index);
        try {
            worker.start();
            context.counters().workerStarted();
            return true;
        } catch (Throwable t) { // the system gives no more threads
            workers.remove(worker);
            usedIndexes.clear(index);
            log.warn("{} could not start a thread and goes on with {}", context.name(), workers.size(), t);
            return false;
        }
    }

    private void rejectAll(int running) {
        String why = running == 0
                ? "no thread is left to run it, and the system gives no more"
                : "no thread is left to run it: too many ignore their interrupt and still run: " + running
                        + ", maxAbandonedThreads=" + options.maxAbandonedThreads()
                        + "; it works again when one of them ends, or after a resize to more workers";
        for (Batch batch : backlog.drain()) {
            for (Submission<?> submission : batch.submissions()) {
                for (Submission<?> one : submission.apart()) {
                    one.reject(new RunnerBrokenException(one.ref(), why, running, null));
                }
            }
        }
    }

    private synchronized List<ThreadWorker> workersNow() {
        return new ArrayList<>(workers);
    }

    private void terminateIfOver() {
        synchronized (this) {
            if (!shutdown || !workers.isEmpty() || !leaving.isEmpty() || !context.isIdle()) {
                return;
            }
        }
        if (terminated.getCount() > 0) {
            context.terminated();
            terminated.countDown();
        }
    }
}
