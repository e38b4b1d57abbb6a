package dev.tandem.internal.engine;

import dev.tandem.StopOutcome;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * What a stream has under way: the inputs that were submitted and whose results were not handed out.
 *
 * <p>Used by the consuming thread; {@link #cancel} may come from any thread, also from a cleaner's. The monitor guards
 * the entries; nothing is called while it is held.
 */
abstract class UnderWay<A, R> {

    /** An input and the promise of its result. */
    record Entry<A, R>(A input, TaskPromise<R> promise) {}

    // --- guarded by this ---
    private boolean cancelled;

    abstract Submission<R> add(Intake intake, long index, A input);

    abstract @Nullable Entry<A, R> awaitNext(RunnerContext context);

    abstract int size();

    abstract List<TaskPromise<R>> promises();

    final void cancel() {
        List<TaskPromise<R>> all;
        synchronized (this) {
            cancelled = true;
            all = promises();
        }
        for (TaskPromise<R> promise : all) {
            promise.cancel(true);
        }
    }

    /** A stream that is closed by another thread takes no more inputs. */
    final void checkOpen() {
        synchronized (this) {
            if (cancelled) {
                throw new IllegalStateException("the stream has been closed; open another one for more results");
            }
        }
    }

    /** Whoever closed the stream while this was being prepared did not find it. */
    final void cancelIfClosed(Submission<R> late) {
        boolean closed;
        synchronized (this) {
            closed = cancelled;
        }
        if (closed) {
            late.promise().cancel(true);
        }
    }

    /** Hands out the oldest first. */
    static final class InOrder<A, R> extends UnderWay<A, R> {

        // --- guarded by this ---
        private final Queue<Entry<A, R>> entries = new ArrayDeque<>();

        @Override
        Submission<R> add(Intake intake, long index, A input) {
            checkOpen();
            Submission<R> submission = intake.forInput(index, input, null);
            synchronized (this) {
                entries.add(new Entry<>(input, submission.promise()));
            }
            cancelIfClosed(submission);
            return submission;
        }

        @Override
        @Nullable
        Entry<A, R> awaitNext(RunnerContext context) {
            Entry<A, R> oldest;
            synchronized (this) {
                oldest = entries.peek();
            }
            if (oldest != null) {
                context.awaitOrHelp(oldest.promise());
                synchronized (this) {
                    entries.poll();
                }
            }
            return oldest;
        }

        @Override
        synchronized int size() {
            return entries.size();
        }

        @Override
        List<TaskPromise<R>> promises() {
            return entries.stream().map(Entry::promise).toList();
        }
    }

    /** Hands out whatever settles first. */
    static final class FirstDoneFirst<A, R> extends UnderWay<A, R> {

        private final LinkedBlockingQueue<Entry<A, R>> settled = new LinkedBlockingQueue<>();

        // --- guarded by this ---
        private final Set<Entry<A, R>> entries = Collections.newSetFromMap(new IdentityHashMap<>());

        @Override
        Submission<R> add(Intake intake, long index, A input) {
            checkOpen();
            Arrival<A, R> arrival = new Arrival<>(settled);
            Submission<R> submission = intake.forInput(index, input, arrival);
            Entry<A, R> entry = new Entry<>(input, submission.promise());
            synchronized (this) {
                entries.add(entry);
            }
            arrival.of(entry);
            cancelIfClosed(submission);
            return submission;
        }

        @Override
        @Nullable
        Entry<A, R> awaitNext(RunnerContext context) {
            synchronized (this) {
                if (entries.isEmpty()) {
                    return null;
                }
            }
            context.helpUntil(() -> !settled.isEmpty(), this::claimWaiting, RunnerContext::pauseBriefly);
            Entry<A, R> first = takeUninterruptibly();
            synchronized (this) {
                entries.remove(first);
            }
            return first;
        }

        private @Nullable Batch claimWaiting() {
            List<TaskPromise<R>> all;
            synchronized (this) {
                all = promises();
            }
            for (TaskPromise<R> promise : all) {
                Batch claimed = promise.claimWaiting();
                if (claimed != null) {
                    return claimed;
                }
            }
            return null;
        }

        private Entry<A, R> takeUninterruptibly() {
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
        synchronized int size() {
            return entries.size();
        }

        @Override
        List<TaskPromise<R>> promises() {
            return entries.stream().map(Entry::promise).toList();
        }
    }

    /** Puts an entry into the queue when both are known: that it has settled, and which one it is. */
    private static final class Arrival<A, R> implements Watcher {

        private final Queue<Entry<A, R>> settled;

        // --- guarded by this ---
        private @Nullable Entry<A, R> entry;
        private boolean arrived;

        Arrival(Queue<Entry<A, R>> settled) {
            this.settled = settled;
        }

        void of(Entry<A, R> known) {
            boolean both;
            synchronized (this) {
                entry = known;
                both = arrived;
            }
            if (both) {
                settled.add(known);
            }
        }

        @Override
        public void started(Submission<?> submission) {}

        @Override
        public void settled(Submission<?> submission) {
            Entry<A, R> known;
            synchronized (this) {
                arrived = true;
                known = entry;
            }
            if (known != null) {
                settled.add(known);
            }
        }

        @Override
        public void ended(Submission<?> submission, StopOutcome how) {}
    }
}
