package dev.tandem.internal.engine;

import dev.tandem.RunnerStats;
import dev.tandem.Shared;
import dev.tandem.Strategy;
import dev.tandem.TaskRef;
import dev.tandem.WorkerStats;
import dev.tandem.internal.task.HeldValue;
import java.time.Duration;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where tasks run: the part of a runner that differs between inline, threads and processes.
 *
 * <p>Thread-safe. An engine takes batches in, runs their submissions at most once each and tells every submission what
 * became of it; promises, retries and time-outs are {@link Submission}'s business.
 */
public interface Engine {

    /** Which one it is. */
    Strategy strategy();

    /** How many tasks may run at once. */
    int workers();

    /**
     * Changes how many tasks may run at once; returns at once.
     *
     * @param workers a positive number
     * @throws IllegalStateException if closed
     */
    void resize(int workers);

    /** How long work may take to end after it was interrupted. */
    Duration grace();

    /** Whether nothing here may take too long: no time-out, grace or heartbeat holds, since a debugger may hold the workers. */
    default boolean hasNoLimits() {
        return false;
    }

    /**
     * Makes user code ready to be handed to any worker, on the caller's thread.
     *
     * @throws dev.tandem.NotTransferableException if it cannot get there
     */
    Object prepareCode(UserCode code, TaskRef task);

    /** No input comes, or is left, for what {@link #prepareCode} has returned; may be said more than once, and too early, since it is only about room. */
    default void forgetCode(Object prepared) {}

    /**
     * Makes one input ready to be handed to any worker, on the caller's thread.
     *
     * @throws dev.tandem.NotTransferableException if it cannot get there
     */
    @Nullable
    Object prepareInput(@Nullable Object input, Supplier<TaskRef> task);

    /** Who runs a {@link Chunk} of several inputs. */
    enum Chunks {
        /** Nobody: inputs go one by one. */
        NOBODY,
        /** Threads of this JVM. */
        THREADS,
        /** Other processes, each at a {@link Site}. */
        PROCESSES
    }

    /** Who runs chunks. */
    default Chunks chunks() {
        return Chunks.NOBODY;
    }

    /** A chunk has begun, and has inputs left that other workers may take. */
    default void mayDivide() {}

    /**
     * Called before anything that is submitted is counted.
     *
     * @throws StackOverflowError if the calling thread has no room for what it would have to do until it is accepted
     */
    default void demandStackRoom() {}

    /** How many tasks may wait. */
    default int queueCapacity() {
        return Integer.MAX_VALUE;
    }

    /** How many bytes a prepared task takes on its way to a worker; 0 if there is no way. */
    default long bytes(Object preparedCode, @Nullable Object preparedInput) {
        return 0;
    }

    /** Makes a handle of a value that many tasks use; the engine has not been shut down. */
    default <T> Shared<T> share(T value) {
        return new HeldValue<>(value, this::isTerminated);
    }

    /**
     * Takes a batch in; blocks while the backlog is full, unless {@code overBound}.
     *
     * @throws java.util.concurrent.RejectedExecutionException if closed, or full and told to reject; nothing was taken then
     * @throws InterruptedException if interrupted while blocked; nothing was taken then
     */
    void accept(Batch batch, boolean overBound) throws InterruptedException;

    /** Takes back what was accepted before and has to run again, in front of its equals; never blocks, never rejects. */
    void readmit(Batch batch);

    /** The same for several, which keep their order. */
    default void readmitAll(List<Batch> batches) {
        for (int i = batches.size() - 1; i >= 0; i--) { // each goes to the front
            readmit(batches.get(i));
        }
    }

    /** A waiting submission is no longer wanted: give its room back. */
    void forget(Submission<?> submission);

    /** All accepted work has ended, for now; must return at once. */
    void becameIdle();

    /** Whether the calling thread runs a task of this engine right now. */
    boolean isInsideTask();

    /** Whether the calling thread runs a task of this engine, and may run another before it goes on with that. */
    boolean mayHelp();

    /**
     * Claims some waiting work, whatever it is, for a thread that {@linkplain #mayHelp may help}; the newest first, since what a
     * task waits for was most likely submitted after it.
     *
     * @param misses how often in a row the thread has looked in vain. What is claimed lies on the stack of what waits: the higher
     *     that is already, the more misses it takes, so that it stops growing however late the awaited may be
     * @return null if nothing waits, or if it is too early
     */
    @Nullable
    Batch claimAny(int misses);

    /** Runs what was claimed on the calling thread, which {@linkplain #mayHelp may help}. */
    void help(Batch claimed);

    /** How many inputs of one call go together where nobody has said so. */
    default int chunkSize() {
        return 1;
    }

    /** Claims all that waits, for an engine that is to run it instead. */
    default List<Batch> giveUpWaiting() {
        return List.of();
    }

    /**
     * Takes over what waited elsewhere: it was prepared here, and waits. It comes in front of its equals, in this order; never blocks, never
     * rejects.
     */
    default void takeOver(List<Batch> waiting) {
        throw new UnsupportedOperationException(strategy() + " takes nothing over");
    }

    /** No work will come for a while: lets workers go that cost something. */
    default void rest(String why) {}

    /** Processor time that its workers have used, for differences; -1 if unknown. */
    default long cpuNanos() {
        return -1;
    }

    /** A submission of one of the engines that this one consists of has its outcome; must return at once. */
    default void settled(Submission<?> submission, @Nullable RuntimeException failure, @Nullable Object value) {}

    /**
     * Whether it can try again elsewhere what could not be tried where it was; if so, it has led it to where it goes on. Runs no code of the
     * user's, and must not block.
     */
    default boolean triesElsewhere(Submission<?> submission, RuntimeException failure) {
        return false;
    }

    /** Stops the intake; what was accepted is run. Returns at once; idempotent. */
    void shutdown();

    /** Stops everything: what waits is cancelled, what runs is interrupted and then stopped by force. Returns at once. */
    void shutdownNow();

    /** An action of the timer has failed, so nothing that depends on one may be relied upon: ends all that is pending, by a failure that says so. */
    default void supervisionFailed(Throwable thrown) {
        shutdownNow();
    }

    /** Finds out what has begun, if that is not told when it happens. */
    default void lookAtWorkers() {}

    /** Whether the intake has stopped. */
    boolean isShutdown();

    /** Whether a thread that waits for a task may look for its end for a moment, and takes no core from whoever runs it. */
    default boolean leavesACore() {
        return false;
    }

    /** Waits until all work has ended and all workers, threads and files of this engine are gone. */
    boolean awaitTermination(long timeoutNanos) throws InterruptedException;

    /** Whether {@link #awaitTermination} would return true at once. */
    boolean isTerminated();

    /** What each worker that is there is doing; may take seconds. Never throws. */
    List<WorkerStacks> stacks();

    /** Who is there, by index. */
    List<WorkerStats> workerStats();

    /** An exact snapshot. */
    RunnerStats stats();
}
