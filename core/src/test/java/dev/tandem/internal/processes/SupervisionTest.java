package dev.tandem.internal.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import dev.tandem.PoisonTaskException;
import dev.tandem.ProcessOptions;
import dev.tandem.RetryPolicy;
import dev.tandem.RunnerBrokenException;
import dev.tandem.RunnerStats;
import dev.tandem.TaskFuture;
import dev.tandem.TaskOptions;
import dev.tandem.TaskSubmitter;
import dev.tandem.TaskTimeoutException;
import dev.tandem.WorkerLoss;
import dev.tandem.WorkerLoss.Verdict;
import dev.tandem.WorkerLostException;
import dev.tandem.WorkerStats;
import dev.tandem.internal.engine.EngineDoor;
import dev.tandem.internal.engine.RunnerContext;
import dev.tandem.internal.engine.Submission;
import dev.tandem.internal.engine.Surroundings;
import dev.tandem.internal.processes.RestartLimit.Circuit;
import dev.tandem.internal.protocol.Message;
import dev.tandem.internal.protocol.Payload;
import dev.tandem.internal.protocol.Slice;
import dev.tandem.internal.protocol.StatusPage;
import dev.tandem.internal.task.PortableThrowable;
import dev.tandem.ipc.TransportException;
import dev.tandem.testing.Row;
import dev.tandem.testing.SilentLog;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.extension.ExtendWith;

/** The policy of supervision, step by step: workers do what the test says, when it says so, in virtual time. */
@Timeout(value = 20, unit = TimeUnit.SECONDS)
@ExtendWith(SilentLog.class)
final class SupervisionTest {

    private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

    private final VirtualTime time = new VirtualTime(new Chance(1), null);
    private final List<Puppet> puppets = new ArrayList<>();

    private ProcessOptions options = ProcessOptions.defaults()
            .codec(new SimulatedCodec())
            .workers(1)
            .heartbeat(Duration.ofSeconds(1))
            .restartLimit(2, Duration.ofHours(1));

    private @Nullable ProcessEngine engine;
    private @Nullable TaskSubmitter users;

    @Test
    @Row("W3")
    void w3RunsOnceAndElsewhereWhatItsWorkerHadNotBegun() throws Exception {
        open();
        TaskFuture<Long> future = submit(TaskOptions.defaults());
        Puppet first = boot(0);
        assertThat(first.sent).hasSize(1);
        first.die(1);
        Puppet second = boot(1);
        assertThat(second.attemptNumbers()).containsExactly(1);
        second.answer();
        time.pass(5 * SECOND);
        assertThat(future.join()).isEqualTo(future.taskId());
        assertThat(engine().stats().retried()).isZero();
    }

    @Test
    void neverRunsWhatWaitedTooLongAlthoughAWorkerHadItMeanwhile() throws Exception {
        open();
        TaskFuture<Long> future = submit(TaskOptions.defaults().queueTimeout(Duration.ofSeconds(3)));
        Puppet first = boot(0);
        assertThat(first.sent).hasSize(1);
        time.pass(2 * SECOND);
        first.die(1);
        time.pass(2 * SECOND);
        assertThat(future.isDone()).isTrue();
        assertThatThrownBy(future::join)
                .isInstanceOfSatisfying(
                        TaskTimeoutException.class,
                        failure -> assertThat(failure.isQueueTimeout()).isTrue());
    }

    /** Whose worker uses its page and has answered one task fast. */
    private Puppet bootAQuickOne() throws Exception {
        open();
        submit(TaskOptions.defaults());
        Puppet quick = boot(0);
        quick.answer();
        quick.handle.pageUsed();
        return quick;
    }

