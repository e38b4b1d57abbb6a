package dev.tandem.internal.worker;

import dev.tandem.internal.protocol.Message.Run;
import dev.tandem.ipc.EncodingException;
import org.jspecify.annotations.Nullable;

/**
 * The items that share one function, and the function once it is decoded.
 *
 * <p>Used by the task thread only, once it is in the {@link Inbox}.
 */
final class Batch {

    private final Run run;

    // Mutable state of the task thread.
    private @Nullable Callee callee;
    private @Nullable EncodingException failure;

    Batch(Run run) {
        this.run = run;
    }

    Run run() {
        return run;
    }

    /** The function, decoded by the first item that gets here; a failure to decode it is the failure of each item. */
    Callee callee(Payloads payloads) throws EncodingException {
        if (failure != null) {
            throw failure;
        }
        Callee decoded = callee;
        if (decoded == null) {
            try {
                decoded = Callee.of(run.call(), payloads.decode(run.function()));
                if (!run.carried().isEmpty()) {
                    decoded = Carrying.around(decoded, run.carried());
                }
            } catch (EncodingException e) {
                failure = e;
                throw e;
            }
            callee = decoded;
        }
        return decoded;
    }
}
