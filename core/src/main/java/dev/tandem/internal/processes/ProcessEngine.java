package dev.tandem.internal.processes;

import dev.tandem.Hygiene;
import dev.tandem.ProcessOptions;
import dev.tandem.RunnerStats;
import dev.tandem.Shared;
import dev.tandem.Strategy;
import dev.tandem.TaskRef;
import dev.tandem.WorkerStats;
import dev.tandem.internal.engine.Backlog;
import dev.tandem.internal.engine.Batch;
import dev.tandem.internal.engine.Engine;
import dev.tandem.internal.engine.RunnerContext;
import dev.tandem.internal.engine.Submission;
import dev.tandem.internal.engine.UserCode;
import dev.tandem.internal.engine.WorkerStacks;
import dev.tandem.ipc.Codec;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Runs tasks on worker JVMs.
 *
 * <pre>
 * |============================ supervisor JVM ============================|========== worker JVM 1..n ==========|
 *  caller thread        whoever frees a worker         a reader thread        receive thread       task thread
 * +--------------+      +----------------+  +--------------+ per worker       +-------------+     +-------------+
 * | submit(task) | ---&gt; |    Backlog     |-&gt;| WorkerHandle | === RUN 7 =====&gt; |    Inbox    | --&gt; |  TaskLoop   |
 * | encode now:  |      |  9 | 8 | 7     |  | in flight:   |                  |             |     | decode      |
 * |  bad capture |      |  full: submit  |  |  7           | === CANCEL 7 ==&gt; | interrupts  | ··&gt; | call        |
 * |  fails here  |      |  blocks        |  |              |                  | task thread |     | encode      |
 * +--------------+      +-------^--------+  +------^-------+                  +-------------+     +------+------+
 *                               | retry, moved     | &lt;== STARTED 7, REPORTED 7, DONE 7, FAILED 7, ALIVE ==+
 * +--------------+              |                  v
 * |  TaskFuture  | &lt;--- callback executor: decode the answer, settle the promise
 * +--------------+
 * </pre>
 *
 * <ul>
 *   <li>A caller encodes, and sends if a worker is idle; it blocks on a full backlog only.
 *   <li>A worker's reader thread reads, notes who has begun and who has answered, and hands the freed worker its next batch.
 *       It runs no code of the user's.
 *   <li>The timer interrupts, and kills what ignores that.
 *   <li>Nothing is shared between workers: a dying worker can stop nobody else.
 * </ul>
 *
 * <p>Thread-safe.
 */
public final class ProcessEngine implements Engine {

    /** A program that ends earlier gains nothing by an archive; later is later for those that come next. */
    private static final long ARCHIVE_DELAY_NANOS = TimeUnit.SECONDS.toNanos(5);

    private final RunnerContext context;
    private final ProcessOptions options;
    private final DebugMode debug;
    private final Backlog backlog;
    private final ClassSupply supply;
    private final SharedValues sharedValues;
    private final RepeatedArrays repeatedArrays;
    private final Payloads payloads;
    private final Admission admission;
    private final boolean inChunks; // not where each input must be looked at by itself
    private final ChunkWatch chunkWatch;
    private final RunDirectory directory;
    private final RunDirectory memory; // pages that are shared with workers
    private final WorkerClassPath classPath;
    private final ClassArchive archive;
    private final MachineShare share;
    private final Supervisor supervisor;
    private final CountDownLatch terminated = new CountDownLatch(1);

    private volatile int size;
    private volatile boolean shutdown;

    /** Opens the engine; no worker is started before there is work. */
    public ProcessEngine(RunnerContext context, ProcessOptions options) {
        this(
                context,
                options,
                DebugMode.ofThisJvm(),
                ClassPathClues.ofThisJvm(callersLoader()),
                ProcessEngine::ownProcesses);
        ExitGuard.guard(this);
    }

    /** Opens the engine with workers that have the class path of the options and nothing else. */
    static ProcessEngine withBareClassPath(RunnerContext context, ProcessOptions options) {
        ProcessEngine engine =
                new ProcessEngine(context, options, DebugMode.OFF, ClassPathClues.NONE, ProcessEngine::ownProcesses);
        ExitGuard.guard(engine);
        return engine;
    }

    /** Opens the engine with workers that may be no processes. */
    ProcessEngine(
            RunnerContext context, ProcessOptions options, Function<ProcessEngine, WorkerHandle.LinkFactory> workers) {
        this(context, options, DebugMode.OFF, ClassPathClues.ofThisJvm(callersLoader()), workers);
    }

