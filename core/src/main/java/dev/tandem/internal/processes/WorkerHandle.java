package dev.tandem.internal.processes;

import dev.tandem.Progress;
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
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One worker JVM, from its start to its death certificate.
 *
 * <pre>
 *             ready            batch               all answered
 *  STARTING ─────────▶ IDLE ─────────────▶ BUSY ─────────────────▶ IDLE
 *      │                 │ stop              │ kill
 *      │ kill            ├───▶ LEAVING       ├───▶ DOOMED     (takes nothing more; what it still says counts)
 *      └─────────────────┴────────┬──────────┴──────┬───────▶ GONE
 *                                 has ended         has ended
 * </pre>
 *
 * <p><b>Its one thread</b>, the reader, starts the process, shakes hands, and then reads until the connection ends. It runs
 * no code of the user's and waits for nothing but the worker. When the connection has ended the reader waits for the
 * process itself: death is the exit of the process, never the end of a stream, which a grandchild may hold open or a task
 * may close. A process that lives on without its connection is killed.
 *
 * <p><b>After a death</b> all that the worker wrote before it died has been read, for a pipe keeps it. So it is known which
 * attempt had begun: that one is lost, the others were never touched and go back. If the connection broke in another way,
 * so that something may be missing, all that was sent counts as begun.
 *
 * <p><b>A kill never hits the wrong task.</b> Whoever wants an attempt stopped by force names it; the worker is doomed only if
 * that attempt is still in flight, in the same step in which it stops taking batches.
 *
 * <p>Thread-safe. The monitor guards the fields named below; nothing is called while it is held but {@link
 * Submission#assign}, whose own lock is a leaf.
 */
final class WorkerHandle implements Worker, WorkerEvents {

    private static final Logger log = LoggerFactory.getLogger(WorkerHandle.class);
    private static final long EXIT_WAIT_MILLIS = 1_000; // from the end of the connection to the end of the process
    private static final long OUTPUT_WAIT_MILLIS = 500; // for its last words, if a stranger holds the stream open

    private enum State {
        STARTING,
        IDLE,
        BUSY,
        LEAVING,
        DOOMED,
        GONE
    }

    /** Why a worker is no more. */
    enum Ending {
        /** It was asked to. */
        STOPPED,
        /** It was killed, for a task that would not stop. */
        KILLED_ON_PURPOSE,
        /** It died, or had to be killed, for a reason of its own. */
        LOST
    }

    private final RunnerContext context;
    private final Supervisor supervisor;
    private final WorkerBoot boot;
    private final ResultDecoding results;
    private final RunDirectory directory;
    private final int index;

    // --- volatile, written by the reader ---
    private volatile long lastHeardNanos;

    // --- guarded by this ---
    private final Map<Long, InFlight> inFlight = new LinkedHashMap<>(); // in the order in which they run
    private State state = State.STARTING;
    private boolean sending; // a batch is being handed to the proxy: cancels must not overtake it
    private @Nullable Process process;
    private @Nullable WorkerOutput output;
    private @Nullable WorkerProxy proxy;
    private @Nullable Verdict verdict; // why we killed it
    private boolean killedOnPurpose;
    private long tasksAnswered;
    private @Nullable String retiring;

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
    }

    void start() {
        Thread reader = new Thread(null, this::liveAndDie, context.name() + "-reader-" + index, 0, false);
        reader.setDaemon(true);
        reader.start();
    }

    // ---- what the supervisor asks for; any thread

    int index() {
        return index;
    }

    @Override
    public synchronized String label() {
        return process == null ? "worker " + index : "worker " + index + " (pid " + process.pid() + ")";
    }

    synchronized long tasksAnswered() {
        return tasksAnswered;
    }

    /** Why the worker asks to be replaced, or null. */
    synchronized @Nullable String retiring() {
        return retiring;
    }

    synchronized boolean isReady() {
        return state == State.IDLE || state == State.BUSY;
    }

    /** What it was sent and has not answered. */
    synchronized List<Submission<?>> submissions() {
        List<Submission<?>> all = new ArrayList<>();
        inFlight.values().forEach(one -> all.add(one.submission()));
        return all;
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
        List<Submission<?>> claimed = batch.submissions();
        List<Submission<?>> sent = new ArrayList<>(claimed.size());
        long firstId = context.reserveAttemptIds(claimed.size());
        WorkerProxy to;
        synchronized (this) {
            if (state != State.IDLE || proxy == null) {
                return false;
            }
            for (Submission<?> submission : claimed) {
                long id = firstId + sent.size();
                if (submission.assign(this, id)) {
                    inFlight.put(id, new InFlight(submission));
                    sent.add(submission);
                }
            }
            if (!sent.isEmpty()) {
                state = State.BUSY;
                sending = true;
            }
            to = proxy;
        }
        if (sent.isEmpty()) {
            supervisor.freed(this);
            return true;
        }
        RunRequest.send(to, firstId, sent);
        afterSending(to);
        return true;
    }

    @Override
    public void interrupt(long attemptId) {
        WorkerProxy to;
        synchronized (this) {
            InFlight attempt = inFlight.get(attemptId);
            if (attempt == null || proxy == null) {
                return;
            }
            if (sending) {
                attempt.wantCancel();
                return;
            }
            to = proxy;
        }
        to.send(new Message.Cancel(attemptId));
    }

    @Override
    public void stopByForce(Submission<?> submission, long attemptId) {
        synchronized (this) {
            if (inFlight.containsKey(attemptId)) {
                killedOnPurpose = true;
                doom(null);
                return;
            }
        }
        submission.abandoned(attemptId); // the worker has answered: the answer is stuck in code of the user's, in here
    }

    /** Asks it to end; one that is starting is killed. A busy one must be freed first. */
    void stop(long graceNanos) {
        WorkerProxy to = null;
        synchronized (this) {
            switch (state) {
                case STARTING -> {
                    killedOnPurpose = true;
                    doom(null);
                }
                case IDLE -> {
                    state = State.LEAVING;
                    to = proxy;
                }
                default -> {}
            }
        }
        if (to != null) {
            to.send(new Message.Stop());
            context.deadlines().after(graceNanos, () -> kill(null));
        }
    }

    /** Kills it, with all that it started. */
    synchronized void kill(@Nullable Verdict why) {
        if (state != State.GONE) {
            doom(why);
        }
    }

    // ---- what the worker says; the reader thread

    @Override
    public void started(long attemptId) throws TransportException {
        InFlight attempt = enter(attemptId, Phase.DECODING);
        output().running(Long.toString(attempt.submission().promise().taskId()));
        attempt.submission().started(attemptId);
    }

    @Override
    public void running(long attemptId) throws TransportException {
        enter(attemptId, Phase.RUNNING);
    }

    @Override
    public void encoding(long attemptId) throws TransportException {
        enter(attemptId, Phase.ENCODING);
    }

    @Override
    public void reported(long attemptId, Progress progress) throws TransportException {
        known(attemptId).submission().reported(attemptId, progress);
    }

    @Override
    public void done(long attemptId, Slice result) throws TransportException {
        InFlight attempt = answered(attemptId);
        results.succeeded(attempt.submission(), attemptId, result);
        freedIfAllAnswered();
    }

    @Override
    public void failed(Message.Failed failure) throws TransportException {
        InFlight attempt = answered(failure.attemptId());
        results.failed(attempt.submission(), failure);
        freedIfAllAnswered();
    }

    @Override
    public void defined(Codec.Definition definition) {
        results.define(definition);
    }

    @Override
    public synchronized void retiring(String reason) {
        retiring = reason;
    }

    @Override
    public void stopping() {
        log.debug("{} is shutting down", label());
    }

    // ---- its life; the reader thread

    private void liveAndDie() {
        WorkerBoot.Booted up;
        try {
            up = boot.boot(this::spawned);
        } catch (WorkerStartException e) {
            boolean onPurpose;
            synchronized (this) {
                onPurpose = killedOnPurpose;
                state = State.GONE;
            }
            supervisor.failedToStart(this, onPurpose ? null : e);
            return;
        }
        lastHeardNanos = System.nanoTime();
        boolean live;
        synchronized (this) {
            output = up.output();
            proxy = new WorkerProxy(up.connection(), context.name() + "-writer-" + index);
            live = state == State.STARTING;
            if (live) {
                state = State.IDLE;
            }
        }
        if (live) {
            supervisor.ready(this);
        }
        boolean nothingMissing = readUntilTheEnd(up.connection());
        bury(up, nothingMissing);
    }

    private void spawned(Process started) {
        synchronized (this) {
            process = started;
            if (state == State.STARTING) {
                return;
            }
        }
        Termination.killTree(started.toHandle()); // it was given up before it began
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
            tellWhyItIsCut(e);
            return e.isEndOfStream();
        } catch (RuntimeException | Error e) {
            log.error(
                    "{} is given up: its messages could not be handled, which is a defect of the library", label(), e);
            return false;
        }
    }

    private void tellWhyItIsCut(TransportException e) {
        boolean expected;
        synchronized (this) {
            expected = state == State.LEAVING || state == State.DOOMED;
        }
        if (expected || e.isEndOfStream()) {
            log.debug("{} is no longer heard", label(), e);
        } else {
            log.warn("{} is killed: its connection broke or carried what is no message of ours", label(), e);
        }
    }

    private void bury(WorkerBoot.Booted up, boolean nothingMissing) {
        Integer exitCode = awaitExit(up.process());
        up.connection().close();
        up.output().awaitEnd(OUTPUT_WAIT_MILLIS);
        Map<Long, InFlight> unanswered;
        Ending ending;
        WorkerLoss loss;
        synchronized (this) {
            ending = state == State.LEAVING ? Ending.STOPPED : killedOnPurpose ? Ending.KILLED_ON_PURPOSE : Ending.LOST;
            state = State.GONE;
            unanswered = new LinkedHashMap<>(inFlight);
            inFlight.clear();
            proxy().close();
        }
        loss = DeathCertificate.write(
                verdictOrNull(),
                exitCode,
                up.process().pid(),
                phaseOf(unanswered),
                up.output().lastLines(),
                directory.path(),
                up.command());
        supervisor.readmit(returned(unanswered, loss, nothingMissing));
        supervisor.gone(this, ending, loss);
    }

    /** Death is the exit of the process; one that outlives its connection is helped along. */
    private @Nullable Integer awaitExit(Process ending) {
        try {
            if (!ending.waitFor(EXIT_WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
                kill(Verdict.CHANNEL_BROKEN);
                if (!ending.waitFor(EXIT_WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
                    log.error("{} does not die: the system keeps it; it is left alone", label());
                    return null;
                }
            }
            return ending.exitValue();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt(); // a stray interrupt: go on without the exit code
            return null;
        }
    }

    /** Tells each submission; returns those that have to run elsewhere. */
    private static List<Submission<?>> returned(
            Map<Long, InFlight> unanswered, WorkerLoss loss, boolean nothingMissing) {
        List<Submission<?>> elsewhere = new ArrayList<>();
        unanswered.forEach((id, attempt) -> {
            if (attempt.hasBegun() || !nothingMissing) {
                attempt.submission().lost(id, loss);
            } else if (attempt.submission().returned(id, loss)) {
                elsewhere.add(attempt.submission());
            }
        });
        return elsewhere;
    }

    private static Phase phaseOf(Map<Long, InFlight> unanswered) {
        for (InFlight attempt : unanswered.values()) {
            if (attempt.hasBegun()) {
                return attempt.phase();
            }
        }
        return Phase.IDLE;
    }

    // ---- steps under the monitor

    private synchronized @Nullable Verdict verdictOrNull() {
        return verdict;
    }

    private synchronized WorkerOutput output() {
        return Objects.requireNonNull(output, "a worker that has booted has an output");
    }

    private WorkerProxy proxy() {
        return Objects.requireNonNull(proxy, "a worker that has booted has a proxy");
    }

    private void doom(@Nullable Verdict why) {
        assert Thread.holdsLock(this);
        if (state != State.LEAVING) {
            state = State.DOOMED;
        }
        if (verdict == null) {
            verdict = why;
        }
        Process running = process;
        if (running != null) {
            context.callBack(() -> Termination.killTree(running.toHandle())); // looking up descendants takes a while
        }
    }

    private synchronized InFlight known(long attemptId) throws TransportException {
        InFlight attempt = inFlight.get(attemptId);
        if (attempt == null) {
            throw new TransportException(label() + " speaks of attempt " + attemptId + ", which it was not sent or has"
                    + " answered before; in flight are " + inFlight.keySet());
        }
        return attempt;
    }

    private synchronized InFlight enter(long attemptId, Phase phase) throws TransportException {
        InFlight attempt = known(attemptId);
        attempt.enter(phase);
        return attempt;
    }

    private synchronized InFlight answered(long attemptId) throws TransportException {
        InFlight attempt = known(attemptId);
        inFlight.remove(attemptId);
        tasksAnswered++;
        return attempt;
    }

    private void freedIfAllAnswered() {
        synchronized (this) {
            if (state != State.BUSY || sending || !inFlight.isEmpty()) {
                return;
            }
            state = State.IDLE;
            proxy().allRead();
        }
        supervisor.freed(this);
    }

    /** Cancels that came while the batch was being handed over, and must not overtake it. */
    private void afterSending(WorkerProxy to) {
        List<Long> cancelled = new ArrayList<>();
        synchronized (this) {
            sending = false;
            inFlight.forEach((id, attempt) -> {
                if (attempt.isCancelWanted()) {
                    cancelled.add(id);
                }
            });
        }
        cancelled.forEach(id -> to.send(new Message.Cancel(id)));
        freedIfAllAnswered(); // the worker may have answered everything in the meantime
    }
}
