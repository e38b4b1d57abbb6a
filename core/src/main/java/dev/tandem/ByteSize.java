package dev.tandem;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Sizes as the {@code java} command writes them: {@code 65536}, {@code 64k}, {@code 512m}, {@code 1g}. */
final class ByteSize {

    static final long KIB = 1L << 10;
    static final long MIB = 1L << 20;

    private static final Pattern SYNTAX = Pattern.compile("(\\d{1,18})([kmgt]?)");
    private static final String UNITS = "kmgt";

    private ByteSize() {}

    static long parse(String option, String text) {
        Matcher size = SYNTAX.matcher(Checks.present(option, text).strip().toLowerCase(Locale.ROOT));
        if (!size.matches()) {
            throw Checks.refused(option, "be a size such as 512m or 1g", text);
        }
        int shift = size.group(2).isEmpty() ? 0 : 10 * (UNITS.indexOf(size.group(2)) + 1);
        long number = Long.parseLong(size.group(1));
        if (number > Long.MAX_VALUE >> shift) {
            throw Checks.refused(option, "fit into 63 bits", text);
        }
        return number << shift;
    }

    static long parse(String option, String text, long least, long most) {
        long bytes = parse(option, text);
        if (bytes < least || bytes > most) {
            String rule = "be between " + text(least) + " and " + text(most);
            boolean hasNoUnit =
                    Character.isDigit(text.strip().charAt(text.strip().length() - 1));
            throw bytes > 0 && bytes < least && hasNoUnit
                    ? Checks.refused(option, rule, text + ", which is in bytes; a unit such as m or g may be missing")
                    : Checks.refused(option, rule, text);
        }
        return bytes;
    }

    /** The shortest exact way to write it. */
    static String text(long bytes) {
        long number = bytes;
        int power = 0;
        while (number != 0 && number % KIB == 0 && power < UNITS.length()) {
            number /= KIB;
            power++;
        }
        return power == 0 ? Long.toString(number) : number + UNITS.substring(power - 1, power);
    }
}
