package dev.tandem.testing;

import dev.tandem.ParallelRunner;
import dev.tandem.RunnerStats;
import dev.tandem.TaskFuture;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.IntStream;
import org.junit.jupiter.api.extension.ExtensionContext;

/** One runner per kind for all tests that need no runner of their own; closed when the last test of this JVM is over. */
final class SharedRunners implements AutoCloseable {

    static final String NAME_PREFIX = "shared-";

    private static final int WORKERS = 2;

    // --- guarded by this ---
    private final Map<RunnerKind, ParallelRunner> open = new EnumMap<>(RunnerKind.class);

    static SharedRunners of(ExtensionContext context) {
        return context.getRoot()
                .getStore(ExtensionContext.Namespace.create(SharedRunners.class))
                .getOrComputeIfAbsent(SharedRunners.class, key -> new SharedRunners(), SharedRunners.class);
    }

    synchronized boolean has(RunnerKind kind) {
        return open.containsKey(kind);
    }

    synchronized void open(RunnerKind kind) {
        open.put(kind, warmedUp(kind));
    }

    synchronized ParallelRunner get(RunnerKind kind) {
        return Objects.requireNonNull(open.get(kind), "open it first");
    }

    /** Those that are not as a test must leave them; they are closed, and opened anew when they are asked for. */
    synchronized List<RunnerKind> dropDamaged() {
        List<RunnerKind> damaged = open.entrySet().stream()
                .filter(entry -> !isAsItWas(entry.getValue().stats()))
                .map(Map.Entry::getKey)
                .toList();
        damaged.forEach(kind -> Objects.requireNonNull(open.remove(kind)).close(Duration.ZERO));
        return damaged;
    }

    private static boolean isAsItWas(RunnerStats stats) {
        return stats.workers() == WORKERS && stats.workersStarted() == WORKERS && stats.queued() + stats.running() == 0;
    }

    /** All workers are started, so that a test that comes later starts none. */
    private static ParallelRunner warmedUp(RunnerKind kind) {
        String name = NAME_PREFIX + kind.name().toLowerCase(Locale.ROOT);
        ParallelRunner runner = kind.open(RunnerSettings.named(name).workers(WORKERS));
        try {
            Path directory = Files.createTempDirectory("contract-shared-");
            Marks marks = new Marks(directory.toString());
            Gate gate = new Gate(directory + ".gate");
            List<TaskFuture<Void>> tasks = IntStream.range(0, WORKERS)
                    .mapToObj(i -> runner.submit(() -> {
                        marks.make(i);
                        gate.await();
                    }))
                    .toList();
            marks.awaitCount(WORKERS);
            gate.open();
            tasks.forEach(TaskFuture::join);
            runner.share("").close(); // where values are shared that way, there is a directory from now on
            for (int i = 0; i < WORKERS; i++) {
                Files.delete(directory.resolve(String.valueOf(i)));
            }
            Files.delete(directory);
            Files.delete(Path.of(gate.file()));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return runner;
    }

    @Override
    public synchronized void close() {
        open.values().forEach(ParallelRunner::close);
        open.clear();
    }
}
