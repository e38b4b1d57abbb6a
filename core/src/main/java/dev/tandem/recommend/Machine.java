package dev.tandem.recommend;

import java.util.Objects;

/**
 * What a machine offers, as a value: so a recommendation is a pure function, and can be asked for another machine than this one.
 *
 * <p>Immutable and safe for use by any number of threads. Sizes are in bytes.
 *
 * @param cores how many this JVM may use; a container's limit counts; positive
 * @param memoryBytes how much this machine, or its container, has; positive
 * @param heapBytes how far the heap of this JVM may grow; positive
 * @param javaVersion the feature release of this JVM, such as 21
 * @param startsProcesses whether this JVM can start worker JVMs
 * @param temporaryBytes what is free where temporary files go; zero or more
 * @param sharedMemoryBytes what is free in {@code /dev/shm}; 0 if there is none
 * @param costs what crossing, starting and waiting for workers costs here
 */
public record Machine(
        int cores,
        long memoryBytes,
        long heapBytes,
        int javaVersion,
        boolean startsProcesses,
        long temporaryBytes,
        long sharedMemoryBytes,
        CostModel costs) {

    private static final int FIRST_JAVA_WITH_VIRTUAL_THREADS = 21;

    /** As a JVM sizes its heap when nobody does. */
    private static final int HEAP_PART_OF_MEMORY = 4;

    /** Of the memory for all heaps of workers when nobody caps them, as the process engine has it: the rest is native, and ours. */
    private static final double SHARE_FOR_WORKERS = 0.6;

    /**
     * Checks each figure.
     *
     * @throws IllegalArgumentException if cores, memory, heap or version are not positive, or a free space is negative
     */
    public Machine {
        Amounts.positive("cores", cores);
        Amounts.positive("memoryBytes", memoryBytes);
        Amounts.positive("heapBytes", heapBytes);
        Amounts.positive("javaVersion", javaVersion);
        Amounts.notNegative("temporaryBytes", temporaryBytes);
        Amounts.notNegative("sharedMemoryBytes", sharedMemoryBytes);
        Objects.requireNonNull(costs, "costs");
    }

    /**
     * Looks at this JVM and its machine. Reads a few small files, and starts nothing. What cannot be found out is estimated: the memory
     * as four times the largest heap, which is what the JVM itself assumes.
     *
     * @return what was found, with the {@linkplain CostModel#defaults() default} costs
     */
    public static Machine current() {
        return MachineProbe.look();
    }

    /**
     * A machine for questions of the kind "what if": with worker JVMs, free space as large as its memory, and default costs.
     *
     * @param cores how many; positive
     * @param memoryBytes how much memory; positive; a quarter is for the heap of this JVM
     * @param javaVersion such as 21
     * @return the machine
     * @throws IllegalArgumentException if one of them is not positive
     */
    public static Machine of(int cores, long memoryBytes, int javaVersion) {
        long heapBytes = Math.max(1, memoryBytes / HEAP_PART_OF_MEMORY);
        return new Machine(
                cores, memoryBytes, heapBytes, javaVersion, true, memoryBytes, memoryBytes, CostModel.defaults());
    }

    /** {@return whether this JVM has virtual threads} */
    public boolean virtualThreads() {
        return javaVersion >= FIRST_JAVA_WITH_VIRTUAL_THREADS;
    }

    /** {@return how much memory all workers may take together: 60 % of it, but no more than the heap of this JVM leaves} */
    public long memoryForWorkersBytes() {
        return (long) Math.max(0, Math.min(SHARE_FOR_WORKERS * memoryBytes, (double) memoryBytes - heapBytes));
    }

    /**
     * The same machine with another number of cores.
     *
     * @param other a positive number
     * @return a copy
     */
    public Machine withCores(int other) {
        return new Machine(
                other, memoryBytes, heapBytes, javaVersion, startsProcesses, temporaryBytes, sharedMemoryBytes, costs);
    }

    /**
     * The same machine with other costs, such as those that were measured.
     *
     * @param other the costs
     * @return a copy
     */
    public Machine withCosts(CostModel other) {
        return new Machine(
                cores, memoryBytes, heapBytes, javaVersion, startsProcesses, temporaryBytes, sharedMemoryBytes, other);
    }

    /**
     * The same machine where no worker JVM can be started, such as from a native image.
     *
     * @return a copy
     */
    public Machine withoutProcesses() {
        return new Machine(cores, memoryBytes, heapBytes, javaVersion, false, temporaryBytes, sharedMemoryBytes, costs);
    }
}
