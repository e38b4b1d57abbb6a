package dev.tandem.internal.processes;

import dev.tandem.TaskRef;
import dev.tandem.WorkerLoss;
import dev.tandem.WorkerLoss.Verdict;
import dev.tandem.WorkerStartException;
import dev.tandem.internal.engine.RunnerContext;
import dev.tandem.internal.protocol.Message;
import dev.tandem.internal.protocol.MessageFormat;
import dev.tandem.internal.protocol.StatusPage;
import dev.tandem.ipc.Connection;
import dev.tandem.ipc.TransportException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process of one worker, and the thread that listens to it.
 *
 * <p><b>Its one thread</b>, the reader, starts the process, shakes hands, and then reads until the connection ends. It runs
 * no code of the user's and waits for nothing but the worker. When the connection has ended the reader waits for the
 * process itself: death is the exit of the process, never the end of a stream, which a grandchild may hold open or a task
 * may close. A process that lives on without its connection is killed. If there is no memory to read on, the worker is killed too: the
 * reader itself lasts until all is told, whatever that takes, since nobody else would tell it.
 *
 * <p><b>If a thread that listens to it fails</b> (a class that cannot be loaded, say), nobody would hear what its tasks say: the worker is lost, and its
 * certificate names what was thrown. If that happens while the death is told, it is told once more with what is known by then; and if that
 * fails too, the {@link Supervisor} does not hear of deaths any more, and gives up as a whole.
 *
 * <p>Thread-safe. The monitor guards the fields named below; nothing is called while it is held. Killing takes a look at all
 * processes of the machine, so it is left to the callback executor.
 */
final class WorkerProcess implements WorkerLink {

    private static final Logger log = LoggerFactory.getLogger(WorkerProcess.class);
    private static final long EXIT_WAIT_MILLIS = 1_000; // from the end of the connection to the end of the process
    private static final long OUTPUT_WAIT_MILLIS = 500; // for its last words, if a stranger holds the stream open
    private static final int MAX_REASON_CHARS = 500;
    private static final long MEMORY_PAUSE_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

    private final RunnerContext context;
    private final WorkerHandle worker;
    private final Payloads payloads;
    private final WorkerBoot boot;
    private final ThreadDump threadDump;
    private final RunDirectory directory;
    private final WorkerSupply supply;
    private final ForwardedLog forwarded;

    // --- confined to the reader thread ---
    private String whyUnheard = "its connection ended, its process did not";
    private WorkerBoot.@Nullable Booted booted; // once it is ready
    private @Nullable BootFailure bootFailure;
    private @Nullable String noMemoryFor; // what was to be done when this JVM's heap turned out to be full
    private @Nullable Throwable failure; // of this thread, while the worker lived
    private @Nullable Throwable untold; // what kept this thread from telling of the death
    private boolean nothingMissing;
    private boolean isOver;

    // --- by who listens ---
    private final Listening listening = new Listening(new Messages());
    private final WorkerEventsAdapter adapter;
    private @Nullable Connection heard; // written before anybody but the reader listens

    // --- guarded by this ---
    private boolean killed;
    private @Nullable Process process;
    private @Nullable WorkerProxy proxy;
    private @Nullable Connection connection;
    private @Nullable WorkerOutput output;
    private StatusPage.@Nullable Named page;
    private boolean pageOffered;

    WorkerProcess(
            RunnerContext context,
            WorkerHandle worker,
            Payloads payloads,
            WorkerBoot boot,
            ThreadDump threadDump,
            RunDirectory directory,
            WorkerSupply supply,
            ForwardedLog forwarded) {
        this.context = context;
        this.worker = worker;
        this.adapter = new WorkerEventsAdapter(worker);
        this.payloads = payloads;
        this.boot = boot;
        this.threadDump = threadDump;
        this.directory = directory;
        this.supply = supply;
        this.forwarded = forwarded;
    }

    @Override
    public void start() {
        Thread reader = new Thread(null, this::liveAndDie, context.name() + "-reader-" + worker.index(), 0, false);
        reader.setDaemon(true);
        try {
            reader.start();
        } catch (Error e) { // the system gives no more threads
            WorkerStartException report = new WorkerStartException(
                    TaskRef.NONE, "no thread could be started for it: " + e, List.of(), OptionalInt.empty(), List.of());
            worker.failedToStart(new BootFailure(report, false));
        }
    }

