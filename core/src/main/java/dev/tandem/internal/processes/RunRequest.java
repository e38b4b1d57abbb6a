package dev.tandem.internal.processes;

import dev.tandem.internal.engine.Submission;
import dev.tandem.internal.protocol.Message;
import dev.tandem.internal.protocol.Payload;
import dev.tandem.ipc.Codec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/** Makes the RUN message of some submissions that share one code, for a proxy to write. */
final class RunRequest {

    private RunRequest() {}

    static void queue(WorkerProxy to, long firstAttemptId, List<Submission<?>> submissions) {
        Submission<?> first = submissions.get(0);
        Payloads.EncodedCode code = (Payloads.EncodedCode) first.code();
        if (code == null) {
            return; // cancelled, and its worker was buried, all since it was assigned: nobody is there to read this
        }
        Set<Codec.Definition> definitions =
                new LinkedHashSet<>(code.encoded().value().definitions());
        List<Message.Item> items = new ArrayList<>(submissions.size());
        for (Submission<?> submission : submissions) {
            Payload input = Payload.NONE;
            if (code.call() == Message.Call.FUNCTION && submission.input() instanceof Payloads.Encoded encoded) {
                definitions.addAll(encoded.value().definitions());
                input = Payload.of(encoded.value());
            }
            items.add(new Message.Item(submission.taskId(), submission.attempt(), input));
        }
        to.queue(
                new Message.Run(
                        firstAttemptId,
                        code.call(),
                        first.options().name().orElse(""),
                        first.options().timeout().map(Duration::toNanos).orElse(0L),
                        first.diagnosticContext(),
                        Payload.of(code.encoded().value()),
                        items),
                definitions);
    }
}
