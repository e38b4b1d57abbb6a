package dev.tandem.internal.insight;

import java.util.Locale;

/** Text of JSON that may stand inside of a page, too. */
final class Json {

    private Json() {}

    /** A string; what could end a script in a page, or a line in one, is written as a number. */
    static String text(String value) {
        StringBuilder out = new StringBuilder(value.length() + 2).append('"');
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            switch (c) {
                case '"', '\\' -> out.append('\\').append(c);
                case '\n' -> out.append("\\n");
                case '\t' -> out.append("\\t");
                default -> {
                    if (c < ' ' || c == '<' || c == '>' || c == '&' || c == '\'' || c >= 0x7f && !isPlain(value, i)) {
                        out.append(String.format(Locale.ROOT, "\\u%04x", (int) c));
                    } else {
                        out.append(c);
                    }
                }
            }
        }
        return out.append('"').toString();
    }

    /** Whether it is a letter or sign that any file and page can hold; halves of signs only in pairs. */
    private static boolean isPlain(String value, int i) {
        char c = value.charAt(i);
        if (Character.isHighSurrogate(c)) {
            return i + 1 < value.length() && Character.isLowSurrogate(value.charAt(i + 1));
        }
        if (Character.isLowSurrogate(c)) {
            return i > 0 && Character.isHighSurrogate(value.charAt(i - 1));
        }
        return c > 0x9f && c != '\u2028' && c != '\u2029' && c != '\ufeff' && c < '\ufffe';
    }

    /** Nanoseconds as microseconds, with all digits. */
    static String micros(long nanos) {
        long size = Math.abs(nanos);
        String digits =
                size / 1_000 + "." + String.valueOf(1_000 + size % 1_000).substring(1);
        return nanos < 0 ? "-" + digits : digits;
    }
}
