package dev.tandem.internal.engine;

/**
 * Where a {@link Chunk} is that another process runs: both change its word there, and its results are there before they are here.
 *
 * <p>Thread-safe; to be asked with any lock held. What it says may be a lie.
 */
public interface Site {

    /** The word, as in {@link Chunk}. */
    long word();

    /** Changes it, if it is what is expected. */
    boolean change(long from, long to);

    /**
     * Fetches the results of the inputs before the one that the word says.
     *
     * @return how far they were fetched: the first input whose result was not
     */
    int fetch();

    /** Lets go of what is shared: from now on only this JVM changes the word. Idempotent. */
    void release();

    /**
     * The chunk leaves: releases it, and refuses each later change, since the word is elsewhere now.
     *
     * @return the word that it had last
     */
    long leave();

    /** Since when the input runs that the word says, by the clock of this JVM; 0 if none has begun. */
    long sinceNanos();
}
