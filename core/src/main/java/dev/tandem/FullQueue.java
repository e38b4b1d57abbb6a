package dev.tandem;

/**
 * What {@code submit} does when as many tasks wait as the queue may hold.
 *
 * <p>Submitting from inside one of the runner's own tasks, from a stage that depends on one, or from a thread of the user
 * interface never blocks and is never refused for this reason: it goes over the bound.
 */
public enum FullQueue {
    /** The caller waits for room. The wait can be interrupted and fails when the runner closes. */
    BLOCK,
    /** The caller gets a {@link java.util.concurrent.RejectedExecutionException} at once. */
    REJECT
}
