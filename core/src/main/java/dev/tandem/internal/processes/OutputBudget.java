package dev.tandem.internal.processes;

/**
 * How much of what a worker prints is logged: a token bucket of bytes.
 *
 * <p>A task that prints in an endless loop must fill neither the disk nor the time of this JVM; a burst of a few megabytes
 * gets through whole. Not thread-safe; time is passed in.
 */
final class OutputBudget {

    static final long CAPACITY_BYTES = 4L << 20; // smaller cuts honest bursts, such as one large stack dump
    static final long BYTES_PER_SECOND = 1L << 20; // a fast log takes ten times as much, a disk is full in a day

    private double bytes = CAPACITY_BYTES;
    private long countedAtNanos;
    private long droppedLines;
    private long droppedBytes;

    OutputBudget(long nowNanos) {
        countedAtNanos = nowNanos;
    }

    /** Whether a line of that length may be logged; if not, it is counted as dropped. */
    boolean take(int length, long nowNanos) {
        bytes = Math.min(CAPACITY_BYTES, bytes + (nowNanos - countedAtNanos) * (BYTES_PER_SECOND / 1e9));
        countedAtNanos = nowNanos;
        int cost = length + 1;
        // After a drop it takes a while to begin again: or else each line that fits would bring a line about those that
        // do
        // not.
        boolean fits = droppedLines == 0 ? bytes >= cost : bytes >= BYTES_PER_SECOND;
        if (fits) {
            bytes -= cost;
        } else {
            droppedLines++;
            droppedBytes += cost;
        }
        return fits;
    }

    /** How many lines were dropped since this was last asked, in words; empty if none. */
    String dropped() {
        if (droppedLines == 0) {
            return "";
        }
        String text =
                droppedLines + " lines (" + droppedBytes + " bytes) of its output were not logged: it prints more than "
                        + BYTES_PER_SECOND + " bytes per second";
        droppedLines = 0;
        droppedBytes = 0;
        return text;
    }
}
