package dev.tandem.recommend;

import dev.tandem.Strategy;
import java.util.OptionalDouble;

/**
 * What a rule looks at: the work, the machine, and what was decided before it was asked.
 *
 * @param work what is known of the work
 * @param machine where it is to run
 * @param strategy the engine so far
 * @param workers their number so far
 */
record Situation(WorkloadProfile work, Machine machine, Strategy strategy, int workers) {

    /** Below, a worker JVM cannot do anything useful. */
    static final long LEAST_HEAP_BYTES = 16L << 20;

    /** What a collector needs to work well: Jones, Hosking and Moss, The Garbage Collection Handbook (2012), chapter 7. */
    static final int HEAP_PER_LIVE_BYTE = 2;

    static Situation first(WorkloadProfile work, Machine machine) {
        return new Situation(work, machine, Strategy.THREADS, 1);
    }

    Situation on(Strategy other) {
        return new Situation(work, machine, other, workers);
    }

    Situation with(int other) {
        return new Situation(work, machine, strategy, other);
    }

    boolean is(Trait trait) {
        return work.is(trait);
    }

    boolean computes() {
        return is(Trait.CPU_BOUND) || is(Trait.COMPUTE_INTENSIVE);
    }

    boolean waits() {
        return is(Trait.IO_BOUND) || is(Trait.NETWORK_BOUND);
    }

    boolean onProcesses() {
        return strategy == Strategy.PROCESSES;
    }

    /** Native code pins a virtual thread to its carrier. */
    boolean onVirtualThreads() {
        return strategy == Strategy.THREADS
                && is(Trait.NETWORK_BOUND)
                && !is(Trait.NATIVE_CODE)
                && machine.virtualThreads();
    }

    OptionalDouble tasks() {
        return work.find(Quantity.TASKS);
    }

    OptionalDouble taskNanos() {
        return work.find(Quantity.TASK_TIME_NANOS);
    }

    OptionalDouble waitRatio() {
        return work.find(Quantity.WAIT_RATIO);
    }

    OptionalDouble memoryPerTask() {
        return work.find(Quantity.MEMORY_PER_TASK_BYTES);
    }

    /** Bytes that cross for one task, as far as they are known. */
    double crossingBytes() {
        return work.find(Quantity.PAYLOAD_BYTES).orElse(0)
                + work.find(Quantity.RESULT_BYTES).orElse(0);
    }

    double crossingNanos() {
        return machine.costs().crossingNanos(crossingBytes());
    }

    /** The heap that a worker JVM needs for one task. */
    double heapPerWorker() {
        return Math.max(LEAST_HEAP_BYTES, HEAP_PER_LIVE_BYTE * memoryPerTask().orElse(0));
    }

    double memoryPerWorker() {
        return machine.costs().workerBytes() + heapPerWorker();
    }
}
