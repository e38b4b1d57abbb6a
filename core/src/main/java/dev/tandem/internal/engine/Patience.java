package dev.tandem.internal.engine;

import java.util.function.BooleanSupplier;

/**
 * How long a thread keeps looking for what it waits for before it lies down to sleep.
 *
 * <p>To wake a thread costs five to fifty microseconds, many times what a short task costs, and a core that has nothing to do
 * sleeps as well. Looking is cheaper where what is awaited comes soon, and wasted where it does not, or where the other side
 * wants the very core. Which of the two it is only the last waits can say: a look that was in vain makes the next waits go
 * without, one after the first, then three, and so on up to a thousand; one that was not forgets all that.
 *
 * <p>One for each place to wait at. Safe for use by any number of threads: what they know of each other is not exact, and
 * need not be.
 */
final class Patience {

    // shorter: who waits for a thread that an idle core has to wake up for never sees it, and two that wake each other
    // go on
    // doing so; longer: a look in vain costs more than the wake-up that it might save
    private static final long LOOK_NANOS = 40_000;
    private static final int LOOKS_PER_CLOCK = 16; // a look takes some nanoseconds, as the clock does
    private static final int MOST_FAILURES = 10;

    private int failures; // in a row
    private int pass; // so many waits do not look

    /** Whether the next wait would look. */
    boolean looksNext() {
        return pass <= 0;
    }

    /** Looks until it is there, or not for long; whether it is there. */
    boolean sees(BooleanSupplier there) {
        if (!looksNext()) {
            pass--;
            return there.getAsBoolean();
        }
        long startNanos = System.nanoTime();
        do {
            for (int i = 0; i < LOOKS_PER_CLOCK; i++) {
                if (there.getAsBoolean()) {
                    failures = 0;
                    return true;
                }
                Thread.onSpinWait();
            }
        } while (System.nanoTime() - startNanos < LOOK_NANOS);
        failures = Math.min(MOST_FAILURES, failures + 1);
        pass = (1 << failures) - 1;
        return false;
    }
}
