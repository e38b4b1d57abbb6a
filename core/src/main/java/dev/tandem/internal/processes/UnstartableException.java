package dev.tandem.internal.processes;

import java.io.IOException;

/** No worker can be started here, however often it is tried; says what was found and what to do about it. */
final class UnstartableException extends IOException {

    private static final long serialVersionUID = 1L;

    UnstartableException(String message) {
        super(message);
    }

    UnstartableException(String message, Throwable cause) {
        super(message, cause);
    }
}
