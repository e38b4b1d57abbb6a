package dev.tandem.benchmarks;

import dev.tandem.ParallelRunner;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** A runner that is opened, and has run a task, before anything is measured. */
@State(Scope.Benchmark)
public abstract class WarmRunner {

    ParallelRunner runner;

    /** {@return a new runner} */
    protected abstract ParallelRunner open();

    /** Opens the runner and waits for its first result. */
    @Setup
    public void warm() {
        runner = open();
        runner.submit(() -> 1).join();
    }

    /** Closes the runner, and so ends its workers. */
    @TearDown
    public void close() {
        runner.close();
    }
}
