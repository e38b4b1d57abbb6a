package dev.tandem.internal.engine;

import dev.tandem.StopOutcome;

/**
 * Who gathers the results of several submissions and wants to hear of each.
 *
 * <p>Called by whatever thread moves a submission along, often one that reads a worker's connection: must not block, and
 * must not run code of the user's.
 */
interface Watcher {

    /** It has begun to run, maybe not for the first time. */
    void started(Submission<?> submission);

    /** Its promise is settled; called once. */
    void settled(Submission<?> submission);

    /** Its work has ended; called once. */
    void ended(Submission<?> submission, StopOutcome how);
}
