package dev.tandem.internal.worker;

/**
 * The ways in which a worker JVM ends. Outside of tests none of these methods returns, except where it says so.
 *
 * <p>Safe for use by any number of threads.
 */
interface Departure {

    /** The supervisor has asked for the end: from now on it may close the connection at any time. Returns. */
    void stopRequested();

    /**
     * The connection has ended: end at once, and take all child processes along. Returns if the end was asked for, which
     * then has a little time left.
     */
    void orphaned();

    /**
     * This side cannot go on.
     *
     * @param what what happened, for the supervisor, which reads the output
     * @param cause the failure underneath
     */
    void broken(String what, Throwable cause);

    /** The worker could not become ready, and has said so. */
    void startFailed();

    /** All is done and said; shutdown hooks run, but not for ever. */
    void orderly();
}
