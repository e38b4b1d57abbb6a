package dev.tandem.internal.insight;

import java.util.Locale;

/** Text for a page: escaped, whatever it is, and numbers as people read them. */
final class Html {

    private static final String[] UNITS = {"ns", "µs", "ms", "s"};

    private Html() {}

    /** Text that can stand anywhere in a page; control characters, which some could not, become spaces. */
    static String text(String any) {
        StringBuilder out = new StringBuilder(any.length());
        any.codePoints().forEach(c -> {
            switch (c) {
                case '<' -> out.append("&lt;");
                case '>' -> out.append("&gt;");
                case '&' -> out.append("&amp;");
                case '"' -> out.append("&quot;");
                case '\'' -> out.append("&#39;");
                case '\n', '\t' -> out.appendCodePoint(c);
                default -> out.appendCodePoint(Character.isISOControl(c) || isUnfit(c) ? ' ' : c);
            }
        });
        return out.toString();
    }

    private static boolean isUnfit(int c) {
        int kind = Character.getType(c);
        return kind == Character.SURROGATE || kind == Character.FORMAT || (c & 0xfffe) == 0xfffe;
    }

    /** A time in the unit that fits, with three digits. */
    static String time(long nanos) {
        double value = nanos;
        int unit = 0;
        while (unit < UNITS.length - 1 && Math.abs(value) >= 999.5) {
            value /= 1_000;
            unit++;
        }
        if (unit == UNITS.length - 1 && value >= 120) {
            long seconds = Math.round(value);
            return seconds < 7_200
                    ? seconds / 60 + " min " + seconds % 60 + " s"
                    : seconds / 3_600 + " h " + seconds / 60 % 60 + " min";
        }
        return three(value) + " " + UNITS[unit];
    }

    static String bytes(long bytes) {
        if (bytes < 1_024) {
            return bytes + " B";
        }
        int step = (63 - Long.numberOfLeadingZeros(bytes)) / 10;
        return three(bytes / (double) (1L << (10 * step))) + " " + "KMGTPE".charAt(step - 1) + "B";
    }

    static String count(long number) {
        return String.format(Locale.ROOT, "%,d", number);
    }

    static String percent(double share) {
        double percent = 100 * share;
        return (percent != 0 && percent < 1 ? "< 1" : String.valueOf(Math.round(percent))) + " %";
    }

    private static String three(double value) {
        double size = Math.abs(value);
        String format =
                size == Math.rint(size) && size < 1_000 ? "%.0f" : size < 10 ? "%.2f" : size < 100 ? "%.1f" : "%.0f";
        return String.format(Locale.ROOT, format, value);
    }
}
