package dev.tandem.internal.processes;

import dev.tandem.FullQueue;
import dev.tandem.PoisonTaskException;
import dev.tandem.ProcessOptions;
import dev.tandem.RetryPolicy;
import dev.tandem.RunnerBrokenException;
import dev.tandem.RunnerStats;
import dev.tandem.StopOutcome;
import dev.tandem.Task;
import dev.tandem.TaskFunction;
import dev.tandem.TaskFuture;
import dev.tandem.TaskOptions;
import dev.tandem.TaskStatus;
import dev.tandem.TaskSubmitter;
import dev.tandem.TaskTimeoutException;
import dev.tandem.WorkerLostException;
import dev.tandem.internal.engine.Counters;
import dev.tandem.internal.engine.EngineDoor;
import dev.tandem.internal.engine.RunnerContext;
import dev.tandem.internal.engine.Submission;
import dev.tandem.internal.processes.RestartLimit.Circuit;
import dev.tandem.testing.Runners;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/**
 * One schedule: a runner on simulated workers in virtual time, random users, random faults, and invariants after each step. The
 * seed decides everything; run again with the same seed it does the same.
 *
 * <p>Everything in the supervisor's JVM is the real thing: the context, the way in, submissions, backlog, roster, supervisor,
 * handles and attempts. Only time, the timer's and callbacks' threads, and the workers with their readers are models.
 *
 * <p>Invariants: a future settles once and stays as it is. What may not be retried begins at most once, and each task at most as
 * often as its retries allow. Nothing begins that was stopped before it began, or after its work had ended. There are never more
 * workers than there may be. Nothing is sent to a worker that is busy or gone. A task is lost only to a worker that did something
 * for it. A result is that of its own task. The numbers of {@code stats()} add up. The circuit is what a model of it says. And in
 * the end: what was accepted is settled, its work has ended, no worker lives, and nothing is kept.
 */
final class Simulation {

    private static final long BOUND_NANOS = TimeUnit.MINUTES.toNanos(30);
    private static final int MOST_STEPS = 200_000;
    private static final List<ProcessOptions> OPTIONS = processOptions();
    private static final List<TaskOptions> TASK_OPTIONS = taskOptions();

    private final long seed;
    private final Chance chance;
    private final VirtualTime time;
    private final ProcessOptions options;
    private final RunnerContext context;
    private final ProcessEngine engine;
    private final TaskSubmitter users;
    private final CircuitModel model;
    private final int wildness; // how much goes wrong, in thousandths
    private final boolean spawnsFail; // for a while
    private final boolean bootsFail; // for a while
    private final long troubleEndsNanos;

    private final List<Tracked> futures = new ArrayList<>();
    private final List<Submission<?>> submissions = new ArrayList<>();
    private final Map<Long, SimulatedWorker> workers = new LinkedHashMap<>(); // by pid
    private final Map<Long, History> tasks = new HashMap<>();

    private int mostWorkers;
    private int counted;
    private long pids = 1000;
    private long lost;
    private boolean stopping;
    private boolean closing;
    private long answered;
    private @Nullable Violation violation;
    private @Nullable SimulatedWorker tried;

    /** What is known of one task. */
    private static final class History {
        private int starts;
        private final Set<Long> blamedDeaths = new HashSet<>();
    }

    /** A future that a user holds. */
    private static final class Tracked {
        private final TaskFuture<?> future;
        private final boolean single;
        private final TaskOptions options;
        private @Nullable TaskStatus settled;
        private @Nullable CompletableFuture<StopOutcome> stopped;

        Tracked(TaskFuture<?> future, boolean single, TaskOptions options) {
            this.future = future;
            this.single = single;
            this.options = options;
        }
    }

    /** What a schedule came to. */
    static final class Violation extends AssertionError {

        private static final long serialVersionUID = 1L;

        Violation(String message) {
            super(message);
        }
    }

