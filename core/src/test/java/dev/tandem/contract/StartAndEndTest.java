package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tandem.ParallelRunner;
import dev.tandem.RunnerBrokenException;
import dev.tandem.TaskFuture;
import dev.tandem.WorkerStartException;
import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.Gate;
import dev.tandem.testing.Marks;
import dev.tandem.testing.Need;
import dev.tandem.testing.Row;
import dev.tandem.testing.Runners;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;

/** Workers that die of their own start or stop action, and what a worker finds when it starts. */
final class StartAndEndTest {

    @Row({"M-h-exit", "M-h-crash", "B37"})
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void failsWhatWaitsIfTheStartActionEndsItsJvm(Runners runners) {
        for (Disaster disaster : List.of(Disaster.EXIT_42, Disaster.SIGKILL)) {
            Marks starts = runners.marks();
            ParallelRunner runner = runners.open(settings -> settings.processes(o -> o.onWorkerStart(() -> {
                starts.count("start");
                disaster.strike();
            })));
            List<TaskFuture<Integer>> futures =
                    IntStream.range(0, 3).mapToObj(i -> runner.submit(() -> i)).toList();
            assertThat(futures)
                    .allSatisfy(future -> assertThat(catchThrowable(future::join))
                            .isInstanceOfAny(RunnerBrokenException.class, WorkerStartException.class)
                            .hasStackTraceContaining(disaster == Disaster.EXIT_42 ? "42" : "137"));
            assertThat(starts.all()).hasSizeBetween(1, 3);
        }
    }

    @Row("M-j-crash")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void closesAlthoughTheStopActionCrashesItsJvm(Runners runners) {
        Marks stops = runners.marks();
        ParallelRunner runner = runners.open(settings -> settings.processes(o -> o.onWorkerStop(() -> {
            stops.count("stop");
            Disaster.SIGKILL.strike();
        })));
        runner.submit(() -> 1).join();
        runner.close();
        assertThat(stops.all()).hasSize(1);
        assertThat(runner.stats().workersLost()).isZero();
    }

    /** What is static in a class that the start action or the task loads first. */
    static final class SeenWhenLoaded {
        static final String PROPERTY = String.valueOf(System.getProperty("row.b67"));
        static final String VARIABLE = String.valueOf(System.getenv("ROW_B67"));

        private SeenWhenLoaded() {}
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void startsAWorkerHoweverManyThereMayBe(Runners runners) {
        ParallelRunner runner =
                runners.open(settings -> settings.workers(Integer.MAX_VALUE).processes(o -> o.spareWorkers(1)));
        assertThat(runner.submit(() -> 1).join()).isEqualTo(1);
    }

    @Row("B67")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void b67SetsEnvironmentAndPropertiesBeforeAnyClassOfTheUsersIsLoaded(Runners runners) {
        Marks seen = runners.marks();
        ParallelRunner runner = runners.open(settings -> settings.processes(o -> o.systemProperty("row.b67", "p")
                .environment(Map.of("ROW_B67", "v"))
                .onWorkerStart(() -> seen.make(SeenWhenLoaded.PROPERTY + SeenWhenLoaded.VARIABLE))));
        assertThat(runner.submit(() -> SeenWhenLoaded.PROPERTY + SeenWhenLoaded.VARIABLE)
                        .join())
                .isEqualTo("pv");
        assertThat(seen.all()).containsExactly("pv");
    }

    @Row("B32")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void b32CountsExactlyWhatFailsForItsMemory(Runners runners) {
        ParallelRunner runner = runners.open(settings -> settings.processes(o -> o.maxHeap("32m")));
        List<TaskFuture<Integer>> small = new ArrayList<>();
        List<TaskFuture<Integer>> bombs = new ArrayList<>();
        for (int i = 0; i < 40; i++) {
            int number = i;
            small.add(runner.submit(() -> number));
            if (i % 10 == 5) {
                bombs.add(runner.submit(() -> {
                    List<byte[]> hoard = new ArrayList<>();
                    while (hoard.size() < 1_000) {
                        hoard.add(new byte[1 << 20]);
                    }
                    return hoard.size();
                }));
            }
        }
        assertThat(small.stream().mapToInt(TaskFuture::join).sum()).isEqualTo(780);
        assertThat(bombs)
                .allSatisfy(bomb -> assertThat(catchThrowable(bomb::join)).hasMessageContaining("heap"));
        assertThat(runner.stats().succeeded()).isEqualTo(40);
        assertThat(runner.stats().failed()).isEqualTo(4);
        assertThat(runner.stats().workersLost()).isEqualTo(4);
    }

    @Row("W12")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void w12ReplacesAWorkerThatWasKilledByATaskOfAnother(Runners runners) {
        ParallelRunner runner = runners.open(2);
        Gate gate = runners.gate();
        Marks pids = runners.marks();
        TaskFuture<Void> victim = runner.submit(() -> {
            pids.make(ProcessHandle.current().pid());
            gate.await();
        });
        pids.awaitCount(1);
        long pid = Long.parseLong(pids.all().get(0));
        assertThat(runner.submit(() -> ProcessHandle.of(pid).orElseThrow().destroyForcibly())
                        .join())
                .isTrue();
        assertThat(catchThrowable(victim::join)).hasMessageContaining("SIGKILL");
        assertThat(runner.submit(() -> 1).join()).isEqualTo(1);
        assertThat(runner.stats().failed()).isEqualTo(1);
    }
}
