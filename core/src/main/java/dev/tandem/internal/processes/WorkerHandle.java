package dev.tandem.internal.processes;

import dev.tandem.Progress;
import dev.tandem.TaskRef;
import dev.tandem.WorkerLoss;
import dev.tandem.WorkerLoss.Phase;
import dev.tandem.WorkerLoss.Verdict;
import dev.tandem.WorkerStartException;
import dev.tandem.internal.engine.Batch;
import dev.tandem.internal.engine.RunnerContext;
import dev.tandem.internal.engine.Submission;
import dev.tandem.internal.engine.Worker;
import dev.tandem.internal.protocol.Message;
import dev.tandem.internal.protocol.MessageFormat;
import dev.tandem.internal.protocol.Slice;
import dev.tandem.ipc.Codec;
import dev.tandem.ipc.Connection;
import dev.tandem.ipc.TransportException;
import java.util.List;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One worker JVM, from its start to its death certificate.
 *
 * <pre>
 *              ready              stop, when free
 *   STARTING ─────────▶ UP ──────────────────────────▶ LEAVING
 *      │                │                                 │
 *      │ kill, stop     │ kill                            │
 *      ▼                ▼                                 │
 *    DOOMED ◀───────────┘                                 │
 *      │   (takes nothing more; what it still says counts)│
 *      └──────────────── has ended ─────▶ GONE ◀──────────┘
 * </pre>
 *
 * <p><b>Its one thread</b>, the reader, starts the process, shakes hands, and then reads until the connection ends. It runs
 * no code of the user's and waits for nothing but the worker. When the connection has ended the reader waits for the
 * process itself: death is the exit of the process, never the end of a stream, which a grandchild may hold open or a task
 * may close. A process that lives on without its connection is killed.
 *
 * <p><b>After a death</b> all that the worker wrote before it died has been read, for a pipe keeps it. So it is known which
 * attempt had begun: that one is lost, the others were never touched and go back ({@link Attempts#bury}). If the connection
 * broke in another way, so that something may be missing, all that was sent counts as begun, unless the sending was cut.
 *
 * <p>Thread-safe. The monitor guards the fields named below; nothing is called while it is held. Killing takes a look at all
 * processes of the machine, so it is left to the callback executor.
 */
final class WorkerHandle implements Worker, WorkerEvents {

    private static final Logger log = LoggerFactory.getLogger(WorkerHandle.class);
    private static final long EXIT_WAIT_MILLIS = 1_000; // from the end of the connection to the end of the process
    private static final long OUTPUT_WAIT_MILLIS = 500; // for its last words, if a stranger holds the stream open

    private enum State {
        STARTING,
        UP,
        LEAVING,
        DOOMED,
        GONE
    }

    /** Why a worker is no more. */
    enum Ending {
        /** It was asked to. */
        STOPPED,
        /** It was killed on purpose: its task would not stop, or nobody needed it any more. */
        KILLED,
        /** It died, or had to be killed, for a reason of its own. */
        LOST
    }

    private final RunnerContext context;
    private final Supervisor supervisor;
    private final WorkerBoot boot;
    private final ResultDecoding results;
    private final RunDirectory directory;
    private final int index;
    private final Attempts attempts = new Attempts();

    // --- volatile, written by the reader ---
    private volatile String label;
    private volatile long lastHeardNanos;
    private volatile long tasksAnswered;
    private volatile @Nullable String retiring;

    // --- guarded by this ---
    private State state = State.STARTING;
    private @Nullable Process process;
    private @Nullable WorkerProxy proxy;
    private @Nullable WorkerOutput output;
    private @Nullable Verdict verdict; // why it was killed, if that was its own fault
    private boolean killedOnPurpose;

    WorkerHandle(
            RunnerContext context,
            Supervisor supervisor,
            WorkerBoot boot,
            Codec.Decoder decoder,
            RunDirectory directory,
            int index) {
        this.context = context;
        this.supervisor = supervisor;
        this.boot = boot;
        this.results = new ResultDecoding(context, decoder);
        this.directory = directory;
        this.index = index;
        this.label = "worker " + index;
    }

    void start() {
        Thread reader = new Thread(null, this::liveAndDie, context.name() + "-reader-" + index, 0, false);
        reader.setDaemon(true);
        try {
            reader.start();
        } catch (OutOfMemoryError e) { // the system gives no more threads
            WorkerStartException failure = new WorkerStartException(
                    TaskRef.NONE, "no thread could be started for it: " + e, List.of(), OptionalInt.empty(), List.of());
            supervisor.failedToStart(this, failure);
        }
    }

    // ---- what others ask for; any thread

    int index() {
        return index;
    }

    @Override
    public String label() {
        return label; // without a lock: submissions ask for it
    }

    long tasksAnswered() {
        return tasksAnswered;
    }

    /** Why the worker asks to be replaced, or null. */
    @Nullable
    String retiring() {
        return retiring;
    }

    synchronized boolean isUp() {
        return state == State.UP;
    }

    /** What it was sent and has not answered. */
    List<Submission<?>> submissions() {
        return attempts.submissions();
    }

    /** How long nothing was heard of it. */
    long silentNanos() {
        return System.nanoTime() - lastHeardNanos;
    }

    /** Starts the count of silence again: it was this JVM that could not listen. */
    void forgiveSilence() {
        lastHeardNanos = System.nanoTime();
    }

    /** Sends a batch; false if the worker takes none, which leaves the batch as it was. */
    boolean give(Batch batch) {
        long firstId = context.reserveAttemptIds(batch.submissions().size());
        List<Submission<?>> sent = attempts.begin(this, batch, firstId);
        if (sent == null) {
            return false;
        }
        if (!sent.isEmpty()) {
            WorkerProxy to = proxy();
            RunRequest.send(to, firstId, sent);
            attempts.sent().forEach(id -> to.send(new Message.Cancel(id)));
        }
        freedIfAllAnswered(); // nothing was wanted any more, or the answers were faster
        return true;
    }

    @Override
    public void interrupt(long attemptId) {
        if (attempts.cancel(attemptId)) {
            proxy().send(new Message.Cancel(attemptId));
        }
    }

    @Override
    public void stopByForce(Submission<?> submission, long attemptId) {
        if (!attempts.closeIfInFlight(attemptId)) {
            submission.abandoned(attemptId); // answered: the answer is stuck in code of the user's, in this JVM
            return;
        }
        killOnPurpose();
    }

    /** Asks it to end, if it is free; one that is starting is killed. */
    void stop(long graceNanos) {
        WorkerProxy leaving;
        synchronized (this) {
            if (state == State.UP && attempts.closeIfFree()) {
                state = State.LEAVING;
            }
            leaving = state == State.LEAVING ? proxy : null;
        }
        if (leaving != null) {
            leaving.send(new Message.Stop());
            context.deadlines().after(graceNanos, () -> kill(null));
        } else if (!isUp()) {
            killOnPurpose();
        }
    }

    /** Kills it, with all that it started; returns at once. */
    void kill(@Nullable Verdict why) {
        Process doomed = doom(why);
        if (doomed != null) {
            context.callBack(() -> Termination.killTree(doomed.toHandle()));
        }
    }

    /** Kills it, with all that it started, on the calling thread. */
    void killHere() {
        Process doomed = doom(null);
        if (doomed != null) {
            Termination.killTree(doomed.toHandle());
        }
    }

    private void killOnPurpose() {
        synchronized (this) {
            killedOnPurpose = true;
        }
        kill(null);
    }

    private synchronized @Nullable Process doom(@Nullable Verdict why) {
        if (state == State.GONE) {
            return null;
        }
        attempts.close();
        if (state != State.LEAVING) {
            state = State.DOOMED;
        }
        if (verdict == null) {
            verdict = why;
        }
        return process;
    }

    // ---- what the worker says; the reader thread

    @Override
    public void started(long attemptId) throws TransportException {
        Submission<?> submission = attempts.enter(attemptId, Phase.DECODING);
        output().running(Long.toString(submission.promise().taskId()));
        submission.started(attemptId);
    }

    @Override
    public void running(long attemptId) throws TransportException {
        attempts.enter(attemptId, Phase.RUNNING);
    }

    @Override
    public void encoding(long attemptId) throws TransportException {
        attempts.enter(attemptId, Phase.ENCODING);
    }

    @Override
    public void reported(long attemptId, Progress progress) throws TransportException {
        attempts.of(attemptId).reported(attemptId, progress);
    }

    @Override
    public void done(long attemptId, Slice result) throws TransportException {
        Submission<?> submission = answered(attemptId);
        results.succeeded(submission, attemptId, result);
        freedIfAllAnswered();
    }

    @Override
    public void failed(Message.Failed failure) throws TransportException {
        Submission<?> submission = answered(failure.attemptId());
        results.failed(submission, failure);
        freedIfAllAnswered();
    }

    @Override
    public void defined(Codec.Definition definition) {
        results.define(definition);
    }

    @Override
    public void retiring(String reason) {
        retiring = reason;
    }

    @Override
    public void stopping() {
        log.debug("{} is shutting down", label);
        supervisor.endsByItself(this);
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // only the reader writes it
    private Submission<?> answered(long attemptId) throws TransportException {
        Submission<?> submission = attempts.answered(attemptId);
        tasksAnswered++;
        return submission;
    }

    private void freedIfAllAnswered() {
        if (attempts.finish()) {
            proxy().allRead();
            supervisor.freed(this);
        }
    }

    // ---- its life; the reader thread

    private void liveAndDie() {
        WorkerBoot.Booted up;
        try {
            up = boot.boot(this::spawned);
        } catch (WorkerStartException e) {
            boolean wanted;
            synchronized (this) {
                wanted = state == State.STARTING;
                state = State.GONE;
            }
            supervisor.failedToStart(this, wanted ? e : null);
            return;
        }
        if (up(up)) {
            supervisor.ready(this);
        }
        boolean nothingMissing = readUntilTheEnd(up.connection());
        bury(up, nothingMissing);
    }

    private void spawned(Process started) {
        label = "worker " + index + " (pid " + started.pid() + ")";
        synchronized (this) {
            process = started;
            if (state == State.STARTING) {
                return;
            }
        }
        Termination.killTree(started.toHandle()); // it was given up before it began
    }

    private synchronized boolean up(WorkerBoot.Booted booted) {
        lastHeardNanos = System.nanoTime();
        proxy = new WorkerProxy(booted.connection(), context.name() + "-writer-" + index);
        output = booted.output();
        if (state == State.STARTING) {
            state = State.UP;
        }
        return state == State.UP;
    }

    /** Whether everything that the worker has written was read. */
    private boolean readUntilTheEnd(Connection connection) {
        WorkerEventsAdapter adapter = new WorkerEventsAdapter(this);
        try {
            for (Connection.Frame frame = connection.receive(); frame != null; frame = connection.receive()) {
                lastHeardNanos = System.nanoTime();
                adapter.dispatch(MessageFormat.parse(frame));
            }
            return true;
        } catch (TransportException e) {
            if (e.isEndOfStream() || !isUp()) {
                log.debug("{} is no longer heard", label, e);
            } else {
                log.warn("{} is killed: its connection broke or carried what is no message of ours", label, e);
            }
            return e.isEndOfStream();
        } catch (RuntimeException | Error e) {
            log.error("{} is killed: handling its messages failed, which is a defect of the library", label, e);
            return false;
        }
    }

    private void bury(WorkerBoot.Booted booted, boolean nothingMissing) {
        Integer exitCode = awaitExit(booted.process());
        proxy().close();
        booted.connection().close();
        booted.output().awaitEnd(OUTPUT_WAIT_MILLIS);
        Ending ending;
        Verdict known;
        synchronized (this) {
            ending = state == State.LEAVING ? Ending.STOPPED : killedOnPurpose ? Ending.KILLED : Ending.LOST;
            known = verdict;
            state = State.GONE;
        }
        WorkerLoss loss = DeathCertificate.write(
                known,
                exitCode,
                booted.process().pid(),
                attempts.phase(),
                booted.output().lastLines(),
                directory.existing(),
                booted.command());
        boolean untouched = nothingMissing || proxy().isLastRunCut();
        supervisor.readmit(attempts.bury(loss, untouched));
        supervisor.gone(this, ending, loss);
    }

    /** One that outlives its connection is helped along; null if the system does not let it go. */
    private @Nullable Integer awaitExit(Process ending) {
        try {
            if (!ending.waitFor(EXIT_WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
                kill(Verdict.CHANNEL_BROKEN);
                if (!ending.waitFor(EXIT_WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
                    log.error("{} does not die although it was killed: it is left to the system", label);
                    return null;
                }
            }
            return ending.exitValue();
        } catch (InterruptedException e) {
            kill(Verdict.CHANNEL_BROKEN);
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
