package dev.tandem.internal.processes;

import dev.tandem.internal.engine.Chunk;
import dev.tandem.internal.engine.Submission;
import dev.tandem.internal.protocol.Message;
import dev.tandem.internal.protocol.Payload;
import dev.tandem.internal.task.CarriedContext;
import dev.tandem.ipc.Codec;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** Makes the RUN message of some submissions that share one code, for a proxy to write; tells them how many bytes of the user's are in it. */
final class RunRequest {

    private RunRequest() {}

    static void queue(WorkerProxy to, Payloads payloads, long firstAttemptId, List<Submission<?>> submissions) {
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
            if (code.call() == Message.Call.FUNCTION) {
                Payloads.Encoded encoded = payloads.encoded(submission.input());
                definitions.addAll(encoded.value().definitions());
                input = Payload.of(encoded.value());
            }
            submission.wasSent(input.totalBytes());
            items.add(new Message.Item(submission.taskId(), submission.attempt(), submission.course() != null, input));
        }
        Message.Run run = run(firstAttemptId, first, code, items);
        if (to.queue(run, code.number(), definitions)) {
            noteSent(first, run.function()); // before it is written
        }
    }

    /** The same of a chunk, which runs under one attempt, and whose inputs are on the page. */
    static void queue(WorkerProxy to, long attemptId, Chunk<?> chunk, int slot, ChunkRequest request) {
        Payloads.EncodedCode code = (Payloads.EncodedCode) chunk.code();
        if (code == null) {
            return; // as above
        }
        Set<Codec.Definition> definitions =
                new LinkedHashSet<>(code.encoded().value().definitions());
        definitions.addAll(request.definitions());
        Message.Item item =
                new Message.Item(chunk.firstTaskId(), chunk.attempt(), chunk.course() != null, Payload.NONE);
        Message.Run run = run(attemptId, chunk, code, List.of(item));
        chunk.wasSent(request.bytes());
        if (to.queue(new Message.RunChunk(run, slot, chunk.first()), code.number(), definitions)) {
            noteSent(chunk, run.function());
        }
    }

    private static void noteSent(Submission<?> first, Payload function) {
        first.wasSent(function.totalBytes());
        long saved = Payloads.bytesInFiles(function.arrays());
        if (saved > 0) {
            first.wasSpared(saved);
        }
    }

    private static Message.Run run(
            long firstAttemptId, Submission<?> first, Payloads.EncodedCode code, List<Message.Item> items) {
        CarriedContext carried = first.carried();
        return new Message.Run(
                firstAttemptId,
                code.call(),
                first.options().name().orElse(""),
                first.options().timeout().map(Duration::toNanos).orElse(0L),
                first.diagnosticContext(),
                carried == null ? Map.of() : carried.texts(),
                Payloads.sent(code),
                items);
    }
}
