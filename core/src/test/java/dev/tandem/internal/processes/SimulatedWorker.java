package dev.tandem.internal.processes;

import dev.tandem.TaskRef;
import dev.tandem.WorkerLoss;
import dev.tandem.WorkerLoss.Verdict;
import dev.tandem.WorkerStartException;
import dev.tandem.internal.engine.Submission;
import dev.tandem.internal.protocol.Message;
import dev.tandem.internal.protocol.Message.Failed;
import dev.tandem.internal.protocol.Payload;
import dev.tandem.internal.protocol.Slice;
import dev.tandem.internal.protocol.StatusPage;
import dev.tandem.internal.task.PortableThrowable;
import dev.tandem.ipc.TransportException;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A model of a worker JVM and of the thread that listens to it, which boots or fails in many ways, runs what it is sent, and
 * misbehaves as chance decides: dies at any point, freezes, talks nonsense, closes its channel, ignores interrupts.
 *
 * <p>What it writes before it dies can still be read, as from a pipe, unless chance makes the connection one that forgets.
 */
final class SimulatedWorker implements WorkerLink {

    private static final long EXIT_WAIT_NANOS = TimeUnit.SECONDS.toNanos(1);
    private static final WorkerStartException NO_START =
            new WorkerStartException(TaskRef.NONE, "simulated", List.of(), OptionalInt.empty(), List.of());
    private static final PortableThrowable THROWN =
            new PortableThrowable("java.lang.IllegalStateException", "simulated", List.of(), null, List.of());
    private static final Slice NOTHING = Slice.of(new byte[0]);
    private static final Message.Stopping STOPPING = new Message.Stopping();

    private static final ByteBuffer PAGES = ByteBuffer.allocateDirect(1024 * 64);
    private static final AtomicInteger PAGES_MADE = new AtomicInteger();

    /** What an attempt is going to do. */
    enum Deed {
        SUCCEED,
        THROW,
        ANSWER_NONSENSE,
        DIE,
        DIE_AFTER_ANSWER,
        EXIT,
        HANG_TILL_INTERRUPTED,
        HANG_FOR_EVER,
        LEAVE_SOMETHING_BEHIND
    }

    private final Simulation simulation;
    private final VirtualTime time;
    private final Chance chance;
    private final WorkerHandle handle;
    private final WorkerEventsAdapter adapter;
    private final long pid;
    private final boolean forgetful; // its connection: what was not read when it died is lost

    // what the supervisor's side knows
    private final Set<Long> unanswered = new HashSet<>();
    private boolean counted;
    private boolean up;
    private boolean deaf; // its reader reads no more
    private boolean buried;
    private long lastSent;
    private boolean pageHeard; // it uses its page, and the supervisor knows
    private boolean awaitsExit;
    private boolean nothingMissing = true;

    // the process
    private final Deque<Runnable> arriving = new ArrayDeque<>(); // whatever arrives takes the oldest, so order is kept
    private final Deque<Object> written = new ArrayDeque<>(); // to the supervisor, not read yet
    private final Deque<Attempt> queue = new ArrayDeque<>();
    private final List<Runnable> held = new ArrayList<>(); // while it is frozen
    private @Nullable Attempt current;
    private @Nullable Attempt diedOf;
    private @Nullable StatusPage page; // that was offered
    private boolean onPage;
    private boolean spawned;
    private boolean killed;
    private boolean alive;
    private boolean frozen;
    private boolean channelClosed;
    private boolean hasClosedItsChannel;
    private boolean stopRequested;
    private boolean exiting;
    private int runsUnread; // batches that have not arrived
    private int exitCode;

    /** Whether it did, or suffered, something that excuses the loss of whatever it had. */
    private boolean faulty;

    /** One of its tasks. */
    private static final class Attempt {

        private final long id;
        private final Submission<?> submission;
        private final long taskId;
        private Deed deed = Deed.SUCCEED;
        private boolean begun;
        private boolean startHeard; // by the supervisor
        private boolean isOnPage; // which says that it has begun
        private boolean interrupted; // before it had begun
        private boolean answered;