    @Override
    public void run(List<Attempts.Assigned> load) {
        WorkerProxy to = proxy();
        for (Attempts.Assigned one : SharedLoad.inMessages(load)) {
            RunRequest.queue(to, payloads, one.firstId(), one.submissions());
        }
        to.write();
    }

    @Override
    public void forget(FunctionNumber number) {
        WorkerProxy to;
        synchronized (this) {
            to = proxy;
        }
        if (to != null) {
            to.forget(number);
        }
    }

    @Override
    public void renew(FunctionNumber number) {
        proxy().renew(number);
    }

    @Override
    public void refused(Payloads.EncodedCode code) {
        payloads.refused(code);
    }

    @Override
    public void recall() {
        proxy().send(new Message.Recall());
        listening.need();
    }

    @Override
    public void answered(long attemptId) {
        proxy().answered(attemptId);
    }

    @Override
    public void run(long attemptId, ChunkSite site, ChunkRequest request) {
        WorkerProxy to = proxy();
        RunRequest.queue(to, attemptId, site.chunk(), site.slot(), request);
        to.write();
    }

    @Override
    public void listen(BooleanSupplier done) {
        listening.listen(done);
    }

    @Override
    public void hearSoon() {
        listening.need();
    }

    @Override
    public void cancel(long attemptId) {
        proxy().send(new Message.Cancel(attemptId));
        listening.need();
    }

    @Override
    public void withdraw(long attemptId) {
        proxy().send(new Message.Withdraw(attemptId));
        listening.need();
    }

    @Override
    public void stop() {
        proxy().send(new Message.Stop());
        listening.need();
    }

    @Override
    public void answer(Message.Lookup lookup) throws TransportException {
        supply.answer(lookup, proxy());
    }

    @Override
    public long cpuNanos() {
        Process live;
        synchronized (this) {
            live = process;
        }
        return live == null
                ? -1
                : live.info().totalCpuDuration().map(Duration::toNanos).orElse(-1L);
    }

    @Override
    public void allRead() {
        proxy().allRead();
    }

    @Override
    public void offerPage() {
        StatusPage.Named offered;
        synchronized (this) {
            offered = page;
            pageOffered = offered != null;
        }
        if (offered != null) {
            proxy().send(new Message.Page(offered.path().toString()));
        }
    }

    @Override
    public StatusPage page() throws TransportException {
        StatusPage.Named offered;
        Connection read;
        synchronized (this) {
            offered = page;
            read = connection;
            if (offered == null || !pageOffered || read == null) {
                throw new TransportException("the worker uses a status page, but was offered none");
            }
        }
        offered.unlink();
        read.peerKeepsGatheredIn(offered.page().tail());
        CoresToSpare.enter(offered.page());
        read.spinWhile(CoresToSpare::areThere);
        return offered.page();
    }

    @Override
    public void hasBegun(long taskId) {
        output().running(taskId);
    }

    @Override
    public void kill() {
        Process doomed = markKilled();
        if (doomed != null) {
            context.callBack(() -> Termination.killTree(doomed.toHandle()));
        }
    }

    @Override
    public void dumpAndKill(Consumer<String> answer) {
        Process doomed = markKilled();
        if (doomed != null) {
            context.callBack(() -> {
                threadDump.take(doomed.toHandle(), worker.interventions());
                answer.accept(worker.interventions().threadDumpOrWhyNot());
                Termination.killTree(doomed.toHandle());
            });
        }
    }

    @Override
    public void dump(Consumer<String> answer) {
        Process live;
        synchronized (this) {
            live = process;
        }
        Interventions asked = new Interventions(); // nothing was done to the worker: its certificate need not know
        if (live == null || !live.isAlive()) {
            asked.notDumped(live == null ? "its process has not been started yet" : "its process has ended");
            answer.accept(asked.threadDumpOrWhyNot());
        } else {
            context.callBack(() -> {
                threadDump.takePatiently(live.toHandle(), asked, DumpRound.LIMIT_NANOS);
                answer.accept(asked.threadDumpOrWhyNot());
            });
        }
    }

