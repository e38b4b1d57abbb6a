package dev.tandem;

import java.time.Duration;
import java.util.Locale;
import java.util.Objects;

/** Refuses bad values of options; each message names the option and the value. */
final class Checks {

    /** Longer durations do not fit into nanoseconds; whoever asks for one means "no limit". */
    private static final Duration LONGEST = Duration.ofDays(36_500);

    private static final int LONGEST_NAME = 200;
    static final int MOST_EVENTS = 10_000_000;

    private Checks() {}

    static <T> T present(String option, T value) {
        return Objects.requireNonNull(value, option + " must not be null");
    }

    static int positive(String option, int value) {
        if (value <= 0) {
            throw refused(option, "be positive", value);
        }
        return value;
    }

    static int notNegative(String option, int value) {
        notNegative(option, (long) value);
        return value;
    }

    static long notNegative(String option, long value) {
        if (value < 0) {
            throw refused(option, "not be negative", value);
        }
        return value;
    }

    static Duration positive(String option, Duration value) {
        if (notNegative(option, value).isZero()) {
            throw refused(option, "be positive", value);
        }
        return value;
    }

    static Duration notNegative(String option, Duration value) {
        present(option, value);
        if (value.isNegative()) {
            throw refused(option, "not be negative", value);
        }
        if (value.compareTo(LONGEST) > 0) {
            throw refused(option, "be at most " + LONGEST.toDays() + " days (leave it out for no limit)", value);
        }
        return value;
    }

    static Duration between(String option, Duration value, Duration least, Duration most) {
        if (present(option, value).compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw refused(option, "be between " + least + " and " + most, value);
        }
        return value;
    }

    /** A name ends up in thread names and log lines, so it is short and on one line. */
    static String name(String option, String value) {
        present(option, value);
        if (value.isBlank()) {
            throw refused(option, "not be blank", '"' + value + '"');
        }
        if (value.length() > LONGEST_NAME) {
            throw refused(option, "have at most " + LONGEST_NAME + " characters", value.length() + " characters");
        }
        if (value.chars().anyMatch(Character::isISOControl)) {
            throw new IllegalArgumentException(option + " must not contain control characters");
        }
        value.chars().filter(Checks::isMisleading).findFirst().ifPresent(c -> {
            throw refused(
                    option,
                    "not contain line separators, or marks that turn the direction of text",
                    String.format(Locale.ROOT, "... U+%04X ...", c));
        });
        return value;
    }

    /** What breaks a line in some places, or lets what stands behind it be read as something else. */
    private static boolean isMisleading(int c) {
        return (c >= 0x2028 && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
    }

    /** The journal is reserved when the runner is opened; more than this is not looked at by anybody, and fits into few heaps. */
    static int events(String option, int value) {
        if (notNegative(option, value) > MOST_EVENTS) {
            throw refused(option, "be at most " + MOST_EVENTS, value);
        }
        return value;
    }

    static IllegalArgumentException refused(String option, String rule, Object value) {
        return new IllegalArgumentException(option + " must " + rule + ": " + option + "=" + value);
    }
}