    Simulation(long seed, @Nullable List<String> trace) {
        this.seed = seed;
        this.chance = new Chance(seed);
        this.time = new VirtualTime(chance, trace);
        this.options = chance.of(OPTIONS);
        this.wildness = List.of(0, 30, 100, 300, 800).get(chance.below(5));
        this.spawnsFail = wildness > 0 && chance.perMille(40);
        this.bootsFail = wildness > 0 && chance.perMille(60);
        this.troubleEndsNanos = chance.millisBelow(chance.perMille(500) ? 2_000 : 90_000);
        this.mostWorkers = options.workers() + options.spareWorkers();
        this.model =
                new CircuitModel(options.restartLimit(), options.restartPeriod().toNanos());
        ProcessEngine[] made = new ProcessEngine[1];
        this.context = new RunnerContext("simulated", time.surroundings(), runner -> {
            made[0] = new ProcessEngine(runner, options, ignored -> this::worker);
            return made[0];
        });
        this.engine = made[0];
        this.users = EngineDoor.submitter(context, this);
        time.beforeEachBeat(() -> workers.values().forEach(SimulatedWorker::beat));
    }

    private WorkerLink worker(WorkerHandle handle) {
        long pid = pids++;
        SimulatedWorker worker = new SimulatedWorker(this, handle, pid);
        workers.put(pid, worker);
        return worker;
    }

    // ---- what the workers ask and tell

    VirtualTime time() {
        return time;
    }

    Chance chance() {
        return chance;
    }

    ProcessOptions options() {
        return options;
    }

    int wildness() {
        return time.elapsedNanos() > TimeUnit.MINUTES.toNanos(4) ? 0 : wildness; // it must come to an end
    }

    boolean spawnsFail() {
        return spawnsFail && time.elapsedNanos() < troubleEndsNanos && chance.perMille(900);
    }

    boolean bootsFail() {
        return bootsFail && time.elapsedNanos() < troubleEndsNanos && chance.perMille(900);
    }

    void workerCounted(int change) {
        counted += change;
        check(counted <= mostWorkers, () -> counted + " workers, where there may be " + mostWorkers);
    }

    void becameReady() {
        model.becameReady();
    }

    void failedToStart(boolean ran, boolean calledOff) {
        if (!calledOff && !stopping) {
            model.failedToStart(ran, time.elapsedNanos());
        }
    }

    /** A worker gets a batch. */
    void given(SimulatedWorker worker) {
        Circuit circuit = engine.circuit();
        check(circuit == Circuit.CLOSED || circuit == Circuit.HALF_OPEN, () -> "sent while the circuit is " + circuit);
        if (circuit == Circuit.HALF_OPEN) {
            check(tried == null || !tried.isAtWork(), "two are tried at once");
            tried = worker;
        } else {
            tried = null;
        }
    }

    /** A worker died of what it did for a task. */
    void blame(Submission<?> submission, long pid) {
        tasks.get(submission.promise().taskId()).blamedDeaths.add(pid);
    }

    void sent(Submission<?> submission) {
        check(!submission.promise().isDone(), () -> "sent although it is settled: " + submission.promise());
        if (!tasks.containsKey(submission.promise().taskId())) {
            tasks.put(submission.promise().taskId(), new History());
            submissions.add(submission);
        }
    }

    void begins(Submission<?> submission, long pid) {
        long id = submission.promise().taskId();
        History task = tasks.get(id);
        task.starts++;
        check(task.blamedDeaths.size() < 2, () -> "task " + id + " begins although it is poison");
        time.note(() -> "task " + id + " begins on pid " + pid);
        check(
                task.starts <= 1 + submission.options().retry().maxRetries(),
                () -> "task " + id + " begins for the " + task.starts + ". time");
        check(submission.code() != null, () -> "task " + id + " begins although its work has ended");
    }

    SimulatedWorker.Deed deedOf(Submission<?> submission) {
        boolean poison = wildness > 0 && (submission.promise().taskId() * 0x9E3779B97F4A7C15L + seed >>> 8) % 29 == 0;
        boolean ends = submission.options().timeout().isPresent();
        if (poison && wildness() > 0 && chance.perMille(900)) {
            return SimulatedWorker.Deed.DIE;
        }
        if (!chance.perMille(wildness())) {
            return SimulatedWorker.Deed.SUCCEED;
        }
        SimulatedWorker.Deed deed = SimulatedWorker.Deed.values()[chance.below(SimulatedWorker.Deed.values().length)];
        boolean hangs =
                deed == SimulatedWorker.Deed.HANG_FOR_EVER || deed == SimulatedWorker.Deed.HANG_TILL_INTERRUPTED;
        return hangs && !ends ? SimulatedWorker.Deed.THROW : deed;
    }

