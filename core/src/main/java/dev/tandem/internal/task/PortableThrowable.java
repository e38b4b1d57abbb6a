package dev.tandem.internal.task;

import dev.tandem.StandInException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A throwable as data, which travels although its class may not.
 *
 * <p>Everything is bounded, so that no exception, however hostile, makes a message large: see the constants. What was cut
 * is named in the message; a throwable that was met before is replaced by a line that says so.
 *
 * <p>Immutable.
 *
 * @param className the name of its class
 * @param message its message
 * @param frames its stack trace, innermost first
 * @param cause its cause
 * @param suppressed what it suppressed
 */
public record PortableThrowable(
        String className,
        @Nullable String message,
        List<StackTraceElement> frames,
        @Nullable PortableThrowable cause,
        List<PortableThrowable> suppressed) {

    /** Longer messages are cut. */
    public static final int MAX_MESSAGE_CHARS = 8 * 1024;

    /** The JVM itself records no more frames of one throwable unless told to. */
    public static final int MAX_FRAMES = 1024;

    /** How far causes and suppressed throwables are followed from the first throwable. */
    public static final int MAX_DEPTH = 16;

    /** How many suppressed throwables of one throwable are taken. */
    public static final int MAX_SUPPRESSED = 16;

    /** How many throwables are taken in all. */
    public static final int MAX_THROWABLES = 64;

    /** How many frames are taken in all. */
    public static final int MAX_TOTAL_FRAMES = 4 * MAX_FRAMES;

    private static final int MAX_NAME_CHARS = 1024;

    /** Copies. */
    public PortableThrowable {
        frames = List.copyOf(frames);
        suppressed = List.copyOf(suppressed);
    }

    /**
     * Describes a throwable; never throws, whatever the methods of its class do.
     *
     * @param throwable what to describe
     * @return its description
     */
    public static PortableThrowable of(Throwable throwable) {
        return new Walk().describe(throwable, 0);
    }

    /**
     * Makes a throwable that reads and prints like the original.
     *
     * @return a new stand-in, with stand-ins as cause and suppressed
     */
    public StandInException toStandIn() {
        StandInException standIn = new StandInException(
                className, message, frames.toArray(new StackTraceElement[0]), cause == null ? null : cause.toStandIn());
        for (PortableThrowable each : suppressed) {
            standIn.addSuppressed(each.toStandIn());
        }
        return standIn;
    }

    /** One walk through a graph of throwables, with what it has spent so far. */
    private static final class Walk {
        private final Set<Throwable> seen = Collections.newSetFromMap(new IdentityHashMap<>());
        private int framesLeft = MAX_TOTAL_FRAMES;

        PortableThrowable describe(Throwable throwable, int depth) {
            String className = cut(throwable.getClass().getName(), MAX_NAME_CHARS);
            if (seen.contains(throwable)) {
                return line(className, "[circular reference: already described above]");
            }
            if (depth > MAX_DEPTH || seen.size() >= MAX_THROWABLES) {
                return line(className, "[not described: one of too many causes and suppressed throwables]");
            }
            seen.add(throwable);
            String message = message(throwable);
            List<StackTraceElement> frames = frames(throwable);
            PortableThrowable cause = cause(throwable, depth + 1);
            return new PortableThrowable(className, message, frames, cause, suppressed(throwable, depth + 1));
        }

        private static PortableThrowable line(String className, String message) {
            return new PortableThrowable(className, message, List.of(), null, List.of());
        }

        private static @Nullable String message(Throwable throwable) {
            try {
                String message = throwable.getMessage();
                return message == null ? null : cut(message, MAX_MESSAGE_CHARS);
            } catch (Throwable thrown) {
                return "[getMessage() threw " + thrown.getClass().getName() + "]";
            }
        }

        private List<StackTraceElement> frames(Throwable throwable) {
            List<StackTraceElement> frames = new ArrayList<>();
            try {
                for (StackTraceElement frame : throwable.getStackTrace()) {
                    if (frames.size() == MAX_FRAMES || framesLeft == 0) {
                        break;
                    }
                    frames.add(plain(frame));
                    framesLeft--;
                }
            } catch (Throwable hostile) {
                // A trace that cannot be read is shorter, not a second failure.
            }
            return frames;
        }

        private @Nullable PortableThrowable cause(Throwable throwable, int depth) {
            try {
                Throwable cause = throwable.getCause();
                return cause == null || cause == throwable ? null : describe(cause, depth);
            } catch (Throwable thrown) {
                return line(thrown.getClass().getName(), "[getCause() threw this]");
            }
        }

        private List<PortableThrowable> suppressed(Throwable throwable, int depth) {
            List<PortableThrowable> described = new ArrayList<>();
            Throwable[] all = throwable.getSuppressed();
            for (int i = 0; i < all.length; i++) {
                if (i == MAX_SUPPRESSED) {
                    described.add(line(Throwable.class.getName(), "[" + (all.length - i) + " more were suppressed]"));
                    break;
                }
                described.add(describe(all[i], depth));
            }
            return described;
        }

        /**
         * Drops what the JVM would not print either: an element that is rebuilt from its parts forgets that its loader is
         * built in and that its module is the JDK's, and would print {@code app//} and {@code java.base@17.0.1/}.
         */
        private static StackTraceElement plain(StackTraceElement frame) {
            String loader = frame.getClassLoaderName();
            boolean builtIn = loader == null || loader.equals("app") || loader.equals("platform");
            String module = frame.getModuleName();
            boolean ofJdk = module != null && (module.startsWith("java.") || module.startsWith("jdk."));
            return new StackTraceElement(
                    builtIn ? null : cut(loader, MAX_NAME_CHARS),
                    module == null ? null : cut(module, MAX_NAME_CHARS),
                    ofJdk || frame.getModuleVersion() == null ? null : cut(frame.getModuleVersion(), MAX_NAME_CHARS),
                    cut(frame.getClassName(), MAX_NAME_CHARS),
                    cut(frame.getMethodName(), MAX_NAME_CHARS),
                    frame.getFileName() == null ? null : cut(frame.getFileName(), MAX_NAME_CHARS),
                    frame.getLineNumber());
        }

        private static String cut(String text, int maxChars) {
            return text.length() <= maxChars
                    ? text
                    : text.substring(0, maxChars) + "... (" + (text.length() - maxChars) + " more characters)";
        }
    }
}
