package dev.tandem.testing;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.ParallelRunner;
import dev.tandem.RunnerStats;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Where a test opens the runners that it is about, and gets what its tasks share with it. Used by one test. */
public final class Runners {

    private static final AtomicInteger OPENED = new AtomicInteger();
    private static final long CLOSE_SECONDS = 20;

    private final RunnerKind kind;
    private final SharedRunners sharedRunners;
    private final NothingLeft.Baseline baseline;
    private final Path directory;
    private final List<ParallelRunner> opened = new ArrayList<>();
    private final List<Gate> gates = new ArrayList<>();

    Runners(RunnerKind kind, SharedRunners sharedRunners, NothingLeft.Baseline baseline) {
        this.kind = kind;
        this.sharedRunners = sharedRunners;
        this.baseline = baseline;
        try {
            this.directory = Files.createTempDirectory("contract-");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Which runner this run of the test is about. */
    public RunnerKind kind() {
        return kind;
    }

    /** Whether it offers that. */
    public boolean have(Need need) {
        return kind.has(need);
    }

    /** Opens a runner that is closed after the test, if the test does not do so. */
    public ParallelRunner open(int workers) {
        return open(settings -> settings.workers(workers));
    }

    /** Opens a runner that is closed after the test, if the test does not do so; one worker unless set. */
    public ParallelRunner open(UnaryOperator<RunnerSettings> settings) {
        ParallelRunner runner = openUnmanaged(settings);
        opened.add(runner);
        return runner;
    }

    /** Opens a runner to which nobody but the test refers. */
    public ParallelRunner openUnmanaged(UnaryOperator<RunnerSettings> settings) {
        return kind.open(settings.apply(RunnerSettings.named("case-" + OPENED.incrementAndGet())));
    }

    /**
     * A runner with two workers that many tests use one after the other: it must be left open, idle and with its workers.
     * Inline there is no such thing, and nothing to save.
     */
    public ParallelRunner shared() {
        if (kind == RunnerKind.INLINE) {
            return open(1);
        }
        if (!sharedRunners.has(kind)) {
            assertThat(opened).as("ask for the shared runner first").isEmpty();
            sharedRunners.open(kind);
            baseline.retake();
        }
        return sharedRunners.get(kind);
    }

    /** A closed gate, which opens after the test at the latest. */
    public Gate gate() {
        Gate gate =
                new Gate(directory.resolve("gate-" + OPENED.incrementAndGet()).toString());
        gates.add(gate);
        return gate;
    }

    /** An empty set of marks. */
    public Marks marks() {
        return new Marks(newDirectory().toString());
    }

    /** An empty directory, which is deleted after the test. */
    public Path newDirectory() {
        try {
            return Files.createDirectory(directory.resolve("dir-" + OPENED.incrementAndGet()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void close() {
        gates.forEach(Gate::open);
        try {
            for (ParallelRunner runner : opened) {
                stop(runner);
            }
        } finally {
            deleteDirectory();
        }
    }

    private static void stop(ParallelRunner runner) {
        try {
            runner.shutdownNow();
            if (!runner.asExecutorService().awaitTermination(CLOSE_SECONDS, TimeUnit.SECONDS)) {
                throw new AssertionError(runner + " has not ended " + CLOSE_SECONDS + " s after shutdownNow()\n"
                        + Stacks.ofEverything());
            }
            runner.close();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        RunnerStats stats = runner.stats();
        assertThat(stats.done()).as("every task ended exactly once: %s", stats).isEqualTo(stats.submitted());
        assertThat(accountedFor(stats))
                .as("every worker is counted once when it goes: %s", stats)
                .isEqualTo(stats.workersStarted());
    }

    /** Those that are there and take tasks, and those that did. */
    public static long accountedFor(RunnerStats stats) {
        return stats.workers()
                - stats.startingWorkers()
                + stats.workersLost()
                + stats.workersRecycled()
                + stats.workersKilled()
                + stats.workersStopped()
                + stats.abandonedThreads();
    }

    private void deleteDirectory() {
        try (Stream<Path> files = Files.walk(directory)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
