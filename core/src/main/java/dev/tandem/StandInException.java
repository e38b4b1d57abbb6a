package dev.tandem;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Stands in for an exception that could not travel, or whose class is not known here: it has the class name, message, stack
 * frames, causes and suppressed exceptions of the original, as stand-ins too, and prints like it.
 *
 * <p>Safe for use by any number of threads.
 */
public final class StandInException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String originalClassName;

    /**
     * Describes an exception that is known by its parts.
     *
     * @param originalClassName the class of the original
     * @param message its message
     * @param stackTrace its frames
     * @param cause a stand-in for its cause
     */
    public StandInException(
            String originalClassName,
            @Nullable String message,
            StackTraceElement[] stackTrace,
            @Nullable Throwable cause) {
        super(message, cause);
        this.originalClassName = Objects.requireNonNull(originalClassName, "originalClassName");
        setStackTrace(stackTrace);
    }

    /** {@return the name of the class that this one stands in for} */
    public String originalClassName() {
        return originalClassName;
    }

    /** Does nothing: the frames are the original's. */
    @Override
    public Throwable fillInStackTrace() {
        return this;
    }

    /** Reads like the original. */
    @Override
    @SuppressWarnings("OverrideThrowableToString") // the message is the original's, the class name is what differs
    public String toString() {
        String message = getMessage();
        return message == null ? originalClassName : originalClassName + ": " + message;
    }
}