    private ProcessEngine(
            RunnerContext context,
            ProcessOptions wished,
            DebugMode debug,
            ClassPathClues clues,
            Function<ProcessEngine, WorkerHandle.LinkFactory> workers) {
        Nesting.check();
        this.context = context;
        this.debug = debug;
        this.options = debug.adapted(wished);
        this.size = options.workers();
        this.backlog = new Backlog(context.name(), options.queueCapacity(), options.onFullQueue());
        this.directory = new RunDirectory(context::callBack);
        this.memory = RunDirectory.inMemory(context::callBack);
        ClassLoader loader = callersLoader();
        this.classPath = new WorkerClassPath(options, clues, directory::path);
        this.share = new MachineShare(options, this::workers, this::present);
        this.archive = new ClassArchive(options, ArchiveDirectory.ofThisUser(directory::path), this::someTimeLater);
        this.supply = new ClassSupply(options, loader, classPath::files, this::replaceWorkers);
        this.sharedValues = new SharedValues(
                context.name(),
                List.of(directory, memory),
                supply::encoded,
                fallback -> context.recorder().fellBack(fallback));
        this.admission = Admission.of(options, loader);
        this.inChunks = admission.trustsWorkers()
                && options.codec() == Codec.java()
                && options.hygiene() != Hygiene.RECYCLE
                && options.maxTasksPerWorker().isEmpty();
        boolean noticesArrays = admission.trustsWorkers() && options.codec() == Codec.java();
        this.repeatedArrays = new RepeatedArrays(
                noticesArrays ? directory : null, fallback -> context.recorder().fellBack(fallback));
        this.payloads = new Payloads(
                options.codec(), options.maxPayloadBytes(), supply::encoded, sharedValues, repeatedArrays, inChunks);
        this.chunkWatch = new ChunkWatch(context);
        WorkerHandle.LinkFactory links = workers.apply(this);
        this.supervisor = new Supervisor(
                context,
                options,
                backlog,
                (owner, index) -> new WorkerHandle(context, owner, index, resultDecoding(), chunkWatch, links),
                this::terminate);
    }

    /** Lets all workers go, each when it is free: new work meets new ones. */
    void replaceWorkers(String why) {
        supervisor.outdate(why);
    }

    private ResultDecoding resultDecoding() {
        return new ResultDecoding(context, admission.newDecoder(), admission.knowsPlainValues());
    }

    private WorkerHandle.LinkFactory ownProcesses() {
        WorkerLauncher launcher =
                new WorkerLauncher(options, debug, context.name(), directory, classPath, archive, share);
        ThreadDump threadDump = new ThreadDump(options, directory);
        LoggerLevels levels = new LoggerLevels(context);
        LogReplay replay = new LogReplay(options.isHardened());
        return worker -> {
            WorkerSupply asked = new WorkerSupply(context::callBack, supply);
            String logThread = context.name() + "-log-" + worker.index();
            ForwardedLog forwarded = new ForwardedLog("worker " + worker.index(), logThread, levels, replay);
            WorkerBoot boot = new WorkerBoot(
                    context,
                    launcher,
                    threadDump,
                    debug,
                    options.startTimeout(),
                    worker.index(),
                    asked,
                    forwarded,
                    options.isHardened() ? null : memory);
            return new WorkerProcess(context, worker, payloads, boot, threadDump, directory, asked, forwarded);
        };
    }

    private void someTimeLater(Runnable work) {
        context.deadlines().after(ARCHIVE_DELAY_NANOS, () -> context.callBack(work));
    }

    /** Whether it starts and runs anything, for who watches it. */
    RestartLimit.Circuit circuit() {
        return supervisor.circuit();
    }

    /** How many submissions wait for a worker. */
    int waiting() {
        return backlog.size();
    }

    @Override
    public Strategy strategy() {
        return Strategy.PROCESSES;
    }

    @Override
    public int workers() {
        return size;
    }

    @Override
    public void resize(int workers) {
        if (shutdown) {
            throw Backlog.closedToResize(context.name());
        }
        int allowed = debug.workers(workers);
        size = allowed; // first: whatever is started from now on gets its share by this number
        supervisor.resize(allowed);
    }

    @Override
    public Duration grace() {
        return options.killGrace();
    }

    @Override
    public boolean hasNoLimits() {
        return debug.isOn();
    }

    @Override
    public Object prepareCode(UserCode code, TaskRef task) {
        admission.submitted(code);
        supply.submitting(Payloads.original(code));
        return payloads.encodeCode(code, task);
    }

    @Override
    public void forgetCode(Object prepared) {
        if (prepared instanceof Payloads.EncodedCode code && code.number() != null) {
            code.number().over();
            supervisor.workers().forEach(worker -> worker.forget(code.number()));
        }
    }

    @Override
    public @Nullable Object prepareInput(@Nullable Object input, Supplier<TaskRef> task) {
        return payloads.prepareInput(input, task);
    }

