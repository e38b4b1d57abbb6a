package dev.tandem.internal.processes;

import dev.tandem.NotTransferableException;
import dev.tandem.NotTransferableException.Part;
import dev.tandem.Shared;
import dev.tandem.TaskRef;
import dev.tandem.internal.engine.UserCode;
import dev.tandem.internal.protocol.InFile;
import dev.tandem.internal.protocol.Message.Call;
import dev.tandem.internal.protocol.Payload;
import dev.tandem.internal.protocol.PlainValues;
import dev.tandem.internal.protocol.Slice;
import dev.tandem.internal.task.PlainTask;
import dev.tandem.internal.task.SharingScope;
import dev.tandem.ipc.Codec;
import dev.tandem.ipc.EncodingException;
import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Encodes what users hand in, on their own thread, so that what cannot travel fails where it was captured.
 *
 * <p>Thread-safe.
 */
final class Payloads {

    private static final String OUR_CLASSES = "dev.tandem.internal.";

    private final Codec.Encoder encoder;
    private final SharedValues shared;
    private final RepeatedArrays arrays;

    private final boolean plainAsTheyAre;
    private final AtomicLong functions = new AtomicLong();

    /**
     * {@code plainAsTheyAre} says whether values that nobody can change wait as they are, and are encoded when they are sent.
     */
    Payloads(
            Codec codec,
            long maxPayloadBytes,
            Consumer<Class<?>> used,
            SharedValues shared,
            RepeatedArrays arrays,
            boolean plainAsTheyAre) {
        this.plainAsTheyAre = plainAsTheyAre;
        this.encoder = codec.newEncoder(maxPayloadBytes, used);
        this.shared = shared;
        this.arrays = arrays;
    }

    /**
     * User code that can be sent to any worker, any number of times, the loader that it came from, what it shares, and the number that workers keep it under
     * if it has inputs.
     */
    record EncodedCode(
            Call call,
            Encoded encoded,
            @Nullable ClassLoader loader,
            @Nullable FunctionNumber number) {}

    /** Bytes, and the handles in them: what they stand for is there as long as somebody keeps them. */
    record Encoded(Codec.Encoded value, List<Shared<?>> shared) {}

    EncodedCode encodeCode(UserCode code, TaskRef task) {
        Call call = code instanceof UserCode.OfTask
                ? Call.TASK
                : code instanceof UserCode.OfAction ? Call.ACTION : Call.FUNCTION;
        if (code.function() instanceof PlainTask<?> plain && !(plain.original() instanceof Serializable)) {
            throw plainTask(plain.original(), task);
        }
        ClassLoader loader = original(code).getClass().getClassLoader();
        Encoded encoded = encode(code.function(), () -> task, Part.TASK);
        FunctionNumber number = call == Call.FUNCTION
                ? new FunctionNumber(
                        functions.incrementAndGet(),
                        encoded.value().totalBytes()
                                + bytesInFiles(encoded.value().arrays()))
                : null;
        return new EncodedCode(call, encoded, loader, number);
    }

    /** How many bytes of arrays need not be sent. */
    static long bytesInFiles(List<?> arrays) {
        long bytes = 0;
        for (Object array : arrays) {
            bytes += array instanceof ArrayInFile file ? file.bytes() : array instanceof InFile sent ? sent.bytes() : 0;
        }
        return bytes;
    }

    /** Code as it is sent: with the names of files in the place of what is in them. */
    static Payload sent(EncodedCode code) {
        Codec.Encoded encoded = code.encoded().value();
        if (encoded.arrays().isEmpty()) {
            return Payload.of(encoded);
        }
        List<Object> sent = new ArrayList<>(encoded.arrays().size());
        for (Object array : encoded.arrays()) {
            sent.add(array instanceof ArrayInFile file ? file.sent() : array);
        }
        return new Payload(Slice.of(encoded.bytes()), sent);
    }

    /** A worker could not open a file that some code has named: that is sent in another way from now on. */
    void refused(EncodedCode code) {
        arrays.refused(code.encoded().value().arrays());
    }

    /** How many bytes the code and an input take on their way. */
    static long bytes(Object code, @Nullable Object input) {
        long bytes =
                code instanceof EncodedCode encoded ? encoded.encoded().value().totalBytes() : 0;
        return bytes + bytesOf(input);
    }

    private static long bytesOf(@Nullable Object input) {
        return input instanceof Encoded encoded ? encoded.value().totalBytes() : 0;
    }

    /** The object that the user has written. */
    static Object original(UserCode code) {
        return code.function() instanceof PlainTask<?> plain ? plain.original() : code.function();
    }

    /** An input that is ready to be sent in a chunk; alone it has to be {@linkplain #encoded encoded} first. */
    @Nullable
    Object prepareInput(@Nullable Object input, Supplier<TaskRef> task) {
        return plainAsTheyAre && PlainValues.isPlain(input) ? input : encode(input, task, Part.ARGUMENT);
    }

    /** What was prepared, to be sent alone. */
    Encoded encoded(@Nullable Object prepared) {
        return prepared instanceof Encoded encoded ? encoded : encode(prepared, () -> TaskRef.NONE, Part.ARGUMENT);
    }

    private Encoded encode(@Nullable Object value, Supplier<TaskRef> task, Part part) {
        List<Shared<?>> handles = new ArrayList<>(0);
        Object outer = shared.encoding(handles);
        try {
            return new Encoded(
                    part == Part.TASK
                            ? encoder.encodeInParts(value, arrays::standInFor)
                            : encoder.encodeInParts(value, false),
                    handles);
        } catch (EncodingException e) {
            throw refused(task.get(), part, e);
        } finally {
            SharingScope.leave(outer);
        }
    }

    private static NotTransferableException plainTask(Object original, TaskRef task) {
        String type = original instanceof Callable ? "Callable" : "Runnable";
        return new NotTransferableException(
                task,
                Part.TASK,
                original.getClass().getName() + " is a plain " + type
                        + ", which is not java.io.Serializable. Type the lambda"
                        + " as dev.tandem.Task, pass it straight to submit() of a TaskExecutorService, or cast it: ("
                        + type + " & Serializable).",
                original.getClass().getName(),
                "");
    }

    private static NotTransferableException refused(TaskRef task, Part part, EncodingException e) {
        if (!e.culprit().startsWith(OUR_CLASSES)) {
            return new NotTransferableException(task, part, e);
        }
        NotTransferableException ours = new NotTransferableException(
                task,
                part,
                "it holds a runner or a TaskFuture, at " + e.path()
                        + ". Both stay in the JVM that made them: wait for the"
                        + " other task before you submit this one, or open a runner inside the task.",
                e.culprit(),
                e.path());
        ours.addSuppressed(e);
        return ours;
    }
}
