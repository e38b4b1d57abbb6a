package dev.tandem.internal.protocol;

import dev.tandem.internal.task.PortableThrowable;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * One thing that was logged, as data.
 *
 * <p>Everything is bounded, so that nobody's log makes a message large: longer texts are cut, which they say, and entries above a
 * number are left out. Immutable.
 *
 * @param logger the name of the logger
 * @param level a tenth of SLF4J's number of the level, from 0 for TRACE to 4 for ERROR
 * @param message the message with its arguments in it
 * @param throwable what was thrown, null for nothing
 * @param thread the name of the thread that logged
 * @param epochMillis when it did, by the wall clock of its machine
 * @param context its MDC
 * @param markers the names of the markers
 * @param pairs keys and values
 */
public record LogEvent(
        String logger,
        int level,
        String message,
        @Nullable PortableThrowable throwable,
        String thread,
        long epochMillis,
        Map<String, String> context,
        List<String> markers,
        List<Pair> pairs) {

    /** The bits of all levels in a mask, of which bit n stands for the level with the number n. */
    public static final int ALL_LEVELS = 0b1_1111;

    /** The number of the gravest of the levels. */
    public static final int MAX_LEVEL = 4;

    /** Longer messages are cut. */
    public static final int MAX_MESSAGE_CHARS = 64 * 1024;

    /** Longer values are cut. */
    public static final int MAX_VALUE_CHARS = 8 * 1024;

    /** Longer names are cut. */
    public static final int MAX_NAME_CHARS = 1024;

    /** More entries of a map or list are left out. */
    public static final int MAX_ENTRIES = 256;

    private static final int MAX_SHORT_CHARS = 200;
    private static final int REMARK_CHARS = 64; // what was cut is longer by that, and is not cut again

    /**
     * A key and a value.
     *
     * @param key the key
     * @param value the text of the value
     */
    public record Pair(String key, String value) {
        /** Cuts. */
        public Pair {
            key = cut(key, MAX_NAME_CHARS);
            value = cut(value, MAX_VALUE_CHARS);
        }
    }

    /** Copies and cuts. */
    public LogEvent {
        logger = cut(logger, MAX_NAME_CHARS);
        message = cut(message, MAX_MESSAGE_CHARS);
        thread = cut(thread, MAX_NAME_CHARS);
        Map<String, String> present = new LinkedHashMap<>();
        for (Map.Entry<String, String> entry : context.entrySet()) {
            if (present.size() < MAX_ENTRIES && entry.getKey() != null && entry.getValue() != null) {
                present.put(cut(entry.getKey(), MAX_NAME_CHARS), cut(entry.getValue(), MAX_VALUE_CHARS));
            }
        }
        context = Collections.unmodifiableMap(present);
        List<String> names = new ArrayList<>();
        for (String marker : markers.subList(0, Math.min(MAX_ENTRIES, markers.size()))) {
            names.add(cut(marker, MAX_NAME_CHARS));
        }
        markers = List.copyOf(names);
        pairs = List.copyOf(pairs.subList(0, Math.min(MAX_ENTRIES, pairs.size())));
    }

    /**
     * The same with less in it, for a connection on which it would be too long.
     *
     * @return the beginning of the message, and the class of what was thrown
     */
    public LogEvent shortened() {
        PortableThrowable thrown = throwable == null
                ? null
                : new PortableThrowable(
                        cut(throwable.className(), MAX_SHORT_CHARS), "[left out]", List.of(), null, List.of());
        return new LogEvent(
                logger,
                level,
                cut(message, MAX_SHORT_CHARS),
                thrown,
                cut(thread, MAX_SHORT_CHARS),
                epochMillis,
                Map.of(),
                List.of(),
                List.of());
    }

    /**
     * How much memory it takes, roughly.
     *
     * @return a number of characters
     */
    public int weight() {
        int chars = REMARK_CHARS + logger.length() + message.length() + thread.length();
        for (Map.Entry<String, String> entry : context.entrySet()) {
            chars += entry.getKey().length() + entry.getValue().length() + REMARK_CHARS;
        }
        for (Pair pair : pairs) {
            chars += pair.key().length() + pair.value().length() + REMARK_CHARS;
        }
        return chars + weight(throwable);
    }

    private static int weight(@Nullable PortableThrowable thrown) {
        if (thrown == null) {
            return 0;
        }
        String text = thrown.message();
        int chars = REMARK_CHARS * (1 + thrown.frames().size()) + (text == null ? 0 : text.length());
        for (PortableThrowable suppressed : thrown.suppressed()) {
            chars += weight(suppressed);
        }
        return chars + weight(thrown.cause());
    }

    private static String cut(String text, int maxChars) {
        return text.length() <= maxChars + REMARK_CHARS
                ? text
                : text.substring(0, maxChars) + "... (" + (text.length() - maxChars) + " more characters)";
    }
}
