package dev.tandem.internal.processes;

import dev.tandem.internal.engine.Batch;
import dev.tandem.internal.engine.Submission;
import dev.tandem.internal.protocol.Message.Call;
import dev.tandem.internal.task.CarriedContext;
import dev.tandem.ipc.Codec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Which tasks go to a worker together, and which of these in one message.
 *
 * <p><b>A load</b> is what is sent at once: tasks of which the worker will have done all in a moment ({@link Pace}). As a predicate this says what
 * may be in it, and when it is full: what must be written while it waits for room in the pipe needs a thread of its own.
 *
 * <p><b>A message</b> for each task costs both sides more than a short task does. So tasks that follow each other in a load and say the same, byte for byte,
 * share one: the one lambda that is submitted again and again, above all. Nothing else is shared: the worker decodes the code for each of them
 * anew, so that no task sees what another has done to its captured values, and one that cannot be decoded is alone in that.
 *
 * <p>Used by one thread.
 */
final class SharedLoad implements Predicate<Batch> {

    private static final long MOST_SHARED_BYTES = 1024; // a load of larger ones would have to wait for the pipe

    /** More would not fit into the pipe behind what may be unread there; less would end a load before it is worth its call of the system. */
    private static final long MOST_BYTES = 5 * 1024;

    private static final long ALONE_BYTES = 80; // of a task beside its code and input
    private static final long MORE_BYTES = 20; // of one that says the same as the one before it

    private Codec.@Nullable Encoded before;
    private long leftBytes = MOST_BYTES;

    /** Whether it may wait in a worker behind others: not what has had bad luck already, lest that happen to it again. */
    @Override
    public boolean test(Batch batch) {
        Batch.Peek first = batch.peek();
        if (first == null
                || !first.hasNotMoved()
                || first.options().queueTimeout().isPresent()) {
            return false;
        }
        Codec.Encoded code =
                first.code() instanceof Payloads.EncodedCode one ? one.encoded().value() : null;
        long bytes = code == null ? 0 : code.totalBytes();
        long inputBytes =
                first.input() instanceof Payloads.Encoded input ? input.value().totalBytes() : 0;
        if (bytes > MOST_SHARED_BYTES || inputBytes > MOST_SHARED_BYTES) {
            return false;
        }
        leftBytes -=
                code != null && before != null && isSame(code, before) ? MORE_BYTES : ALONE_BYTES + bytes + inputBytes;
        before = code;
        return leftBytes >= 0;
    }

    /** The same load with those in one that go in one message. */
    static List<Attempts.Assigned> inMessages(List<Attempts.Assigned> load) {
        if (load.size() < 2) {
            return load;
        }
        List<Attempts.Assigned> messages = new ArrayList<>();
        List<Submission<?>> same = new ArrayList<>();
        long firstId = 0;
        for (Attempts.Assigned one : load) {
            boolean isAlone = one.submissions().size() != 1;
            if (!same.isEmpty()
                    && (isAlone || !saySame(same.get(0), one.submissions().get(0)))) {
                messages.add(new Attempts.Assigned(firstId, same));
                same = new ArrayList<>();
            }
            if (isAlone) {
                messages.add(one);
            } else {
                firstId = same.isEmpty() ? one.firstId() : firstId; // the ids of those that follow follow
                same.add(one.submissions().get(0));
            }
        }
        if (!same.isEmpty()) {
            messages.add(new Attempts.Assigned(firstId, same));
        }
        return messages;
    }

    /** But for what is said of each task. */
    private static boolean saySame(Submission<?> one, Submission<?> other) {
        return one.code() instanceof Payloads.EncodedCode code
                && other.code() instanceof Payloads.EncodedCode like
                && code.call() == like.call()
                && code.call() != Call.FUNCTION // whose inputs share it anyway
                && isSame(code.encoded().value(), like.encoded().value())
                && (one.options() == other.options()
                        || (one.options().name().equals(other.options().name())
                                && one.options()
                                        .timeout()
                                        .equals(other.options().timeout())))
                && one.diagnosticContext().equals(other.diagnosticContext())
                && texts(one.carried()).equals(texts(other.carried()));
    }

    private static boolean isSame(Codec.Encoded one, Codec.Encoded other) {
        return one.arrays().isEmpty()
                && other.arrays().isEmpty()
                && (one == other
                        || (Arrays.equals(one.bytes(), other.bytes())
                                && one.definitions().equals(other.definitions())));
    }

    private static Map<String, String> texts(@Nullable CarriedContext carried) {
        return carried == null ? Map.of() : carried.texts();
    }
}