    @Test
    void givesShortTasksTogetherAndMoreBeforeAllAreAnswered() throws Exception {
        Puppet quick = bootAQuickOne();
        for (int i = 0; i < 400; i++) {
            submit(TaskOptions.defaults());
        }
        assertThat(quick.sent).as("at once, as it was idle").hasSize(1);
        quick.answerOnPage(1);
        assertThat(quick.sent).as("and no more, as the pipe is small").hasSizeBetween(200, 256);
        quick.answerOnPage(quick.sent.size() - 129);
        assertThat(quick.sent).as("more than half of what it may have").hasSize(129);
        quick.answerOnPage(1);
        assertThat(quick.sent).hasSizeBetween(200, 256);
        while (!quick.sent.isEmpty()) {
            quick.answerOnPage(1);
        }
        time.pass(5 * SECOND); // callbacks may be late
        assertThat(engine().stats().succeeded()).isEqualTo(401);
        assertThat(quick.recalls).isZero();
    }

    @Test
    void givesNothingInAdvanceToAWorkerThatIsSlowOrHasNoPage() throws Exception {
        open();
        submit(TaskOptions.defaults());
        Puppet worker = boot(0);
        worker.answer();
        for (int i = 0; i < 10; i++) {
            submit(TaskOptions.defaults());
        }
        worker.answer();
        assertThat(worker.sent).as("it has no page").hasSize(1);
        worker.handle.pageUsed();
        time.pass(SECOND / 100);
        worker.answerOnPage(1);
        assertThat(worker.sent).as("it has taken 10 ms").hasSize(1);
    }

    @Test
    void givesNothingInAdvanceThatHasALimitForItsWait() throws Exception {
        Puppet quick = bootAQuickOne();
        for (int i = 0; i < 10; i++) {
            submit(TaskOptions.defaults().queueTimeout(Duration.ofSeconds(3)));
        }
        quick.answerOnPage(1);
        assertThat(quick.sent).hasSize(1);
    }

