package dev.tandem.internal.threads;

import dev.tandem.NotTransferableException;
import dev.tandem.TaskRef;
import dev.tandem.ipc.Codec;
import dev.tandem.ipc.EncodingException;
import dev.tandem.ipc.Transport;
import org.jspecify.annotations.Nullable;

/** Refuses on threads what could not travel to a worker JVM, so that changing the engine brings no surprise. Thread-safe. */
final class TransferCheck {

    private final Codec.Encoder encoder = Codec.java().newEncoder(Transport.DEFAULT_MAX_PAYLOAD_BYTES);

    void checkCode(Object code, TaskRef task) {
        check(code, task, NotTransferableException.Part.TASK);
    }

    void checkInput(@Nullable Object input, TaskRef task) {
        check(input, task, NotTransferableException.Part.ARGUMENT);
    }

    private void check(@Nullable Object value, TaskRef task, NotTransferableException.Part part) {
        try {
            encoder.encode(value);
        } catch (EncodingException e) {
            throw new NotTransferableException(task, part, e);
        }
    }
}
