package dev.tandem.benchmarks.goals;

import java.time.Duration;

/** How long to measure; immutable, as every enum. */
enum Effort {
    /** Everything runs once, so that it cannot rot. */
    ONCE(1, Duration.ZERO, Duration.ZERO, Duration.ZERO, Duration.ofSeconds(60)),
    /** All rows take less than five minutes on two idle cores. */
    SHORT(5, Duration.ofMillis(150), Duration.ofMillis(700), Duration.ofSeconds(4), Duration.ofSeconds(120)),
    /** For figures that are published. */
    LONG(9, Duration.ofMillis(500), Duration.ofSeconds(3), Duration.ofSeconds(15), Duration.ofMinutes(10));

    /** Quiet repetitions wanted. */
    final int repetitions;

    /** Of one measurement that can be of any length. */
    final long sliceNanos;

    /** The least for each contender. */
    final long warmUpNanos;

    /** The most for a contender that still gets faster. */
    final long longestWarmUpNanos;

    /** After which a row is given up. */
    final Duration rowLimit;

    Effort(int repetitions, Duration slice, Duration warmUp, Duration longestWarmUp, Duration rowLimit) {
        this.repetitions = repetitions;
        this.sliceNanos = slice.toNanos();
        this.warmUpNanos = warmUp.toNanos();
        this.longestWarmUpNanos = longestWarmUp.toNanos();
        this.rowLimit = rowLimit;
    }

    /** {@return {@code usual}, but {@code once} where everything runs once} */
    int count(int once, int usual) {
        return this == ONCE ? once : usual;
    }

    /** {@return the one of the three that is for this} */
    int count(int once, int inShort, int inLong) {
        return this == LONG ? inLong : count(once, inShort);
    }
}
