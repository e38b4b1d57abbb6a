package dev.tandem.internal.threads;

import dev.tandem.TaskRef;
import dev.tandem.ThreadOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The threads that were given up because their task ignores interruption, and that still run.
 *
 * <p>No thread can be stopped, so nothing here pretends to: each is reported with its stack when it is given up, and again if it
 * ends after all. Guarded by the lock of the {@link ThreadEngine}, but for the reports.
 */
final class AbandonedThreads {

    private static final Logger log = LoggerFactory.getLogger(ThreadEngine.class);

    private final String runnerName;
    private final ThreadOptions options;

    // --- guarded by the engine ---
    private final Map<ThreadWorker, GivenUp> workers = new LinkedHashMap<>();

    AbandonedThreads(String runnerName, ThreadOptions options) {
        this.runnerName = runnerName;
        this.options = options;
    }

    /**
     * Why and when a thread became one of these.
     *
     * @param task which one did not end
     * @param atNanos as {@link System#nanoTime} says it
     */
    record GivenUp(TaskRef task, long atNanos) {}

    /** Adds one; returns how many there are now. */
    int add(ThreadWorker worker, TaskRef task) {
        workers.put(worker, new GivenUp(task, System.nanoTime()));
        return workers.size();
    }

    /** Its thread ends: returns why it was one of these, or null if it was not. */
    @Nullable
    GivenUp remove(ThreadWorker worker) {
        return workers.remove(worker);
    }

    List<ThreadWorker> workers() {
        return new ArrayList<>(workers.keySet());
    }

    int running() {
        return workers.size();
    }

    /** How many are not replaced. */
    int beyondLimit() {
        return Math.max(0, workers.size() - options.maxAbandonedThreads());
    }

    /** Tells of one; without the lock. */
    void warn(ThreadWorker worker, TaskRef task, StackTraceElement[] stack, int running) {
        Throwable where = new Throwable("where " + worker.name() + " is");
        where.setStackTrace(stack);
        int limit = options.maxAbandonedThreads();
        log.warn(
                "{} ignores interruption: after {} its thread {} is given up and may run on until the JVM ends. It is {};"
                        + " {} such threads run now, maxAbandonedThreads={}. Check Thread.interrupted() in the task, or run"
                        + " it on worker JVMs, which can be killed.",
                task,
                options.stopGrace(),
                worker.name(),
                running <= limit ? "replaced" : "not replaced",
                running,
                limit,
                where);
    }

    /** Tells of the end of one; without the lock. */
    void tellEnd(ThreadWorker worker, GivenUp since, int running) {
        log.info(
                "{}: {} has ended after all, {} after its thread {} was given up; {} that were given up still run",
                runnerName,
                since.task(),
                Duration.ofMillis(TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - since.atNanos())),
                worker.name(),
                running);
    }
}
