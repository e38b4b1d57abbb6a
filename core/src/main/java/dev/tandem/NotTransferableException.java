package dev.tandem;

import dev.tandem.ipc.EncodingException;
import java.util.Locale;
import java.util.Objects;

/**
 * Something could not cross between two JVMs: it is not serializable, too large, too deep, or names a class that the other
 * side does not have. The worker lives on.
 *
 * <p>What was submitted is encoded on the caller's thread, so for a {@link Part#TASK} or {@link Part#ARGUMENT} the future has
 * failed already when {@code submit} returns, and the stack trace is the caller's.
 *
 * <p>Safe for use by any number of threads.
 */
public final class NotTransferableException extends ParallelException {

    private static final long serialVersionUID = 1L;

    private final Part part;
    private final String reason;
    private final String culprit;
    private final String path;

    /** What could not cross. */
    public enum Part {
        /** The task or function, with what it captures. */
        TASK,
        /** An input of a map or stream. */
        ARGUMENT,
        /** What the task returned. */
        RESULT,
        /** What the task threw. */
        EXCEPTION
    }

    /**
     * Describes the failure.
     *
     * @param task which attempt of which task
     * @param part what could not cross
     * @param reason what is wrong with it and what to do, as the end of a sentence
     * @param culprit the name of the class that cannot travel, or of the limit that was met; may be empty
     * @param path the fields that lead to the culprit; may be empty
     */
    public NotTransferableException(TaskRef task, Part part, String reason, String culprit, String path) {
        super(task, message(task, part, reason), null);
        this.part = part;
        this.reason = reason;
        this.culprit = Objects.requireNonNull(culprit, "culprit");
        this.path = Objects.requireNonNull(path, "path");
    }

    /**
     * Describes the failure of a codec, which becomes {@linkplain Throwable#getSuppressed() suppressed}.
     *
     * @param task which attempt of which task
     * @param part what could not cross
     * @param failure what the codec said
     */
    public NotTransferableException(TaskRef task, Part part, EncodingException failure) {
        this(task, part, String.valueOf(failure.getMessage()), failure.culprit(), failure.path());
        addSuppressed(failure);
    }

    private static String message(TaskRef task, Part part, String reason) {
        Objects.requireNonNull(reason, "reason");
        String what =
                part == Part.TASK ? task.toString() : "the " + part.name().toLowerCase(Locale.ROOT) + " of " + task;
        return what + " cannot travel between JVMs: " + reason;
    }

    /** {@return what could not cross} */
    public Part part() {
        return part;
    }

    /** {@return what is wrong with it and what to do, as the end of a sentence: the message without the task that it is about} */
    public String reason() {
        return reason;
    }

    /** {@return the name of the class that cannot travel, or of the limit that was met; empty if unknown} */
    public String culprit() {
        return culprit;
    }

    /** {@return the fields that lead to the culprit, for a lambda from its source line on; empty if unknown} */
    public String path() {
        return path;
    }
}
