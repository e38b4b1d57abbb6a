package dev.tandem.internal.engine;

import dev.tandem.StopOutcome;
import java.lang.invoke.VarHandle;
import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * What a stream has under way: the inputs that were submitted and whose results were not handed out.
 *
 * <p>Used by the consuming thread; {@link #cancel} may come from any thread, also from a cleaner's, and the results come from
 * those that run tasks.
 */
abstract class UnderWay<A, R> implements Watcher {

    /** An input, and where its outcome will be. */
    record Entry<A, R>(A input, Segment<R> segment, int index) {

        boolean isSettled() {
            return segment.isSettled(index);
        }
    }

    /** An input and what became of it. */
    record Result<A, R>(A input, Settled<R> outcome) {}

    private final Inputs<R> inputs;

    private volatile boolean cancelled;

    // --- the consuming thread's ---
    private @Nullable A adding;

    UnderWay(Intake intake) {
        this.inputs = Inputs.ofStream(intake, this);
    }

    final Inputs<R> inputs() {
        return inputs;
    }

    /** Adds one; {@link Feed#flush} may have to follow. */
    final void add(A input) {
        if (cancelled) {
            throw new IllegalStateException("the stream has been closed; open another one for more results");
        }
        adding = input;
        try {
            inputs.feed().add(input);
        } finally {
            adding = null;
        }
    }

    /** Waits for a result to hand out; null if nothing is under way. */
    final @Nullable Result<A, R> awaitNext(RunnerContext context) {
        Entry<A, R> next = next(context);
        if (next == null) {
            inputs.forgetCode();
            return null;
        }
        Settled<R> outcome = next.segment().handOut(next.index());
        if (next.segment().isHandedOut()) {
            inputs.remove(next.segment());
        }
        return new Result<>(next.input(), outcome);
    }

    abstract @Nullable Entry<A, R> next(RunnerContext context);

    abstract int size();

    final void warnOfWait(RunnerContext context) {
        if (EventThread.isCurrent()) { // else the text would be made for each element
            EventThread.warnOfWait("the next result of a stream of " + context.name());
        }
    }

    abstract void enter(Entry<A, R> entry);

    final void cancel() {
        cancelled = true;
        inputs.cancel(true);
        inputs.forgetCode();
    }

    @Override
    @SuppressWarnings({"unchecked", "NullAway"}) // the segment is of this stream; null only where the type allows it
    public final void added(Segment<?> segment, int index) {
        enter(new Entry<>(adding, (Segment<R>) segment, index));
    }

    @Override
    public final void started() {}

    @Override
    public final void ended(int tasks, StopOutcome how) {}

    /** Hands out the oldest first. */
    static final class InOrder<A, R> extends UnderWay<A, R> {

        // --- the consuming thread's ---
        private final Queue<Entry<A, R>> entries = new ArrayDeque<>();

        // --- written by the consuming thread ---
        private volatile @Nullable Thread consumer;
        private volatile @Nullable Entry<A, R> awaited; // the thread is there before this is

        InOrder(Intake intake) {
            super(intake);
        }

        @Override
        void enter(Entry<A, R> entry) {
            entries.add(entry);
        }

        @Override
        @Nullable
        Entry<A, R> next(RunnerContext context) {
            Entry<A, R> oldest = entries.peek();
            if (oldest != null && !oldest.isSettled()) {
                warnOfWait(context);
                await(oldest, context);
            }
            return entries.poll();
        }

        private void await(Entry<A, R> entry, RunnerContext context) {
            boolean there = context.helpUntil(
                    entry::isSettled,
                    () -> inputs().claimWaiting(entry.segment(), entry.index()),
                    RunnerContext::pauseBriefly);
            boolean interrupted = false;
            if (!there) {
                consumer = Thread.currentThread();
                awaited = entry;
                VarHandle.fullFence(); // who settles writes the outcome and then looks here: one of the two sees the
                // other
                while (!entry.isSettled()) {
                    LockSupport.park(this);
                    interrupted |= Thread.interrupted();
                }
                awaited = null;
                consumer = null;
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }

        @Override
        public void published(Segment<?> segment, int index) {
            settled(segment, index, index + 1, null);
        }

        @Override
        public void settled(Segment<?> segment, int from, int to, @Nullable RuntimeException failure) {
            VarHandle.fullFence();
            Entry<A, R> wanted = awaited;
            if (wanted != null && wanted.segment() == segment && wanted.index() >= from && wanted.index() < to) {
                LockSupport.unpark(consumer);
            }
        }

        @Override
        int size() {
            return entries.size();
        }
    }

    /** Hands out whatever settles first. */
    static final class FirstDoneFirst<A, R> extends UnderWay<A, R> {

        private final LinkedBlockingQueue<Long> settled = new LinkedBlockingQueue<>(); // as indexes in the whole stream

        // --- the consuming thread's ---
        private final Map<Long, Entry<A, R>> entries = new HashMap<>();

        FirstDoneFirst(Intake intake) {
            super(intake);
        }

        @Override
        void enter(Entry<A, R> entry) {
            entries.put(entry.segment().inputIndex(entry.index()), entry);
        }

        @Override
        @Nullable
        Entry<A, R> next(RunnerContext context) {
            if (entries.isEmpty()) {
                return null;
            }
            if (settled.isEmpty()) {
                warnOfWait(context);
            }
            context.helpUntil(() -> !settled.isEmpty(), inputs()::claimWaiting, RunnerContext::pauseBriefly);
            return Objects.requireNonNull(entries.remove(takeUninterruptibly()), "an input that nobody has added");
        }

        private Long takeUninterruptibly() {
            boolean interrupted = false;
            try {
                while (true) {
                    try {
                        return settled.take();
                    } catch (InterruptedException e) {
                        interrupted = true;
                    }
                }
            } finally {
                if (interrupted) {
                    Thread.currentThread().interrupt();
                }
            }
        }

        @Override
        public void published(Segment<?> segment, int index) {
            settled.add(segment.inputIndex(index));
        }

        @Override
        public void settled(Segment<?> segment, int from, int to, @Nullable RuntimeException failure) {
            for (int i = from; i < to; i++) {
                settled.add(segment.inputIndex(i));
            }
        }

        @Override
        int size() {
            return entries.size();
        }
    }
}
