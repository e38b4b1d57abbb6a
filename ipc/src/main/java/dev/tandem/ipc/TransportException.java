package dev.tandem.ipc;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The peer is gone, the wire is broken, or what came over it is no frame of ours. */
public class TransportException extends IOException {

    private static final long serialVersionUID = 1L;

    /**
     * Describes the failure.
     *
     * @param message what happened, with whom, and what to do
     */
    public TransportException(String message) {
        super(message);
    }

    /**
     * Describes the failure and its cause.
     *
     * @param message what happened, with whom, and what to do
     * @param cause the failure underneath
     */
    public TransportException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}
