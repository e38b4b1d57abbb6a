package dev.tandem.internal.processes;

import dev.tandem.NotTransferableException;
import dev.tandem.NotTransferableException.Part;
import dev.tandem.TaskFailedException;
import dev.tandem.TaskRef;
import dev.tandem.internal.engine.RunnerContext;
import dev.tandem.internal.engine.Submission;
import dev.tandem.internal.engine.Wakes;
import dev.tandem.internal.protocol.Message;
import dev.tandem.internal.protocol.Payload;
import dev.tandem.internal.protocol.Slice;
import dev.tandem.ipc.Codec;
import dev.tandem.ipc.EncodingException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Turns a worker's answers into values and exceptions and tells the submission.
 *
 * <p>Decoding runs code of the user's classes, which may block or throw; so it happens on the callback executor, and never on the
 * thread that reads the worker's connection, nor on one that waits for the result and wants to hear of a time-out. Plain
 * values are decoded by code of ours alone, so they are left to whoever waits: that saves waking a second thread. The least of them, a number or
 * a short text, take less time than to tell anybody, and are decoded by the reader.
 * Thread-safe.
 */
final class ResultDecoding {

    private static final int MOST_BYTES_HERE = 1024; // a thread that reads has more to do than to copy

    private final RunnerContext context;
    private final Codec.Decoder decoder;
    private final boolean knowsPlainValues;

    /** {@code knowsPlainValues} says whether those that workers call plain are decoded by code of ours alone. */
    ResultDecoding(RunnerContext context, Codec.Decoder decoder, boolean knowsPlainValues) {
        this.context = context;
        this.decoder = decoder;
        this.knowsPlainValues = knowsPlainValues;
    }

    void define(Codec.Definition definition) {
        decoder.define(definition);
    }

    /** {@code plain}: the worker says that no code of the user's is in the result; {@code later}: wakes whom the calling thread is to wake in the end. */
    void succeeded(Submission<?> submission, long attemptId, Payload result, boolean plain, Wakes later) {
        if (plain && isSmallAndPlain(result)) {
            submission.hasStarted(attemptId);
            submission.heard(result.totalBytes());
            decodeHere(submission, attemptId, result.bytes(), later);
            return;
        }
        ClassLoader loader = loaderOf(submission);
        submission.started(attemptId); // if nobody saw it: its time-out counts on while its answer is decoded
        submission.answered(result.totalBytes());
        Runnable decoding = () -> {
            try {
                submission.succeeded(attemptId, decode(result, loader));
            } catch (EncodingException e) {
                submission.failed(attemptId, task -> new NotTransferableException(task, Part.RESULT, e));
            } catch (Throwable t) {
                submission.failed(attemptId, task -> new TaskFailedException(task, t));
            }
        };
        if (!(plain && knowsPlainValues && submission.promise().handOver(decoding))) {
            context.callBack(decoding);
        }
    }

    private boolean isSmallAndPlain(Payload result) {
        Slice bytes = result.bytes();
        return knowsPlainValues
                && result.arrays().isEmpty()
                && bytes.length() <= MOST_BYTES_HERE
                && decoder.isPlain(bytes.array(), bytes.offset(), bytes.length());
    }

    private void decodeHere(Submission<?> submission, long attemptId, Slice result, Wakes later) {
        Object value;
        try {
            value = decoder.decode(result.array(), result.offset(), result.length());
        } catch (EncodingException e) {
            submission.failed(attemptId, task -> new NotTransferableException(task, Part.RESULT, e));
            return;
        }
        submission.succeeded(attemptId, value, later);
    }

    void failed(Submission<?> submission, Message.Failed failure) {
        long attemptId = failure.attemptId();
        if (failure.reason() != Message.Failed.Reason.CANCELLED_UNSTARTED) {
            submission.started(attemptId); // if nobody saw it
        }
        switch (failure.reason()) {
            case CANCELLED_UNSTARTED -> submission.neverStarted(attemptId);
            case HANDED_BACK, NO_FILE -> throw new IllegalArgumentException("no answer: " + failure.reason());
            case DECODING_TASK ->
                submission.failed(attemptId, task -> notTransferable(task, Part.TASK, failure, "in the worker"));
            case DECODING_INPUT ->
                submission.failed(attemptId, task -> notTransferable(task, Part.ARGUMENT, failure, "in the worker"));
            case ENCODING_RESULT ->
                submission.failed(attemptId, task -> notTransferable(task, Part.RESULT, failure, "in the worker"));
            case USER -> {
                ClassLoader loader = loaderOf(submission);
                submission.answered(failure.original().length());
                context.callBack(() -> {
                    Throwable thrown = original(failure, loader);
                    submission.failed(attemptId, task -> new TaskFailedException(task, thrown));
                });
            }
        }
    }

    /** The user's exception itself if it could travel, else what stands in for it. */
    private Throwable original(Message.Failed failure, @Nullable ClassLoader loader) {
        if (failure.original().length() > 0) {
            try {
                if (decode(new Payload(failure.original(), List.of()), loader) instanceof Throwable thrown) {
                    return thrown;
                }
            } catch (Throwable undecodable) {
                // its description has travelled as data, for this very case
            }
        }
        return failure.throwable().toStandIn();
    }

    private static NotTransferableException notTransferable(
            TaskRef task, Part part, Message.Failed failure, String where) {
        NotTransferableException refused = new NotTransferableException(
                task, part, where + ": " + failure.throwable().message(), failure.culprit(), failure.path());
        refused.addSuppressed(failure.throwable().toStandIn());
        return refused;
    }

    /** What only the task's own loader knows is found as well: a decoder also asks the context class loader. */
    private @Nullable Object decode(Payload payload, @Nullable ClassLoader loader) throws EncodingException {
        Thread thread = Thread.currentThread();
        ClassLoader before = thread.getContextClassLoader();
        thread.setContextClassLoader(loader == null ? before : loader);
        try {
            Slice bytes = payload.bytes();
            return decoder.decode(bytes.array(), bytes.offset(), bytes.length(), payload.arrays());
        } finally {
            thread.setContextClassLoader(before);
        }
    }

    /** The loader that the task's code came from, if that is still known. */
    private static @Nullable ClassLoader loaderOf(Submission<?> submission) {
        return submission.code() instanceof Payloads.EncodedCode code ? code.loader() : null;
    }
}
