package dev.tandem.internal.worker;

import dev.tandem.TaskAction;
import dev.tandem.internal.protocol.Bundle;
import dev.tandem.internal.protocol.Message.Configure;
import dev.tandem.internal.protocol.Message.DefineResult;
import dev.tandem.internal.protocol.Message.Failed;
import dev.tandem.internal.protocol.Message.Ready;
import dev.tandem.internal.protocol.Message.Retiring;
import dev.tandem.internal.protocol.Message.Run;
import dev.tandem.internal.protocol.Message.StartFailed;
import dev.tandem.internal.protocol.Message.StopFailed;
import dev.tandem.internal.protocol.OutputMark;
import dev.tandem.internal.protocol.Slice;
import dev.tandem.internal.task.CurrentTask;
import dev.tandem.internal.task.PortableThrowable;
import dev.tandem.internal.task.RunningTask;
import dev.tandem.internal.task.WorkerLocals;
import dev.tandem.ipc.Codec;
import dev.tandem.ipc.EncodingException;
import dev.tandem.ipc.TransportException;
import java.util.BitSet;
import java.util.Objects;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The task thread: takes attempts out of the {@link Inbox}, one after the other, and answers each; while there are none it
 * reads for itself.
 *
 * <p>It is the only thread that runs user code, and expects everything of it. What an attempt throws is its answer, whatever
 * it is; what it changed in this JVM is put back by {@link Housekeeping}. The supervisor always knows how far
 * an attempt has come ({@link Whereabouts}):
 *
 * <pre>
 *   waiting --take()--&gt; STARTED --decoded--&gt; RUNNING --returned--&gt; ENCODING --encoded--&gt; left --&gt; DONE --&gt; waiting
 *                          |                    |                     |
 *                          +---- threw ---------+------- threw -------+-----------&gt; left --&gt; FAILED --&gt; waiting
 * </pre>
 *
 * From STARTED until it is left an attempt can be interrupted; not after, so that the interrupt cannot meet the next one.
 */
final class TaskLoop implements Runnable {

    private final Configure configure;
    private final int maxPayloadBytes;
    private final Inbox inbox;
    private final Inbox.Reading reading;
    private final Outbox outbox;
    private final Departure departure;

    private final WorkerLocals locals = new WorkerLocals(new BeforeBuilding());
    private final MoreFollow moreFollow = new MoreFollow();
    private final DiagnosticContext diagnosticContext = new DiagnosticContext();
    private final BitSet definedResults = new BitSet();

    // Mutable state of the task thread.
    private @Nullable MemoryLimit memoryLimit;
    private @Nullable Housekeeping housekeeping; // null until the start action has run
    private boolean retiring;
    private @Nullable Batch namedAfter; // whose tasks the thread is named after
    private String name = "";

    TaskLoop(
            Configure configure,
            int maxPayloadBytes,
            Inbox inbox,
            Inbox.Reading reading,
            Outbox outbox,
            Departure departure) {
        this.configure = configure;
        this.maxPayloadBytes = (int) Math.min(maxPayloadBytes, configure.maxPayloadBytes());
        this.inbox = inbox;
        this.reading = reading;
        this.outbox = outbox;
        this.departure = departure;
    }

    @Override
    public void run() {
        try {
            Payloads payloads = start();
            if (payloads == null) {
                departure.startFailed();
                return;
            }
            Housekeeping tidy = new Housekeeping(
                    configure.hygiene(), outbox, configure.onStart().length() > 0);
            housekeeping = tidy;
            boolean more = true;
            while (more) {
                more = takeOne(payloads, tidy);
            }
            stop();
            departure.orderly();
        } catch (TransportException gone) {
            departure.orphaned();
        } catch (Throwable thrown) {
            departure.broken("its task thread failed", thrown);
        }
    }

    /** Opens the codec, runs the start action, says READY; null if that failed. */
    private @Nullable Payloads start() throws TransportException {
        Payloads payloads;
        try {
            ClassLoader loader = Thread.currentThread().getContextClassLoader();
            payloads = Payloads.open(configure.codec(), maxPayloadBytes, loader);
            callAction(configure.onStart());
        } catch (Throwable thrown) {
            flushOutput();
            Traces.cut(thrown);
            outbox.send(new StartFailed(PortableThrowable.of(thrown)));
            return null;
        }
        if (configure.maxMemoryBytes() > 0) {
            memoryLimit = new MemoryLimit(configure.maxMemoryBytes());
        }
        outbox.send(new Ready());
        return payloads;
    }

