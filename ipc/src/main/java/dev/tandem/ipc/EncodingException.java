package dev.tandem.ipc;

import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A value that cannot travel: it could not be encoded, or its bytes could not be decoded here.
 *
 * <p>{@link #path()} leads from the value to the culprit, for a lambda with its source line and the captured variable.
 */
public class EncodingException extends Exception {

    private static final long serialVersionUID = 1L;

    private final String culprit;
    private final String path;

    /**
     * Describes the failure.
     *
     * @param message what happened and what to do
     * @param culprit the name of the class that cannot travel, or the limit that was met; may be empty
     * @param path the fields that lead to the culprit; may be empty
     * @param cause the failure underneath
     */
    public EncodingException(String message, String culprit, String path, @Nullable Throwable cause) {
        super(message, cause);
        this.culprit = Objects.requireNonNull(culprit, "culprit");
        this.path = Objects.requireNonNull(path, "path");
    }

    /**
     * Who cannot travel.
     *
     * @return a class name, or the name of the limit that was met; empty if unknown
     */
    public String culprit() {
        return culprit;
    }

    /**
     * How the culprit was reached.
     *
     * @return for example {@code lambda at Report.java:42 -> captured variable 'connection' -> Pool.socket}; empty if unknown
     */
    public String path() {
        return path;
    }
}
