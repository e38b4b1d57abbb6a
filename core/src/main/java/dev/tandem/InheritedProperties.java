package dev.tandem;

import java.util.List;
import java.util.stream.Stream;

/** Which system properties a worker may take over from the JVM that starts it. */
final class InheritedProperties {

    private static final String ANY = "*";

    /** Whatever begins like this a JVM has of its own, or is a port that only one JVM can have. */
    private static final List<String> OF_EACH_JVM =
            List.of("java.", "sun.", "jdk.", "com.sun.management.", "dev.tandem.", "tandem.");

    /** What the library sets, so that a worker agrees with this JVM. */
    private static final List<String> SET_BY_US = List.of(
            "file.encoding",
            "stdout.encoding",
            "stderr.encoding",
            "user.dir",
            "user.timezone",
            "user.language",
            "user.script",
            "user.country",
            "user.region",
            "user.variant",
            "user.extensions");

    private InheritedProperties() {}

    /** Refuses a name, or the beginning of one, that would also mean one of those. */
    static void check(String name) {
        boolean isPrefix = name.endsWith(ANY);
        String start = isPrefix ? name.substring(0, name.length() - 1) : name;
        if (name.isEmpty() || start.contains(ANY) || start.indexOf('=') >= 0 || start.indexOf('\0') >= 0) {
            throw Checks.refused(
                    "inheritProperties", "name a property, or a beginning followed by one '*'", '"' + name + '"');
        }
        Stream.concat(OF_EACH_JVM.stream(), SET_BY_US.stream())
                .filter(own -> start.startsWith(own) || (isPrefix && own.startsWith(start)))
                .findFirst()
                .ifPresent(own -> {
                    throw Checks.refused(
                            "inheritProperties",
                            "not name what each JVM has of its own or what the runner sets, such as " + own
                                    + (own.endsWith(".") ? ANY : "") + "; use systemProperty(...) for a single value",
                            name);
                });
    }
}
