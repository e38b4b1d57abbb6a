package dev.tandem.internal.worker;

import dev.tandem.internal.protocol.InFile;
import dev.tandem.internal.protocol.Message.Call;
import dev.tandem.internal.protocol.Message.Run;
import dev.tandem.internal.protocol.Payload;
import dev.tandem.ipc.EncodingException;
import org.jspecify.annotations.Nullable;

/**
 * The user code of one run, or of all runs that share it: decoded by the first attempt that gets here, so that what that does
 * is told of that attempt.
 *
 * <p>If decoding fails, the next attempt tries again: what failed may have been interrupted. Once it is decoded the bytes are let go. Used by the task
 * thread only, once it is in the {@link Inbox}.
 */
final class Function {

    private final Call call;
    private final boolean isThere;

    // Mutable state of the task thread.
    private @Nullable Payload encoded;
    private @Nullable Callee decoded;

    Function(Run run) {
        this.call = run.call();
        this.encoded = run.function();
        this.isThere = InFile.areAllThere(run.function());
    }

    /** Whether all is there that it is made of; if not, whoever sent it is to send it in another way. */
    boolean isThere() {
        return isThere;
    }

    /** One of its own for each who asks, none of which must ask for the one that is shared. */
    Callee decodedAnew(Payloads payloads) throws EncodingException {
        Payload bytes = encoded;
        if (bytes == null) {
            throw new IllegalStateException("it was decoded to be shared");
        }
        return Callee.of(call, payloads.decode(bytes));
    }

    Callee decoded(Payloads payloads) throws EncodingException {
        Callee ready = decoded;
        if (ready == null) {
            Payload bytes = encoded;
            if (bytes == null) {
                throw new IllegalStateException("neither decoded nor encoded");
            }
            ready = Callee.of(call, payloads.decode(bytes));
            decoded = ready;
            encoded = null;
        }
        return ready;
    }
}
