package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tandem.NotTransferableException;
import dev.tandem.Outcome;
import dev.tandem.ParallelException;
import dev.tandem.ParallelRunner;
import dev.tandem.RetryPolicy;
import dev.tandem.Task;
import dev.tandem.TaskContext;
import dev.tandem.TaskFailedException;
import dev.tandem.TaskFuture;
import dev.tandem.TaskOptions;
import dev.tandem.WorkerLostException;
import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.Gate;
import dev.tandem.testing.Marks;
import dev.tandem.testing.Need;
import dev.tandem.testing.OverSharedMemoryToo;
import dev.tandem.testing.Row;
import dev.tandem.testing.Runners;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/** B31 to B34: what a death costs, which is one task. */
@OverSharedMemoryToo
final class CrashIsolationTest {

    private static ParallelRunner open(Runners runners, int workers) {
        return runners.open(
                settings -> settings.workers(workers).processes(o -> o.restartLimit(1_000, Duration.ofSeconds(1))));
    }

    /** B31. */
    @Row("B31")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void costsExactlyTheTaskOfTheWorkerThatWasKilled(Runners runners) {
        ParallelRunner runner = open(runners, 5);
        Gate gate = runners.gate();
        Marks pids = runners.marks();
        List<TaskFuture<Long>> running = IntStream.range(0, 5)
                .mapToObj(i -> runner.submit(() -> {
                    long pid = ProcessHandle.current().pid();
                    pids.make(pid);
                    gate.await();
                    return pid;
                }))
                .toList();
        List<TaskFuture<Integer>> waiting =
                IntStream.range(0, 100).mapToObj(i -> runner.submit(() -> i)).toList();
        pids.awaitCount(5);
        long victim = Long.parseLong(pids.all().get(2));
        ProcessHandle.of(victim).orElseThrow().destroyForcibly();
        assertThat(waiting.stream().mapToInt(TaskFuture::join).sum())
                .as("the others are busy: only the replacement can run these")
                .isEqualTo(4950);
        gate.open();
        int lost = 0;
        for (TaskFuture<Long> future : running) {
            Throwable failure = catchThrowable(future::join);
            if (failure != null) {
                assertThat(failure)
                        .isInstanceOfSatisfying(
                                WorkerLostException.class,
                                death -> assertThat(death.loss().pid()).isEqualTo(victim));
                lost++;
            }
        }
        assertThat(lost).isEqualTo(1);
        assertThat(runner.stats().failed()).isEqualTo(1);
        assertThat(runner.stats().succeeded()).isEqualTo(104);
        assertThat(runner.stats().workersLost()).isEqualTo(1);
    }

    /** B33. What was sent along but had not begun moves to the next worker, and no attempt is charged. */
    @Row("B33")
    @EveryRunner(needs = Need.WORKER_JVM)
    void movesWhatItsWorkerHadNotBegun(Runners runners) {
        ParallelRunner runner = open(runners, 1);
        Marks ran = runners.marks();
        List<Outcome<Integer, Integer>> outcomes;
        try (Stream<Outcome<Integer, Integer>> all = runner.with(
                        TaskOptions.defaults().chunkSize(6))
                .outcomes(List.of(0, 1, 2, 3, 4, 5), x -> {
                    ran.make(x);
                    if (x == 2) {
                        Disaster.SIGKILL.strike();
                    }
                    return TaskContext.current().attempt();
                })) {
            outcomes = all.toList();
        }
        assertThat(outcomes).extracting(Outcome::isSuccess).containsExactly(true, true, false, true, true, true);
        assertThat(outcomes).extracting(outcome -> outcome.orElse(0)).containsExactly(1, 1, 0, 1, 1, 1);
        assertThat(((Outcome.Failure<Integer, Integer>) outcomes.get(2)).failure())
                .isInstanceOfSatisfying(
                        WorkerLostException.class,
                        failure -> assertThat(failure.inputIndex()).hasValue(2));
        assertThat(ran.all()).containsExactly("0", "1", "2", "3", "4", "5");
        assertThat(runner.stats().retried()).isZero();
    }

