package dev.tandem.internal.adaptive;

import dev.tandem.Strategy;

/**
 * What was seen over a while in which there was always something waiting, so that all workers had work.
 *
 * @param strategy the engine
 * @param workers how many workers it has
 * @param cores how many of them can compute at once
 * @param chunkSize how many inputs went together
 * @param items how many tasks ended
 * @param waiting how many still waited at its end
 * @param wallNanos how long it was
 * @param cpuNanos how much those computed who ran them; -1 if unknown
 * @param gcNanos how long this JVM collected garbage; -1 if unknown
 */
record Round(
        Strategy strategy,
        int workers,
        int cores,
        int chunkSize,
        long items,
        long waiting,
        long wallNanos,
        long cpuNanos,
        long gcNanos) {

    /** Wall time divided by items: what counts. */
    double nanosPerItem() {
        return 1.0 * wallNanos / items;
    }

    /** How long an item keeps its worker. */
    double workerNanosPerItem() {
        return nanosPerItem() * workers;
    }

    /** Processor time of an item; 0 if unknown. */
    double cpuNanosPerItem() {
        return 1.0 * Math.max(0, cpuNanos) / items;
    }

    /** How much of what they could have computed they did not: they waited, or something was on its way. 0 if unknown. */
    double idleShare() {
        double most = 1.0 * wallNanos * Math.min(workers, cores);
        return cpuNanos < 0 ? 0 : Math.max(0, 1 - cpuNanos / most);
    }

    /** How much of the time this JVM collected garbage; 0 if unknown. */
    double gcShare() {
        return 1.0 * Math.max(0, gcNanos) / wallNanos;
    }
}