    long durationNanos() {
        return switch (chance.below(8)) {
            case 0 -> 0;
            case 1, 2, 3 -> chance.microsBelow(500);
            case 4, 5, 6 -> chance.millisBelow(40);
            default -> chance.millisBelow(chance.perMille(100) ? 20_000 : 1_500);
        };
    }

    void check(boolean holds, String otherwise) {
        if (!holds) {
            violation = new Violation(otherwise);
            throw violation; // which a stage may swallow
        }
    }

    /** The same, where the text would cost more than the check. */
    void check(boolean holds, Supplier<String> otherwise) {
        if (!holds) {
            check(false, otherwise.get());
        }
    }

    // ---- the schedule

    /** Runs it to its end; returns the number of steps. */
    int run() {
        plan();
        int steps = 0;
        while (!engine.isTerminated()) {
            check(time.step(), () -> "nothing is left to happen, but the runner has not ended: " + engine.stats());
            steps++;
            checkStep(steps);
            check(time.elapsedNanos() < BOUND_NANOS && steps < MOST_STEPS, () -> "it does not end: " + engine.stats());
        }
        while (time.step()) {
            steps++;
            checkStep(steps);
        }
        checkEnd();
        return steps;
    }

    private void plan() {
        int spanMillis = List.of(1, 40, 2_000, 30_000).get(chance.below(4));
        int deeds = 4 + chance.below(16);
        for (int i = 0; i < deeds; i++) {
            time.here(chance.millisBelow(spanMillis), "user", this::somethingByAUser);
        }
        if (wildness > 0 && chance.perMille(100)) {
            time.there(
                    chance.millisBelow(spanMillis + 500),
                    "freeze",
                    () -> time.freezeSupervisor(chance.millisBelow(chance.perMille(500) ? 3_000 : 60_000)));
        }
        long end = TimeUnit.MILLISECONDS.toNanos(spanMillis);
        switch (chance.below(5)) {
            case 0 -> time.here(end, "close", this::close);
            case 1 -> time.here(end + chance.millisBelow(5_000), "close", this::close);
            case 2 ->
                time.here(end, "close by a deadline", () -> {
                    close();
                    context.deadlines().after(chance.millisBelow(2_000), this::shutdownNow);
                });
            case 3 -> time.here(chance.millisBelow(spanMillis), "shutdownNow", this::shutdownNow);
            default -> time.here(end + chance.millisBelow(500), "shutdownNow", this::shutdownNow);
        }
    }

    private void close() {
        closing = true;
        engine.shutdown();
    }

    private void shutdownNow() {
        closing = true;
        engine.shutdownNow();
    }

    private void somethingByAUser() {
        switch (chance.below(12)) {
            case 0, 1, 2, 3 -> submit();
            case 4, 5 -> map();
            case 6, 7 -> cancel();
            case 8 -> submitFromAStage();
            case 9 -> listen();
            case 10 -> {
                if (chance.perMille(100)) {
                    time.note(() -> "classes have changed");
                    engine.replaceWorkers("simulated");
                } else if (chance.perMille(100)) {
                    resize();
                } else {
                    submit();
                }
            }
            default -> {
                int burst = chance.below(6);
                for (int i = 0; i < burst; i++) {
                    submit();
                }
            }
        }
    }

    private void resize() {
        try {
            int size = 1 + chance.below(4);
            mostWorkers = Math.max(mostWorkers, size + options.spareWorkers()); // surplus leaves when it is free
            time.note(() -> "resize to " + size);
            engine.resize(size);
        } catch (IllegalStateException e) {
            check(closing, () -> "no resize though it is open: " + e);
        }
    }

    private void submit() {
        TaskOptions how = chance.of(TASK_OPTIONS);
        try {
            Task<Long> task = chance.perMille(30) ? SimulatedCodec.UNFIT : SimulatedCodec.FIT;
            TaskFuture<Long> future = users.with(how).submit(task);
            time.note(() -> "task " + future.taskId() + " submitted, " + how);
            futures.add(new Tracked(future, true, how));
        } catch (RejectedExecutionException | RunnerBrokenException e) {
            refused(e);
        }
    }

    private void map() {
        TaskOptions how = chance.of(TASK_OPTIONS).chunkSize(1 + chance.below(4));
        List<Integer> inputs = IntStream.range(0, chance.below(7)).boxed().toList();
        try {
            TaskFunction<Integer, Long> function = SimulatedCodec.FUNCTION;
            TaskFuture<List<Long>> future = users.with(how).map(inputs, function);
            time.note(() -> "map " + future.taskId() + " of " + inputs.size() + " submitted, " + how);
            futures.add(new Tracked(future, false, how));
        } catch (RejectedExecutionException | RunnerBrokenException e) {
            refused(e);
        }
    }

