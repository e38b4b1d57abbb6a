package dev.tandem.ipc;

import java.io.InvalidClassException;

/**
 * A class that an {@link AllowList} does not let in. Unlike a class that is missing, of which Java serialization skips what
 * nobody asks for, this ends the decoding at once.
 */
final class RefusedClassException extends InvalidClassException {

    private static final long serialVersionUID = 1L;

    private final String explanation;

    RefusedClassException(String className, String explanation) {
        super(className, explanation);
        this.explanation = explanation;
    }

    /** What was refused, why, and what to do. */
    String explanation() {
        return explanation;
    }
}
