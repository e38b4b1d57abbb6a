package dev.tandem.internal.worker;

import dev.tandem.internal.task.PortableThrowable;
import java.io.File;
import org.jspecify.annotations.Nullable;

/**
 * Explains why a class was not found where the class loader that looked for it has nothing to say but its name.
 *
 * <p>What is on the class path of a worker sees the class path only: for that the JVM that started the worker is not asked.
 * Stateless.
 */
final class MissingClassNote {

    /** What follows the name in the explanation that {@link SuppliedClassLoader} gives. */
    static final String MARK = " is not on the class path of this worker ";

    private MissingClassNote() {}

    /** For example {@code (of 12 entries)}. */
    static String classPath() {
        String path = System.getProperty("java.class.path", "");
        int entries = path.isEmpty() ? 0 : path.split(File.pathSeparator).length;
        return entries == 1 ? "(of 1 entry)" : "(of " + entries + " entries)";
    }

    /** Adds the explanation to what a task threw, if it misses a class and does not say why. */
    static void addTo(Throwable thrown) {
        try {
            String name = missing(thrown);
            if (name != null) {
                thrown.addSuppressed(new ClassNotFoundException(name + MARK + classPath()
                        + ", where the class that needs it is. Put both into one place: add the jar with " + name
                        + " to the class path of the JVM that started this worker, or to classPath(..)"));
            }
        } catch (Throwable hostile) {
            // its methods are the user's
        }
    }

    /** The class that is missing, null if none is, or if it was explained already. */
    private static @Nullable String missing(Throwable thrown) {
        String name = null;
        Throwable next = thrown;
        for (int depth = 0; next != null && depth < PortableThrowable.MAX_DEPTH; depth++) {
            String message = next.getMessage();
            if (message != null && (next instanceof NoClassDefFoundError || next instanceof ClassNotFoundException)) {
                if (message.contains(MARK)) {
                    return null;
                }
                name = message.indexOf(' ') < 0 ? message.replace('/', '.') : name;
            }
            next = next.getCause();
        }
        return name;
    }
}