    private void refused(RuntimeException e) {
        time.note(() -> "refused: " + e.getClass().getSimpleName());
        boolean legal = e instanceof RunnerBrokenException
                ? engine.circuit() == Circuit.OPEN || engine.circuit() == Circuit.BROKEN
                : closing || options.queueCapacity() < 100;
        check(legal, () -> "refused without a reason: " + e);
    }

    private void cancel() {
        if (!futures.isEmpty()) {
            Tracked one = chance.of(futures);
            boolean mayInterrupt = chance.perMille(500);
            time.note(() -> "cancel(" + mayInterrupt + ") of " + one.future);
            boolean wasDone = one.future.isDone();
            boolean won = one.future.cancel(mayInterrupt);
            check(won != wasDone, () -> "cancel() says " + won + " of what is " + one.future);
            check(one.future.isDone(), "cancelled and not done");
        }
    }

    private void submitFromAStage() {
        if (!futures.isEmpty()) {
            CompletableFuture<?> stage = chance.of(futures).future.toCompletableFuture();
            CompletableFuture<Void> unused = stage.handle((value, failure) -> {
                check(time.isInside() || stage.isDone(), "a stage runs somewhere else");
                submit();
                return null;
            });
        }
    }

    private void listen() {
        if (!futures.isEmpty()) {
            Tracked one = chance.of(futures);
            one.stopped = one.future.stopped().toCompletableFuture();
            one.future.onProgress(progress -> check(progress.total() == 2, "somebody else's progress"));
        }
    }

    // ---- invariants

    private void checkStep(int steps) {
        if (violation != null) {
            throw violation;
        }
        Counters.Snapshot numbers = context.counters().snapshot();
        long nowNanos = time.elapsedNanos();
        if (numbers.lostWorkers() > lost) {
            lost++;
            check(numbers.lostWorkers() == lost, "two losses in one step");
            if (!stopping) {
                model.died(nowNanos);
            }
        }
        stopping = closing && context.isIdle();
        long answeredNow = numbers.succeeded() + numbers.failed() + numbers.cancelled();
        Circuit actual = engine.circuit();
        if (!stopping && !model.agrees(actual, true, nowNanos)) {
            check(false, () -> "the circuit is " + actual + ", the model says " + model.expected());
        }
        answered = answeredNow;
        long queued = numbers.submitted() - answered - numbers.running();
        check(numbers.running() >= 0 && queued >= 0, () -> "numbers do not add up: " + numbers);
        check(engine.waiting() >= 0 && engine.waiting() <= queued, () -> engine.waiting() + " wait, of " + queued);
        if ((steps & 3) == 0) {
            checkFutures();
        }
    }

    private void checkFutures() {
        for (Tracked one : futures) {
            if (one.future.isDone()) {
                TaskStatus status = one.future.status();
                check(one.settled == null || one.settled == status, () -> one.settled + " became " + status);
                one.settled = status;
            } else {
                check(one.settled == null, () -> "settled once, and is no longer: " + one.future);
            }
        }
    }

    private void checkEnd() {
        checkFutures();
        for (Tracked one : futures) {
            check(one.future.isDone(), () -> "never settled: " + one.future);
            CompletableFuture<StopOutcome> stopped = one.future.stopped().toCompletableFuture();
            check(stopped.isDone(), () -> "its work has never ended: " + one.future);
            check(one.stopped == null || one.stopped.isDone(), () -> "stopped() was never completed: " + one.future);
            if (one.single) {
                checkOutcome(one, stopped.join());
            }
        }
        for (Submission<?> submission : submissions) {
            check(submission.promise().isDone(), () -> "never settled: " + submission.promise());
            check(
                    submission.code() == null && submission.input() == null,
                    () -> "code is kept of " + submission.promise());
        }
        check(EngineDoor.keepsNothing(context), "something is kept");
        check(engine.waiting() == 0, "nothing waits, but " + engine.waiting() + " places are taken");
        for (SimulatedWorker worker : workers.values()) {
            check(!worker.isAlive() && !worker.isCounted(), () -> "a worker lives on: pid " + worker.pid());
        }
        check(counted == 0, () -> "workers are still counted: " + counted);
        RunnerStats stats = engine.stats();
        check(
                stats.workers() == 0 && stats.busyWorkers() == 0 && stats.queued() == 0 && stats.running() == 0,
                () -> "the end of it is " + stats);
        check(
                stats.submitted() == stats.succeeded() + stats.failed() + stats.cancelled(),
                () -> "numbers do not add up: " + stats);
        check(
                Runners.accountedFor(stats) == stats.workersStarted(),
                () -> "a worker is not accounted for, or twice: " + stats);
    }

