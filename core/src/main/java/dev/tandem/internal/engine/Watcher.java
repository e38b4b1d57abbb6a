package dev.tandem.internal.engine;

import dev.tandem.StopOutcome;
import org.jspecify.annotations.Nullable;

/**
 * Who gathers the results of a map or a stream and wants to hear of each of its inputs.
 *
 * <p>Called by whatever thread moves a chunk along, often one that reads a worker's connection: must not block, and must not run
 * code of the user's.
 */
interface Watcher {

    /** An input was added, and is about to be passed on; on the calling thread. */
    default void added(Segment<?> segment, int index) {}

    /** Some input has begun to run, maybe not for the first time. */
    void started();

    /** One input has succeeded in the middle of its chunk; told only if {@link Inputs#areTakenOneByOne}. */
    void published(Segment<?> segment, int index);

    /**
     * Inputs are settled that were not published; called once for each.
     *
     * @param failure what the last of them failed with, or all; null if none has
     */
    void settled(Segment<?> segment, int from, int to, @Nullable RuntimeException failure);

    /** The work for so many inputs has ended; called once for each of them. */
    void ended(int inputs, StopOutcome how);
}