    @Test
    void callsBackWhatWaitsBehindATaskThatTakesLong() throws Exception {
        options = options.workers(2);
        Puppet quick = bootAQuickOne();
        submit(TaskOptions.defaults());
        submit(TaskOptions.defaults());
        Puppet other = boot(1);
        other.answer();
        other.handle.pageUsed();
        quick.answerOnPage(1);
        for (int i = 0; i < 20; i++) { // to forget how long it took until the other was there
            submit(TaskOptions.defaults());
            quick.answerOnPage(1);
        }
        submit(TaskOptions.defaults());
        submit(TaskOptions.defaults());
        assertThat(quick.sent).hasSize(1);
        assertThat(other.sent).hasSize(1);
        List<TaskFuture<Long>> all = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            all.add(submit(TaskOptions.defaults()));
        }
        quick.answerOnPage(1);
        assertThat(quick.sent).as("half of what waits").hasSize(5);
        quick.beginOnPage();
        time.pass(SECOND / 50);
        assertThat(quick.recalls).isEqualTo(1);
        while (quick.sent.size() > 1) {
            quick.handBackLast();
        }
        quick.handle.caughtUp();
        while (!other.sent.isEmpty()) {
            other.answerOnPage(1);
        }
        time.pass(SECOND);
        assertThat(all.get(0).isDone()).isFalse();
        assertThat(all.subList(1, 10)).allMatch(TaskFuture::isDone);
    }

    @Test
    void movesWhatWasBehindATaskThatHasKilledItsWorkerAndSendsItAloneThen() throws Exception {
        Puppet quick = bootAQuickOne();
        List<TaskFuture<Long>> all = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            all.add(submit(TaskOptions.defaults()));
        }
        quick.answerOnPage(1);
        quick.beginOnPage();
        quick.die(1);
        Puppet next = boot(1);
        next.answer();
        next.handle.pageUsed();
        while (!next.sent.isEmpty()) {
            assertThat(next.sent).hasSize(1);
            next.answerOnPage(1);
        }
        time.pass(SECOND);
        assertThatThrownBy(all.get(1)::join).isInstanceOf(WorkerLostException.class);
        assertThat(engine().stats().succeeded()).isEqualTo(10);
    }

    @Test
    @Row("H3")
    void h3HasOneOutcomeWhenTheAnswerComesBetweenTheVerdictAndTheDeath() throws Exception {
        open();
        TaskFuture<Long> future = submit(TaskOptions.defaults().retry(RetryPolicy.retries(1)));
        Puppet worker = boot(0);
        worker.begin();
        time.pass(12 * SECOND);
        assertThat(worker.kills).as("it was silent for ten heartbeats").isPositive();
        assertThat(worker.handle.verdict()).isEqualTo(Verdict.UNRESPONSIVE);
        worker.answerStarted();
        worker.die(137);
        time.pass(5 * SECOND);
        assertThat(future.join()).isEqualTo(future.taskId());
        assertThat(engine().stats().succeeded()).isEqualTo(1);
        assertThat(engine().stats().retried()).isZero();
    }

    @Test
    @Row("H3")
    void h3DropsAnAnswerThatComesAfterTheDeath() throws Exception {
        open();
        TaskFuture<Long> future = submit(TaskOptions.defaults().retry(RetryPolicy.retries(1)));
        Puppet first = boot(0);
        long attempt = first.begin();
        first.die(137);
        time.pass(5 * SECOND);
        Puppet second = boot(1);
        second.begin();
        assertThatThrownBy(() -> first.handle.done(attempt, ofTask(99), true)).isInstanceOf(TransportException.class);
        time.pass(5 * SECOND);
        assertThat(future.isDone()).isFalse();
        second.answerStarted();
        time.pass(5 * SECOND);
        assertThat(future.join()).isEqualTo(future.taskId());
    }

    @Test
    @Row("H7")
    void h7BlamesNobodyIfItWasFrozenItself() throws Exception {
        open();
        TaskFuture<Long> future = submit(TaskOptions.defaults().timeout(Duration.ofSeconds(20)));
        Puppet worker = boot(0);
        worker.begin();
        time.freezeSupervisor(25 * SECOND);
        time.pass(25 * SECOND + 1_000_000); // its timers are overdue, and nothing of what the worker said was read yet
        assertThat(worker.kills).isZero();
        worker.handle.heard();
        worker.answerStarted();
        time.pass(20 * SECOND);
        assertThat(future.join()).isEqualTo(future.taskId());
        assertThat(engine().stats().failed()).isZero();
    }

    @Test
    @Row("C7")
    void c7FailsWhatWaitsWhileWorkersDieTooOftenAndHealsByTrying() throws Exception {
        open();
        List<TaskFuture<Long>> killers = new ArrayList<>();
        for (int i = 0; i < 5; i++) {
            killers.add(submit(TaskOptions.defaults()));
        }
        for (int i = 0; i < 3; i++) {
            time.pass(10 * SECOND);
            Puppet worker = boot(i);
            worker.begin();
            worker.die(1);
        }
        time.pass(SECOND);
        assertThat(engine().circuit()).isEqualTo(Circuit.OPEN);
        assertThat(puppets).as("restartLimit=2").hasSize(3);
        assertThat(killers.subList(0, 3))
                .allSatisfy(future -> assertThatThrownBy(future::join).isInstanceOf(WorkerLostException.class));
        assertThat(killers.subList(3, 5))
                .allSatisfy(future -> assertThatThrownBy(future::join)
                        .isInstanceOf(RunnerBrokenException.class)
                        .hasMessageContaining("restartLimit=2")
                        .hasMessageContaining("tries again"));
        assertThatThrownBy(() -> submit(TaskOptions.defaults())).isInstanceOf(RunnerBrokenException.class);

        time.pass(30 * SECOND);
        assertThat(engine().circuit()).isEqualTo(Circuit.HALF_OPEN);
        TaskFuture<Long> probe = submit(TaskOptions.defaults());
        boot(3).answer();
        time.pass(5 * SECOND);
        assertThat(probe.join()).isEqualTo(probe.taskId());
        assertThat(engine().circuit()).isEqualTo(Circuit.CLOSED);
    }

    @Test
    @Row("C7")
    void c7LetsWhatRunsEndInPeace() throws Exception {
        options = options.workers(2).restartLimit(1, Duration.ofHours(1));
        open();
        TaskFuture<Long> peaceful = submit(TaskOptions.defaults());
        TaskFuture<Long> other = submit(TaskOptions.defaults());
        Puppet innocent = boot(0);
        innocent.begin();
        Puppet second = boot(1);
        second.begin();
        second.die(1);
        time.pass(10 * SECOND);
        submit(TaskOptions.defaults());
        Puppet third = boot(2);
        third.begin();
        third.die(1);
        assertThat(engine().circuit()).isEqualTo(Circuit.OPEN);
        innocent.handle.heard();
        innocent.answerStarted();
        time.pass(5 * SECOND);
        assertThat(peaceful.join()).isEqualTo(peaceful.taskId());
        assertThat(engine().circuit()).as("it ran before").isEqualTo(Circuit.OPEN);
        assertThatThrownBy(other::join).isInstanceOf(WorkerLostException.class);
    }

    @Test
    @Row("C8")
    void c8GivesUpATaskThatKilledTwoWorkersAndRunsTheOthers() throws Exception {
        open();
        TaskFuture<Long> poison = submit(TaskOptions.defaults().retry(RetryPolicy.retries(9)));
        TaskFuture<Long> bystander = submit(TaskOptions.defaults());
        for (int i = 0; i < 2; i++) {
            time.pass(10 * SECOND);
            Puppet worker = boot(i);
            if (worker.taskOfNext() != poison.taskId()) {
                worker.answer();
            }
            worker.begin();
            worker.die(1);
            time.pass(5 * SECOND);
        }
        assertThatThrownBy(poison::join)
                .isInstanceOfSatisfying(
                        PoisonTaskException.class,
                        failure -> assertThat(failure.history()).hasSize(2));
        if (!bystander.isDone()) {
            boot(2).answer();
            time.pass(5 * SECOND);
        }
        assertThat(bystander.join()).isEqualTo(bystander.taskId());
        assertThat(puppets).hasSizeLessThanOrEqualTo(3);
    }

    @Test
    void usesASpareAtOnceInPlaceOfAWorkerThatIsDying() throws Exception {
        options = options.spareWorkers(1);
        open();
        submit(TaskOptions.defaults());
        Puppet first = boot(0);
        first.begin();
        TaskFuture<Long> waiting = submit(TaskOptions.defaults());
        Puppet spare = boot(1);
        assertThat(spare.sent).as("one works, the other is spare").isEmpty();
        first.handle.unheard(); // dying, but its process is still there
        assertThat(spare.sent).hasSize(1);
        assertThat(engine().stats().running()).isEqualTo(1);
        assertThat(engine().stats().busyWorkers())
                .as("the dying one, whose task nobody has buried, and the spare one")
                .isEqualTo(2);
        spare.answer();
        time.pass(5 * SECOND);
        assertThat(waiting.join()).isEqualTo(waiting.taskId());
    }

    /** It takes a while to find out what it died of. */
    @Test
    void keepsADeadWorkerBusyUntilItsTaskIsBuried() throws Exception {
        open();
        TaskFuture<Long> lost = submit(TaskOptions.defaults());
        Puppet worker = boot(0);
        assertThat(engine().workerStats()).singleElement().satisfies(stats -> {
            assertThat(stats.state()).as("it has not begun").isEqualTo(WorkerStats.State.BUSY);
            assertThat(stats.task().orElse("")).contains("task " + lost.taskId());
        });
        worker.begin();
        worker.handle.unheard();
        worker.handle.ended();
        assertThat(engine().stats().running()).isEqualTo(1);
        assertThat(engine().stats().busyWorkers()).isEqualTo(1);
        assertThat(engine().stats().workers()).isEqualTo(1);
        worker.die(1);
        assertThat(lost.isDone()).isTrue();
        RunnerStats after = engine().stats();
        assertThat(List.of(after.running(), after.busyWorkers(), after.workers()))
                .containsOnly(0);
        assertThat(after.workersLost()).isEqualTo(1);
    }

    @Test
    void knowsTheWorkerOfATaskThatWasCancelledBeforeAnybodySawItBegin() throws Exception {
        Puppet worker = bootAQuickOne();
        TaskFuture<Long> told = submit(TaskOptions.defaults());
        Submission<?> first = worker.newest();
        worker.beginOnPage();
        time.pass(SECOND / 1_000);
        assertThat(told.cancel()).isTrue();
        long beganNanos = time.nanoTime();
        worker.handle.measured(new Message.Measured(worker.sent.element(), beganNanos, 1, 2, 3));
        worker.answerOnPage(1);
        assertAtWorker(first, worker);

        TaskFuture<Long> stubborn = submit(TaskOptions.defaults());
        Submission<?> second = worker.newest();
        worker.beginOnPage();
        time.pass(SECOND / 1_000);
        assertThat(stubborn.cancel()).isTrue();
        worker.die(137); // and has told nothing
        assertAtWorker(second, worker);
    }

    private static void assertAtWorker(Submission<?> submission, Puppet worker) {
        assertThat(submission.course()).satisfies(course -> {
            assertThat(course.slot()).isZero();
            assertThat(course.pid()).isEqualTo(worker.pid);
            assertThat(course.startedNanos()).as("it has run").isNotZero();
        });
    }

    @Test
    void movesWhatHadNotBegunBeforeItIsKnownWhatTheWorkerDiedOf() throws Exception {
        options = options.spareWorkers(1);
        open();
        TaskFuture<Long> untouched = submit(TaskOptions.defaults());
        Puppet first = boot(0);
        Puppet spare = boot(1);
        first.handle.unheard();
        first.handle.ended(); // its certificate is still being written
        spare.answer();
        time.pass(SECOND);
        assertThat(untouched.join()).isEqualTo(untouched.taskId());
        first.die(1);
        assertThat(untouched.join()).isEqualTo(untouched.taskId());
    }

    @Test
    void hasASpareAgainAfterALossThoughNothingWaits() throws Exception {
        options = options.spareWorkers(1);
        open();
        submit(TaskOptions.defaults());
        Puppet first = boot(0);
        boot(1);
        first.answer();
        first.die(1);
        time.pass(SECOND);
        assertThat(puppets).as("another stands by").hasSize(3);
        boot(2);
        time.pass(60 * SECOND);
        assertThat(puppets).as("no more than that").hasSize(3);
    }

    @Test
    void replacesIdleWorkersAtOnceWhenTheirClassesAreOutdated() throws Exception {
        open();
        submit(TaskOptions.defaults());
        Puppet old = boot(0);
        old.answer();
        engine().replaceWorkers("outdated");
        assertThat(engine().stats().workersRecycled()).isEqualTo(1);
        TaskFuture<Long> next = submit(TaskOptions.defaults());
        assertThat(old.sent).isEmpty();
        old.die(0);
        boot(1).answer();
        time.pass(SECOND);
        assertThat(next.join()).isEqualTo(next.taskId());
        assertThat(engine().stats().workersLost()).isZero();
    }

    @Test
    void letsAWorkerFinishWhoseClassesAreOutdated() throws Exception {
        open();
        TaskFuture<Long> running = submit(TaskOptions.defaults());
        Puppet old = boot(0);
        old.begin();
        engine().replaceWorkers("outdated");
        TaskFuture<Long> next = submit(TaskOptions.defaults());
        old.answerStarted();
        assertThat(old.sent).as("nothing new").isEmpty();
        old.die(0);
        boot(1).answer();
        time.pass(SECOND);
        assertThat(running.join()).isEqualTo(running.taskId());
        assertThat(next.join()).isEqualTo(next.taskId());
    }

    @Test
    void givesNothingToAWorkerWhoseClassesWereOutdatedWhileItStarted() throws Exception {
        open();
        TaskFuture<Long> future = submit(TaskOptions.defaults());
        engine().replaceWorkers("outdated");
        Puppet old = boot(0);
        assertThat(old.sent).isEmpty();
        old.die(0);
        boot(1).answer();
        time.pass(SECOND);
        assertThat(future.join()).isEqualTo(future.taskId());
    }

    @Test
    void failsAllThatIsPendingWhenItsTimerFails() throws Exception {
        options = options.heartbeat(Duration.ofMillis(200));
        FailingTicker ticker = new FailingTicker();
        Surroundings real = EngineDoor.surroundings("staged", ticker);
        open(real);
        TaskFuture<Long> running = submit(TaskOptions.defaults());
        TaskFuture<Long> waiting = submit(TaskOptions.defaults());
        Puppet worker = boot(0);
        worker.begin();
        ticker.fail(3, "staged-timer", "judgeSilence", () -> new OutOfMemoryError("a moment"));
        await().until(() -> ticker.thrown() == 3);
        assertThat(running.isDone()).as("no memory for a moment").isFalse();

        ticker.fail(1, "staged-timer", "judgeSilence");
        for (TaskFuture<Long> pending : List.of(running, waiting)) {
            assertThatThrownBy(pending::join)
                    .isInstanceOf(RunnerBrokenException.class)
                    .hasMessageContaining(FailingTicker.MISSING);
        }
        assertThatThrownBy(() -> submit(TaskOptions.defaults()))
                .isInstanceOf(RunnerBrokenException.class)
                .hasMessageContaining(FailingTicker.MISSING);
        await().until(() -> worker.kills > 0);
        worker.die(137);
        engine().shutdown();
        assertThat(engine().awaitTermination(SECOND)).isTrue();
    }

    @Test
    void failsAllThatIsPendingWhenNobodyCanTellOfADeath() throws Exception {
        options = options.workers(2);
        open();
        List<TaskFuture<Long>> pending = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            pending.add(submit(TaskOptions.defaults().retry(RetryPolicy.retries(1))));
        }
        Puppet mute = boot(0);
        mute.begin();
        Puppet other = boot(1);
        other.begin();
        mute.handle.unheard();
        mute.handle.isUntold(new NoClassDefFoundError("org/acme/Missing"));
        time.pass(SECOND);
        assertThat(pending)
                .allSatisfy(future -> assertThatThrownBy(future::join)
                        .isInstanceOf(RunnerBrokenException.class)
                        .hasMessageContaining(FailingTicker.MISSING));
        assertThat(other.kills).isPositive();
        other.die(137);
        engine().shutdown();
        time.pass(SECOND);
        assertThat(engine().isTerminated())
                .as("nobody waits for the one that is mute")
                .isTrue();
    }

    // ---- the stage

    private void open() {
        open(time.surroundings());
    }

    private void open(Surroundings surroundings) {
        RunnerContext context = new RunnerContext("staged", surroundings, runner -> {
            engine = new ProcessEngine(runner, options, ignored -> Puppet::new);
            return engine;
        });
        users = EngineDoor.submitter(context, this);
    }

    private ProcessEngine engine() {
        return Objects.requireNonNull(engine);
    }

    private TaskFuture<Long> submit(TaskOptions how) {
        return Objects.requireNonNull(users).with(how).submit(SimulatedCodec.FIT);
    }

    private Puppet boot(int number) {
        while (puppets.size() <= number) {
            time.pass(SECOND / 100);
        }
        Puppet puppet = puppets.get(number);
        puppet.handle.spawned(puppet.pid);
        puppet.handle.ready();
        return puppet;
    }

    private static Payload ofTask(long taskId) {
        return Payload.of(ByteBuffer.allocate(Long.BYTES).putLong(taskId).array());
    }

    /** A worker that does what the test says. */
    private final class Puppet implements WorkerLink {

        private final WorkerHandle handle;
        private final long pid = 100 + puppets.size();
        private final Deque<Long> sent = new ArrayDeque<>();
        private final List<Submission<?>> submissions = new ArrayList<>();
        private final StatusPage page = new StatusPage(ByteBuffer.allocateDirect(64));
        private volatile int kills; // written by whoever kills
        private int recalls;

        Puppet(WorkerHandle handle) {
            this.handle = handle;
        }

        List<Integer> attemptNumbers() {
            return submissions.stream().map(Submission::attempt).toList();
        }

        Submission<?> newest() {
            return submissions.get(submissions.size() - 1);
        }

        long taskOfNext() {
            return submissions.get(submissions.size() - 1).promise().taskId();
        }

        long begin() throws TransportException {
            handle.started(sent.element());
            return sent.element();
        }

        void answerStarted() throws TransportException {
            handle.done(sent.remove(), ofTask(taskOfNext()), true);
            handle.caughtUp();
        }

        void beginOnPage() {
            page.begin(sent.element(), time.nanoTime());
        }

        void answerOnPage(int count) throws TransportException {
            for (int i = 0; i < count; i++) {
                beginOnPage();
                page.end(sent.element());
                long attempt = sent.remove();
                handle.done(attempt, ofTask(attempt), true);
            }
            handle.caughtUp();
        }

        void handBackLast() throws TransportException {
            PortableThrowable why = new PortableThrowable("none", "", List.of(), null, List.of());
            Slice nothing = Slice.of(new byte[0]);
            handle.failed(
                    new Message.Failed(sent.removeLast(), Message.Failed.Reason.HANDED_BACK, why, "", "", nothing));
        }

        void answer() throws TransportException {
            begin();
            answerStarted();
        }

        void die(int exitCode) {
            handle.unheard();
            Verdict known = handle.verdict();
            handle.died(
                    new WorkerLoss(
                            known == null ? Verdict.EXITED : known,
                            OptionalInt.of(exitCode),
                            Optional.empty(),
                            pid,
                            handle.phase(),
                            List.of(),
                            Optional.empty(),
                            Optional.empty(),
                            List.of()),
                    true);
        }

        @Override
        public void start() {
            puppets.add(this);
        }

        @Override
        public void run(long attemptId, ChunkSite site, ChunkRequest request) {
            throw new AssertionError("its page has no room for chunks");
        }

        @Override
        public void run(List<Attempts.Assigned> load) {
            for (Attempts.Assigned batch : load) {
                for (int i = 0; i < batch.submissions().size(); i++) {
                    sent.add(batch.firstId() + i);
                }
                submissions.addAll(batch.submissions());
            }
        }

        @Override
        public void recall() {
            recalls++;
        }

        @Override
        public void answered(long attemptId) {}

        @Override
        public void cancel(long attemptId) {}

        @Override
        public void withdraw(long attemptId) {}

        @Override
        public void stop() {}

        @Override
        public void answer(Message.Lookup lookup) {}

        @Override
        public void allRead() {}

        @Override
        public void offerPage() {}

        @Override
        public StatusPage page() {
            return page;
        }

        @Override
        public void hasBegun(long taskId) {}

        @Override
        public void kill() {
            kills++;
        }

        @Override
        public void dumpAndKill(Consumer<String> answer) {
            kills++;
        }

        @Override
        public void dump(Consumer<String> answer) {
            answer.accept("stacks");
        }

        @Override
        public void killHere() {
            kills++;
        }
    }
}