    /** In a method of its own, so that nothing of an attempt is held while waiting for the next. */
    private boolean takeOne(Payloads payloads, Housekeeping tidy) throws TransportException {
        reading.catchUp();
        if (namedAfter != null && !inbox.hasMore()) {
            namedAfter = null; // else it would be kept, and the thread look busy
            tidy.nameAsBefore();
        }
        Inbox.Entry next = inbox.take(reading);
        if (next instanceof Attempt attempt) {
            work(attempt, payloads, tidy);
            retireIfTooLarge();
        } else if (next instanceof Inbox.Definition definition) {
            payloads.define(definition.content());
        }
        return next != null;
    }

    private void work(Attempt attempt, Payloads payloads, Housekeeping tidy) throws TransportException {
        if (attempt.batch() != namedAfter) { // a name for each task would cost more than a short one takes
            namedAfter = attempt.batch();
            name = threadName(attempt);
            Thread.currentThread().setName(name);
        }
        outbox.openReports(attempt);
        ChunkRun chunk = attempt.chunkRun();
        if (chunk == null) {
            outbox.marks().runs(attempt.item().taskId());
        } else {
            outbox.marks().run(chunk);
        }
        Laps laps = attempt.item().isMeasured() ? new Laps() : null;
        Answer answer;
        boolean interrupted;
        try {
            outbox.whereabouts().started(attempt.id());
            answer = perform(attempt, payloads, laps);
            interrupted = (Thread.currentThread().isInterrupted() && !attempt.isCancelled())
                    || (chunk != null && chunk.leftInterrupted());
        } finally {
            inbox.leave();
        }
        flushOutput();
        outbox.marks().runs(OutputMark.NOBODY);
        outbox.closeReports();
        VirtualMachineError vmError = answer.vmError();
        if (vmError != null) {
            // Before the answer, which frees this worker for the next task.
            retire("a task met " + vmError.getClass().getName() + ", after which a JVM is not to be relied upon");
        }
        if (laps != null) {
            outbox.sendBeforeAnswer(laps.message(attempt.id()));
        }
        outbox.whereabouts().ended(attempt.id());
        send(answer);
        String unfit = tidy.after(attempt, name, interrupted);
        if (unfit != null) {
            retire(unfit);
        }
    }

    private Answer perform(Attempt attempt, Payloads payloads, @Nullable Laps laps) throws TransportException {
        CurrentTask.enter(attempt.contexts(), locals);
        diagnosticContext.enter(attempt.batch().run().diagnosticContext());
        try {
            Answer answer = call(attempt, payloads, laps);
            if (laps != null) {
                laps.encoded();
            }
            return answer;
        } finally {
            diagnosticContext.leave();
            CurrentTask.exit();
        }
    }

    private Answer call(Attempt attempt, Payloads payloads, @Nullable Laps laps) throws TransportException {
        long id = attempt.id();
        ChunkRun chunk = attempt.chunkRun();
        Callee callee;
        Object input;
        Failed.Reason reason = Failed.Reason.DECODING_TASK;
        try {
            callee = attempt.batch().callee(payloads);
            reason = Failed.Reason.DECODING_INPUT;
            input = chunk != null
                    ? null
                    : callee.takesInput() ? payloads.decode(attempt.item().input()) : null;
        } catch (EncodingException e) {
            return Answer.notTransferable(id, reason, e);
        }
        outbox.whereabouts().running(id);
        if (laps != null) {
            laps.decoded();
        }
        if (chunk != null) {
            Answer all = chunk.run(callee, payloads, new AroundInputs(attempt, payloads));
            if (laps != null) {
                laps.returned(); // it decodes and encodes each input on its own
            }
            return all;
        }
        Object result;
        try {
            try {
                result = callee.call(input);
            } finally {
                if (laps != null) {
                    laps.returned();
                }
            }
        } catch (Throwable thrown) {
            return Answer.userFailed(id, thrown, payloads);
        }
        return answer(id, result, payloads);
    }

    private Answer answer(long id, @Nullable Object result, Payloads payloads) throws TransportException {
        boolean plain = !Payloads.mayRunUserCode(result);
        if (!plain) {
            outbox.whereabouts().encoding(id);
        }
        try {
            return Answer.done(id, plain, encodeWithinLimit(result, payloads));
        } catch (EncodingException e) {
            return Answer.notTransferable(id, Failed.Reason.ENCODING_RESULT, e);
        }
    }

    /** What is around the inputs of a chunk. */
    private final class AroundInputs implements ChunkRun.Surroundings {

        private final Attempt attempt;
        private final Payloads payloads;

