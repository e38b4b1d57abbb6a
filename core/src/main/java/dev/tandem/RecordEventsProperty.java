package dev.tandem;

import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The system property that turns recording on without a change of the program: a number as in Java, with or without underscores. Whoever has set it wants a
 * report, so a value that is none is not passed over in silence. Thread-safe.
 */
final class RecordEventsProperty {

    private static final Logger log = LoggerFactory.getLogger(ParallelRunner.class);
    private static final String NAME = "tandem.recordEvents";
    private static final Pattern NUMBER = Pattern.compile("[0-9]+(_+[0-9]+)*");
    private static final int MOST_DIGITS = 18; // that surely fit into a long
    private static final Set<String> WARNED = ConcurrentHashMap.newKeySet();

    private RecordEventsProperty() {}

    /** How many events it says to keep; none if it is not set, or makes no sense. */
    static int events() {
        return events(System.getProperty(NAME));
    }

    static int events(@Nullable String value) {
        if (value == null) {
            return 0;
        }
        if (!NUMBER.matcher(value).matches()) {
            warn(value, "no events are recorded");
            return 0;
        }
        String digits = value.replace("_", "").replaceFirst("^0+(?=.)", "");
        if (digits.length() > MOST_DIGITS || Long.parseLong(digits) > Checks.MOST_EVENTS) {
            warn(value, "the latest 10,000,000 are kept");
            return Checks.MOST_EVENTS;
        }
        return Integer.parseInt(digits);
    }

    private static void warn(String value, String consequence) {
        if (WARNED.add(value)) {
            log.warn(
                    "-D{}={} is not a number from 0 to 10,000,000, such as 100000 or 100_000: {}.",
                    NAME,
                    value,
                    consequence);
        }
    }
}
