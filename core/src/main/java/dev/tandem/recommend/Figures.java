package dev.tandem.recommend;

import java.time.Duration;
import java.util.Locale;

/** Numbers as people read them: two or three digits, and a unit. The same on every machine. */
final class Figures {

    private static final double KILO = 1_000;
    private static final double MEGA = 1_000_000;
    private static final double GIGA = 1_000_000_000;
    private static final double SECONDS_PER_HOUR = 3600;
    private static final long KIB = 1L << 10;
    private static final int MANY_DIGITS = 100;
    private static final String[] UNITS = {"bytes", "KB", "MB", "GB", "TB", "PB", "EB"};

    private Figures() {}

    static String time(double nanos) {
        if (nanos < KILO) {
            return number(nanos) + " ns";
        }
        if (nanos < MEGA) {
            return number(nanos / KILO) + " µs";
        }
        if (nanos < GIGA) {
            return number(nanos / MEGA) + " ms";
        }
        double seconds = nanos / GIGA;
        return seconds < 2 * SECONDS_PER_HOUR ? number(seconds) + " s" : number(seconds / SECONDS_PER_HOUR) + " h";
    }

    static String time(Duration time) {
        return time(1.0 * time.toNanos());
    }

    static String bytes(long bytes) {
        return bytes(1.0 * bytes);
    }

    static String bytes(double bytes) {
        if (bytes == 1) {
            return "1 byte";
        }
        double size = bytes;
        int unit = 0;
        while (size >= KIB && unit < UNITS.length - 1) {
            size /= KIB;
            unit++;
        }
        return number(size) + " " + UNITS[unit];
    }

    /** At most three significant digits, but whole numbers whole. */
    static String number(double value) {
        if (value == Math.rint(value) || Math.abs(value) >= MANY_DIGITS) {
            return String.format(Locale.ROOT, "%,d", Math.round(value));
        }
        String text = String.format(Locale.ROOT, Math.abs(value) < 1 ? "%.3f" : "%.1f", value);
        return text.contains(".") ? text.replaceAll("\\.?0+$", "") : text;
    }

    static String percent(double share) {
        double percent = 100 * share;
        return (percent > 0 && percent < 0.1 ? "less than 0.1" : number(Math.round(10 * percent) / 10.0)) + " %";
    }

    static String efficiency(double share) {
        return percent(share) + " of its worker's time would be work";
    }

    /** How many times as much, such as "2.5 times as fast as"; and once is no factor. */
    static String times(double factor, String as) {
        String number = number(factor);
        return number.equals("1") ? as : number + " times " + as;
    }

    static String count(long number, String thing) {
        return String.format(Locale.ROOT, "%,d ", number) + (number == 1 ? thing : thing + "s");
    }
}