        AroundInputs(Attempt attempt, Payloads payloads) {
            this.attempt = attempt;
            this.payloads = payloads;
        }

        @Override
        public void decoding() {
            outbox.whereabouts().decoding(attempt.id());
        }

        @Override
        public void running() {
            outbox.whereabouts().runningAgain(attempt.id());
        }

        @Override
        public void between() {
            diagnosticContext.leave();
            diagnosticContext.enter(attempt.batch().run().diagnosticContext());
        }

        @Override
        public Answer answer(@Nullable Object result) throws TransportException {
            return TaskLoop.this.answer(attempt.id(), result, payloads);
        }
    }

    /** A codec of the user's may forget its limit; ours has noticed long before. */
    private Codec.Encoded encodeWithinLimit(@Nullable Object result, Payloads payloads) throws EncodingException {
        Codec.Encoded encoded = payloads.encodeResult(result);
        long length = encoded.totalBytes();
        if (length > maxPayloadBytes) {
            throw new EncodingException(
                    "the result takes " + length + " bytes, the limit is " + maxPayloadBytes + ": raise maxPayload",
                    "maxPayload",
                    "",
                    null);
        }
        return encoded;
    }

    private void send(Answer answer) throws TransportException {
        for (Codec.Definition definition : answer.definitions()) {
            if (!definedResults.get(definition.id())) {
                outbox.send(new DefineResult(definition));
                definedResults.set(definition.id());
            }
        }
        try {
            outbox.sendAnswer(answer.message(), moreFollow);
        } catch (IllegalArgumentException tooLong) {
            Answer shorter = answer.shorter();
            if (shorter == null) {
                throw tooLong;
            }
            send(shorter);
        }
    }

    private void retireIfTooLarge() throws TransportException {
        String reason = memoryLimit == null || retiring ? null : memoryLimit.exceeded();
        if (reason != null) {
            retire(reason);
        }
    }

    private void retire(String reason) throws TransportException {
        if (!retiring) {
            retiring = true;
            outbox.send(new Retiring(reason));
            inbox.retire();
        }
    }

    /** Runs the stop action and closes what the tasks have built; a failure is only reported, since all work is done. */
    private void stop() throws TransportException {
        try {
            callAction(configure.onStop());
        } catch (Throwable thrown) {
            flushOutput();
            Traces.cut(thrown);
            outbox.send(new StopFailed(PortableThrowable.of(thrown)));
        }
        locals.close();
        flushOutput();
        outbox.flush();
    }

    /** Calls the start or stop action, which may use {@code WorkerLocal}s as a task may. */
    private void callAction(Slice bundle) throws Exception {
        if (bundle.length() == 0) {
            return;
        }
        ClassLoader loader = Thread.currentThread().getContextClassLoader();
        RunningTask context = new RunningTask(0, 1, configure.workerIndex(), 0, progress -> {});
        CurrentTask.enter(context, locals);
        try {
            Objects.requireNonNull((TaskAction) Bundle.open(bundle, loader), "action")
                    .run();
        } finally {
            CurrentTask.exit();
            flushOutput();
            outbox.marks()
                    .runs(OutputMark.NOBODY); // whatever is printed from here on without a mark is not of the action
        }
    }

    /** What the task has printed comes before its answer. */
    private void flushOutput() {
        if (!outbox.marks().areWritten() && StandardStream.areInPlace()) {
            return;
        }
        try {
            System.out.flush();
            System.err.flush();
        } catch (Throwable thrown) {
            // Only a stream of the user's can do this; its output is the user's to lose.
        }
    }

    /** Whether another task is here; and whether somebody will see to it that gathered answers are not late if that takes long. */
    private final class MoreFollow implements BooleanSupplier {
        @Override
        public boolean getAsBoolean() {
            return inbox.hasMore() && !reading.isTaken();
        }
    }

    /** Not a lambda: the first one costs a starting JVM some milliseconds. */
    private final class BeforeBuilding implements Supplier<Runnable> {
        @Override
        public Runnable get() {
            return housekeeping == null ? () -> {} : housekeeping.beforeBuilding();
        }
    }

    private String threadName(Attempt attempt) {
        Run run = attempt.batch().run();
        long first = run.items().get(0).taskId();
        long last = run.items().get(run.items().size() - 1).taskId();
        return configure.runnerName() + "-worker-" + configure.workerIndex()
                + (first == last ? " task " + first : " one of tasks " + first + " to " + last)
                + (run.name().isEmpty() ? "" : " \"" + run.name() + '"');
    }
}
