package dev.tandem.internal.processes;

import java.util.List;

/**
 * Makes text of a worker's fit to be printed: on one line, without control characters, not too long.
 *
 * <p>A worker may print what it likes, and its output ends up in logs and exception messages: a line break in the wrong place
 * would forge a log line, an escape sequence would write to somebody's terminal. What is escaped stays as it is when it is
 * escaped again. Stateless.
 */
final class Printable {

    private Printable() {}

    /** On one line; what is longer than that many characters is cut, and says so. */
    static String line(String text, int maxChars) {
        String kept = text.length() <= maxChars ? text : text.substring(0, maxChars);
        String escaped = kept.chars().anyMatch(Printable::isUnfit) ? escaped(kept) : kept;
        return kept.length() == text.length()
                ? escaped
                : escaped + "... (" + (text.length() - kept.length()) + " more characters)";
    }

    /** The first lines, each as {@link #line} makes it. */
    static List<String> lines(List<String> lines, int maxLines, int maxChars) {
        return lines.stream().limit(maxLines).map(text -> line(text, maxChars)).toList();
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder(text.length() + 16);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (!isUnfit(c)) {
                escaped.append(c);
            } else if (c == '\n') {
                escaped.append("\\n");
            } else if (c == '\r') {
                escaped.append("\\r");
            } else {
                escaped.append(String.format("\\u%04x", (int) c));
            }
        }
        return escaped.toString();
    }

    private static boolean isUnfit(int c) {
        return c != '\t' && Character.isISOControl(c) || isLineBreak(c) || turnsTheDirection(c);
    }

    private static boolean isLineBreak(int c) {
        return c == '\u2028' || c == '\u2029';
    }

    /** These make a text read other than it is. */
    private static boolean turnsTheDirection(int c) {
        return c >= '\u202a' && c <= '\u202e'
                || c >= '\u2066' && c <= '\u2069'
                || c == '\u200e'
                || c == '\u200f'
                || c == '\u061c';
    }
}
