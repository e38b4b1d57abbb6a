package dev.tandem;

import dev.tandem.internal.Engines;
import dev.tandem.recommend.WorkloadProfile;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.function.UnaryOperator;

/**
 * Runs tasks in parallel: on threads of this JVM, or on a supervised pool of worker JVMs. The code of the tasks is the same;
 * the factory is the one word that changes.
 *
 * <pre>{@code
 * try (var runner = ParallelRunner.processes(o -> o.workers(4).maxHeap("512m"))) {
 *     List<Page> pages = runner.withTimeout(ofSeconds(5)).map(files, Parser::parse).join();
 * }
 * }</pre>
 *
 * <p>Threads share the heap: they start in microseconds and talk for free, but a task that ignores interruption cannot be
 * stopped, and a crash, a leak or {@code System.exit} takes the whole JVM. Worker JVMs can be capped, killed and lost one by
 * one; arguments and results are copied, and a worker under the same user is <b>not</b> a security sandbox.
 *
 * <p>A runner is open from the start, and must be closed. One that nobody references any more is stopped, with a warning in
 * the log; a JVM that ends leaves no worker behind.
 *
 * <p>Safe for use by any number of threads. Memory consistency effects: what a thread does before it submits a task
 * happens-before the task begins (on worker JVMs the task sees a copy of it); what the task does happens-before a successful
 * return of {@link TaskFuture#join()} or {@code get}, and before the stages that depend on it.
 */
public interface ParallelRunner extends TaskSubmitter, AutoCloseable {

    /** {@return a new runner on threads, one per core} */
    static ParallelRunner threads() {
        return Engines.threads(ThreadOptions.defaults());
    }

    /**
     * Opens a runner on threads.
     *
     * @param options changes the default options
     * @return a new runner
     * @throws IllegalArgumentException if an option is refused
     */
    static ParallelRunner threads(UnaryOperator<ThreadOptions> options) {
        return Engines.threads(applied(options, ThreadOptions.defaults()));
    }

    /**
     * Opens a runner on worker JVMs, one per core. They start when they are needed; one that cannot start fails the tasks.
     *
     * @return a new runner
     */
    static ParallelRunner processes() {
        return Engines.processes(ProcessOptions.defaults());
    }

    /**
     * Opens a runner on worker JVMs.
     *
     * @param options changes the default options
     * @return a new runner
     * @throws IllegalArgumentException if an option is refused
     */
    static ParallelRunner processes(UnaryOperator<ProcessOptions> options) {
        return Engines.processes(applied(options, ProcessOptions.defaults()));
    }

    /**
     * Opens a runner that runs each task inside {@code submit}, in the caller's thread: the same contract, as far as it needs
     * no second thread, for debugging.
     *
     * @return a new runner
     */
    static ParallelRunner inline() {
        return Engines.inline();
    }

    /**
     * Opens a runner that starts on the engine which is recommended for some work, measures, and changes the engine when the numbers
     * contradict that, but never against a gate: see {@link AdaptiveRunner}.
     *
     * <pre>{@code
     * try (var runner = ParallelRunner.adaptive(WorkloadProfile.of(Trait.CPU_BOUND))) {
     *     runner.map(files, Parser::parse).join();
     *     runner.adaptations().forEach(System.out::println);
     * }
     * }</pre>
     *
     * @param profile what is known of the work; declare what must not run on one of the engines
     * @return a new runner
     */
    static AdaptiveRunner adaptive(WorkloadProfile profile) {
        return Engines.adaptive(Checks.present("profile", profile), AdaptiveOptions.defaults());
    }

    /**
     * Opens an adaptive runner, with options for either engine and a listener for what it decides.
     *
     * @param profile what is known of the work
     * @param options changes the default options
     * @return a new runner
     * @throws IllegalArgumentException if an option is refused
     */
    static AdaptiveRunner adaptive(WorkloadProfile profile, UnaryOperator<AdaptiveOptions> options) {
        return Engines.adaptive(Checks.present("profile", profile), applied(options, AdaptiveOptions.defaults()));
    }

    /**
     * Opens the runner that options describe, for options that come from configuration or from the recommender.
     *
     * @param options for threads or for processes
     * @return a new runner
     */
    static ParallelRunner of(RunnerOptions options) {
        Checks.present("options", options);
        return options instanceof ThreadOptions threads
                ? Engines.threads(threads)
                : Engines.processes((ProcessOptions) options);
    }

    private static <T> T applied(UnaryOperator<T> options, T defaults) {
        Checks.present("options", options);
        return Objects.requireNonNull(options.apply(defaults), "the function of the options returned null");
    }

    /** {@return where this runner runs its tasks} */
    Strategy strategy();

    /** {@return what this runner has done and is doing, as a snapshot} */
    RunnerStats stats();

    /** {@return what each worker is doing and how busy it was, by index; a closed runner has none} */
    List<WorkerStats> workerStats();

    /**
     * Says what each worker is doing: its task and the stacks of its threads, for people to read.
     *
     * <p>The first line names the runner and counts the workers; then there is a paragraph or more for each worker, below a line
     * that names it and the task that it runs, as in {@code === task 7 "parse" (attempt 1) on worker 0 (pid 4711) ===}. A worker
     * JVM is asked from outside, by the {@code jcmd} of a JDK, and shows all its threads that have frames, that of the task first;
     * one that cannot answer says why: it is stopped, or starting, or there is no JDK. All are asked at the same time. On threads
     * there is the stack of each worker's thread, those among them that ignored their interrupt and were given up; inline, of each
     * thread that is inside {@code submit}.
     *
     * <p>Safe for use by any number of threads; the workers go on meanwhile. Returns within some eleven seconds, mostly in less
     * than one, and earlier if the thread is interrupted. Never throws. A closed runner has no workers.
     *
     * @return the text, which ends with a line break
     */
    String threadDump();

