package dev.tandem.internal.processes;

import dev.tandem.ProcessOptions;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.IntSupplier;

/**
 * What one worker of a runner may take of the machine: one budget for all runners of this JVM.
 *
 * <p>Were each runner to divide the whole machine among its own workers, two runners would promise its memory twice, and the system would kill
 * one of their workers when both made use of it. So a worker's share is found when it is started: among as many as its runner may have, and
 * as other runners have then. Spare workers have a heap as others do, but no work, so they count for memory and not for cores. Who sets
 * {@code maxHeap} gets that, and takes nothing from the others' heaps: its sum is its own affair. A share is for the life of a worker: a
 * runner that comes later finds less, and those that are there keep what they have.
 *
 * <p>Thread-safe.
 */
final class MachineShare {

    private static final double HEAPS_PERCENT = 60; // of the machine for all heaps: the rest is native, and ours

    /** Of runners that have had a worker and are not closed. */
    private static final Set<MachineShare> TAKEN = ConcurrentHashMap.newKeySet();

    private final ProcessOptions options;
    private final IntSupplier wanted; // as many workers as there are to be, beside the spare ones
    private final IntSupplier present; // as many as there are

    MachineShare(ProcessOptions options, IntSupplier wanted, IntSupplier present) {
        this.options = options;
        this.wanted = wanted;
        this.present = present;
    }

    /** A worker is about to be started: from now on others leave it room. */
    void take() {
        TAKEN.add(this);
    }

    /** No worker is left, and none will come. */
    void giveBack() {
        TAKEN.remove(this);
    }

    /** How many cores a worker sees: if all have work, no more threads than cores. */
    int cores() {
        return (int) Math.max(1, Runtime.getRuntime().availableProcessors() / (wanted.getAsInt() + ofOthers(false)));
    }

    /** How large a worker's heap may become, in percent of the memory. */
    double heapPercent() {
        return HEAPS_PERCENT / ((long) wanted.getAsInt() + options.spareWorkers() + ofOthers(true));
    }

    private long ofOthers(boolean withoutLimit) {
        long sum = 0;
        for (MachineShare other : TAKEN) {
            if (other != this && !(withoutLimit && other.options.maxHeapBytes().isPresent())) {
                sum += other.present.getAsInt();
            }
        }
        return sum;
    }
}
