package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.ParallelRunner;
import dev.tandem.Task;
import dev.tandem.TaskFuture;
import dev.tandem.TaskOptions;
import dev.tandem.WorkerLostException;
import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.Gate;
import dev.tandem.testing.Need;
import dev.tandem.testing.Runners;
import java.util.ArrayList;
import java.util.List;

/** Tasks that are sent to a worker several at a time, because the last ones were short. */
final class LoadContractTest {

    private static void warmUp(ParallelRunner runner) {
        for (int round = 0; round < 20; round++) {
            List<TaskFuture<Integer>> brief = new ArrayList<>();
            for (int i = 0; i < 50; i++) {
                int number = i;
                brief.add(runner.submit(() -> number));
            }
            for (int i = 0; i < 50; i++) {
                assertThat(brief.get(i).join()).isEqualTo(i);
            }
        }
    }

    @EveryRunner(needs = Need.WORKER_JVM)
    void neverLetsATaskWaitForALongOneWhileAnotherWorkerIsIdle(Runners runners) {
        ParallelRunner runner = runners.open(2);
        warmUp(runner);
        for (int round = 0; round < 5; round++) {
            Gate gate = runners.gate();
            List<TaskFuture<Integer>> others = new ArrayList<>();
            TaskFuture<Void> stuck = null;
            for (int i = 0; i < 100; i++) {
                int number = i;
                if (i == 30) {
                    stuck = runner.submit(gate::await);
                } else {
                    others.add(runner.submit(() -> number));
                }
            }
            others.forEach(TaskFuture::join); // for ever, were one of them behind it
            gate.open();
            stuck.join();
        }
        assertThat(runner.stats().workersLost()).isZero();
        assertThat(runner.stats().failed()).isZero();
    }

    @EveryRunner(needs = Need.WORKER_JVM)
    void holdsBackNoResultWhileTheTaskBehindItTakesLong(Runners runners) {
        ParallelRunner runner = runners.open(1);
        warmUp(runner);
        for (int round = 0; round < 10; round++) {
            Gate gate = runners.gate();
            List<TaskFuture<Integer>> before = new ArrayList<>();
            for (int i = 0; i < 20; i++) {
                int number = i;
                before.add(runner.submit(() -> number));
            }
            TaskFuture<Void> stuck = runner.submit(gate::await);
            before.forEach(TaskFuture::join); // for ever, were a result kept until the next task has ended
            gate.open();
            stuck.join();
        }
    }

    /** Counts how often this very object was called. */
    private static final class Counting implements Task<Integer> {

        private static final long serialVersionUID = 1L;

        private int calls;

        @Override
        public Integer call() {
            return ++calls;
        }
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void givesEachOfManyEqualTasksACopyOfItsOwn(Runners runners) {
        ParallelRunner runner = runners.open(1);
        warmUp(runner);
        Counting same = new Counting();
        Task<String> name = () -> Thread.currentThread().getName();
        for (int round = 0; round < 5; round++) {
            List<TaskFuture<Integer>> all = new ArrayList<>();
            List<TaskFuture<String>> names = new ArrayList<>();
            for (int i = 0; i < 100; i++) {
                all.add(runner.submit(same));
                names.add(runner.with(TaskOptions.defaults().named(i < 50 ? "early" : "late"))
                        .submit(name));
            }
            assertThat(all).allSatisfy(one -> assertThat(one.join()).isEqualTo(1));
            for (int i = 0; i < 100; i++) {
                assertThat(names.get(i).join()).endsWith(i < 50 ? "\"early\"" : "\"late\"");
            }
        }
        assertThat(same.calls).isZero();
    }

    @EveryRunner(needs = Need.WORKER_JVM)
    void losesTheOneTaskThatEndsItsWorkerAndNoneBesideIt(Runners runners) {
        ParallelRunner runner = runners.open(1);
        warmUp(runner);
        List<TaskFuture<Integer>> all = new ArrayList<>();
        for (int i = 0; i < 100; i++) {
            int number = i;
            all.add(runner.submit(() -> {
                if (number == 30) {
                    Runtime.getRuntime().halt(3);
                }
                return number;
            }));
        }
        for (int i = 0; i < 100; i++) {
            if (i == 30) {
                assertThatThrownBy(all.get(i)::join).isInstanceOf(WorkerLostException.class);
            } else {
                assertThat(all.get(i).join()).isEqualTo(i);
            }
        }
        assertThat(runner.stats().workersLost()).isEqualTo(1);
        assertThat(runner.stats().retried()).isZero();
    }
}
