package dev.tandem.ipc;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** The peer is gone, the wire is broken, or what came over it is no frame of ours. */
public class TransportException extends IOException {

    private static final long serialVersionUID = 1L;

    private final boolean endOfStream;

    /**
     * Describes the failure.
     *
     * @param message what happened, with whom, and what to do
     */
    public TransportException(String message) {
        this(message, null, false);
    }

    /**
     * Describes the failure and its cause.
     *
     * @param message what happened, with whom, and what to do
     * @param cause the failure underneath
     */
    public TransportException(String message, @Nullable Throwable cause) {
        this(message, cause, false);
    }

    private TransportException(String message, @Nullable Throwable cause, boolean endOfStream) {
        super(message, cause);
        this.endOfStream = endOfStream;
    }

    static TransportException endOfStream(String message) {
        return new TransportException(message, null, true);
    }

    /**
     * Whether the stream simply ended, inside a frame: then all that the peer had sent before was received.
     *
     * @return false if something may have been lost on the way, or was no frame at all
     */
    public boolean isEndOfStream() {
        return endOfStream;
    }
}
