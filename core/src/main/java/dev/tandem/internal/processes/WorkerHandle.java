package dev.tandem.internal.processes;

import dev.tandem.Progress;
import dev.tandem.TaskRef;
import dev.tandem.WorkerLoss;
import dev.tandem.WorkerLoss.Phase;
import dev.tandem.WorkerLoss.Verdict;
import dev.tandem.WorkerStats;
import dev.tandem.internal.engine.Batch;
import dev.tandem.internal.engine.Chunk;
import dev.tandem.internal.engine.RunnerContext;
import dev.tandem.internal.engine.Submission;
import dev.tandem.internal.engine.Wakes;
import dev.tandem.internal.engine.Worker;
import dev.tandem.internal.insight.ClockOffset;
import dev.tandem.internal.insight.Course;
import dev.tandem.internal.insight.Recorder;
import dev.tandem.internal.protocol.Message;
import dev.tandem.internal.protocol.Payload;
import dev.tandem.ipc.Codec;
import dev.tandem.ipc.TransportException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * One worker JVM as its supervisor sees it, from its start to its death certificate: a state machine without a thread.
 *
 * <pre>
 *              ready              stop, when free
 *   STARTING ─────────▶ UP ──────────────────────────▶ LEAVING
 *      │                │                                 │
 *      │ kill, stop     │ kill, unheard, shuts down       │
 *      ▼                ▼                                 │
 *    DOOMED ◀───────────┘                                 │
 *      │   (takes nothing more; what it still says counts)│
 *      └─────────── died, failed to start ──▶ GONE ◀──────┘
 * </pre>
 *
 * <p><b>Events</b> come from whoever listens to the worker ({@link WorkerProcess} has a thread for that), one after the other:
 * {@link #spawned}, then {@link #failedToStart} or {@link #ready}, then whatever the worker says ({@link WorkerEvents}), each with a
 * {@link #heard} before it and a {@link #caughtUp} when nothing more has come for now, then {@link #unheard} and, when the process has ended, {@link #died}. The supervisor, time-outs and
 * cancels come at any moment, from any thread, and act through the {@link WorkerLink}.
 *
 * <p><b>Loads.</b> A worker whose tasks are short gets several at once, and more before it has answered all ({@link Pace}), but only while no other
 * could take them, which the supervisor knows. What is behind a task that takes long after all is called back: the timer looks whether the
 * oldest is still the same.
 *
 * <p><b>After a death</b> all that the worker wrote before it died has been read, for a pipe keeps it. So it is known which
 * attempt had begun: that one is lost, the others were never touched and go back ({@link Attempts#bury}). If the connection
 * broke in another way, so that something may be missing, all that was sent counts as begun, unless the sending was cut.
 *
 * <p>Thread-safe. The monitor guards the fields named below; nothing is called while it is held.
 */
final class WorkerHandle implements Worker, WorkerEvents {

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

    /** What it will not begin with. */
    private record HandedBack(long attemptId, Submission<?> submission) {}

    /** Makes the link of a worker that is about to be started. */
    interface LinkFactory extends Function<WorkerHandle, WorkerLink> {}

    private final RunnerContext context;
    private final Supervisor supervisor;
    private final ResultDecoding results;
    private final int index;
    private final WorkerLink link;
    private final ChunkWatch watch;
    private final long askedForNanos;
    private final Attempts attempts = new Attempts();
    private final Interventions interventions = new Interventions();
    private final Pace pace = new Pace();

    // --- confined to whoever listens to the worker: how its clock differs, and what has come since it has caught up
    // ---
    private final ClockOffset clock = new ClockOffset();
    private final List<HandedBack> handedBack = new ArrayList<>();
    private final Wakes wakes = new Wakes();
    private long lastAnswered;
    private int answeredSince;
    private boolean pageRefused;

    // --- volatile, written by whoever listens to the worker ---
    private volatile String label;
    private volatile long pid;
    private volatile @Nullable String recycledFor; // written by who retires it
    private volatile long lastHeardNanos;
    private volatile long tasksAnswered;
    private volatile @Nullable String retiring;

    // --- volatile, written by whoever finds that all is answered ---
    private volatile boolean pageOffered;

    // --- guarded by this ---
    private State state = State.STARTING;
    private @Nullable Verdict verdict; // why it was killed, if that was its own fault
    private boolean killedOnPurpose;
    private boolean watched; // whether its load goes on
    private long oldestSeen;

    WorkerHandle(
            RunnerContext context,
            Supervisor supervisor,
            int index,
            ResultDecoding results,
            ChunkWatch watch,
            LinkFactory links) {
        this.watch = watch;
        this.context = context;
        this.supervisor = supervisor;
        this.results = results;
        this.index = index;
        this.label = "worker " + index;
        this.askedForNanos = context.nanoTime();
        this.link = links.apply(this);
    }

    // ---- what others ask for; any thread

    void start() {
        link.start();
    }

    @Override
    public int index() {
        return index;
    }

    @Override
    public long pid() {
        return pid;
    }

    /** When it was decided to start it. */
    long askedForNanos() {
        return askedForNanos;
    }

    /** Why it was retired although there may be work; null if it was not. */
    @Nullable
    String recycledFor() {
        return recycledFor;
    }

    void recycle(String why) {
        recycledFor = why;
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

    /** Why it was killed, if it was and that was its own fault. */
    synchronized @Nullable Verdict verdict() {
        return verdict;
    }

    /** What was done to it. */
    Interventions interventions() {
        return interventions;
    }

    /** What it is doing. */
    Phase phase() {
        look();
        return attempts.phase();
    }

    /** What it was sent and has not answered. */
    List<Submission<?>> submissions() {
        return attempts.submissions();
    }

    /** The same as numbers. */
    WorkerStats stats() {
        Submission<?> occupant = attempts.occupant();
        State now;
        synchronized (this) {
            now = state;
        }
        Recorder recorder = context.recorder();
        boolean isThere = pid != 0;
        return new WorkerStats(
                index,
                isThere ? OptionalLong.of(pid) : OptionalLong.empty(),
                switch (now) {
                    case STARTING -> WorkerStats.State.STARTING;
                    case UP -> occupant != null ? WorkerStats.State.BUSY : WorkerStats.State.IDLE;
                    case LEAVING, DOOMED, GONE -> WorkerStats.State.LEAVING;
                },
                Optional.ofNullable(occupant).map(submission -> submission.ref().toString()),
                isThere ? recorder.age(index, pid) : Duration.ZERO,
                isThere ? recorder.busyShare(index, pid) : 0,
                ProcessMemory.of(pid));
    }

    /** Who it is and what it is doing, for people. */
    String title() {
        look();
        Submission<?> begun = attempts.begun();
        if (begun != null) {
            return begun.ref().toString();
        }
        State now;
        synchronized (this) {
            now = state;
        }
        return label
                + switch (now) {
                    case STARTING -> ", starting";
                    case UP -> ", idle";
                    case LEAVING, DOOMED, GONE -> ", ending";
                };
    }

    /** Processor time that it has used; -1 if that is not known. */
    long cpuNanos() {
        return link.cpuNanos();
    }

    /** Asks for the stacks of its threads; the answer may come on another thread. */
    void dump(Consumer<String> answer) {
        link.dump(answer);
    }

    /** When something was last heard of it. */
    long lastHeardNanos() {
        return lastHeardNanos;
    }

    /** Starts the count of silence again: it was this JVM that could not listen. */
    void forgiveSilence(long nowNanos) {
        lastHeardNanos = nowNanos;
    }

    /**
     * Sends a load.
     *
     * @param more whether it is to be busy already, and gets something to go on with
     * @return false if the worker takes nothing, which leaves all as it was
     */
    boolean give(List<Batch> load, boolean more) {
        Chunk<?> chunk = load.size() == 1 && !more ? chunkIn(load.get(0)) : null;
        ChunkSite site = chunk == null ? null : attempts.siteFor(chunk);
        ChunkRequest request = site == null ? null : ChunkRequest.of(site.chunk(), site.inputs());
        if (site != null && request == null) {
            site.release();
            site = null;
        }
        int size = 0;
        for (Batch batch : load) {
            Chunk<?> one = chunkIn(batch);
            if (one != null) {
                one.keep(request == null ? 1 : request.count()); // what shares a load with others is alone in it
            }
            size += batch.submissions().size();
        }
        long nowNanos = context.nanoTime();
        long firstId = context.reserveAttemptIds(size);
        List<Attempts.Assigned> sent = attempts.begin(this, load, more, site, firstId, nowNanos);
        if (site != null && (sent == null || sent.isEmpty())) {
            site.release();
        }
        if (sent == null) {
            return false;
        }
        if (!sent.isEmpty()) {
            pace.given(nowNanos);
            send(firstId, sent, site, request);
            Attempts.Held held = attempts.sent();
            held.cancels().forEach(link::cancel);
            held.withdrawals().forEach(link::withdraw);
            if (attempts.isOnPage()) {
                sent.forEach(this::beginUntold);
            }
            if (load.size() > 1 || more) {
                watchTheLoad();
            }
            if (site != null || !mayBeListenedFor(sent)) {
                link.hearSoon();
            }
        }
        freedIfAllAnswered(); // nothing was wanted any more, or the answers were faster
        return true;
    }

    /** Whether it is one task, for which somebody may be about to wait. */
    private boolean mayBeListenedFor(List<Attempts.Assigned> sent) {
        return sent.size() == 1
                && sent.get(0).submissions().size() == 1
                && attempts.size() <= 1
                && sent.get(0).submissions().get(0).mayBeListenedFor();
    }

    private void send(
            long firstId, List<Attempts.Assigned> sent, @Nullable ChunkSite site, @Nullable ChunkRequest request) {
        try {
            if (site != null && request != null) {
                watch.add(site);
                link.run(firstId, site, request);
            } else {
                link.run(sent);
            }
        } catch (RuntimeException | Error e) { // it may be anybody's thread, and the worker would wait for ever
            kill(Verdict.CHANNEL_BROKEN, "what it was to be sent could not be written: " + e);
        }
    }

    /** If it is one chunk of several inputs. */
    private static @Nullable Chunk<?> chunkIn(Batch batch) {
        List<Submission<?>> all = batch.submissions();
        return all.size() == 1 && all.get(0) instanceof Chunk<?> chunk && chunk.limit() - chunk.first() > 1
                ? chunk
                : null;
    }

    /** Nobody tells when they begin: what depends on it is done here, or when somebody looks. */
    private void beginUntold(Attempts.Assigned sent) {
        long id = sent.firstId();
        for (Submission<?> submission : sent.submissions()) {
            submission.beginsUntold(id++);
        }
        context.stopIfItSlippedPast(sent.submissions());
    }

    /** How many tasks it may be given beside those that it has: so many that it need not wait, and that none waits for long. */
    int room() {
        return attempts.isOnPage() ? pace.tasksAhead() - attempts.size() : 0;
    }

    /** Whether it says on a page what it has begun, which is known then however its connection ends. */
    boolean isOnPage() {
        return attempts.isOnPage();
    }

    private void watchTheLoad() {
        synchronized (this) {
            if (watched) {
                return;
            }
            watched = true;
            oldestSeen = attempts.oldest();
        }
        context.deadlines().after(Pace.STUCK_NANOS, this::recallIfStuck);
    }

    /** Others might do what waits behind a task that takes long after all. */
    private void recallIfStuck() {
        boolean several = attempts.size() > 1;
        long oldest = attempts.oldest();
        boolean stuck;
        synchronized (this) {
            stuck = several && oldest == oldestSeen;
            watched = false;
        }
        if (stuck) {
            pace.stuck();
            link.recall();
        } else if (several) {
            watchTheLoad();
        }
    }

    /** Whether it has so little to do, and is so quick, that who waits for it may as well listen. */
    boolean answersSoon() {
        return attempts.isOnPage() && attempts.size() <= 1 && pace.isQuick();
    }

    /** Whether it has answered all that it was sent. */
    boolean isAllAnswered() {
        return attempts.size() == 0;
    }

    @Override
    public void listen(BooleanSupplier done) {
        if (supervisor.leavesACore()
                && !VirtualCallers.isOne()
                && StackRoom.isThereToListen()) { // who listens holds up others
            link.listen(done);
        } else {
            link.hearSoon();
        }
    }

    @Override
    public void hearSoon() {
        link.hearSoon();
    }

    /** Looks at the worker's page, if it has one. */
    @Override
    public void look() {
        try {
            tell(attempts.look(context.nanoTime()));
        } catch (TransportException lie) {
            kill(Verdict.CHANNEL_BROKEN, String.valueOf(lie.getMessage()));
        }
    }

    private void tell(List<Attempts.Begun> begun) {
        for (Attempts.Begun one : begun) {
            link.hasBegun(one.submission().promise().taskId());
            one.submission().started(one.id(), one.agoNanos());
        }
    }

    /** No input of a function is left. */
    void forget(FunctionNumber number) {
        link.forget(number);
    }

    /** It would be shared by inputs that know nothing of each other. */
    private void renewFunctionOf(Submission<?> submission) {
        if (submission.code() instanceof Payloads.EncodedCode code && code.number() != null) {
            link.renew(code.number());
        }
    }

    @Override
    public void interrupt(long attemptId) {
        if (attempts.cancel(attemptId)) {
            attempts.submissions().forEach(this::renewFunctionOf);
            interventions.interrupted();
            link.cancel(attemptId);
        }
    }

    @Override
    public void withdraw(long attemptId) {
        if (attempts.withdraw(attemptId)) {
            link.withdraw(attemptId);
        }
    }

    @Override
    public void stopByForce(Submission<?> submission, long attemptId) {
        if (!attempts.closeIfInFlight(attemptId)) {
            submission.abandoned(attemptId); // answered: the answer is stuck in code of the user's, in this JVM
            return;
        }
        String why = "task " + submission.taskId() + " was interrupted and did not end within killGrace="
                + supervisor.killGrace();
        Consumer<String> threadDump = submission.wantsThreadDump(attemptId);
        if (threadDump == null) {
            killOnPurpose(why);
        } else if (doom(null, true, why)) {
            link.dumpAndKill(threadDump);
        }
    }

    /** Takes nothing more from now on, if it is free; whether it is about to end in an orderly way. */
    synchronized boolean leave() {
        if (state == State.UP && attempts.closeIfFree()) {
            state = State.LEAVING;
        }
        return state == State.LEAVING;
    }

    /** Asks it to end, if it is free; one that is starting is killed. */
    void stop(long graceNanos) {
        State found;
        synchronized (this) {
            leave();
            found = state;
        }
        switch (found) {
            case LEAVING -> {
                interventions.askedToEnd();
                link.stop();
                context.limits()
                        .after(
                                graceNanos,
                                () -> kill(
                                        null, "it was told to end, and had not after " + Duration.ofNanos(graceNanos)));
            }
            case STARTING -> killOnPurpose("nobody needs it any more");
            case DOOMED -> kill(null, "nobody needs it any more");
            default -> {}
        }
    }

    /**
     * Kills it, with all that it started; returns at once.
     *
     * @param verdict what it died of if that was its own fault; null if not, or if it is known already
     * @param why the reason, for its death certificate
     */
    void kill(@Nullable Verdict verdict, String why) {
        if (doom(verdict, false, why)) {
            link.kill();
        }
    }

    /** Kills it because this JVM cannot read what it says, for a reason of its own. */
    void killUnread(String why) {
        if (doom(Verdict.CHANNEL_BROKEN, true, why)) {
            link.kill();
        }
    }

    /** The same, but first asks it what it is doing. */
    void dumpAndKill(Verdict verdict, String why) {
        if (doom(verdict, false, why)) {
            link.dumpAndKill(threadDump -> {}); // it is in the certificate
        }
    }

    /** Kills it, with all that it started, on the calling thread. */
    void killHere() {
        if (doom(null, false, "this JVM ends")) {
            link.killHere();
        }
    }

    private void killOnPurpose(String why) {
        if (doom(null, true, why)) {
            link.kill();
        }
    }

    private boolean doom(@Nullable Verdict why, boolean onPurpose, String reason) {
        synchronized (this) {
            if (state == State.GONE) {
                return false;
            }
            killedOnPurpose |= onPurpose;
        }
        interventions.killed(reason);
        return doom(why);
    }

    /** It takes nothing more; false if there is nothing left to doom. */
    private boolean doom(@Nullable Verdict why) {
        synchronized (this) {
            if (state == State.GONE) {
                return false;
            }
            attempts.close();
            if (state != State.LEAVING) {
                state = State.DOOMED;
            }
            if (verdict == null) {
                verdict = why;
            }
        }
        supervisor.leaves(this);
        return true;
    }

    // ---- what becomes of it; one event after the other

    /** There is a process. */
    void spawned(long pid) {
        this.pid = pid;
        label = "worker " + index + " (pid " + pid + ")";
    }

    /** It never became ready, and its process has ended, if there was one. */
    void failedToStart(BootFailure why) {
        boolean wanted;
        synchronized (this) {
            wanted = state == State.STARTING;
            state = State.GONE;
        }
        supervisor.failedToStart(this, wanted ? why : null);
    }

    /** Nobody could tell what became of it: the thread that was to tell has failed at that. */
    void isUntold(Throwable thrown) {
        supervisor.giveUp(this, thrown);
    }

    /** Ends it, as everything ends: kills its process here and now, and asks nobody. */
    void end(String why) {
        attempts.close();
        interventions.killed(why);
        link.killHere();
    }

    /** Nobody will say what became of what it was sent: all of that is lost. */
    void forget() {
        synchronized (this) {
            state = State.GONE;
        }
        wakes.wake(); // whoever should have has failed
        attempts.bury(DeathCertificate.brief(pid, List.of(), interventions), false, new ArrayList<>());
    }

    /** It takes tasks. */
    void ready() {
        boolean wanted;
        synchronized (this) {
            lastHeardNanos = context.nanoTime();
            wanted = state == State.STARTING;
            if (wanted) {
                state = State.UP;
            }
        }
        if (wanted) {
            supervisor.ready(this);
        }
    }

    /** It gave a sign of life. */
    void heard() {
        lastHeardNanos = context.nanoTime();
    }

    /** Nothing is heard of it any more: it has ended, or is about to, or will be made to. */
    void unheard() {
        wakes.wake(); // what follows takes time
        doom(null);
    }

    /** Its process has ended, and all that it has said was heard; what it died of is known a little later. */
    void ended() {
        caughtUp();
        look(); // the page has outlived it
        supervisor.readmit(attempts.release());
    }

    /**
     * Its process has ended, or nobody can end it.
     *
     * @param nothingMissing whether all that it has said was heard
     */
    void died(WorkerLoss loss, boolean nothingMissing) {
        Ending ending;
        synchronized (this) {
            ending = state == State.LEAVING ? Ending.STOPPED : killedOnPurpose ? Ending.KILLED : Ending.LOST;
            state = State.GONE;
        }
        caughtUp();
        look(); // the page has outlived it
        Submission<?> victim = attempts.begun();
        TaskRef task = victim == null ? TaskRef.NONE : victim.ref(); // now: once it is buried it waits or has ended
        supervisor.dies(this, ending, loss.verdict());
        List<Submission<?>> elsewhere = new ArrayList<>();
        try {
            attempts.bury(loss, nothingMissing, elsewhere);
        } finally {
            supervisor.readmit(elsewhere);
        }
        supervisor.gone(this, ending, loss, task);
    }

    @Override
    public void pageUsed() throws TransportException {
        attempts.turnTo(link.page()).forEach((id, submission) -> submission.beginsUntold(id));
    }

    @Override
    public void pageRefused(String reason) throws TransportException {
        if (!pageOffered || pageRefused) {
            throw new TransportException(
                    "the worker cannot use its status page, which it was not offered, or said so before");
        }
        pageRefused = true;
        context.recorder()
                .fellBack(label + " says in messages what it does, for it could not map its page of memory: " + reason);
    }

    @Override
    public void started(long attemptId) throws TransportException {
        Submission<?> submission = attempts.enter(attemptId, Phase.DECODING);
        link.hasBegun(submission.taskId());
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
        tell(attempts.look(context.nanoTime()));
        attempts.ofBegun(attemptId).reported(attemptId, progress);
    }

    @Override
    public void done(long attemptId, Payload result, boolean plain) throws TransportException {
        Attempts.Answered answered = attempts.answeredAtOnce(attemptId);
        if (answered == null) {
            tell(attempts.look(context.nanoTime()));
            answered = attempts.answeredAtOnce(attemptId);
        }
        if (answered == null) {
            long sentNanos = attempts.sentNanos(attemptId);
            leaveSite(attemptId, true);
            answered = new Attempts.Answered(answered(attemptId), sentNanos);
        } else {
            hasAnswered(attemptId);
        }
        if (answered.submission() instanceof Chunk<?> chunk && chunk.site() == null) {
            chunk.size().measured(1, context.nanoTime() - answered.sentNanos());
        }
        results.succeeded(answered.submission(), attemptId, result, plain, wakes);
    }

    @Override
    public void measured(Message.Measured there) throws TransportException {
        long nowNanos = context.nanoTime();
        tell(attempts.look(nowNanos));
        Submission<?> submission = attempts.ofBegun(there.attemptId());
        submission.started(there.attemptId()); // if nobody saw it
        Course course = submission.course();
        if (course != null) {
            clock.learn(course.sentNanos(), there.beganNanos(), there.endedNanos(), nowNanos);
            Course.There steps = new Course.There(there.decodeNanos(), there.runNanos(), there.encodeNanos());
            context.recorder().measured(course, clock.here(there.beganNanos()), steps);
        }
    }

    @Override
    public void failed(Message.Failed failure) throws TransportException {
        switch (failure.reason()) {
            case HANDED_BACK -> handedBack(failure.attemptId());
            case NO_FILE -> {
                Submission<?> refused = handedBack(failure.attemptId());
                if (refused.code() instanceof Payloads.EncodedCode code) {
                    link.refused(code);
                }
                renewFunctionOf(refused);
            }
            case CANCELLED_UNSTARTED -> {
                Submission<?> submission = unbegun(failure.attemptId());
                releaseSite(submission);
                results.failed(submission, failure);
            }
            default -> {
                leaveSite(failure.attemptId(), false);
                Submission<?> submission = answered(failure.attemptId());
                renewFunctionOf(submission);
                results.failed(submission, failure);
            }
        }
    }

    @Override
    public void chunkDone(long attemptId, long nanos) throws TransportException {
        tell(attempts.look(context.nanoTime()));
        attempts.ofBegun(attemptId);
        ChunkSite site = attempts.siteOf(attemptId);
        if (site == null) {
            throw new TransportException(
                    "the worker speaks of attempt " + attemptId + " as of a chunk, which it is not");
        }
        Chunk<?> chunk = site.chunk();
        fetchAll(chunk, site);
        ChunkSite.Last last = site.last();
        site.check();
        if (last == null && (chunk.hasBegun() || !chunk.isClosed())) {
            throw new TransportException(
                    "the worker says that all of chunk " + attemptId + " is over, and has no result of " + chunk.ref());
        }
        answered(attemptId);
        int over = chunk.current() + 1 - chunk.first();
        boolean isMore = chunk.giveBack();
        site.release();
        if (last == null) {
            chunk.neverStarted(attemptId);
        } else {
            countAnswered(over - 1);
            chunk.heard(0); // its results have come beside the message
            chunk.size().measured(over, nanos);
            if (isMore) {
                chunk.size().fits(over);
            }
            chunk.succeeded(attemptId, last.value());
        }
    }

    /** An input of a chunk has ended in an answer of its own: those before it have succeeded, those behind it go again. */
    private void leaveSite(long attemptId, boolean didNotFit) throws TransportException {
        ChunkSite site = attempts.siteOf(attemptId);
        if (site != null) {
            tell(attempts.look(context.nanoTime()));
            attempts.ofBegun(attemptId);
            Chunk<?> chunk = site.chunk();
            fetchAll(chunk, site);
            site.check();
            int over = chunk.current() - chunk.first();
            countAnswered(over);
            if (didNotFit && over == 0) {
                chunk.size().fits(1);
            } else {
                chunk.size().cutAfter(over);
            }
            chunk.giveBack();
            site.release();
        }
    }

    private static void fetchAll(Chunk<?> chunk, ChunkSite site) throws TransportException {
        if (site.fetch() < chunk.current()) {
            site.check();
            throw new TransportException("the worker is at " + chunk.ref() + ", and has no results of those before");
        }
    }

    private Submission<?> handedBack(long attemptId) throws TransportException {
        Submission<?> submission = unbegun(attemptId);
        handedBack.add(0, new HandedBack(attemptId, submission)); // the last comes first
        return submission;
    }

    private static void releaseSite(Submission<?> submission) {
        if (submission instanceof Chunk<?> chunk && chunk.site() instanceof ChunkSite site) {
            site.release();
        }
    }

    private Submission<?> unbegun(long attemptId) throws TransportException {
        tell(attempts.look(context.nanoTime()));
        lastAnswered = Math.max(lastAnswered, attemptId);
        return attempts.answered(attemptId, false);
    }

    /** All that has come from it was heard, for now: what follows from answers follows once for all of them. */
    void caughtUp() {
        wakes.wake();
        if (lastAnswered == 0) {
            return;
        }
        link.answered(lastAnswered);
        lastAnswered = 0;
        pace.answered(answeredSince, context.nanoTime());
        answeredSince = 0;
        if (!handedBack.isEmpty()) {
            List<Submission<?>> back = new ArrayList<>();
            for (HandedBack one : handedBack) {
                if (one.submission().returned(one.attemptId(), null)) {
                    back.add(one.submission());
                }
            }
            handedBack.clear();
            supervisor.readmit(back);
        }
        int room = room();
        if (room > 1 && attempts.size() <= room) { // half of what it may have is done
            supervisor.giveMore(this, room);
        }
        freedIfAllAnswered();
    }

    @Override
    public void defined(Codec.Definition definition) {
        results.define(definition);
    }

    @Override
    public void leftBehind(Message.LeftBehind left) {
        supervisor.leftBehind(this, left);
    }

    @Override
    public void asked(Message.Lookup lookup) throws TransportException {
        link.answer(lookup);
    }

    @Override
    public void retiring(String reason) {
        retiring = reason;
        supervisor.retiring(this, reason);
    }

    @Override
    public void stopFailed(Message.StopFailed failure) {
        supervisor.stopFailed(this, failure);
    }

    @Override
    public void stopping() {
        doom(null); // it still answers what it was sent, but begins nothing new
        supervisor.endsByItself(this);
    }

    private Submission<?> answered(long attemptId) throws TransportException {
        if (!attempts.isKnownToHaveBegun(attemptId)) {
            tell(attempts.look(context.nanoTime()));
        }
        Submission<?> submission = attempts.answered(attemptId, true);
        hasAnswered(attemptId);
        return submission;
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // as below
    private void hasAnswered(long attemptId) {
        lastAnswered = Math.max(lastAnswered, attemptId);
        answeredSince++;
        tasksAnswered++;
    }

    /**
     * Not before it has answered, so that no first result waits for that; and not while it is busy: a socket whose peer dies before it has read all
     * breaks in a way that leaves open whether everything was heard.
     */
    private void offerPageOnce() {
        if (!pageOffered && tasksAnswered > 0) {
            pageOffered = true;
            link.offerPage();
        }
    }

    @SuppressWarnings("NonAtomicVolatileUpdate") // one event after the other
    private void countAnswered(int more) {
        tasksAnswered += more;
    }

    private void freedIfAllAnswered() {
        if (attempts.finish()) {
            pace.idle();
            link.allRead();
            offerPageOnce();
            supervisor.freed(this);
        }
    }
}
