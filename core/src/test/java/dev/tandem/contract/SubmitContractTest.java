package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tandem.ParallelRunner;
import dev.tandem.Task;
import dev.tandem.TaskAction;
import dev.tandem.TaskFailedException;
import dev.tandem.TaskFuture;
import dev.tandem.TaskOptions;
import dev.tandem.TaskRef;
import dev.tandem.testing.Eventually;
import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.Gate;
import dev.tandem.testing.Marks;
import dev.tandem.testing.Need;
import dev.tandem.testing.OverSharedMemoryToo;
import dev.tandem.testing.Row;
import dev.tandem.testing.Runners;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.stream.IntStream;
import java.util.stream.LongStream;

/** B1, B2, B13, B16, B18, B19, B21; cells c of the failure matrix that need no worker JVM. */
@OverSharedMemoryToo
final class SubmitContractTest {

    @EveryRunner
    void returnsWhatTheTaskReturns(Runners runners) throws Exception {
        int base = 2;
        int exponent = 8;
        TaskFuture<Double> power = runners.shared().submit(() -> Math.pow(base, exponent));
        assertThat(power.join()).isEqualTo(256);
        assertThat(power.get()).isEqualTo(256);
    }

    @EveryRunner
    void returnsNull(Runners runners) {
        Task<String> task = () -> null;
        assertThat(runners.shared().submit(task).join()).isNull();
    }

    @EveryRunner
    void runsAnActionOnce(Runners runners) {
        Marks marks = runners.marks();
        TaskAction action = () -> marks.make("ran");
        assertThat(runners.shared().submit(action).join()).isNull();
        assertThat(marks.all()).containsExactly("ran");
    }

    @EveryRunner
    void runsAThousandTasksOnceEach(Runners runners) {
        ParallelRunner runner = runners.shared();
        List<TaskFuture<Long>> futures = LongStream.range(0, 1000)
                .mapToObj(i -> runner.submit(() -> i * i))
                .toList();
        assertThat(futures.stream().map(TaskFuture::join))
                .containsExactlyElementsOf(
                        LongStream.range(0, 1000).mapToObj(i -> i * i).toList());
    }

    @EveryRunner(needs = Need.ASYNC)
    void runsAsManyTasksAtOnceAsThereAreWorkersAndNoMore(Runners runners) {
        ParallelRunner runner = runners.shared();
        int workers = 2;
        Gate gate = runners.gate();
        Marks started = runners.marks();
        List<TaskFuture<Void>> futures = IntStream.range(0, 15 * workers)
                .mapToObj(i -> runner.submit(() -> {
                    started.make(i);
                    gate.await();
                }))
                .toList();
        started.awaitCount(workers);
        Eventually.holds("both known to run", () -> runner.stats().running() == workers);
        assertThat(runner.stats().workers()).isEqualTo(workers);
        gate.open();
        futures.forEach(TaskFuture::join);
        assertThat(started.all()).hasSize(15 * workers);
        assertThat(runner.stats().workers()).isEqualTo(workers);
    }

    @Row("M-c-throws")
    @EveryRunner
    void failsWithWhatTheTaskThrew(Runners runners) {
        TaskFuture<Integer> future = runners.shared().submit(() -> Integer.parseInt("seven"));
        assertThatThrownBy(future::join)
                .isInstanceOf(TaskFailedException.class)
                .hasMessageContaining("task " + future.taskId())
                .hasMessageContaining("NumberFormatException")
                .cause()
                .isInstanceOf(NumberFormatException.class)
                .hasMessageContaining("seven");
        assertThatThrownBy(future::get)
                .isInstanceOf(ExecutionException.class)
                .cause()
                .isInstanceOf(NumberFormatException.class);
    }

    @EveryRunner
    void showsWhereTheTaskThrewAndWhereTheCallerWaited(Runners runners) {
        Throwable failure = catchThrowable(runners.shared().submit(SubmitContractTest::throwsFromADeepPlace)::join);
        assertThat(failure.getCause().getStackTrace())
                .extracting(StackTraceElement::getMethodName)
                .contains("throwsFromADeepPlace");
        assertThat(failure.getStackTrace())
                .extracting(StackTraceElement::getMethodName)
                .contains("showsWhereTheTaskThrewAndWhereTheCallerWaited");
    }

    private static String throwsFromADeepPlace() {
        throw new IllegalStateException("deep", new java.io.IOException("deeper"));
    }

    @EveryRunner
    void failsWithAnErrorThatTheTaskThrewAndGoesOn(Runners runners) {
        ParallelRunner runner = runners.shared();
        TaskAction failing = () -> {
            throw new AssertionError("an error, not an exception");
        };
        assertThatThrownBy(runner.submit(failing)::join)
                .isInstanceOf(TaskFailedException.class)
                .cause()
                .isInstanceOf(AssertionError.class)
                .hasMessage("an error, not an exception");
        assertThat(runner.submit(() -> 1).join()).isEqualTo(1);
    }

