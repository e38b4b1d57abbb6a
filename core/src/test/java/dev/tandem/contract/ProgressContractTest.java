package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.ParallelRunner;
import dev.tandem.Progress;
import dev.tandem.TaskContext;
import dev.tandem.TaskFailedException;
import dev.tandem.TaskFuture;
import dev.tandem.internal.engine.EngineDoor;
import dev.tandem.testing.Eventually;
import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.Gate;
import dev.tandem.testing.LogLines;
import dev.tandem.testing.Marks;
import dev.tandem.testing.Need;
import dev.tandem.testing.Runners;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Progress: latest wins, order kept, the last one before the end. */
final class ProgressContractTest {

    @EveryRunner(needs = Need.ASYNC)
    void deliversTheLastReportBeforeTheEndAndKeepsTheOrder(Runners runners) {
        ParallelRunner runner = runners.shared();
        for (int round = 0; round < 20; round++) {
            Gate gate = runners.gate();
            List<Progress> seen = Collections.synchronizedList(new ArrayList<>());
            TaskFuture<Void> future = runner.submit(() -> {
                gate.await();
                for (int i = 1; i <= 500; i++) {
                    TaskContext.current().report(i, 500);
                }
            });
            future.onProgress(seen::add);
            gate.open();
            future.join();
            List<Progress> atTheEnd = List.copyOf(seen);
            assertThat(atTheEnd).last().isEqualTo(new Progress(500, 500, ""));
            assertThat(atTheEnd).extracting(Progress::done).isSorted().doesNotHaveDuplicates();
        }
    }

    @EveryRunner(needs = Need.ASYNC)
    void deliversOnAnExecutorNotTooOftenAndTheLastBeforeAnyStageThere(Runners runners) {
        ParallelRunner runner = runners.shared();
        ExecutorService events = Executors.newSingleThreadExecutor(body -> new Thread(body, "events"));
        try {
            for (int round = 0; round < 5; round++) {
                List<String> seen = Collections.synchronizedList(new ArrayList<>());
                Gate gate = runners.gate();
                TaskFuture<String> future = runner.submit(() -> {
                    gate.await();
                    for (int i = 1; i <= 2_000; i++) {
                        TaskContext.current().report(i, 2_000);
                    }
                    return "end";
                });
                CompletableFuture<Void> last = future.onProgress(
                                progress -> seen.add(Thread.currentThread().getName() + " " + progress.done()), events)
                        .thenAcceptAsync(seen::add, events);
                gate.open();
                last.join();
                assertThat(List.copyOf(seen)).endsWith("events 2000", "end").hasSizeLessThan(40);
            }
        } finally {
            events.shutdown();
        }
    }

    @EveryRunner(needs = Need.ASYNC)
    void warnsOnceOfAWaitOnTheThreadOfAUserInterface(Runners runners) throws InterruptedException {
        ParallelRunner runner = runners.shared();
        EngineDoor.forgetWarningOfEventThread();
        try (LogLines log = new LogLines()) {
            Gate gate = runners.gate();
            List<TaskFuture<Void>> futures = List.of(runner.submit(gate::await), runner.submit(gate::await));
            Thread events = new Thread(() -> futures.forEach(TaskFuture::join), "AWT-EventQueue-7");
            events.start();
            log.await("WARN", "AWT-EventQueue-7", "thenAcceptAsync", "SwingUtilities::invokeLater", "with a stack");
            gate.open();
            events.join();
            assertThat(log.with("is waited for on")).hasSize(1);
        }
    }

    @EveryRunner(needs = Need.ASYNC)
    void neitherDelaysTheTaskNorMissesTheLatestForASlowListener(Runners runners) throws Exception {
        ParallelRunner runner = runners.shared();
        Gate gate = runners.gate();
        Marks marks = runners.marks();
        CountDownLatch release = new CountDownLatch(1);
        List<Long> seen = Collections.synchronizedList(new ArrayList<>());
        TaskFuture<Void> future = runner.submit(() -> {
            gate.await();
            for (int i = 1; i <= 10_000; i++) {
                TaskContext.current().report(i, 0);
            }
            marks.make("reported");
        });
        future.onProgress(progress -> {
            seen.add(progress.done());
            awaitUninterruptibly(release);
        });
        gate.open();
        marks.await("reported");
        release.countDown();
        future.join();
        assertThat(seen).hasSizeLessThan(100).last().isEqualTo(10_000L);
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }

