package dev.tandem.internal.engine;

import dev.tandem.Outcome;
import dev.tandem.ParallelRunner;
import dev.tandem.RunnerStats;
import dev.tandem.Shared;
import dev.tandem.Strategy;
import dev.tandem.Task;
import dev.tandem.TaskAction;
import dev.tandem.TaskExecutorService;
import dev.tandem.TaskFunction;
import dev.tandem.TaskFuture;
import dev.tandem.TaskOptions;
import dev.tandem.TaskSubmitter;
import dev.tandem.WorkerStats;
import dev.tandem.internal.insight.Recorder;
import dev.tandem.internal.insight.ReportPage;
import dev.tandem.internal.insight.Story;
import dev.tandem.internal.insight.TraceFile;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.lang.ref.Cleaner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The runner that users hold, over any engine.
 *
 * <p>It owns the engine, but nothing that the engine's threads can reach refers to it, except work that is pending. So a
 * runner that was forgotten without {@code close()} becomes unreachable as soon as its work is done; a {@link Cleaner}
 * then stops the engine and says so in the log.
 *
 * <p>Thread-safe.
 */
public class Runner implements ParallelRunner {

    private static final Logger log = LoggerFactory.getLogger(ParallelRunner.class);
    private static final Duration LONGEST = Duration.ofNanos(Long.MAX_VALUE); // some 292 years
    private static final Cleaner CLEANER = Cleaner.create(body -> {
        Thread thread = new Thread(null, body, "tandem-runner-cleaner", 0, false);
        thread.setDaemon(true);
        return thread;
    });

    private final RunnerContext context;
    private final Engine engine;
    private final Submitter submitter;
    private final ExecutorView executorView;
    private final Cleaner.Cleanable leak;

    /** Opens a runner that nobody sees but who opens it. */
    public Runner(String name, Function<RunnerContext, Engine> engine) {
        this(new RunnerContext(name, engine), false);
    }

    /** Opens a runner in a context, which has its engine; {@code jmx} says whether management tools see it. */
    public Runner(RunnerContext context, boolean jmx) {
        this.context = context;
        this.engine = context.engine();
        this.submitter = new Submitter(context, this, TaskOptions.defaults());
        this.executorView = new ExecutorView(this, context);
        this.leak = CLEANER.register(this, new Leak(context.name(), this.engine));
        if (jmx) {
            context.shown(ManagedRunner.register(context));
        }
    }

    /** Has something done when nobody refers to an object any more, or at once when asked to. */
    public static Cleaner.Cleanable whenForgotten(Object forgotten, Runnable action) {
        return CLEANER.register(forgotten, action);
    }

    @Override
    public <R extends @Nullable Object> TaskFuture<R> submit(Task<R> task) {
        return submitter.submit(task);
    }

    @Override
    public TaskFuture<@Nullable Void> submit(TaskAction action) {
        return submitter.submit(action);
    }

    @Override
    public <A extends @Nullable Object, R extends @Nullable Object> TaskFuture<List<R>> map(
            Collection<? extends A> inputs, TaskFunction<? super A, ? extends R> function) {
        return submitter.map(inputs, function);
    }

    @Override
    public <A extends @Nullable Object, R extends @Nullable Object> Stream<R> stream(
            Iterable<? extends A> inputs, TaskFunction<? super A, ? extends R> function) {
        return submitter.stream(inputs, function);
    }

    @Override
    public <A extends @Nullable Object, R extends @Nullable Object> Stream<R> stream(
            Stream<? extends A> inputs, TaskFunction<? super A, ? extends R> function) {
        return submitter.stream(inputs, function);
    }

    @Override
    public <A extends @Nullable Object, R extends @Nullable Object> Stream<Outcome<A, R>> outcomes(
            Iterable<? extends A> inputs, TaskFunction<? super A, ? extends R> function) {
        return submitter.outcomes(inputs, function);
    }

    @Override
    public <A extends @Nullable Object, R extends @Nullable Object> Stream<Outcome<A, R>> outcomes(
            Stream<? extends A> inputs, TaskFunction<? super A, ? extends R> function) {
        return submitter.outcomes(inputs, function);
    }

    @Override
    public TaskOptions options() {
        return submitter.options();
    }

    @Override
    public TaskSubmitter with(TaskOptions options) {
        return submitter.with(options);
    }

    @Override
    public Strategy strategy() {
        return engine.strategy();
    }

    @Override
    public RunnerStats stats() {
        return engine.stats();
    }

    @Override
    public List<WorkerStats> workerStats() {
        return engine.workerStats();
    }

    @Override
    public void writeReport(Path file) {
        write(file, ReportPage::write);
    }