    @EveryRunner
    void survivesAStackOverflow(Runners runners) {
        ParallelRunner runner = runners.open(1);
        assertThatThrownBy(runner.submit(() -> endless(0))::join)
                .isInstanceOf(TaskFailedException.class)
                .cause()
                .isInstanceOf(StackOverflowError.class);
        assertThat(runner.submit(() -> 1).join()).isEqualTo(1);
    }

    @SuppressWarnings("InfiniteRecursion") // that is the point
    private static int endless(int depth) {
        return endless(depth + 1) + 1;
    }

    @EveryRunner
    void namesTheTaskInItsFailure(Runners runners) {
        TaskAction failing = () -> {
            throw new IllegalStateException("no");
        };
        TaskFuture<Void> future =
                runners.shared().with(TaskOptions.defaults().named("thumbnail")).submit(failing);
        assertThatThrownBy(future::join)
                .isInstanceOfSatisfying(TaskFailedException.class, failure -> {
                    assertThat(failure.taskId()).isEqualTo(future.taskId());
                    assertThat(failure.taskName()).contains("thumbnail");
                    assertThat(failure.attempt()).isEqualTo(1);
                    assertThat(failure.worker()).isNotEqualTo(TaskRef.NOT_ASSIGNED);
                    assertThat(failure.inputIndex()).isEmpty();
                })
                .hasMessageContaining("\"thumbnail\"");
    }

    @EveryRunner
    void numbersTasks(Runners runners) {
        ParallelRunner runner = runners.shared();
        TaskFuture<Integer> first = runner.submit(() -> 1);
        TaskFuture<Integer> second = runner.submit(() -> 1);
        assertThat(first.taskId()).isPositive().isLessThan(second.taskId());
        assertThat(first.join() + second.join()).isEqualTo(2);
    }

    @EveryRunner(needs = Need.WORKER_JVM)
    void takesACopyOfWhatTheTaskCaptures(Runners runners) {
        List<String> captured = new ArrayList<>(List.of("before"));
        Gate gate = runners.gate();
        TaskFuture<List<String>> future = runners.shared().submit(() -> {
            gate.await();
            captured.add("in the worker");
            return captured;
        });
        captured.set(0, "after");
        gate.open();
        assertThat(future.join()).containsExactly("before", "in the worker");
        assertThat(captured).containsExactly("after");
    }

    @EveryRunner(needs = Need.SHARED_HEAP)
    void sharesWhatTheTaskCaptures(Runners runners) {
        AtomicLong captured = new AtomicLong();
        runners.shared().submit(() -> captured.incrementAndGet()).join();
        assertThat(captured).hasValue(1);
    }

    @EveryRunner
    void carriesSixteenMegabytesEachWay(Runners runners) {
        byte[] large = new byte[16 << 20];
        new java.util.Random(1).nextBytes(large);
        byte[] returned = runners.shared()
                .submit(() -> {
                    byte[] copy = large.clone();
                    copy[0]++;
                    return copy;
                })
                .join();
        returned[0]--;
        assertThat(Arrays.equals(returned, large)).isTrue();
    }

    @EveryRunner(needs = Need.ASYNC)
    void takesThousandsOfTasksWhileItsWorkerIsBusy(Runners runners) {
        ParallelRunner runner = runners.shared();
        int tasks = runners.have(Need.WORKER_JVM) ? 5_000 : 50_000;
        Gate gate = runners.gate();
        Marks busy = runners.marks();
        for (int i = 0; i < 2; i++) {
            runner.submit(() -> {
                busy.count("busy");
                gate.await();
            });
        }
        busy.awaitCount(2);
        List<TaskFuture<Integer>> futures =
                IntStream.range(0, tasks).mapToObj(i -> runner.submit(() -> i)).toList();
        assertThat(runner.stats().queued()).isEqualTo(tasks);
        gate.open();
        assertThat(futures.stream().mapToLong(TaskFuture::join).sum()).isEqualTo((long) tasks * (tasks - 1) / 2);
    }

    @EveryRunner
    void refusesNull(Runners runners) {
        ParallelRunner runner = runners.shared();
        assertThatThrownBy(() -> runner.submit((Task<String>) null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> runner.submit((TaskAction) null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> runner.map(null, x -> x)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> runner.map(List.of(1), null)).isInstanceOf(NullPointerException.class);
        assertThatThrownBy(() -> runner.with(null)).isInstanceOf(NullPointerException.class);
    }
}