        Attempt(long id, Submission<?> submission) {
            this.id = id;
            this.submission = submission;
            this.taskId = submission.promise().taskId();
        }
    }

    private enum End {
        OF_CHANNEL
    }

    SimulatedWorker(Simulation simulation, WorkerHandle handle, long pid) {
        this.simulation = simulation;
        this.time = simulation.time();
        this.chance = simulation.chance();
        this.handle = handle;
        this.adapter = new WorkerEventsAdapter(handle);
        this.pid = pid;
        this.forgetful = chance.perMille(simulation.wildness() / 4);
    }

    long pid() {
        return pid;
    }

    boolean isFaulty() {
        return faulty;
    }

    boolean isCounted() {
        return counted;
    }

    /** Whether it has something to do, as far as the supervisor knows. */
    boolean isAtWork() {
        return !unanswered.isEmpty() && !buried;
    }

    boolean isAlive() {
        return alive;
    }

    // ---- the supervisor's side: what it asks for

    @Override
    public void start() {
        counted = true;
        simulation.workerCounted(1);
        int wild = simulation.wildness();
        if (simulation.spawnsFail() || chance.perMille(wild / 20)) {
            time.here(chance.millisBelow(20), "no process for", () -> failToStart(false));
            return;
        }
        time.here(chance.millisBelow(5), "spawn", this::spawn);
    }

    private void spawn() {
        spawned = true;
        alive = true;
        handle.spawned(pid);
        if (killed) {
            time.here(chance.millisBelow(3), "killed before it began", () -> failToStart(true));
            return;
        }
        int wild = simulation.wildness();
        if (simulation.bootsFail() || chance.perMille(wild / 10)) {
            boolean hangs = chance.perMille(100);
            long nanos = hangs ? simulation.options().startTimeout().toNanos() : chance.millisBelow(300);
            time.here(nanos, "boot fails", () -> failToStart(true));
            return;
        }
        time.here(TimeUnit.MILLISECONDS.toNanos(10) + chance.millisBelow(300), "ready", this::ready);
    }

    private void failToStart(boolean ran) {
        if (!counted || up) {
            return;
        }
        alive = false;
        uncount();
        simulation.failedToStart(ran, killed);
        handle.failedToStart(new BootFailure(NO_START, ran));
    }

    private void ready() {
        if (!alive || !counted || (killed && chance.perMille(500))) {
            return; // that ends elsewhere
        }
        up = true;
        if (!killed) {
            simulation.becameReady();
        }
        handle.ready();
        if (chance.perMille(simulation.wildness() / 8)) {
            time.there(chance.millisBelow(4_000), "mishap", inProcess(this::mishap));
        }
    }

    @Override
    public void run(long attemptId, ChunkSite site, ChunkRequest request) {
        throw new AssertionError("its page has no room for chunks");
    }

    @Override
    public void run(List<Attempts.Assigned> load) {
        simulation.check(up && !buried && !awaitsExit && !deaf, "sent to a worker that is gone or not there yet");
        simulation.check(unanswered.isEmpty() || pageHeard, "sent to a worker that is busy, and has no page");
        simulation.check(!load.isEmpty(), "an empty load was sent");
        simulation.check(load.size() == 1 || pageHeard, "several batches were sent to a worker without a page");
        for (Attempts.Assigned one : load) {
            simulation.check(!one.submissions().isEmpty(), "an empty batch was sent");
            List<Attempt> batch = new ArrayList<>();
            for (Submission<?> submission : one.submissions()) {
                long id = one.firstId() + batch.size();
                simulation.check(id > lastSent, "attempts are not sent in the order of their ids");
                lastSent = id;
                unanswered.add(id);
                batch.add(new Attempt(id, submission));
                simulation.sent(submission);
            }
            runsUnread++;
            arrive("RUN", () -> {
                runsUnread--;
                queue.addAll(batch);
                goOn();
            });
        }
        simulation.given(this);
    }

    @Override
    public void recall() {
        arrive("RECALL", this::handBack);
    }

