package dev.tandem.internal.worker;

import dev.tandem.internal.protocol.Message;
import dev.tandem.internal.protocol.Message.Done;
import dev.tandem.internal.protocol.Message.Failed;
import dev.tandem.internal.protocol.Payload;
import dev.tandem.internal.protocol.Slice;
import dev.tandem.internal.task.PortableThrowable;
import dev.tandem.ipc.Codec;
import dev.tandem.ipc.EncodingException;
import java.util.List;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/**
 * How one attempt ended, ready to be sent.
 *
 * <p>Made before the attempt is left, since making it runs user code; sent after. Immutable.
 *
 * @param message DONE or FAILED
 * @param definitions what the message's encoding refers to
 * @param vmError the failure of the JVM itself that the attempt met, null for none
 */
record Answer(
        Message message,
        List<Codec.Definition> definitions,
        @Nullable VirtualMachineError vmError) {

    private static final Slice NOTHING = Slice.of(new byte[0]);

    static Answer done(long attemptId, boolean plain, Codec.Encoded result) {
        return new Answer(new Done(attemptId, plain, Payload.of(result)), result.definitions(), null);
    }

    /** User code threw: as data always, and as itself if it can travel. */
    static Answer userFailed(long attemptId, Throwable thrown, Payloads payloads) {
        Traces.cut(thrown);
        MissingClassNote.addTo(thrown);
        NewerClassNote.addTo(thrown);
        PortableThrowable portable = PortableThrowable.of(thrown);
        try {
            Codec.Encoded original = payloads.encode(thrown);
            Slice bytes = Slice.of(original.bytes());
            Failed failed = new Failed(attemptId, Failed.Reason.USER, portable, "", "", bytes);
            return new Answer(failed, original.definitions(), vmErrorIn(thrown));
        } catch (EncodingException cannotTravel) {
            Failed failed = new Failed(attemptId, Failed.Reason.USER, portable, "", "", NOTHING);
            return new Answer(failed, List.of(), vmErrorIn(thrown));
        }
    }

    /** Something could not be decoded or encoded; a stack that was too short for it is no failure of the JVM. */
    static Answer notTransferable(long attemptId, Failed.Reason reason, EncodingException e) {
        Traces.cut(e);
        PortableThrowable portable = PortableThrowable.of(e);
        Failed failed = new Failed(attemptId, reason, portable, e.culprit(), e.path(), NOTHING);
        return new Answer(failed, List.of(), null);
    }

    /** Of an attempt that has not begun, and will not here. */
    static Failed unstarted(long attemptId, Failed.Reason reason) {
        PortableThrowable why = new PortableThrowable(
                CancellationException.class.getName(), "it has not started here", List.of(), null, List.of());
        return new Failed(attemptId, reason, why, "", "", NOTHING);
    }

    /** The same with less in it, for a frame that would be too long: first without the original, then in one line. */
    @Nullable
    Answer shorter() {
        if (!(message instanceof Failed failed)) {
            return null;
        }
        PortableThrowable portable = failed.throwable();
        if (failed.original().length() > 0) {
            return with(failed, portable);
        }
        if (!portable.frames().isEmpty() || portable.cause() != null) {
            return with(failed, new PortableThrowable(portable.className(), "", List.of(), null, List.of()));
        }
        return null;
    }

    private Answer with(Failed failed, PortableThrowable portable) {
        Failed less =
                new Failed(failed.attemptId(), failed.reason(), portable, failed.culprit(), failed.path(), NOTHING);
        return new Answer(less, List.of(), vmError);
    }

    /** What was thrown, or caused it: out of threads, of direct memory or of stack. */
    private static @Nullable VirtualMachineError vmErrorIn(Throwable thrown) {
        try {
            Throwable next = thrown;
            for (int depth = 0; next != null && depth < PortableThrowable.MAX_DEPTH; depth++) {
                if (next instanceof VirtualMachineError error) {
                    return error;
                }
                next = next.getCause();
            }
        } catch (Throwable hostile) {
            // Its getCause() is the user's code.
        }
        return null;
    }
}
