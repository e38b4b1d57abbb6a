package dev.tandem.internal.processes;

import dev.tandem.internal.task.PortableThrowable;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * Stands in a log for what a worker has logged: it prints like the original.
 *
 * <p>Many back ends print the name of its class and then its message; so the message begins with the name of the original's.
 */
final class LoggedThrowable extends Throwable {

    private static final long serialVersionUID = 1L;

    LoggedThrowable(PortableThrowable original, UnaryOperator<String> fit) {
        super(message(original, fit), cause(original.cause(), fit));
        setStackTrace(
                original.frames().stream().map(frame -> fitting(frame, fit)).toArray(StackTraceElement[]::new));
        for (PortableThrowable suppressed : original.suppressed()) {
            addSuppressed(new LoggedThrowable(suppressed, fit));
        }
    }

    private static @Nullable Throwable cause(@Nullable PortableThrowable cause, UnaryOperator<String> fit) {
        return cause == null ? null : new LoggedThrowable(cause, fit);
    }

    private static String message(PortableThrowable original, UnaryOperator<String> fit) {
        return fit.apply(
                original.message() == null ? original.className() : original.className() + ": " + original.message());
    }

    private static StackTraceElement fitting(StackTraceElement frame, UnaryOperator<String> fit) {
        return new StackTraceElement(
                fittingOrNull(frame.getClassLoaderName(), fit),
                fittingOrNull(frame.getModuleName(), fit),
                fittingOrNull(frame.getModuleVersion(), fit),
                fit.apply(frame.getClassName()),
                fit.apply(frame.getMethodName()),
                fittingOrNull(frame.getFileName(), fit),
                frame.getLineNumber());
    }

    private static @Nullable String fittingOrNull(@Nullable String text, UnaryOperator<String> fit) {
        return text == null ? null : fit.apply(text);
    }

    /** Does nothing: the frames are the original's. */
    @Override
    public Throwable fillInStackTrace() {
        return this;
    }

    /** Reads like the original. */
    @Override
    @SuppressWarnings("OverrideThrowableToString") // the name of the original's class is in the message
    public String toString() {
        return String.valueOf(getMessage());
    }
}