    /**
     * Writes what was recorded of tasks and workers as a page for people: what to know first, what ran on each worker and when, where the
     * time went, the slowest tasks, what failed, with the death certificates of lost workers.
     *
     * <p>The page is one file of HTML without scripts that needs no network, and is light or dark as its reader's system. May be called while
     * tasks run, and after {@link #close()}; safe for use by any number of threads.
     *
     * @param file where to; its directory is made if it is not there, a file that is there is replaced
     * @throws IllegalStateException if this runner records no events, see {@link ThreadOptions#recordEvents(int)} and {@link
     *     ProcessOptions#recordEvents(int)}
     * @throws java.io.UncheckedIOException if the file cannot be written
     */
    void writeReport(Path file);

    /**
     * Writes what was recorded of tasks and workers as a timeline in the trace format of Chrome, which
     * <a href="https://ui.perfetto.dev">Perfetto</a> and {@code chrome://tracing} open.
     *
     * <p>There is one track for each worker, under the id of its process, and one for each thread that has submitted; arrows lead from
     * where a task was submitted to where it began. Times of worker JVMs are shown on the clock of this one, as well as round trips tell
     * how the two differ. May be called while tasks run, and after {@link #close()}; safe for use by any number of threads.
     *
     * @param file where to; its directory is made if it is not there, a file that is there is replaced
     * @throws IllegalStateException if this runner records no events, see {@link ThreadOptions#recordEvents(int)} and {@link
     *     ProcessOptions#recordEvents(int)}
     * @throws java.io.UncheckedIOException if the file cannot be written
     */
    void writeTrace(Path file);

    /**
     * Changes how many workers there may be, from now on. Returns at once; may be called from anywhere, also from a task.
     *
     * <p>When there are to be more, they are started as work waits for them. When there are to be fewer, those that have nothing to
     * do leave at once, and the others when they are done with what they are doing: no task is stopped or lost, and a worker that
     * is not too many stays the same one. Until then more than {@code workers} may be busy. Those that leave count as
     * {@link RunnerStats#workersRecycled() recycled}.
     *
     * <p>Worker JVMs got their share of cores and memory when they were started: the ones that are there keep it, and those that
     * start later get theirs by the new number. Whatever follows from the number of workers in the options (limits of restarts
     * and abandoned threads) stays as it was. An inline runner checks the number and stays as it is: it has no workers, only its
     * callers.
     *
     * @param workers a positive number
     * @throws IllegalArgumentException if it is not positive
     * @throws IllegalStateException if this runner is closed, or about to be
     */
    void resize(int workers);

    /**
     * Shares a value with the tasks of this runner that capture the handle, without copying it into each of them.
     *
     * <p>Worth it for what is large and used by many tasks; a value that one task uses is better captured. (Large arrays that many capture are noticed, see
     * {@link Shared}; a handle is still cheaper.) For worker JVMs the value is
     * encoded now, as it is, into a file of this runner.
     *
     * @param <T> the type of the value
     * @param value what the tasks use; for worker JVMs it must be able to travel, as an argument must
     * @return the handle; close it when no task needs the value any more, or leave that to this runner
     * @throws NotTransferableException if it cannot travel, and the tasks run in worker JVMs
     * @throws IllegalStateException if this runner is closed, or about to be
     * @throws java.io.UncheckedIOException if there is no room for it, neither in the directory of temporary files nor, on Linux, in {@code /dev/shm}
     */
    <T> Shared<T> share(T value);

    /**
     * A view of this runner as an {@link java.util.concurrent.ExecutorService}, for code that knows nothing else. Shutting
     * down the view shuts down this runner.
     *
     * @return the view, the same one on each call
     */
    TaskExecutorService asExecutorService();

    /**
     * Closes this runner as {@link #close()} does, but only waits so long. When the time is up, waiting tasks are cancelled and
     * running ones interrupted; worker JVMs whose tasks ignore that are killed.
     *
     * <p>The way down has bounds. What runs at the deadline has {@code killGrace} ({@code stopGrace} on threads) to obey its
     * interrupt; then its worker JVM is killed, with all that it started, and a thread is given up. A worker JVM that is free
     * has {@code killGrace} for its stop action and its shutdown hooks, and is then killed too. All workers go down at the same
     * time: this returns after about {@code deadline} and twice the grace, however many there are.
     *
     * <p>Called from one of its own tasks, or from a stage that depends on one, it starts the shutdown and returns false.
     *
     * @param deadline how long to wait for submitted work; zero or more
     * @return whether all work that was left when this was called has ended by itself; false if some had to be stopped
     */
    boolean close(Duration deadline);

    /**
     * Stops accepting tasks, cancels what waits and interrupts what runs; worker JVMs whose tasks ignore that are killed.
     * Returns without waiting for it: follow it with {@link #close()} to wait. Idempotent.
     */
    void shutdownNow();

    /**
     * Stops accepting tasks and waits, without limit, until all submitted work is done and all threads, workers and files of
     * this runner are gone. Further submissions get a {@link java.util.concurrent.RejectedExecutionException}.
     *
     * <p>If the thread is interrupted while it waits, or was so before, running work is stopped as by {@link #shutdownNow()},
     * and the interrupt status is set again on return. Called from one of its own tasks, or from a stage that depends on one, it
     * starts the shutdown and returns. Idempotent.
     */
    @Override
    void close();
}
