package dev.tandem.internal.worker;

import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Cuts the frames below the user's code off the stack traces of what it threw: they are the same for every task, and tell of
 * this package only.
 *
 * <p>Stateless, safe for use by any number of threads.
 */
final class Traces {

    /** What the task thread passes through on its way into user code; the topmost frame of these is where the cut is. */
    private static final String LOOP = TaskLoop.class.getName();

    private static final String CALLEES = Callee.class.getName() + "$";

    /** Further down a chain of causes nobody reads. */
    private static final int MAX_THROWABLES = 64;

    private Traces() {}

    /** Cuts the traces of a throwable, its causes and all that they suppressed. Never throws. */
    static void cut(Throwable thrown) {
        cut(thrown, Collections.newSetFromMap(new IdentityHashMap<>()));
    }

    private static void cut(@Nullable Throwable thrown, Set<Throwable> seen) {
        if (thrown == null || seen.size() == MAX_THROWABLES || !seen.add(thrown)) {
            return;
        }
        try {
            StackTraceElement[] frames = thrown.getStackTrace();
            int users = usersFrames(frames);
            if (users > 0 && users < frames.length) {
                thrown.setStackTrace(Arrays.copyOf(frames, users));
            }
            cut(thrown.getCause(), seen);
            for (Throwable suppressed : thrown.getSuppressed()) {
                cut(suppressed, seen);
            }
        } catch (Throwable hostile) {
            // Its class may do what it likes; the trace is longer then.
        }
    }

    private static int usersFrames(StackTraceElement[] frames) {
        int users = 0;
        while (users < frames.length && !isOurs(frames[users].getClassName())) {
            users++;
        }
        return users;
    }

    private static boolean isOurs(String className) {
        return className.equals(LOOP) || className.startsWith(CALLEES);
    }
}
