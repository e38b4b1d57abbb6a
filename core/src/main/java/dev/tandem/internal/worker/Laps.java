package dev.tandem.internal.worker;

import dev.tandem.internal.protocol.Message.Measured;

/** When the steps of an attempt were over. Used by the task thread. */
final class Laps {

    private final long beganNanos = System.nanoTime();
    private long decodedNanos;
    private long returnedNanos;
    private long encodedNanos;

    void decoded() {
        decodedNanos = System.nanoTime();
        returnedNanos = decodedNanos;
    }

    void returned() {
        returnedNanos = System.nanoTime();
    }

    void encoded() {
        encodedNanos = System.nanoTime();
    }

    /** What could not be decoded has no other steps. */
    Measured message(long attemptId) {
        if (returnedNanos == 0) {
            return new Measured(attemptId, beganNanos, encodedNanos - beganNanos, 0, 0);
        }
        return new Measured(
                attemptId,
                beganNanos,
                decodedNanos - beganNanos,
                returnedNanos - decodedNanos,
                encodedNanos - returnedNanos);
    }
}
