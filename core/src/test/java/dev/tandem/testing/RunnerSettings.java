package dev.tandem.testing;

import dev.tandem.FullQueue;
import dev.tandem.ProcessOptions;
import dev.tandem.ThreadOptions;
import java.time.Duration;
import java.util.function.UnaryOperator;

/**
 * Options that all engines have, under one name, and a place for those of one engine. Inline has none, and ignores them.
 *
 * @param name starts the name of each thread of the runner
 * @param workers how many tasks may run at once
 * @param queueCapacity how many may wait
 * @param onFullQueue what submit does then
 * @param grace how long work may take to end after its interrupt
 * @param threads options for threads only
 * @param processes options for worker JVMs only
 */
public record RunnerSettings(
        String name,
        int workers,
        int queueCapacity,
        FullQueue onFullQueue,
        Duration grace,
        UnaryOperator<ThreadOptions> threads,
        UnaryOperator<ProcessOptions> processes) {

    static RunnerSettings named(String name) {
        return new RunnerSettings(
                name,
                1,
                65_536,
                FullQueue.BLOCK,
                Duration.ofMillis(300),
                UnaryOperator.identity(),
                UnaryOperator.identity());
    }

    /** A copy with that many workers. */
    public RunnerSettings workers(int other) {
        return new RunnerSettings(name, other, queueCapacity, onFullQueue, grace, threads, processes);
    }

    /** A copy with that much room for waiting submissions. */
    public RunnerSettings queueCapacity(int other) {
        return new RunnerSettings(name, workers, other, onFullQueue, grace, threads, processes);
    }

    /** A copy with that rule for a full queue. */
    public RunnerSettings onFullQueue(FullQueue other) {
        return new RunnerSettings(name, workers, queueCapacity, other, grace, threads, processes);
    }

    /** A copy with that time between interrupt and force. */
    public RunnerSettings grace(Duration other) {
        return new RunnerSettings(name, workers, queueCapacity, onFullQueue, other, threads, processes);
    }

    /** A copy with options for threads. */
    public RunnerSettings threads(UnaryOperator<ThreadOptions> other) {
        return new RunnerSettings(name, workers, queueCapacity, onFullQueue, grace, other, processes);
    }

    /** A copy with options for worker JVMs. */
    public RunnerSettings processes(UnaryOperator<ProcessOptions> other) {
        return new RunnerSettings(name, workers, queueCapacity, onFullQueue, grace, threads, other);
    }

    /** A copy whose runner keeps so many events, whatever other options it has. */
    public RunnerSettings recordEvents(int events) {
        return threads(options -> threads.apply(options).recordEvents(events))
                .processes(options -> processes.apply(options).recordEvents(events));
    }

    ThreadOptions applyTo(ThreadOptions options) {
        return threads.apply(options.name(name)
                .workers(workers)
                .queueCapacity(queueCapacity)
                .onFullQueue(onFullQueue)
                .stopGrace(grace));
    }

    /** Small, quickly started workers: a suite starts hundreds of them. */
    ProcessOptions applyTo(ProcessOptions options) {
        return processes.apply(options.name(name)
                .workers(workers)
                .queueCapacity(queueCapacity)
                .onFullQueue(onFullQueue)
                .killGrace(grace)
                .maxHeap("128m")
                .jvmArgs("-XX:TieredStopAtLevel=1"));
    }
}