    @Override
    public void killHere() {
        Process doomed = markKilled();
        if (doomed != null) {
            Termination.killTree(doomed.toHandle());
        }
    }

    private @Nullable Process markKilled() {
        listening.need(); // to hear of the end
        synchronized (this) {
            killed = true;
            return process;
        }
    }

    // ---- the reader thread

    private void liveAndDie() {
        try {
            live();
        } catch (WorkerBoot.FailedException e) {
            bootFailure = e.failure();
        } catch (OutOfMemoryError e) {
            noMemoryFor = e.getMessage();
        } catch (RuntimeException | Error e) {
            failed(e);
        }
        while (!isOver) {
            try {
                die();
            } catch (OutOfMemoryError e) { // somebody will need it less some time, or this JVM is lost anyway
                LockSupport.parkNanos(MEMORY_PAUSE_NANOS);
            } catch (RuntimeException | Error e) {
                isOver = untold != null;
                untold = e;
                if (isOver) {
                    worker.isUntold(e);
                }
            }
        }
    }

    private void failed(Throwable thrown) {
        log.error(
                "{} is killed: the thread that listens to it has failed, which is a defect of the library or of its"
                        + " installation",
                worker.label(),
                thrown);
        failure = thrown;
    }

    private void live() throws WorkerBoot.FailedException {
        WorkerBoot.Booted up = boot.boot(this::spawned);
        booted = up;
        synchronized (this) {
            proxy = up.proxy();
            connection = up.connection();
            output = up.output();
            page = up.page();
        }
        up.output().findsOut(worker::look);
        up.output().whenFailed(thrown -> worker.kill(Verdict.CHANNEL_BROKEN, why("reads its output", thrown)));
        up.proxy().whenFailed(thrown -> worker.kill(Verdict.CHANNEL_BROKEN, why("writes to it", thrown)));
        nothingMissing = readUntilTheEnd(up.connection());
    }

    /** If this were not done to its end, its task would stay open, and its runner too: so it is done as often as it takes. */
    private void die() {
        WorkerBoot.Booted up = booted;
        if (up == null) {
            BootFailure report = bootFailure;
            if (report == null) {
                killHere();
                String why =
                        failure == null ? "this JVM's heap is full: " + noMemoryFor : why("was to start it", failure);
                report = new BootFailure(
                        new WorkerStartException(TaskRef.NONE, why, List.of(), OptionalInt.empty(), List.of()),
                        failure != null);
                bootFailure = report;
            }
            worker.failedToStart(report);
        } else if (untold != null) {
            buryAtOnce(up, untold);
        } else {
            if (failure != null) {
                worker.kill(Verdict.CHANNEL_BROKEN, why("listens to it", failure));
            }
            if (noMemoryFor != null) { // it is not to blame, but what was not read cannot be passed over
                worker.killUnread("this JVM's heap is full: " + noMemoryFor);
            }
            worker.unheard();
            bury(up, nothingMissing);
        }
        isOver = true;
    }

    private void spawned(Process started) {
        worker.spawned(started.pid());
        boolean unwanted;
        synchronized (this) {
            process = started;
            unwanted = killed;
        }
        if (unwanted) { // it was given up before it began
            Termination.killTree(started.toHandle());
        }
    }

    /** Whether everything that the worker has written was read. */
    private boolean readUntilTheEnd(Connection connection) {
        heard = connection;
        connection.tellProgress(worker::heard);
        try {
            worker.ready();
            boolean isNews = true; // else the clock need not be read again
            for (Connection.Frame frame = connection.receive(); frame != null; frame = connection.receive()) {
                take(frame, isNews);
                isNews = !connection.hasMore();
                if (isNews) {
                    worker.caughtUp();
                    if (listening.isWanted() && worker.answersSoon()) {
                        listening.standBy();
                    }
                }
            }
            return true;
        } catch (TransportException e) {
            log.debug("{} is no longer heard", worker.label(), e);
            if (e.getCause() instanceof OutOfMemoryError) {
                noMemoryFor = e.getMessage();
            } else if (!e.isEndOfStream()) {
                whyUnheard = "its connection broke or carried what is no message of ours: "
                        + Printable.line(String.valueOf(e.getMessage()), MAX_REASON_CHARS);
            }
            boolean isCutByTheSystem = e.getCause() instanceof IOException; // as a socket whose peer had not read all
            return e.isEndOfStream() || (isCutByTheSystem && worker.isOnPage());
        } catch (OutOfMemoryError e) {
            noMemoryFor = e.getMessage();
            return false;
        } catch (RuntimeException | Error e) {
            failed(e);
            return false;
        }
    }

