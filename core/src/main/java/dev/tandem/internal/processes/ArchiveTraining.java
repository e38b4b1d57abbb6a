package dev.tandem.internal.processes;

import dev.tandem.ParallelRunner;
import dev.tandem.ProcessOptions;
import dev.tandem.Task;
import dev.tandem.internal.engine.Runner;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Makes a class archive: a runner of its own, with one worker that runs one task of each kind and then writes down what it has loaded.
 *
 * <p>Thread-safe; one at a time.
 */
final class ArchiveTraining implements AutoCloseable {

    private static final Duration PATIENCE =
            Duration.ofSeconds(30); // for a JVM that writes an archive, on a busy machine

    // --- guarded by this
    private @Nullable ParallelRunner runner;
    private boolean closed;

    /**
     * Trains.
     *
     * @param options which Java
     * @param jar the classes of the library
     * @param target where the archive is to be
     * @throws IOException if the worker did not come to its end
     */
    void run(ProcessOptions options, Path jar, Path target) throws IOException {
        ParallelRunner trained = open(optionsFor(options, jar, target));
        try {
            trained.submit(() -> {}).join();
            trained.submit(() -> 1).join(); // each kind of task has classes of its own
            trained.map(List.of(1, 2), input -> "" + input).join();
            shapes("text", 1).forEach(task -> trained.submit(task).join());
            if (!trained.close(PATIENCE) || trained.stats().workersLost() > 0) {
                throw new IOException("the JVM that was to write it was stopped");
            }
        } finally {
            trained.shutdownNow();
        }
    }

    /**
     * What tasks mostly return and have captured. The first lambda of each combination has the JVM make code to call it, which takes it some milliseconds; what
     * was made once is archived, too.
     */
    private static List<Task<?>> shapes(String text, int number) {
        long large = number;
        double real = number;
        boolean flag = number > 0;
        return List.of(
                System::nanoTime,
                () -> text,
                () -> number,
                () -> text + number,
                () -> number + text,
                () -> text + text + large,
                () -> large,
                () -> real,
                () -> flag,
                text::length,
                () -> number * real,
                () -> List.of(text, flag, number));
    }

    private synchronized ParallelRunner open(ProcessOptions options) throws IOException {
        if (closed) {
            throw new IOException("the runner that wanted it is closed");
        }
        runner = new Runner("tandem-archive", context -> ProcessEngine.withBareClassPath(context, options));
        return runner;
    }

    private static ProcessOptions optionsFor(ProcessOptions options, Path jar, Path target) {
        ProcessOptions training = ProcessOptions.defaults()
                .workers(1)
                .classArchive(false)
                .classPath(jar)
                .maxHeap("64m")
                .killGrace(PATIENCE)
                .restartLimit(1, PATIENCE)
                .jvmArgs("-XX:ArchiveClassesAtExit=" + target, "-Xshare:auto", "-Xlog:disable");
        return options.javaHome().map(training::javaHome).orElse(training);
    }

    /** Stops what is running. */
    @Override
    public void close() {
        ParallelRunner open;
        synchronized (this) {
            closed = true;
            open = runner;
        }
        if (open != null) {
            open.shutdownNow();
        }
    }
}
