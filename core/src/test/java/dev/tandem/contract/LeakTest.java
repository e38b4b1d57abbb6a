package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.ParallelRunner;
import dev.tandem.WorkerLostException;
import dev.tandem.testing.Eventually;
import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.Footprint;
import dev.tandem.testing.Need;
import dev.tandem.testing.Row;
import dev.tandem.testing.Runners;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.stream.IntStream;

/** Runners that come and go leave nothing; that nothing of the system is left is asked after every test, here memory is too. */
final class LeakTest {

    private static final int CYCLES = 200;
    private static final int CYCLES_PER_WORKER_JVM = 20;
    private static final long HEAP_PER_CYCLE = 16 << 10; // what a cycle may cost for good, with all that the JVM caches

    private static long heapAfterGc() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static long directMemory() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    private static void cycle(Runners runners, int number) {
        try (ParallelRunner runner = runners.openUnmanaged(settings -> settings.workers(2))) {
            if (!runners.have(Need.WORKER_JVM) || number % CYCLES_PER_WORKER_JVM == 0) {
                assertThat(runner.submit(() -> number).join()).isEqualTo(number);
            }
            if (number % 3 == 0) {
                runner.shutdownNow();
            }
        }
    }

    @Row("R4")
    @EveryRunner(eachTransport = false)
    void r4LeavesNothingAfterTwoHundredRunners(Runners runners) {
        cycle(runners, 0); // loads classes
        Footprint before = Footprint.now();
        long heapBefore = heapAfterGc();
        long directBefore = directMemory();
        for (int i = 1; i <= CYCLES; i++) {
            cycle(runners, i);
            if (i % 50 == 0) {
                Eventually.holds(
                        "nothing left after " + i + " runners",
                        () -> Footprint.now().beyond(before).isEmpty());
            }
        }
        assertThat(heapAfterGc() - heapBefore).as("heap").isLessThan(CYCLES * HEAP_PER_CYCLE);
        Eventually.holds(
                "direct memory is given back",
                () -> { // what is mapped goes a moment after its garbage
                    System.gc();
                    return directMemory() - directBefore < CYCLES * HEAP_PER_CYCLE;
                });
    }

    @Row("R4")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void r4LeavesNothingOfWorkersThatWereKilled(Runners runners) {
        ParallelRunner runner = runners.open(
                settings -> settings.workers(2).processes(o -> o.restartLimit(1_000, Duration.ofSeconds(1))));
        long directBefore = directMemory();
        for (int i = 0; i < 10; i++) {
            assertThatThrownBy(
                            () -> runner.submit(() -> Disaster.HALT_3.strike()).join())
                    .isInstanceOf(WorkerLostException.class);
            assertThat(IntStream.range(0, 20)
                            .mapToObj(x -> runner.submit(() -> new byte[50_000].length))
                            .mapToInt(future -> future.join())
                            .sum())
                    .isEqualTo(1_000_000);
        }
        assertThat(runner.stats().workersLost()).isEqualTo(10);
        runner.close();
        assertThat(directMemory() - directBefore).as("direct memory").isLessThan(8 << 20);
    }
}
