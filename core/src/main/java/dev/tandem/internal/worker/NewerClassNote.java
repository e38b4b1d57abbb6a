package dev.tandem.internal.worker;

import dev.tandem.internal.task.PortableThrowable;
import dev.tandem.ipc.EncodingException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Explains why a class cannot be loaded that was compiled for a newer Java than this worker runs on: the JVM speaks of versions of class
 * files, which nobody knows by heart. Stateless.
 */
final class NewerClassNote {

    private static final Pattern TOLD_BY_THE_JVM =
            Pattern.compile("(\\S+) has been compiled by a more recent version .*?\\(class file version (\\d+)\\..*");
    private static final int CLASS_FILE_VERSIONS_BEFORE_JAVA_1 = 44;

    private NewerClassNote() {}

    /** Adds the explanation to what a task threw, if that is why. */
    static void addTo(Throwable thrown) {
        try {
            String explanation = find(thrown);
            if (explanation != null) {
                thrown.addSuppressed(new UnsupportedClassVersionError(explanation));
            }
        } catch (Throwable hostile) {
            // its methods are the user's
        }
    }

    /** The failure to decode with the explanation in place of the JVM's, if that is why. */
    static EncodingException explained(EncodingException failure) {
        String explanation = find(failure);
        return explanation == null
                ? failure
                : new EncodingException(explanation, explanation.substring(0, explanation.indexOf(' ')), "", failure);
    }

    private static @Nullable String find(Throwable thrown) {
        Throwable next = thrown;
        for (int depth = 0; next != null && depth < PortableThrowable.MAX_DEPTH; depth++) {
            String message = next.getMessage();
            if (next instanceof UnsupportedClassVersionError && message != null) {
                return explanation(message, Runtime.version().feature());
            }
            next = next.getCause();
        }
        return null;
    }

    /** In words of Java versions; null if the JVM said something else. */
    static @Nullable String explanation(String message, int running) {
        Matcher told = TOLD_BY_THE_JVM.matcher(message);
        if (!told.matches()) {
            return null;
        }
        int needed = Integer.parseInt(told.group(2)) - CLASS_FILE_VERSIONS_BEFORE_JAVA_1;
        return told.group(1).replace('/', '.') + " was compiled for Java " + needed + ", and this worker runs on Java "
                + running
                + ": compile it with --release " + running + ", or name a JDK " + needed
                + " or newer with ProcessOptions.javaHome(...)";
    }
}
