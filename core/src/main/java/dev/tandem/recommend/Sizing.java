package dev.tandem.recommend;

import dev.tandem.TaskOptions;
import java.util.Objects;
import java.util.OptionalLong;

/**
 * How large to build the runner, and how to submit to it.
 *
 * <p>Immutable and safe for use by any number of threads; no component is null.
 *
 * @param workers how many tasks may run at once
 * @param virtualThreads whether they run on virtual threads
 * @param queueCapacity how many submissions may wait
 * @param maxHeapBytes the cap of each worker JVM's heap; empty if the runner chooses, and on threads
 * @param taskOptions chunk size and time-out, where the profile says enough to choose them
 */
public record Sizing(
        int workers, boolean virtualThreads, int queueCapacity, OptionalLong maxHeapBytes, TaskOptions taskOptions) {

    /** Checks for null. */
    public Sizing {
        Objects.requireNonNull(maxHeapBytes, "maxHeapBytes");
        Objects.requireNonNull(taskOptions, "taskOptions");
    }

    Sizing withQueueCapacity(int other) {
        return new Sizing(workers, virtualThreads, other, maxHeapBytes, taskOptions);
    }

    Sizing withMaxHeap(long bytes) {
        return new Sizing(workers, virtualThreads, queueCapacity, OptionalLong.of(bytes), taskOptions);
    }

    Sizing withTaskOptions(TaskOptions other) {
        return new Sizing(workers, virtualThreads, queueCapacity, maxHeapBytes, other);
    }
}
