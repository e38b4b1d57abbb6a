package dev.tandem;

import java.util.Objects;
import java.util.OptionalDouble;

/**
 * How far a running task has come, in units of its own choice.
 *
 * <p>Immutable and safe for use by any number of threads.
 *
 * @param done how many units are done, 0 or more
 * @param total how many there are in all, at least {@code done}; 0 if unknown
 * @param note what the task is about to do, for people; may be empty
 */
public record Progress(long done, long total, String note) {

    /**
     * Checks the values.
     *
     * @throws IllegalArgumentException if a number is negative, or {@code done} exceeds a known {@code total}
     */
    public Progress {
        Checks.notNegative("done", done);
        Checks.notNegative("total", total);
        Objects.requireNonNull(note, "note");
        if (total != 0 && done > total) {
            throw new IllegalArgumentException("done must not exceed total: done=" + done + ", total=" + total);
        }
    }

    /** {@return the share that is done, from 0 to 1; empty if the total is unknown} */
    public OptionalDouble fraction() {
        return total == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) done / total);
    }
}
