package dev.tandem.internal.engine;

import dev.tandem.NotTransferableException;
import dev.tandem.TaskOptions;
import dev.tandem.TaskRef;
import dev.tandem.internal.insight.Recorder;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Where the calling thread adds the inputs of a map or stream: gathers them in {@link Segment}s, and passes these on.
 *
 * <p>An input with a queue time-out, or for an engine that does not run chunks, is a chunk of its own from the start; those go
 * together as often as the user has asked for with {@code chunkSize}.
 *
 * <p>Used by one thread.
 */
final class Feed<R> {

    private static final int FIRST_SEGMENT = 16; // of a map: workers can begin with these while more are read

    private final Inputs<R> all;
    private final TaskOptions options;
    private final boolean mayGoInChunks;
    private final boolean passedAtOnce;
    private final int longest;
    private final int expected;
    private final Supplier<TaskRef> nextRef =
            this::next; // made once: an object for each input costs more than the rest of it

    // --- the calling thread's ---
    private @Nullable Segment<R> open;
    private boolean inChunks; // the open segment: an engine that is made of others may change its mind
    private long nextIndex;
    private int nextLength = FIRST_SEGMENT;

    /** {@code passedAtOnce} says that each input is passed on as soon as it is there. */
    Feed(Inputs<R> all, int expected, boolean passedAtOnce) {
        Engine engine = all.context().engine();
        this.all = all;
        this.options = all.options();
        this.expected = expected;
        this.passedAtOnce = passedAtOnce;
        this.mayGoInChunks = options.queueTimeout().isEmpty();
        this.longest = Math.max(1, Math.min(Segment.MAX_INPUTS, engine.queueCapacity() / 4));
    }

    /** How many were added. */
    long count() {
        return nextIndex;
    }

    /** Adds one; what was added may have to be {@linkplain #flush passed on}. */
    void add(@Nullable Object input) {
        Segment<R> segment = open;
        if (segment == null || segment.isFull()) {
            segment = newSegment();
            open = segment;
        }
        Intake intake = all.intake();
        Object prepared;
        Recorder recorder = all.context().recorder();
        long taskId = segment.taskId(segment.added());
        boolean timed = recorder.isTimed(taskId);
        long beganNanos = timed ? all.context().nanoTime() : 0;
        try {
            prepared = intake.prepare(input, nextRef);
        } catch (NotTransferableException e) {
            addUnprepared(segment).refuse(e);
            return;
        } catch (RuntimeException | Error e) {
            intake.unprepared(addUnprepared(segment), e);
            throw e;
        }
        nextIndex++;
        if (timed) {
            long endedNanos = all.context().nanoTime();
            if (recorder.isRecording()) {
                segment.encoded(beganNanos, endedNanos);
            }
            Object code = intake.preparedCode();
            if (code != null && all.context().engine().bytes(code, prepared) > 0) {
                recorder.encodedInput(taskId, endedNanos - beganNanos);
            }
        }
        all.watcher().added(segment, segment.add(prepared));
        if (segment.size() == passedTogether(segment.length())) {
            flush();
        }
    }

    /** Passes on what was added. */
    void flush() {
        Segment<R> segment = open;
        if (segment == null || segment.size() == 0) {
            return;
        }
        if (all.size().isFixed()) {
            open = null; // the next chunk begins anew, however few are in this one
        }
        Intake intake = all.intake();
        intake.pending(segment.size());
        boolean asChunks = inChunks;
        if (asChunks != goesInChunks()) {
            open = null; // what is passed on one by one must not share a segment with what is not
        }
        if (asChunks) {
            intake.pass(segment);
            all.cancelIfGivenUp(); // whoever cancelled all of it did not find this
            return;
        }
        List<Chunk<R>> singles = new ArrayList<>(segment.size());
        while (segment.size() > 0) {
            singles.add(all.adopt(segment.takeOneUnpassed()));
        }
        intake.pass(singles);
    }

    /** How the next input is called. */
    private TaskRef next() {
        Segment<R> segment = Objects.requireNonNull(open, "no segment");
        return new TaskRef(
                segment.taskId(segment.added()), options.name().orElse(null), 1, TaskRef.NOT_ASSIGNED, nextIndex);
    }

    private Chunk<R> addUnprepared(Segment<R> segment) {
        flush();
        nextIndex++;
        all.watcher().added(segment, segment.add(null));
        all.intake().pending(1);
        return all.adopt(inChunks ? segment.takeUnpassed() : segment.takeOneUnpassed());
    }

    private int passedTogether(int length) {
        return all.size().isFixed() || (inChunks && !passedAtOnce) ? length : 1;
    }

    private boolean goesInChunks() {
        return mayGoInChunks
                && all.context().engine().chunks() != Engine.Chunks.NOBODY
                && !all.size().isAlone();
    }

    private Segment<R> newSegment() {
        inChunks = goesInChunks();
        ChunkSize size = all.size();
        int length;
        if (size.isFixed()) {
            length = Math.min(size.fixedOrOne(), Math.max(FIRST_SEGMENT, expected));
        } else if (passedAtOnce) {
            length = Math.min(longest, Math.max(FIRST_SEGMENT, size.most()));
        } else {
            length = Math.min(longest, nextLength);
            nextLength = 2 * length;
        }
        int room = length; // of what is passed on in parts: it must not change its place
        if (passedTogether(length) == length) {
            long known = expected == Integer.MAX_VALUE ? 0 : Math.min(Segment.MAX_INPUTS, expected - nextIndex);
            room = (int) Math.min(length, Math.max(FIRST_SEGMENT, known));
        }
        Segment<R> made = new Segment<>(all, nextIndex, all.context().reserveTaskIds(length), length, room);
        all.add(made);
        return made;
    }
}