    private void checkOutcome(Tracked one, StopOutcome how) {
        long id = one.future.taskId();
        History task = tasks.get(id);
        int starts = task == null ? 0 : task.starts;
        if (how == StopOutcome.NOT_STARTED && one.options.retry().maxRetries() == 0) {
            check(starts == 0, () -> "task " + id + " began, and is said to have not");
        }
        Throwable failure = null;
        try {
            Object value = one.future.join();
            check(starts > 0, () -> "task " + id + " succeeded without having begun");
            check(value instanceof Long of && of == id, () -> "task " + id + " got the result of task " + value);
        } catch (CancellationException | CompletionException e) {
            failure = e;
        }
        if (failure instanceof WorkerLostException loss) {
            SimulatedWorker worker = workers.get(loss.loss().pid());
            check(
                    worker.isFaulty(),
                    () -> "task " + id + " was lost to pid " + worker.pid() + ", which did nothing for it");
            check(
                    loss.maybeExecuted() || starts == 0,
                    () -> "task " + id + " began " + starts + " times, and is said to have not");
        } else if (failure instanceof PoisonTaskException poison) {
            check(poison.history().size() == 2 && starts >= 2, () -> "poison without two deaths: task " + id);
        } else if (failure instanceof TaskTimeoutException timeout) {
            boolean declared = timeout.isQueueTimeout()
                    ? one.options.queueTimeout().isPresent()
                    : one.options.timeout().isPresent();
            check(declared, () -> "a time-out that nobody asked for: task " + id);
            check(!timeout.isQueueTimeout() || starts == 0, () -> "began, and waited too long: task " + id);
        } else if (failure instanceof RunnerBrokenException) {
            check(wildness > 0, () -> "broken without a fault: task " + id);
        }
    }

    // ---- what there is to choose from

    private static List<ProcessOptions> processOptions() {
        List<ProcessOptions> all = new ArrayList<>();
        ProcessOptions base = ProcessOptions.defaults()
                .codec(new SimulatedCodec())
                .heartbeat(Duration.ofSeconds(2))
                .startTimeout(Duration.ofSeconds(30))
                .onFullQueue(FullQueue.REJECT)
                .killGrace(Duration.ofMillis(300));
        for (int workers = 1; workers <= 3; workers++) {
            ProcessOptions some = base.workers(workers);
            all.add(some);
            all.add(some.spareWorkers(1));
            all.add(some.queueCapacity(5));
            all.add(some.maxTasksPerWorker(2));
            all.add(some.idleTimeout(Duration.ofMillis(200)));
            all.add(some.spareWorkers(2).idleTimeout(Duration.ofMillis(50)).maxTasksPerWorker(3));
            all.add(some.restartLimit(1, Duration.ofSeconds(3)));
            all.add(some.restartLimit(2, Duration.ofHours(1)).killGrace(Duration.ZERO));
        }
        return List.copyOf(all);
    }

    private static List<TaskOptions> taskOptions() {
        List<TaskOptions> all = new ArrayList<>();
        TaskOptions plain = TaskOptions.defaults();
        for (TaskOptions timed :
                List.of(plain, plain, plain.timeout(Duration.ofMillis(30)), plain.timeout(Duration.ofSeconds(1)))) {
            for (TaskOptions queued : List.of(
                    timed,
                    timed,
                    timed.queueTimeout(Duration.ofMillis(5)),
                    timed.queueTimeout(Duration.ofSeconds(2)))) {
                all.add(queued);
                all.add(queued.priority(1));
                all.add(queued.retry(RetryPolicy.retries(1)));
                all.add(queued.retry(RetryPolicy.retries(3).backoff(Duration.ofMillis(50), Duration.ofSeconds(1))));
            }
        }
        return List.copyOf(all);
    }
}
