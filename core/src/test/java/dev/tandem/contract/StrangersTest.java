package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.ParallelException;
import dev.tandem.ParallelRunner;
import dev.tandem.TaskFuture;
import dev.tandem.WorkerLostException;
import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.Need;
import dev.tandem.testing.Row;
import dev.tandem.testing.Runners;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.stream.IntStream;

/** What else goes on in the supervisor's JVM. */
final class StrangersTest {

    /** Children of the application's may inherit ends of our pipes, if they are forked in the wrong moment (JDK-8377907). */
    @Row("P4")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void p4IsHeldUpByNoForeignChildThatIsStartedMeanwhile(Runners runners) {
        Queue<Process> foreign = new ConcurrentLinkedQueue<>();
        try {
            List<CompletableFuture<Void>> spawning = IntStream.range(0, 4)
                    .mapToObj(i -> CompletableFuture.runAsync(() -> spawn(foreign, 15)))
                    .toList();
            ParallelRunner runner = runners.open(3);
            List<TaskFuture<Integer>> futures = new ArrayList<>();
            for (int i = 0; i < 9; i++) {
                int number = i;
                futures.add(runner.submit(() -> {
                    if (number % 3 == 2) {
                        Disaster.SIGKILL.strike();
                    }
                    return number;
                }));
            }
            for (int i = 0; i < 9; i++) {
                if (i % 3 == 2) {
                    assertThatThrownBy(futures.get(i)::join).isInstanceOf(WorkerLostException.class);
                } else {
                    assertThat(futures.get(i).join()).isEqualTo(i);
                }
            }
            runner.close();
            assertThat(runner.stats().workers()).isZero();
            spawning.forEach(CompletableFuture::join);
            assertThat(foreign).anyMatch(Process::isAlive);
        } finally {
            foreign.forEach(process -> process.toHandle().destroyForcibly());
        }
    }

    private static void spawn(Queue<Process> into, int count) {
        try {
            for (int i = 0; i < count; i++) {
                into.add(new ProcessBuilder("sleep", "40").start());
            }
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Row({"P5", "M-e-throws"})
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void p5FailsOnlyTheTaskWhoseResultExhaustsTheMemoryHere(Runners runners) {
        ParallelRunner runner = runners.open(1);
        Hostile exhausting = new Hostile.InHostDecode(() -> {
            throw new OutOfMemoryError("as if the heap were full");
        });
        for (int i = 0; i < 3; i++) {
            assertThatThrownBy(runner.submit(() -> exhausting)::join).isInstanceOf(ParallelException.class);
            assertThat(runner.submit(() -> 1).join()).isEqualTo(1);
        }
        assertThat(runner.stats().workersLost()).isZero();
    }
}
