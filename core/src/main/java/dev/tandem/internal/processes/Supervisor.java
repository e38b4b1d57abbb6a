package dev.tandem.internal.processes;

import dev.tandem.ClassSupplyStats;
import dev.tandem.ProcessOptions;
import dev.tandem.RunnerBrokenException;
import dev.tandem.RunnerStats;
import dev.tandem.RunnerTimes;
import dev.tandem.TaskRef;
import dev.tandem.WorkerLoss;
import dev.tandem.WorkerLoss.Verdict;
import dev.tandem.WorkerLostException;
import dev.tandem.WorkerStartException;
import dev.tandem.internal.engine.Backlog;
import dev.tandem.internal.engine.Batch;
import dev.tandem.internal.engine.Counters;
import dev.tandem.internal.engine.Deadlines.Deadline;
import dev.tandem.internal.engine.RunnerContext;
import dev.tandem.internal.engine.Submission;
import dev.tandem.internal.insight.Event.Departure;
import dev.tandem.internal.processes.RestartLimit.Circuit;
import dev.tandem.internal.protocol.Message;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Sees to it that work gets done: hands batches to idle workers, starts workers when work waits, replaces lost ones, lets others
 * go, and gives up when that makes no sense any more. The {@link Roster} decides, this carries it out.
 *
 * <p><b>Each decision is one step</b> under the monitor ({@link #next}): what was decided is done after the monitor was released,
 * and then the next step is taken. Whatever may change the answer (work came, a worker is ready, freed, gone, a delay is over)
 * calls {@link #dispatch}.
 *
 * <p><b>Deaths.</b> What died for a reason of its own counts against the {@link RestartLimit}; what was stopped, recycled or killed
 * for a stubborn task does not. While its circuit is open, or broken for good, whatever waits fails at once and what runs may
 * end in peace. Each change of the circuit is logged once.
 *
 * <p><b>A submit to a runner whose workers are all at work</b> changes nothing but the backlog, so it need not ask for a decision: the next worker
 * that is freed, or has caught up, asks. That none is missed is Dekker's argument: who submits puts the batch into the backlog and then reads
 * {@code saturated}, who decides writes {@code saturated} and then reads the backlog. Whatever else may change a decision dispatches as ever.
 *
 * <p>Thread-safe. The monitor guards the fields named below; while it is held only the backlog is asked.
 */
final class Supervisor {

    private static final Logger log = LoggerFactory.getLogger(Supervisor.class);

    // shorter: the exit code is lost, for a JVM waits 0.3 s for its native threads; longer: its task waits for a
    // hanging hook
    private static final long EXIT_NANOS = TimeUnit.SECONDS.toNanos(2);

    private static final int CORES = Runtime.getRuntime().availableProcessors();
    private static final int MANY_LOADS = 4_096; // more make no difference to anybody

    private final RunnerContext context;
    private final ProcessOptions options;
    private final Backlog backlog;
    private final WorkerFactory factory;
    private final Runnable whenEmpty;
    private final LeftBehindLog leftBehind;

    // --- written with the monitor held, read also without ---
    private volatile boolean saturated; // more work would change nothing now

    // --- guarded by this ---
    private final RestartLimit limit;
    private final Roster<WorkerHandle> roster;
    private @Nullable RuntimeException lastFailure; // what the circuit opened for, if it is open
    private String lastTrouble = "";
    private @Nullable Deadline alarm; // when time alone gives something to do
    private long alarmNanos;
    private @Nullable Deadline heartbeat;
    private long lastBeatNanos;

    /** Makes workers; they are started by the supervisor. */
    interface WorkerFactory {
        WorkerHandle make(Supervisor supervisor, int index);
    }

    Supervisor(
            RunnerContext context, ProcessOptions options, Backlog backlog, WorkerFactory factory, Runnable whenEmpty) {
        this.context = context;
        this.options = options;
        this.backlog = backlog;
        this.factory = factory;
        this.whenEmpty = whenEmpty;
        this.leftBehind = new LeftBehindLog(context.name(), options.hygiene());
        this.limit = new RestartLimit(
                options.restartLimit(),
                options.restartPeriod().toNanos(),
                options.startTimeout().toNanos(),
                context::chance,
                context.nanoTime());
        this.roster = new Roster<>(options, limit);
    }

    // ---- what happens to it

    /** Work has come: sees to it, unless all workers have something to do and will ask for more. */
    void workCame() {
        if (!saturated) {
            dispatch();
        }
    }

    /** Does all that can be done now. */
    void dispatch() {
        for (Runnable step = next(); step != null; step = next()) {
            step.run();
        }
        tellOfTheCircuit();
        rejectIfBroken();
    }

    void ready(WorkerHandle worker) {
        context.recorder().workerStarted(worker.index(), worker.pid(), worker.askedForNanos());
        synchronized (this) {
            context.counters().workerStarted(); // before it gets a task: whoever gets a result from it finds it counted
            roster.ready(worker, context.nanoTime());
        }
        dispatch();
    }

    void freed(WorkerHandle worker) {
        String recycle = reasonToRecycle(worker);
        synchronized (this) {
            roster.freed(worker, worker.tasksAnswered(), recycle, context.nanoTime());
        }
        dispatch();
    }

    /** A worker wants to be replaced: at once if it is idle, else when it is freed. */
    void retiring(WorkerHandle worker, String reason) {
        synchronized (this) {
            roster.retiring(worker, reason);
        }
        dispatch();
    }

    void leftBehind(WorkerHandle worker, Message.LeftBehind left) {
        leftBehind.tell(worker.label(), left);
    }

    /** A worker takes nothing more, for whatever reason; it is gone a little later. */
    void leaves(WorkerHandle worker) {
        synchronized (this) {
            roster.leaves(worker);
        }
        dispatch();
    }

    /** Its JVM shuts down, for whatever reason; a hook that hangs must not keep the task waiting. */
    void endsByItself(WorkerHandle worker) {
        String why = "its JVM was shutting down, and had not ended after " + Duration.ofNanos(EXIT_NANOS);
        context.limits().after(EXIT_NANOS, () -> worker.kill(Verdict.EXITED, why));
    }

    /** Its stop action failed, which changes nothing. */
    void stopFailed(WorkerHandle worker, Message.StopFailed failure) {
        log.warn(
                "{}: onWorkerStop failed in {}",
                context.name(),
                worker.label(),
                failure.throwable().toStandIn());
    }

    /** A worker never became ready; {@code why} is null if it was called off before it could. */
    void failedToStart(WorkerHandle worker, @Nullable BootFailure why) {
        boolean again;
        synchronized (this) {
            again = lastFailure instanceof WorkerStartException;
            if (why == null) {
                roster.calledOff(worker);
            } else {
                lastFailure = why.report();
                lastTrouble = why.ran()
                        ? "its workers cannot be started, so correct its options and open a new one: "
                                + why.report().getMessage()
                        : "no worker could be had within startTimeout=" + options.startTimeout() + ": "
                                + why.report().getMessage();
                roster.failedToStart(worker, why.ran(), context.nanoTime());
            }
        }
        if (why != null) {
            String report = String.valueOf(why.report().getMessage());
            context.recorder().workerEnded(worker.index(), worker.pid(), Departure.FAILED_TO_START, report);
            // The whole once: those that follow in a row have much the same to say.
            log.warn(
                    "{}: {}", context.name(), again ? report.lines().findFirst().orElse("") : report);
        }
        afterLeaving();
    }

    /** A worker is dead: counted before anybody hears what became of its tasks, and from then on no longer as there. */
    synchronized void dies(WorkerHandle worker, WorkerHandle.Ending ending, Verdict verdict) {
        if (!roster.wasReady(worker) || roster.isRetired(worker)) {
            return; // one that never took a task was not counted; one that was retired is counted already
        }
        switch (ending) {
            case LOST -> context.counters().workerLost(verdict);
            case KILLED -> context.counters().workerKilled();
            case STOPPED -> context.counters().workerStopped();
        }
        roster.retired(worker);
    }

    /** A worker's process has ended, and its tasks know; {@code task} is what it had begun with, or {@link TaskRef#NONE}. */
    void gone(WorkerHandle worker, WorkerHandle.Ending ending, WorkerLoss loss, TaskRef task) {
        boolean lost = ending == WorkerHandle.Ending.LOST;
        boolean withTask = task.taskId() != 0;
        if (lost) {
            log.warn("{} lost worker {} with {}: {}", context.name(), worker.index(), task, loss.describe());
        } else if (ending == WorkerHandle.Ending.KILLED) {
            log.warn("{} killed {}: {}", context.name(), worker.label(), String.join("; ", loss.interventions()));
        } else {
            log.debug("{}: {} has ended as it was told to", context.name(), worker.label());
        }
        tellEnd(worker, ending, loss);
        synchronized (this) {
            if (lost) {
                lastFailure = new WorkerLostException(task, loss, withTask);
                lastTrouble = "its workers died too often: restartLimit=" + options.restartLimit() + ", one more every "
                        + options.restartPeriod() + "; the last was " + loss.summary()
                        + (withTask ? " with " + task : "");
            }
            roster.gone(worker, ending, context.nanoTime());
        }
        afterLeaving();
    }

    private void tellEnd(WorkerHandle worker, WorkerHandle.Ending ending, WorkerLoss loss) {
        String recycled = worker.recycledFor();
        switch (ending) {
            case LOST -> tellEnd(worker, Departure.LOST, loss.describe());
            case KILLED -> tellEnd(worker, Departure.KILLED, String.join("; ", loss.interventions()));
            case STOPPED ->
                tellEnd(
                        worker,
                        recycled == null ? Departure.STOPPED : Departure.RECYCLED,
                        recycled == null ? "the runner needs it no longer" : recycled);
        }
    }

    private void tellEnd(WorkerHandle worker, Departure how, String why) {
        context.recorder().workerEnded(worker.index(), worker.pid(), how, why);
    }

    /**
     * Supervision itself has failed, so nobody may rely on hearing what becomes of anything: fails all that is pending, ends all workers, and runs nothing
     * any more. Each step is taken, whatever is thrown by those before it. On a thread of its own, since that of the caller has failed.
     *
     * @param mute a worker of whose end nobody will tell; null if there is none
     */
    void giveUp(@Nullable WorkerHandle mute, Throwable thrown) {
        Runnable steps = () -> giveUpHere(mute, thrown);
        try {
            context.callBack(steps);
        } catch (RuntimeException | Error e) {
            thrown.addSuppressed(e);
            steps.run();
        }
    }

    private void giveUpHere(@Nullable WorkerHandle mute, Throwable thrown) {
        log.error("{} gives up: its supervision has failed", context.name(), thrown);
        List<WorkerHandle> all;
        synchronized (this) {
            if (limit.circuit(context.nanoTime()) != Circuit.BROKEN) {
                lastFailure = null;
                lastTrouble = "its supervision has failed, which is a defect of the library or of its installation, so"
                        + " open a new one: " + thrown;
                limit.giveUp();
            }
            saturated = false; // whoever submits is to look
            all = roster.workers();
        }
        for (WorkerHandle worker : all) {
            for (Submission<?> submission : worker.submissions()) {
                whateverIsThrown(() -> rejectForGood(submission));
            }
        }
        whateverIsThrown(() -> context.rejectDelayed(this::broken));
        whateverIsThrown(this::rejectIfBroken);
        all.forEach(
                worker -> whateverIsThrown(() -> worker.end("the supervision of its runner has failed: " + thrown)));
        if (mute != null) {
            whateverIsThrown(mute::forget);
            synchronized (this) {
                roster.calledOff(mute);
            }
        }
        whateverIsThrown(this::afterLeaving);
    }

    private void rejectForGood(Submission<?> submission) {
        RunnerBrokenException why = broken(submission.ref());
        if (why != null) {
            submission.reject(why);
        }
    }

    private static void whateverIsThrown(Runnable step) {
        try {
            step.run();
        } catch (RuntimeException | Error e) {
            log.error("A step of giving up has failed", e);
        }
    }

    void readmit(List<Submission<?>> submissions) {
        putBack(submissions);
        dispatch();
    }

    // ---- what the engine asks for

    /** Whoever submits now may have to do what follows from that: not at the end of its stack, where it would be left half done. */
    void demandRoomToDispatch() {
        if (!saturated) {
            StackRoom.demandToSubmit();
        }
    }

    /** Throws {@link RunnerBrokenException} if nothing that is submitted now could run. */
    void demandNotBroken() {
        RunnerBrokenException broken = saturated ? null : broken(TaskRef.NONE);
        if (broken != null) {
            throw broken;
        }
    }

    /** Why nothing that is submitted now could run; null if it could. */
    synchronized @Nullable RunnerBrokenException broken(TaskRef task) {
        long nowNanos = context.nanoTime();
        Circuit circuit = limit.circuit(nowNanos);
        if (circuit == Circuit.CLOSED || circuit == Circuit.HALF_OPEN) {
            return null;
        }
        Duration retryIn = circuit == Circuit.OPEN ? Duration.ofNanos(limit.openNanos(nowNanos)) : null;
        RunnerBrokenException broken = new RunnerBrokenException(task, lastTrouble, limit.failures(), retryIn);
        if (lastFailure != null) {
            broken.addSuppressed(lastFailure);
        }
        return broken;
    }

    synchronized Circuit circuit() {
        return limit.circuit(context.nanoTime());
    }

    /** All work has ended and none will come: lets the workers go. */
    void stopAll() {
        List<WorkerHandle> all;
        synchronized (this) {
            all = roster.stop();
        }
        all.forEach(worker -> worker.stop(options.killGrace().toNanos()));
        afterLeaving();
    }

    /** The JVM ends: nobody will wait for anything. */
    void killAll() {
        List<WorkerHandle> all;
        synchronized (this) {
            all = roster.stop();
        }
        all.forEach(WorkerHandle::killHere);
    }

    /** From now on there are to be so many workers, beside the spare ones. */
    void resize(int workers) {
        synchronized (this) {
            roster.resize(workers);
        }
        dispatch();
    }

    /** All workers that there are belong to the past: each ends when it is free, and new ones take over. */
    void outdate(String reason) {
        boolean any;
        synchronized (this) {
            any = roster.outdate(reason);
        }
        if (any) {
            log.info("{} goes on with new workers: {}", context.name(), reason);
            context.recorder().decided("new workers take over: " + reason);
        }
        dispatch();
    }

    /** Whether a core is left beside the workers that have something to do; as things are, without a lock. */
    boolean leavesACore() {
        return roster.busy() < CORES;
    }

    /** How long a task may take to end after its interrupt. */
    Duration killGrace() {
        return options.killGrace();
    }

    synchronized List<WorkerHandle> workers() {
        return roster.workers();
    }

    /** All numbers at one moment: while the monitor is held nobody comes, goes, or is counted. */
    RunnerStats stats(ClassSupplyStats supplied, RunnerTimes times) {
        Counters.Crew crew;
        Counters.Snapshot numbers;
        synchronized (this) {
            int busy = roster.busy();
            for (WorkerHandle worker : roster.leaving()) {
                busy += roster.isRetired(worker) || worker.submissions().isEmpty() ? 0 : 1; // dying, with its task
            }
            crew = new Counters.Crew(roster.present(), roster.notReady(), busy);
            numbers = context.counters().snapshot();
        }
        return numbers.toStats(crew, supplied, times);
    }

    // ---- steps

    private synchronized @Nullable Runnable next() {
        saturated = false; // before the backlog is asked: see the essay
        while (true) {
            long nowNanos = context.nanoTime();
            Roster.Decision<WorkerHandle> decision = roster.next(backlog.loads(roster.manyLoads()), nowNanos);
            if (decision instanceof Roster.Give<WorkerHandle> give) {
                Batch batch = backlog.poll();
                if (batch != null) {
                    List<Batch> load = load(give.worker(), batch);
                    return () -> give(give.worker(), load);
                }
                roster.notGiven(give.worker()); // all that waited was cancelled
            } else if (decision instanceof Roster.Start<WorkerHandle> start) {
                WorkerHandle fresh = factory.make(this, start.index());
                roster.starts(fresh, start.index());
                watchHeartbeats();
                return fresh::start;
            } else if (decision instanceof Roster.Retire<WorkerHandle> retire) {
                return () -> retire(retire.worker(), retire.reason());
            } else {
                if (decision instanceof Roster.Wait<WorkerHandle> wait) {
                    wakeIn(wait.nanos(), nowNanos);
                }
                saturated = roster.isSaturated() && limit.circuit(nowNanos) == Circuit.CLOSED;
                return null;
            }
        }
    }

    /** Short tasks go together, if nobody else could take them. */
    private List<Batch> load(WorkerHandle worker, Batch first) {
        assert Thread.holdsLock(this);
        int room = Math.min(worker.room(), roster.share(backlog.loads(MANY_LOADS) + 1)) - 1;
        SharedLoad shared = new SharedLoad();
        if (room <= 0 || !shared.test(first) || !roster.mayTakeMore(worker)) {
            return List.of(first);
        }
        List<Batch> load = new ArrayList<>(Math.min(room, MANY_LOADS) + 1);
        load.add(first);
        backlog.pollWhile(shared, room, load);
        return load;
    }

    /**
     * Gives a worker that is busy something to go on with, if nobody else could take that.
     *
     * @param room how many tasks at most
     */
    void giveMore(WorkerHandle worker, int room) {
        List<Batch> load = new ArrayList<>();
        synchronized (this) {
            if (!roster.mayTakeMore(worker)) {
                return;
            }
            roster.answers(worker, worker.tasksAnswered());
            int share = Math.min(room, roster.share(backlog.loads(MANY_LOADS)));
            backlog.pollWhile(new SharedLoad(), share, load);
        }
        if (!load.isEmpty() && !worker.give(load, true)) {
            takeBack(load);
            dispatch();
        }
    }

    private void give(WorkerHandle worker, List<Batch> load) {
        List<Batch> allowed = load.size() > 1 ? load : List.of(asManyAsAllowed(worker, load.get(0)));
        if (!worker.give(allowed, false)) { // it died in this very moment
            takeBack(allowed);
        }
    }

    private void takeBack(List<Batch> load) {
        List<Submission<?>> all = new ArrayList<>();
        load.forEach(batch -> all.addAll(batch.submissions()));
        putBack(all.stream().filter(Submission::unclaim).toList());
    }

    /** Puts back what would be too many tasks for one worker, as maxTasksPerWorker has it. */
    private Batch asManyAsAllowed(WorkerHandle worker, Batch batch) {
        List<Submission<?>> all = batch.submissions();
        long allowed = options.maxTasksPerWorker().orElse(Integer.MAX_VALUE) - worker.tasksAnswered();
        if (all.size() <= allowed) {
            return batch;
        }
        int first = (int) Math.max(1, allowed);
        List<Submission<?>> rest = all.subList(first, all.size()).stream()
                .filter(Submission::unclaim)
                .toList();
        if (!rest.isEmpty()) {
            backlog.putBack(Batch.of(rest));
            context.stopWaiting(backlog);
        }
        return Batch.of(all.subList(0, first));
    }

    private void putBack(List<Submission<?>> submissions) {
        for (int i = submissions.size() - 1; i >= 0; i--) { // each goes to the front, so the last one goes first
            backlog.putBack(Batch.of(submissions.get(i)));
        }
        context.stopWaiting(backlog);
    }

    private void retire(WorkerHandle worker, @Nullable String reason) {
        if (reason != null && worker.leave()) { // else it has died in this very moment, and counts as lost
            worker.recycle(reason);
            synchronized (this) {
                roster.retired(worker);
                context.counters().workerRecycled();
            }
            log.info(
                    "{}: {} is recycled after {} tasks: {}",
                    context.name(),
                    worker.label(),
                    worker.tasksAnswered(),
                    reason);
        }
        worker.stop(options.killGrace().toNanos());
    }

    private @Nullable String reasonToRecycle(WorkerHandle worker) {
        if (worker.retiring() != null) {
            return worker.retiring();
        }
        boolean workedOff = options.maxTasksPerWorker().isPresent()
                && worker.tasksAnswered() >= options.maxTasksPerWorker().getAsInt();
        return workedOff ? "maxTasksPerWorker=" + options.maxTasksPerWorker().getAsInt() + " reached" : null;
    }

    /** Dispatches when the time has come, unless an alarm that comes first will do so. */
    private void wakeIn(long nanos, long nowNanos) {
        assert Thread.holdsLock(this);
        long dueNanos = nowNanos + nanos;
        if (alarm != null && alarmNanos - dueNanos <= 0) {
            return;
        }
        if (alarm != null) {
            alarm.callOff();
        }
        alarmNanos = dueNanos;
        alarm = context.deadlines().after(nanos, this::wakeUp);
    }

    private void wakeUp() {
        synchronized (this) {
            alarm = null;
        }
        dispatch();
    }

    private void tellOfTheCircuit() {
        while (true) {
            Circuit changed;
            String why;
            synchronized (this) {
                changed = limit.nextTransition();
                why = lastTrouble.lines().findFirst().orElse(""); // the rest was logged when it happened
            }
            if (changed == null) {
                return;
            }
            context.recorder().decided("the circuit is " + changed + ": " + why);
            switch (changed) {
                case OPEN -> log.error("{} runs nothing for a while, and fails what waits: {}", context.name(), why);
                case HALF_OPEN -> log.warn("{} tries again, with one worker", context.name());
                case CLOSED -> log.info("{} has recovered: the worker that was tried has answered", context.name());
                case BROKEN -> log.error("{} gives up for good: {}", context.name(), why);
            }
        }
    }

    private void rejectIfBroken() {
        if (broken(TaskRef.NONE) == null) {
            return;
        }
        List<Submission<?>> healed = new ArrayList<>(); // the pause ended while they were being rejected
        for (Batch batch : backlog.drain()) {
            for (Submission<?> submission : batch.submissions()) {
                RunnerBrokenException why = broken(submission.ref());
                if (why != null) {
                    context.cannotRun(submission, why);
                } else if (submission.unclaim()) {
                    healed.add(submission);
                }
            }
        }
        if (!healed.isEmpty()) {
            readmit(healed);
        }
    }

    private void afterLeaving() {
        boolean over;
        synchronized (this) {
            over = roster.isOver();
        }
        if (over) {
            whenEmpty.run();
        } else {
            dispatch();
        }
    }

    // ---- heartbeats

    private void watchHeartbeats() {
        assert Thread.holdsLock(this);
        if (heartbeat == null) {
            lastBeatNanos = context.nanoTime();
            heartbeat = context.limits().every(options.heartbeat().toNanos(), this::judgeSilence);
        }
    }

    /** Kills workers that were silent too long; a supervisor that was itself frozen blames nobody. */
    private void judgeSilence() {
        long nowNanos = context.nanoTime();
        boolean frozen;
        List<WorkerHandle> all;
        synchronized (this) {
            frozen = nowNanos - lastBeatNanos > options.hangLimit().toNanos() / 2;
            lastBeatNanos = nowNanos;
            all = roster.workers();
        }
        for (WorkerHandle worker : all) {
            if (frozen) {
                worker.forgiveSilence(nowNanos);
            } else if (worker.isUp()
                    && nowNanos - worker.lastHeardNanos() > options.hangLimit().toNanos()) {
                worker.dumpAndKill(
                        Verdict.UNRESPONSIVE,
                        "it was silent for longer than hangLimit=" + options.hangLimit() + ", with heartbeat="
                                + options.heartbeat());
            }
        }
    }
}
