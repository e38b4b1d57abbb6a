package dev.tandem.internal.insight;

/**
 * What is to be added to a worker JVM's {@code nanoTime} to get this JVM's, from what is known of each message: it does not
 * arrive before it was sent.
 *
 * <pre>
 *   here    sent ────────╮                      ╭──▶ read         sent  ≤ began + offset
 *   there                ╰──▶ began ... ended ──╯                  ended + offset ≤ read
 * </pre>
 *
 * Each task so gives a least and a greatest offset. All hold at the same time, so the room between the greatest of the least and the
 * least of the greatest is as narrow as the fastest ways there and back; its middle is the estimate. Clocks of two JVMs on one machine mostly are the
 * same, and nobody promises that. They do not drift apart while a runner lives.
 *
 * <p>Confined to the thread that reads the worker's messages.
 */
public final class ClockOffset {

    private boolean known;
    private long least;
    private long greatest;

    /**
     * Learns from one task.
     *
     * @param sentNanos when it was sent, here
     * @param beganNanos when it was begun with, there
     * @param endedNanos when it was over, there
     * @param readNanos when its answer was read, here
     */
    public void learn(long sentNanos, long beganNanos, long endedNanos, long readNanos) {
        long low = sentNanos - beganNanos;
        long high = readNanos - endedNanos;
        least = known ? Math.max(least, low) : low;
        greatest = known ? Math.min(greatest, high) : high;
        known = true;
    }

    /**
     * That time on this JVM's clock.
     *
     * @param nanosThere a time of the worker's clock
     * @return the same time here, as well as it is known
     */
    public long here(long nanosThere) {
        return nanosThere + least + (greatest - least) / 2;
    }
}
