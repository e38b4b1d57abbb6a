package dev.tandem.internal.worker;

import dev.tandem.internal.protocol.Message.Call;
import dev.tandem.internal.protocol.Message.Run;
import dev.tandem.ipc.EncodingException;
import org.jspecify.annotations.Nullable;

/**
 * The items that share one function, and the function as these items call it. Tasks and actions share nothing but the message that they came in: each
 * is decoded for itself, as if it had come alone.
 *
 * <p>Used by the task thread only, once it is in the {@link Inbox}.
 */
final class Batch {

    private final Run run;
    private final Function function;

    // Mutable state of the task thread.
    private @Nullable Callee callee;
    private @Nullable EncodingException failure;

    /** Of a function that is its own. */
    Batch(Run run) {
        this(run, new Function(run));
    }

    Batch(Run run, Function function) {
        this.run = run;
        this.function = function;
    }

    Run run() {
        return run;
    }

    /** The function; a failure to decode it is the failure of each item. */
    Callee callee(Payloads payloads) throws EncodingException {
        if (run.call() != Call.FUNCTION && run.items().size() > 1) {
            return withContext(function.decodedAnew(payloads));
        }
        if (failure != null) {
            throw failure;
        }
        Callee ready = callee;
        if (ready == null) {
            try {
                ready = withContext(function.decoded(payloads));
            } catch (EncodingException e) {
                failure = e;
                throw e;
            }
            callee = ready;
        }
        return ready;
    }

    private Callee withContext(Callee decoded) {
        return run.carried().isEmpty() ? decoded : Carrying.around(decoded, run.carried());
    }
}