    @Override
    public void answered(long attemptId) {
        simulation.check(!unanswered.contains(attemptId), "answered, but it is not");
    }

    @Override
    public void cancel(long attemptId) {
        arrive("CANCEL", () -> {
            if (!takeOut(attemptId) && current != null && current.id == attemptId) {
                interrupt(current);
            }
        });
    }

    @Override
    public void withdraw(long attemptId) {
        arrive("WITHDRAW", () -> takeOut(attemptId));
    }

    @Override
    public void stop() {
        simulation.check(unanswered.isEmpty(), "stopped although it is busy");
        arrive("STOP", () -> {
            stopRequested = true;
            goOn();
        });
    }

    @Override
    public void answer(Message.Lookup lookup) {}

    @Override
    public void allRead() {
        simulation.check(unanswered.isEmpty(), "all read, but something is unanswered");
    }

    @Override
    public void offerPage() {
        if (chance.perMille(700)) {
            arrive("PAGE", () -> page = newPage());
        }
    }

    @Override
    public StatusPage page() throws TransportException {
        if (page == null) {
            throw new TransportException("none was offered");
        }
        return page;
    }

    /** Outside of the heap, where small pieces are dear: each is used again when a thousand others were. */
    private static StatusPage newPage() {
        ByteBuffer piece = PAGES.slice(Math.floorMod(PAGES_MADE.getAndIncrement(), 1024) * 64, 64);
        piece.put(0, new byte[64]);
        return new StatusPage(piece);
    }

    @Override
    public void hasBegun(long taskId) {}

    @Override
    public void kill() {
        if (!killed) {
            killed = true;
            if (spawned) {
                time.here(chance.millisBelow(4), "kill", this::die137);
                if (!up) {
                    time.here(chance.millisBelow(6), "killed while it boots", () -> failToStart(true));
                }
            }
        }
    }

    @Override
    public void dumpAndKill(Consumer<String> answer) {
        time.here(chance.millisBelow(200), "stacks", () -> {
            answer.accept("simulated");
            kill();
        });
    }

    @Override
    public void dump(Consumer<String> answer) {
        answer.accept("simulated");
    }

    @Override
    public void killHere() {
        kill();
    }

    // ---- the reader

    private void say(Object message) {
        if (!alive || channelClosed) {
            return;
        }
        written.add(message);
        time.here(chance.perMille(800) ? chance.microsBelow(200) : chance.millisBelow(10), "read", this::readOne);
    }

    private void readOne() {
        Object next = written.poll();
        if (next == null || deaf) {
            return;
        }
        if (next == End.OF_CHANNEL) {
            hangUp();
            return;
        }
        Message message = (Message) next;
        time.note(() -> handle.label() + " says " + message);
        boolean wasUnknown =
                (message instanceof Message.Done || message instanceof Failed) && !unanswered.remove(message.id());
        handle.heard();
        try {
            adapter.dispatch(message);
            if (message instanceof Message.Started && current != null && current.id == message.id()) {
                current.startHeard = true;
            }
            pageHeard |= message instanceof Message.PageUsed;
            simulation.check(!wasUnknown, () -> "an answer to what was not asked was accepted: " + message);
            if (written.isEmpty() || chance.perMille(300)) {
                handle.caughtUp();
            }
        } catch (TransportException e) {
            simulation.check(wasUnknown || faulty, () -> "an honest message was refused: " + message);
            nothingMissing = false;
            hangUp();
        }
    }

    private void hangUp() {
        deaf = true;
        channelClosed = true;
        handle.unheard();
        awaitsExit = true;
        if (alive) {
            time.here(EXIT_WAIT_NANOS, "it outlives its channel", () -> {
                if (alive) {
                    handle.kill(Verdict.CHANNEL_BROKEN, "simulated");
                }
            });
        } else {
            buryLater();
        }
    }

    private void buryLater() {
        awaitsExit = false;
        if (nothingMissing) {
            handle.ended();
        }
        time.here(chance.perMille(900) ? chance.microsBelow(500) : chance.millisBelow(500), "bury", this::bury);
    }