    @EveryRunner(needs = Need.ASYNC)
    void givesALateListenerTheLatestReport(Runners runners) {
        Gate gate = runners.gate();
        List<Progress> seen = Collections.synchronizedList(new ArrayList<>());
        TaskFuture<Void> future = runners.shared().submit(() -> {
            TaskContext.current().report(new Progress(1, 3, "sorting"));
            gate.await();
        });
        List<Progress> early = Collections.synchronizedList(new ArrayList<>());
        future.onProgress(early::add);
        Eventually.holds("early listener", () -> !early.isEmpty());
        future.onProgress(seen::add);
        Eventually.holds("late listener", () -> seen.size() == 1);
        assertThat(seen).containsExactly(new Progress(1, 3, "sorting"));
        gate.open();
        future.join();
    }

    @EveryRunner(needs = Need.ASYNC)
    void keepsTheOrderForListenersThatComeWhileReportsDo(Runners runners) {
        ParallelRunner runner = runners.shared();
        Gate gate = runners.gate();
        TaskFuture<Void> future = runner.submit(() -> {
            for (long i = 1; !gate.isOpen(); i++) {
                TaskContext.current().report(i, 0);
            }
        });
        List<List<Long>> seen = new ArrayList<>();
        future.onProgress(progress -> {});
        for (int listener = 0; listener < 200; listener++) {
            List<Long> mine = Collections.synchronizedList(new ArrayList<>());
            seen.add(mine);
            future.onProgress(progress -> mine.add(progress.done()));
            if (listener == 0) {
                Eventually.holds("first report", () -> !mine.isEmpty());
            }
        }
        Eventually.holds("last listener", () -> !seen.get(199).isEmpty());
        gate.open();
        future.join();
        assertThat(seen).allSatisfy(mine -> assertThat(List.copyOf(mine)).isSorted());
    }

    @EveryRunner(needs = Need.ASYNC)
    void deliversTheLastReportOfAFailingTask(Runners runners) {
        Gate gate = runners.gate();
        List<Long> seen = Collections.synchronizedList(new ArrayList<>());
        TaskFuture<Integer> future = runners.shared().submit(() -> {
            gate.await();
            TaskContext.current().report(7, 9);
            return Integer.parseInt("x");
        });
        future.onProgress(progress -> seen.add(progress.done()));
        gate.open();
        assertThatThrownBy(future::join).isInstanceOf(TaskFailedException.class);
        assertThat(seen).containsExactly(7L);
    }

    @EveryRunner(needs = Need.ASYNC)
    void survivesAListenerThatThrows(Runners runners) {
        Gate gate = runners.gate();
        List<Long> seen = Collections.synchronizedList(new ArrayList<>());
        TaskFuture<Integer> future = runners.shared().submit(() -> {
            gate.await();
            TaskContext.current().report(1, 0);
            return 5;
        });
        future.onProgress(progress -> {
            throw new IllegalStateException("from the listener");
        });
        future.onProgress(progress -> seen.add(progress.done()));
        gate.open();
        assertThat(future.join()).isEqualTo(5);
        assertThat(seen).containsExactly(1L);
    }

    @EveryRunner(eachTransport = false)
    void refusesAListenerThatIsNone(Runners runners) {
        TaskFuture<Integer> future = runners.shared().submit(() -> 1);
        assertThatThrownBy(() -> future.onProgress(null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("listener");
        assertThatThrownBy(() -> future.onProgress(progress -> {}, null))
                .isInstanceOf(NullPointerException.class)
                .hasMessage("executor");
        future.join();
    }

    @EveryRunner
    void refusesImpossibleNumbers(Runners runners) {
        assertThatThrownBy(runners.shared().submit(() -> TaskContext.current().report(3, 2))::join)
                .cause()
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("done=3")
                .hasMessageContaining("total=2");
    }

    @EveryRunner(needs = Need.SHARED_HEAP)
    void ignoresReportsOfATaskThatIsOver(Runners runners) {
        TaskContext[] kept = new TaskContext[1];
        TaskFuture<Void> future = runners.shared().submit(() -> {
            kept[0] = TaskContext.current();
        });
        future.join();
        List<Progress> seen = Collections.synchronizedList(new ArrayList<>());
        future.onProgress(seen::add);
        kept[0].report(1, 1);
        assertThat(runners.shared().submit(() -> 1).join()).isEqualTo(1);
        assertThat(seen).isEmpty();
    }
}
