package dev.tandem.recommend;

import java.math.BigDecimal;
import java.time.Duration;
import java.util.Objects;

/** Checks the numbers that are given to the recommender, and says which one is refused, as people write numbers. */
final class Amounts {

    /** Longer is a mistake; and nanoseconds of up to 292 years fit into a long. */
    private static final Duration LONGEST = Duration.ofDays(36_525);

    private Amounts() {}

    static double positive(String name, double value) {
        return accepted(name, value, value > 0, "be positive");
    }

    static double notNegative(String name, double value) {
        return accepted(name, value, value >= 0, "not be negative");
    }

    static double share(String name, double value) {
        return accepted(name, value, value >= 0 && value <= 1, "be from 0 to 1");
    }

    static long positive(String name, long value) {
        positive(name, (double) value);
        return value;
    }

    static long notNegative(String name, long value) {
        notNegative(name, (double) value);
        return value;
    }

    /** A time that can be counted in nanoseconds. */
    static Duration time(String name, Duration value) {
        if (Objects.requireNonNull(value, name).isNegative()) {
            throw refused(name, "not be negative", value.toString());
        }
        if (value.compareTo(LONGEST) > 0) {
            throw refused(name, "not be longer than a century", value.toString());
        }
        return value;
    }

    private static double accepted(String name, double value, boolean isAccepted, String rule) {
        if (Double.isNaN(value) || Double.isInfinite(value)) {
            throw refused(name, "be a finite number", String.valueOf(value));
        }
        if (!isAccepted) {
            throw refused(name, rule, text(value));
        }
        return value + 0.0; // no negative zero, which would not equal zero
    }

    private static IllegalArgumentException refused(String name, String rule, String value) {
        return new IllegalArgumentException(name + " must " + rule + ": " + name + "=" + value);
    }

    /** Without a fraction where there is none. */
    static String text(double value) {
        return Double.isNaN(value) || Double.isInfinite(value)
                ? String.valueOf(value)
                : new BigDecimal(String.valueOf(value)).stripTrailingZeros().toPlainString();
    }
}