    /** {@code isNews}: it has not come with the one before. */
    private void take(Connection.Frame frame, boolean isNews) throws TransportException {
        if (isNews) {
            worker.heard();
        }
        Message message = MessageFormat.parse(frame);
        if (!forwarded.take(message)) {
            adapter.dispatch(message);
        }
    }

    /** What comes over the connection, for whoever listens and does not wait. */
    private final class Messages implements Listening.Ear {

        @Override
        public boolean hear() throws TransportException {
            Connection connection = Objects.requireNonNull(heard);
            Connection.Frame frame = connection.poll();
            boolean isNews = true;
            for (; frame != null; frame = connection.poll()) {
                take(frame, isNews);
                isNews = false;
            }
            if (!isNews) {
                worker.caughtUp();
            }
            return !isNews;
        }

        @Override
        public boolean isAllAnswered() {
            return worker.isAllAnswered();
        }

        @Override
        public boolean hasEnded() {
            Process live;
            synchronized (WorkerProcess.this) {
                live = process;
            }
            return live != null && !live.isAlive();
        }
    }

    private static String why(String does, Throwable thrown) {
        return "the thread that " + does + " failed, which is a defect of the library or of its installation: "
                + Printable.line(String.valueOf(thrown), MAX_REASON_CHARS);
    }

    private void bury(WorkerBoot.Booted booted, boolean nothingMissing) {
        Integer exitCode = awaitExit(booted.process());
        if (exitCode != null) {
            if (nothingMissing) {
                worker.ended(); // before all that takes time
            }
            Termination.removeFilesOf(booted.process().pid());
        }
        booted.launched().offspring().kill();
        if (booted.page() != null) {
            booted.page().unlink(); // if it never came to use it
            CoresToSpare.leave(booted.page().page());
        }
        proxy().close();
        booted.connection().close();
        booted.output().awaitEnd(OUTPUT_WAIT_MILLIS);
        forwarded.awaitEnd(OUTPUT_WAIT_MILLIS);
        WorkerLoss loss = DeathCertificate.write(
                new DeathCertificate.Remains(
                        worker.verdict(),
                        exitCode,
                        booted.process().pid(),
                        worker.phase(),
                        booted.output().lastLines(),
                        booted.launched().command(),
                        worker.interventions(),
                        directory.existing(),
                        booted.launched().oomKillsBefore()),
                OomKills.HERE);
        worker.died(loss, nothingMissing || proxy().isLastRunCut());
    }

    /** Tells of the death with what is known, after something has kept this thread from finding out more. */
    private void buryAtOnce(WorkerBoot.Booted booted, Throwable thrown) {
        worker.interventions().killed(why("was to bury it", thrown));
        killHere();
        proxy().close();
        booted.connection().close();
        worker.died(
                DeathCertificate.brief(booted.process().pid(), booted.launched().command(), worker.interventions()),
                false);
    }

    /** One that outlives its connection is helped along; null if the system does not let it go. */
    private @Nullable Integer awaitExit(Process ending) {
        try {
            if (!ending.waitFor(EXIT_WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
                worker.kill(Verdict.CHANNEL_BROKEN, whyUnheard);
                if (!ending.waitFor(EXIT_WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
                    log.error("{} does not die although it was killed: it is left to the system", worker.label());
                    return null;
                }
            }
            return ending.exitValue();
        } catch (InterruptedException e) {
            worker.kill(Verdict.CHANNEL_BROKEN, whyUnheard);
            return null;
        }
    }

    private synchronized WorkerProxy proxy() {
        return Objects.requireNonNull(proxy, "the worker is not up");
    }

    private synchronized WorkerOutput output() {
        return Objects.requireNonNull(output, "the worker is not up");
    }
}