    @Override
    public void writeTrace(Path file) {
        write(file, TraceFile::write);
    }

    private interface Writing {
        void write(Story story, Appendable to) throws IOException;
    }

    private void write(Path file, Writing how) {
        Objects.requireNonNull(file, "file");
        if (!context.recorder().isRecording()) {
            String given = System.getProperty(Recorder.PROPERTY);
            throw new IllegalStateException(context.name() + " records no events, so there is nothing to write into "
                    + file + ": "
                    + (strategy() == Strategy.INLINE
                            ? "open it as threads(o -> o.workers(1).recordEvents(100_000)), since inline() has no options,"
                            : "open it with recordEvents(100_000),")
                    + " or start the program with -D" + Recorder.PROPERTY + "=100000"
                    + (given == null ? "" : " (it was \"" + given + "\" now)"));
        }
        Story story = Story.of(context.name(), strategy().name(), context.recorder());
        try {
            Path directory = file.toAbsolutePath().getParent();
            if (directory != null) {
                Files.createDirectories(directory);
            }
            try (Writer to = Files.newBufferedWriter(file)) {
                how.write(story, to);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(context.name() + " could not write " + file + ": " + e, e);
        }
    }

    @Override
    public String threadDump() {
        return threadDump(context);
    }

    static String threadDump(RunnerContext context) {
        List<WorkerStacks> all = context.engine().stacks();
        StringBuilder text = new StringBuilder();
        text.append(context.name())
                .append(" on ")
                .append(context.engine().strategy())
                .append(": ")
                .append(all.size());
        text.append(all.size() == 1 ? " worker" : " workers");
        for (WorkerStacks one : all) {
            text.append("\n\n=== ").append(one.title()).append(" ===\n").append(one.stacks());
        }
        return text.append('\n').toString();
    }

    @Override
    public void resize(int workers) {
        if (workers <= 0) {
            throw new IllegalArgumentException("workers must be positive: workers=" + workers);
        }
        engine.resize(workers);
        context.recorder().decided("resized to " + workers + " workers");
    }

    @Override
    public <T> Shared<T> share(T value) {
        Objects.requireNonNull(value, "value");
        if (engine.isShutdown()) {
            throw new IllegalStateException(context.name() + " is closed: it shares no more values");
        }
        return engine.share(value);
    }

    @Override
    public TaskExecutorService asExecutorService() {
        return executorView;
    }

    @Override
    public void close() {
        engine.shutdown();
        if (cannotWaitHere()) {
            return;
        }
        warnOfWait();
        boolean interrupted = false;
        boolean terminated = false;
        while (!terminated) {
            try {
                terminated = engine.awaitTermination(TimeUnit.DAYS.toNanos(1));
            } catch (InterruptedException e) {
                if (!interrupted) {
                    interrupted = true;
                    engine.shutdownNow();
                }
            }
        }
        closed();
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }

    @Override
    public boolean close(Duration deadline) {
        if (Objects.requireNonNull(deadline, "deadline").isNegative()) {
            throw new IllegalArgumentException("deadline must not be negative: deadline=" + deadline);
        }
        long deadlineNanos = deadline.compareTo(LONGEST) < 0 ? deadline.toNanos() : Long.MAX_VALUE;
        engine.shutdown();
        if (cannotWaitHere()) {
            context.deadlines().after(deadlineNanos, engine::shutdownNow);
            return engine.isTerminated();
        }
        warnOfWait();
        boolean byItself = false;
        try {
            byItself = engine.awaitTermination(deadlineNanos);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        if (!byItself) {
            engine.shutdownNow();
            close();
        }
        closed();
        return byItself;
    }

    @Override
    public void shutdownNow() {
        engine.shutdownNow();
    }

    @Override
    public String toString() {
        return context.name() + "[" + strategy() + ", " + stats() + "]";
    }

    /** A task, or a callback, that waited for the end of all work would wait for itself. */
    private boolean cannotWaitHere() {
        return engine.isInsideTask() || context.callbacks().isInside();
    }

    private void warnOfWait() {
        if (!engine.isTerminated()) {
            EventThread.warnOfWait("the end of " + context.name());
        }
    }

    private void closed() {
        leak.clean(); // finds the engine shut down and stays silent
    }

    private record Leak(String name, Engine engine) implements Runnable {
        @Override
        public void run() {
            if (!engine.isShutdown()) {
                log.warn(
                        "{} was never closed and nobody refers to it any more: it is stopped now. Open runners in a"
                                + " try-with-resources block.",
                        name);
                engine.shutdownNow();
            }
        }
    }
}