    private void bury() {
        simulation.check(!buried, "buried twice");
        buried = true;
        uncount();
        Verdict known = handle.verdict();
        simulation.check(known != Verdict.UNRESPONSIVE || faulty, "killed for a silence that was none");
        if (diedOf != null && (diedOf.startHeard || (diedOf.isOnPage && pageHeard)) && exitCode == 1) {
            simulation.blame(diedOf.submission, pid);
        }
        WorkerLoss loss = new WorkerLoss(
                known != null ? known : exitCode == 137 || exitCode == 143 ? Verdict.KILLED_BY_SIGNAL : Verdict.EXITED,
                OptionalInt.of(exitCode),
                exitCode == 137 ? Optional.of("SIGKILL") : exitCode == 143 ? Optional.of("SIGTERM") : Optional.empty(),
                pid,
                handle.phase(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                List.of());
        unanswered.clear();
        handle.died(loss, nothingMissing || runsUnread > 0);
    }

    private void uncount() {
        if (counted) {
            counted = false;
            simulation.workerCounted(-1);
        }
    }

    // ---- the process

    private void arrive(String what, Runnable action) {
        time.note(() -> handle.label() + " is told " + what);
        arriving.add(action);
        time.there(chance.perMille(800) ? chance.microsBelow(100) : chance.millisBelow(10), "arrives", inProcess(() -> {
            Runnable oldest = arriving.poll();
            if (oldest != null && !channelClosed) {
                oldest.run();
            }
        }));
    }

    /** Happens only while the process lives, and not while it is frozen. */
    private Runnable inProcess(Runnable action) {
        return () -> {
            if (frozen) {
                held.add(inProcess(action));
            } else if (alive) {
                action.run();
            }
        };
    }

    private void goOn() {
        if (current != null || exiting) {
            return;
        }
        Attempt next = queue.poll();
        if (next == null) {
            if (stopRequested) {
                exit(0);
            }
            return;
        }
        current = next;
        time.there(chance.microsBelow(300), "begins", inProcess(() -> begin(next)));
    }

    private void begin(Attempt attempt) {
        if (page != null && !onPage && !hasClosedItsChannel) {
            say(new Message.PageUsed());
            onPage = true;
        }
        if (hasClosedItsChannel && !onPage) { // STARTED cannot be written, and without that nothing begins
            die(86);
            return;
        }
        attempt.begun = true;
        simulation.begins(attempt.submission, pid);
        if (onPage) {
            page.begin(attempt.id, time.nanoTime());
            attempt.isOnPage = true;
        } else {
            say(new Message.Started(attempt.id));
        }
        attempt.deed = simulation.deedOf(attempt.submission);
        if (attempt.deed != Deed.SUCCEED) {
            time.note(() -> handle.label() + " will " + attempt.deed + " in attempt " + attempt.id);
        }
        if (chance.perMille(800)) {
            if (onPage) {
                page.enter(attempt.id, StatusPage.Phase.RUNNING);
            } else {
                say(new Message.Running(attempt.id));
            }
        }
        if (chance.perMille(50)) {
            say(new Message.Reported(attempt.id, 1, 2, ""));
        }
        long nanos = simulation.durationNanos();
        switch (attempt.deed) {
            case HANG_TILL_INTERRUPTED, HANG_FOR_EVER -> {}
            default -> time.there(nanos, "ends", inProcess(() -> end(attempt)));
        }
        if (attempt.interrupted) {
            interrupt(attempt);
        }
    }

    private void interrupt(Attempt attempt) {
        if (!attempt.begun) {
            attempt.interrupted = true;
            return;
        }
        boolean obeys =
                attempt.deed == Deed.HANG_TILL_INTERRUPTED || (attempt.deed == Deed.SUCCEED && chance.perMille(500));
        if (obeys) {
            time.there(chance.microsBelow(2_000), "obeys", inProcess(() -> {
                attempt.deed = Deed.THROW;
                end(attempt);
            }));
        }
    }

    private void end(Attempt attempt) {
        if (attempt.answered || current != attempt) {
            return;
        }
        attempt.answered = true;
        if (onPage && attempt.deed != Deed.DIE && attempt.deed != Deed.EXIT) {
            page.end(attempt.id);
        }
        switch (attempt.deed) {
            case SUCCEED -> answerDone(attempt);
            case LEAVE_SOMETHING_BEHIND -> {
                answerDone(attempt);
                say(new Message.Retiring("simulated"));
                handBack();
            }
            case ANSWER_NONSENSE -> {
                faulty = true;
                answerDone(attempt);
                say(
                        chance.perMille(500)
                                ? new Message.Done(attempt.id, true, Payload.NONE)
                                : new Message.Started(attempt.id + 1_000_000));
            }
            case DIE -> {
                faulty = true;
                diedOf = attempt;
                die(chance.perMille(200) ? 143 : 1);
                return;
            }
            case DIE_AFTER_ANSWER -> {
                answerDone(attempt);
                faulty = true;
                die(1);
                return;
            }
            case EXIT -> {
                faulty = true;
                exit(7);
                return;
            }
            default -> say(new Failed(attempt.id, Failed.Reason.USER, THROWN, "", "", NOTHING));
        }
        current = null;
        goOn();
    }

    private void answerDone(Attempt attempt) {
        byte[] result = ByteBuffer.allocate(Long.BYTES).putLong(attempt.taskId).array();
        say(new Message.Done(attempt.id, true, result));
    }

    private void handBack() {
        while (!queue.isEmpty()) {
            say(new Failed(queue.removeLast().id, Failed.Reason.HANDED_BACK, THROWN, "", "", NOTHING));
        }
    }

    private boolean takeOut(long attemptId) {
        for (Attempt attempt : queue) {
            if (attempt.id == attemptId) {
                queue.remove(attempt);
                say(new Failed(attemptId, Failed.Reason.CANCELLED_UNSTARTED, THROWN, "", "", NOTHING));
                return true;
            }
        }
        return false;
    }

    /** It says goodbye first; its hooks may take long, or for ever. */
    private void exit(int code) {
        exiting = true;
        say(STOPPING);
        if (chance.perMille(950 - simulation.wildness() / 4)) {
            time.there(chance.millisBelow(100), "exits", inProcess(() -> die(code)));
        }
    }

    private void die137() {
        if (alive) {
            die(137);
        }
    }

    private void die(int code) {
        alive = false;
        frozen = false;
        exitCode = code;
        time.note(() -> handle.label() + " is dead, exit code " + code);
        if (forgetful) {
            nothingMissing = false;
            written.clear();
        }
        if (awaitsExit) {
            buryLater();
        } else if (up && !deaf) {
            written.add(End.OF_CHANNEL);
            time.here(chance.millisBelow(3), "read", this::readToTheEnd);
        }
    }

    private void readToTheEnd() {
        while (!deaf && !written.isEmpty()) {
            readOne();
        }
    }

    /** Something that is no task's fault. */
    private void mishap() {
        faulty = true;
        switch (chance.below(6)) {
            case 0 -> die(137);
            case 1 -> die(143);
            case 2 -> exit(143);
            case 3 -> {
                channelClosed = true;
                hasClosedItsChannel = true;
                written.add(End.OF_CHANNEL);
                time.here(chance.millisBelow(3), "read", this::readToTheEnd);
            }
            case 4 -> {
                if (onPage && chance.perMille(500)) {
                    page.begin(1_000_000_000, 0);
                } else {
                    say(new Message.Started(-1));
                }
            }
            default -> freeze(chance.millisBelow(chance.perMille(500) ? 5_000 : 60_000));
        }
    }

    private void freeze(long nanos) {
        frozen = true;
        time.note(() -> handle.label() + " is frozen");
        time.there(nanos, "thaws", () -> {
            frozen = false;
            List<Runnable> late = List.copyOf(held);
            held.clear();
            late.forEach(action -> time.there(chance.microsBelow(50), "held", action));
        });
    }

    /** Right before silence is judged: whoever can has said that it is alive. */
    void beat() {
        if (alive && up && !frozen && !channelClosed && !deaf) {
            handle.heard();
        }
    }
}