    @Override
    public Chunks chunks() {
        return inChunks ? Chunks.PROCESSES : Chunks.NOBODY;
    }

    @Override
    public int queueCapacity() {
        return options.queueCapacity();
    }

    @Override
    public <T> Shared<T> share(T value) {
        return sharedValues.share(value);
    }

    @Override
    public void demandStackRoom() {
        supervisor.demandRoomToDispatch();
    }

    @Override
    public void accept(Batch batch, boolean overBound) throws InterruptedException {
        enterSupply(batch); // first: what is refused leaves again
        supervisor.demandNotBroken();
        backlog.put(batch, overBound);
        supervisor.workCame();
    }

    private void enterSupply(Batch batch) {
        batch.announce((prepared, over) -> {
            if (prepared instanceof Payloads.EncodedCode code) {
                supply.entering(code.loader(), over);
            }
        });
        supply.queueing();
    }

    @Override
    public List<Batch> giveUpWaiting() {
        return backlog.drain();
    }

    @Override
    public void takeOver(List<Batch> waiting) {
        waiting.forEach(this::enterSupply);
        backlog.putBack(waiting);
        context.stopWaiting(backlog);
        supervisor.dispatch();
    }

    @Override
    public void rest(String why) {
        supervisor.outdate(why);
    }

    @Override
    public long cpuNanos() {
        long sum = 0;
        for (WorkerHandle worker : supervisor.workers()) {
            long nanos = worker.cpuNanos();
            if (nanos < 0) {
                return -1;
            }
            sum += nanos;
        }
        return sum;
    }

    @Override
    public void readmit(Batch batch) {
        backlog.putBack(batch);
        context.stopWaiting(backlog);
        supervisor.dispatch();
    }

    @Override
    public void readmitAll(List<Batch> batches) {
        for (int i = batches.size() - 1; i >= 0; i--) { // each goes to the front
            backlog.putBack(batches.get(i));
        }
        context.stopWaiting(backlog);
        supervisor.dispatch();
    }

    @Override
    public void forget(Submission<?> submission) {
        backlog.forget(submission.tasks());
    }

    @Override
    public void becameIdle() {
        if (shutdown && context.isIdle()) {
            supervisor.stopAll();
        }
    }

    @Override
    public boolean isInsideTask() {
        return false; // its tasks run elsewhere
    }

    @Override
    public boolean mayHelp() {
        return false;
    }

    @Override
    public @Nullable Batch claimAny(int misses) {
        return null;
    }

    @Override
    public void help(Batch claimed) {
        throw new UnsupportedOperationException("no thread of this JVM runs tasks of worker JVMs");
    }

    @Override
    public void shutdown() {
        backlog.close(); // first: nothing may get in once idle means over
        archive.close();
        shutdown = true;
        becameIdle();
    }

    @Override
    public void shutdownNow() {
        shutdown();
        String reason = context.beginStopping();
        context.stopWaiting(backlog);
        context.stopWhatIsElsewhere(reason);
        for (WorkerHandle worker : supervisor.workers()) {
            worker.submissions().forEach(submission -> submission.stop(reason));
        }
    }

    @Override
    public void supervisionFailed(Throwable thrown) {
        supervisor.giveUp(null, thrown);
    }

    @Override
    public void lookAtWorkers() {
        supervisor.workers().forEach(WorkerHandle::look);
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
        return new DumpRound(supervisor.workers()).take();
    }

    @Override
    public RunnerStats stats() {
        lookAtWorkers();
        return supervisor.stats(supply.stats(), context.recorder().times());
    }

    @Override
    public List<WorkerStats> workerStats() {
        lookAtWorkers();
        return supervisor.workers().stream()
                .map(WorkerHandle::stats)
                .sorted(Comparator.comparingInt(WorkerStats::index))
                .toList();
    }

    @Override
    public long bytes(Object preparedCode, @Nullable Object preparedInput) {
        return Payloads.bytes(preparedCode, preparedInput);
    }

    /** There will be no time to wait for anything. */
    void endWithThisJvm() {
        shutdownNow(); // another hook may submit and wait, or wait already: it must not wait for ever
        supervisor.killAll();
        sharedValues.close();
        repeatedArrays.close();
        directory.remove();
        memory.remove();
        admission.close();
    }

    private int present() {
        return supervisor.workers().size();
    }

    private void terminate() {
        share.giveBack();
        ExitGuard.release(this);
        debug.release();
        sharedValues.close();
        repeatedArrays.close();
        directory.remove();
        memory.remove();
        admission.close();
        context.terminated();
        terminated.countDown();
    }

    private static ClassLoader callersLoader() {
        ClassLoader ofThread = Thread.currentThread().getContextClassLoader();
        return ofThread != null ? ofThread : ClassLoader.getSystemClassLoader();
    }
}