    /** B34. */
    @Row("B34")
    @EveryRunner(needs = Need.WORKER_JVM)
    void holdsUpNobodyWhenAWorkerDiesWhileItReads(Runners runners) {
        ParallelRunner runner = open(runners, 2);
        byte[] large = new byte[4 << 20];
        for (int round = 0; round < 3; round++) {
            TaskFuture<Integer> dying = runner.submit(() -> {
                Disaster.SIGKILL.strike();
                return large.length;
            });
            List<TaskFuture<Integer>> others = IntStream.range(0, 4)
                    .mapToObj(i -> runner.submit(() -> large.length))
                    .toList();
            assertThat(others).allSatisfy(future -> assertThat(future.join()).isEqualTo(4 << 20));
            assertThatThrownBy(dying::join).isInstanceOf(WorkerLostException.class);
        }
        assertThat(runner.stats().failed()).isEqualTo(3);
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void runsATaskAgainIfARetryWasDeclared(Runners runners) {
        ParallelRunner runner = open(runners, 1);
        Marks attempts = runners.marks();
        TaskFuture<Integer> future = runner.with(TaskOptions.defaults().retry(RetryPolicy.retries(1)))
                .submit(() -> {
                    attempts.make(TaskContext.current().attempt());
                    if (TaskContext.current().attempt() == 1) {
                        Disaster.HALT_3.strike();
                    }
                    return TaskContext.current().attempt();
                });
        assertThat(future.join()).isEqualTo(2);
        assertThat(attempts.all()).containsExactly("1", "2");
        assertThat(runner.stats().retried()).isEqualTo(1);
    }

    private static Map<Task<Object>, Class<? extends Throwable>> misdeeds() {
        Map<Task<Object>, Class<? extends Throwable>> all = new LinkedHashMap<>();
        Hostile throwing = new Hostile.InWorkerDecode(Hostile.exception("no unpickle"));
        Hostile dying = new Hostile.InWorkerDecode(Hostile.deed(Disaster.HALT_3));
        Hostile throwingHere = new Hostile.InHostDecode(Hostile.error("no unpickle"));
        Thread cannotTravel = Thread.currentThread();
        all.put(() -> cannotTravel.getName(), NotTransferableException.class);
        all.put(() -> throwing.isInHost(), NotTransferableException.class);
        all.put(() -> dying.isInHost(), WorkerLostException.class);
        all.put(() -> Integer.parseInt("x"), TaskFailedException.class);
        all.put(
                () -> {
                    Disaster.EXIT_42.strike();
                    return 1;
                },
                WorkerLostException.class);
        all.put(Object::new, NotTransferableException.class);
        all.put(() -> new Hostile.InWorkerEncode(Hostile.deed(Disaster.SIGKILL)), WorkerLostException.class);
        all.put(() -> throwingHere, ParallelException.class);
        all.put(
                () -> {
                    throw new FailureMatrixExceptionTest.ThrowsWhenDecoded("cannot travel");
                },
                TaskFailedException.class);
        return all;
    }

    /** The whole matrix once more, submitted from a stage. */
    @Row("M-callback")
    @EveryRunner(needs = Need.WORKER_JVM)
    void isTheSameForWhatAStageSubmits(Runners runners) {
        ParallelRunner runner = open(runners, 1);
        misdeeds().forEach((misdeed, expected) -> {
            Gate gate = runners.gate();
            TaskFuture<Void> first = runner.submit(gate::await);
            var failure = first.thenCompose(nothing -> runner.submit(misdeed).handle((value, thrown) -> thrown));
            gate.open();
            assertThat(failure.join()).isInstanceOf(expected);
        });
        assertThat(runner.submit(() -> 1).join()).isEqualTo(1);
    }

    /** The whole matrix once more, with a close right behind it. */
    @Row("M-close")
    @EveryRunner(needs = Need.WORKER_JVM)
    void isTheSameForWhatIsUnderWayWhenTheRunnerIsClosed(Runners runners) {
        misdeeds().forEach((misdeed, expected) -> {
            ParallelRunner runner = open(runners, 1);
            TaskFuture<Object> bad = runner.submit(misdeed);
            TaskFuture<Integer> good = runner.submit(() -> 1);
            runner.close();
            assertThat(bad.isDone()).isTrue();
            assertThat(catchThrowable(bad::join)).isInstanceOf(expected);
            assertThat(good.join()).isEqualTo(1);
        });
    }
}
