package dev.tandem.internal.worker;

import dev.tandem.TaskContext;
import dev.tandem.internal.protocol.ChunkPage;
import dev.tandem.internal.protocol.Message.ChunkDone;
import dev.tandem.internal.protocol.Message.Failed;
import dev.tandem.internal.protocol.Message.RunChunk;
import dev.tandem.internal.protocol.Payload;
import dev.tandem.internal.protocol.PlainValues;
import dev.tandem.internal.protocol.Slice;
import dev.tandem.internal.task.RunningTask;
import dev.tandem.ipc.EncodingException;
import dev.tandem.ipc.TransportException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The inputs of one chunk, run one after the other under one attempt.
 *
 * <p>Who has an input, and what became of it, is on the {@link ChunkPage}: the supervisor may take away at any moment what has not begun.
 * A result goes there too, if it is plain and there is room. As soon as something else happens (an input cannot be decoded, its
 * task throws, its result is not plain) the answer is that of this input, as if it had been alone, and the rest is not begun: the
 * supervisor sends it again.
 *
 * <p>Each input has a context of its own, made when it is asked for; an interrupt that it leaves behind is gone before the next one begins,
 * for from then on it would be meant for that. Used by the task thread; what others call says so.
 */
final class ChunkRun implements Supplier<TaskContext>, LongSupplier {

    private static final VarHandle INDEX;

    static {
        try {
            INDEX = MethodHandles.lookup().findVarHandle(ChunkRun.class, "index", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final RunChunk chunk;
    private final ChunkPage page;
    private final ByteBuffer inputs;
    private final long firstTaskId;
    private final long timeoutNanos;
    private final int workerIndex;
    private final Reports reports;

    // written by the task thread, with release: that is enough for who sees the context of an input to see its index,
    // and costs no fence for each
    @SuppressWarnings("UnusedVariable")
    private int index;

    private volatile @Nullable RunningTask
            context; // of the input that it is at, or of an earlier one; written by the task thread
    private volatile boolean cancelled;

    // Mutable state of the task thread.
    private long begunNanos;
    private boolean leftInterrupted;

    ChunkRun(RunChunk chunk, ChunkPage page, int workerIndex, Reports reports) {
        this.chunk = chunk;
        this.page = page;
        this.inputs = page.inputs();
        this.firstTaskId = chunk.run().items().get(0).taskId();
        this.timeoutNanos = chunk.run().timeoutNanos();
        this.workerIndex = workerIndex;
        this.reports = reports;
        this.index = chunk.first();
    }

    /** What is around the inputs. */
    interface Surroundings {

        /** An input is to be decoded by the codec. */
        void decoding();

        /** Code of the task is about to run, again. */
        void running();

        /** An input is over, and another one may begin. */
        void between();

        /** Makes the answer of an input whose result cannot be on the page. */
        Answer answer(@Nullable Object result) throws TransportException;
    }

    /** Runs as many inputs as there are to run; the answer is that of the last. */
    Answer run(Callee callee, Payloads payloads, Surroundings around) throws TransportException {
        long id = chunk.id();
        long startNanos = System.nanoTime();
        page.open();
        int next = chunk.first();
        while (begin(next)) {
            Object input;
            try {
                input = PlainValues.get(inputs);
                if (input instanceof Slice encoded) {
                    around.decoding();
                    input = payloads.decode(new Payload(encoded, List.of()));
                    around.running();
                }
            } catch (EncodingException e) {
                return Answer.notTransferable(id, Failed.Reason.DECODING_INPUT, e);
            }
            Object result;
            try {
                result = callee.call(input);
            } catch (Throwable thrown) {
                return Answer.userFailed(id, thrown, payloads);
            }
            if (!page.put(result)) {
                return around.answer(result);
            }
            leftInterrupted |= Thread.interrupted() && !cancelled;
            around.between();
            next++;
            if (!page.hasRoom()) {
                break;
            }
        }
        return new Answer(new ChunkDone(id, System.nanoTime() - startNanos), List.of(), null);
    }

    /** Whether an input has left the interrupt status set, which nobody had asked for. */
    boolean leftInterrupted() {
        return leftInterrupted;
    }

    /** Whether the input that it is at was told that nobody waits for it any more; any thread. */
    boolean isCancelled() {
        return cancelled;
    }

    /** Tells the input that it is at; any thread. */
    void cancel() {
        cancelled = true; // first: a context that is made at this moment is found, or looks here
        RunningTask made = context;
        if (made != null && made.taskId() == getAsLong()) {
            made.cancel();
        }
    }

    /** The number of the task that runs; any thread. */
    @Override
    public long getAsLong() {
        return firstTaskId + (int) INDEX.getAcquire(this) - chunk.first();
    }

    /** The context of the task that runs. */
    @Override
    public TaskContext get() {
        long taskId = getAsLong();
        RunningTask made = context;
        if (made == null || made.taskId() != taskId) {
            int attempt = chunk.run().items().get(0).attempt();
            made = new RunningTask(taskId, attempt, workerIndex, begunNanos, timeoutNanos, reports);
            context = made;
            if (cancelled) {
                made.cancel();
            }
        }
        return made;
    }

    private boolean begin(int next) {
        if (timeoutNanos != 0) {
            begunNanos = System.nanoTime(); // else nobody asks, and a clock costs more than a short task
            page.since(begunNanos); // first: who sees that it has begun sees when
        }
        if (!page.take(next)) {
            return false;
        }
        INDEX.setRelease(this, next);
        return true;
    }
}
