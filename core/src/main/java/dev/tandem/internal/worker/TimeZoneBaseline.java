package dev.tandem.internal.worker;

import dev.tandem.internal.protocol.Finding;
import dev.tandem.internal.protocol.Finding.Kind;
import java.util.List;
import java.util.TimeZone;
import org.jspecify.annotations.Nullable;

/**
 * The default time zone as a task finds it, put back after it.
 *
 * <p>The first question for the default time zone costs a JVM ten milliseconds, so a worker that nobody waits for any more
 * asks it, after its first answer: the original zone is then what the JVM comes to when it is told to forget its default. That
 * also sets the property {@code user.timezone}, so this must be restored before the other properties are. Used by the task
 * thread only.
 */
final class TimeZoneBaseline {

    private static final String PROPERTY = "user.timezone";

    private final PropertyBaseline properties;

    // Mutable state of the task thread; null before the first task has ended.
    private @Nullable TimeZone original;

    TimeZoneBaseline(PropertyBaseline properties) {
        this.properties = properties;
    }

    /** Takes what is there now for the original: a start action may have changed it for good. */
    void capture() {
        original = TimeZone.getDefault();
        properties.expect(PROPERTY, System.getProperty(PROPERTY));
    }

    /** Puts it back if it was changed, and tells. */
    void restore(List<Finding> findings) {
        TimeZone found = found();
        TimeZone wanted = original;
        if (wanted == null) {
            wanted = deduce();
            original = wanted;
        }
        if (!wanted.equals(found)) {
            TimeZone.setDefault(wanted);
            String name = found == null ? "one that cannot be asked for" : found.getID();
            findings.add(new Finding(Kind.TIME_ZONE, true, "default time zone: " + name));
        }
    }

    /** What the JVM comes to by itself; whatever the task has made of the property is still there afterwards, to be found. */
    private TimeZone deduce() {
        String left = System.getProperty(PROPERTY);
        if (properties.expected(PROPERTY) instanceof String given) {
            System.setProperty(PROPERTY, given);
        } else {
            System.clearProperty(PROPERTY);
        }
        TimeZone.setDefault(null);
        TimeZone deduced = TimeZone.getDefault();
        properties.expect(PROPERTY, System.getProperty(PROPERTY));
        if (left != null) {
            System.setProperty(PROPERTY, left);
        }
        return deduced;
    }

    /** A class of the user's is asked for a copy of itself. */
    private static @Nullable TimeZone found() {
        try {
            return TimeZone.getDefault();
        } catch (RuntimeException | Error hostile) {
            return null;
        }
    }
}
