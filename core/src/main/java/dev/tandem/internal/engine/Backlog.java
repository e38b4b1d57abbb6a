package dev.tandem.internal.engine;

import dev.tandem.FullQueue;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * Where batches wait for a worker: highest priority first, first come first served inside one priority.
 *
 * <p>Room is counted in submissions, not in batches. A submission that is cancelled while it waits gives its room back at
 * once ({@link #forget}); its batch stays in line and is passed over when its turn comes, because taking it out would
 * mean a search. Taking a submission in ({@link Submission#queued}) and claiming it ({@link Submission#claim}) are steps under
 * the lock, so that each gives its room back exactly once: when it is claimed, or when it is forgotten. What was cancelled
 * before it got in takes no room and gives none back.
 *
 * <p>Thread-safe. The lock guards everything; while it is held nothing else is waited for.
 */
public final class Backlog {

    private final int capacity;
    private final FullQueue whenFull;
    private final String runnerName;
    private final boolean looks;
    private final BooleanSupplier elsewhere;

    private final ReentrantLock lock = new ReentrantLock();
    private final Condition hasRoom = lock.newCondition();
    private final Condition hasWork = lock.newCondition();

    private final Patience patience = new Patience();

    // --- written with the lock held, read also without ---
    private final AtomicInteger takers = new AtomicInteger(); // one that looks among them
    private volatile boolean empty = true;

    // --- guarded by lock ---
    private final TreeMap<Integer, ArrayDeque<Batch>> lines = new TreeMap<>(Collections.reverseOrder());
    private int batches;
    private int segments; // among them
    private int waiting; // submissions
    private long wakes;
    private boolean looking; // one of the takers does, without the lock
    private boolean closed;

    /** An empty backlog with room for {@code capacity} submissions. */
    public Backlog(String runnerName, int capacity, FullQueue whenFull) {
        this(runnerName, capacity, whenFull, false, () -> false);
    }

    /**
     * The same.
     *
     * @param looks whether who waits in {@link #take} first looks for a moment: not if somebody else needs the core
     * @param elsewhere whether there is work that is not in line, so that nobody should wait in {@link #take}
     */
    public Backlog(String runnerName, int capacity, FullQueue whenFull, boolean looks, BooleanSupplier elsewhere) {
        this.looks = looks;
        this.elsewhere = elsewhere;
        this.runnerName = runnerName;
        this.capacity = capacity;
        this.whenFull = whenFull;
    }

    /**
     * Appends a batch.
     *
     * @return whether enough threads wait in {@link #take} for everything that is in line
     */
    public boolean put(Batch batch, boolean overBound) throws InterruptedException {
        lock.lock(); // an interrupt ends a wait for room, nothing else: who finds room is let in
        try {
            // A batch larger than the whole queue is let in when the queue is empty: it could never fit otherwise.
            while (!closed && !overBound && waiting > 0 && waiting + batch.size() > capacity) {
                if (whenFull == FullQueue.REJECT) {
                    throw new RejectedExecutionException(runnerName + " is full: " + waiting
                            + " submissions wait, queueCapacity=" + capacity
                            + ". Submit less at once, raise queueCapacity, or use onFullQueue(BLOCK).");
                }
                hasRoom.await();
            }
            if (closed) {
                throw closedRunner(runnerName);
            }
            waiting += batch.queued();
            return append(batch, false);
        } finally {
            lock.unlock();
        }
    }

    /** Takes a batch back in front of its equals, over the bound, also when closed. */
    public boolean putBack(Batch batch) {
        lock.lock();
        try {
            waiting += batch.size();
            return append(batch, true);
        } finally {
            lock.unlock();
        }
    }

    /** The same of many, in their order: nobody takes a later one before an earlier one is there. */
    public boolean putBack(List<Batch> batches) {
        lock.lock();
        try {
            boolean taken = true;
            for (int i = batches.size() - 1; i >= 0; i--) { // each goes to the front
                waiting += batches.get(i).size();
                taken = append(batches.get(i), true);
            }
            return taken;
        } finally {
            lock.unlock();
        }
    }

    /** Claims the next batch in which something is still wanted, or null at once. */
    public @Nullable Batch poll() {
        lock.lock();
        try {
            return next();
        } finally {
            lock.unlock();
        }
    }

    /** Claims the next batches, at most so many, up to the first that is not such. */
    public void pollWhile(Predicate<Batch> such, int most, List<Batch> into) {
        lock.lock();
        try {
            for (int i = 0; i < most; i++) {
                Batch batch = next(such, ArrayDeque::peekFirst, ArrayDeque::removeFirst);
                if (batch == null) {
                    return;
                }
                into.add(batch);
            }
        } finally {
            lock.unlock();
        }
    }

    /** Claims the batch that came last among those of the highest priority, or null at once. */
    public @Nullable Batch pollNewest() {
        lock.lock();
        try {
            return next(any -> true, ArrayDeque::peekLast, ArrayDeque::removeLast);
        } finally {
            lock.unlock();
        }
    }

    /**
     * Waits for the next batch; null after the time, when {@linkplain #wakeTakers woken}, if there is work elsewhere, or once closed and
     * empty.
     */
    public @Nullable Batch take(long timeoutNanos) throws InterruptedException {
        lock.lockInterruptibly();
        try {
            long leftNanos = timeoutNanos;
            long wakesBefore = wakes;
            boolean mayLook = looks;
            takers.incrementAndGet(); // first: whoever has work elsewhere looks at this afterwards
            try {
                while (true) {
                    Batch batch = next();
                    if (batch != null || closed || leftNanos <= 0 || wakes != wakesBefore || elsewhere.getAsBoolean()) {
                        return batch;
                    }
                    if (mayLook && !looking) {
                        mayLook = false;
                        lookForWork();
                    } else if (timeoutNanos == Long.MAX_VALUE) {
                        hasWork.await(); // costs less than a wait with a limit, for which the system sets a timer
                    } else {
                        leftNanos = hasWork.awaitNanos(leftNanos);
                    }
                }
            } finally {
                takers.decrementAndGet();
            }
        } finally {
            lock.unlock();
        }
    }

    /** A submission in here is no longer wanted. */
    public void forget() {
        forget(1);
    }

    /** So many tasks in here are no longer wanted. */
    public void forget(int tasks) {
        lock.lock();
        try {
            waiting -= tasks;
            hasRoom.signalAll(); // the one that waits longest may be a batch that does not fit yet
        } finally {
            lock.unlock();
        }
    }

    /** Ends the intake: blocked and later {@link #put}s are rejected, {@link #take} returns null once empty. */
    public void close() {
        lock.lock();
        try {
            closed = true;
            hasRoom.signalAll();
            hasWork.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Lets all who wait in {@link #take} return, so that they can see whether they are still wanted. */
    public void wakeTakers() {
        lock.lock();
        try {
            wakes++;
            hasWork.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Lets one who waits in {@link #take} return, so that it can look for work elsewhere. */
    public void wakeTaker() {
        lock.lock();
        try {
            wakes++;
            hasWork.signal();
        } finally {
            lock.unlock();
        }
    }

    /** Whether the intake has ended. */
    public boolean isClosed() {
        lock.lock();
        try {
            return closed;
        } finally {
            lock.unlock();
        }
    }

    /** Claims everything. */
    public List<Batch> drain() {
        lock.lock();
        try {
            List<Batch> all = new ArrayList<>();
            for (Batch batch = next(); batch != null; batch = next()) {
                all.add(batch);
            }
            return all;
        } finally {
            lock.unlock();
        }
    }

    /** How many workers what is in line could keep busy, cancelled work among it; more than {@code enough} are not counted. */
    public int loads(int enough) {
        lock.lock();
        try {
            if (segments == 0) {
                return batches;
            }
            int loads = 0;
            for (ArrayDeque<Batch> line : lines.values()) {
                for (Batch batch : line) {
                    loads += batch.divisibleBy();
                    if (loads >= enough) {
                        return loads;
                    }
                }
            }
            return loads;
        } finally {
            lock.unlock();
        }
    }

    /** How many submissions wait. */
    public int size() {
        lock.lock();
        try {
            return waiting;
        } finally {
            lock.unlock();
        }
    }

    /** What a submit to a closed runner gets. */
    public static RejectedExecutionException closedRunner(String runnerName) {
        return new RejectedExecutionException(
                runnerName + " is closed and takes no more tasks. Submit before close(), or open a new runner.");
    }

    /** What a resize of a closed runner gets. */
    public static IllegalStateException closedToResize(String runnerName) {
        return new IllegalStateException(
                runnerName + " is closed and cannot be resized. Resize before close(), or open a new runner.");
    }

    /** One taker at a time, so that what comes soon wakes nobody; whoever has looked looks again with the lock held. */
    private void lookForWork() {
        looking = true;
        lock.unlock();
        try {
            patience.sees(() -> !empty);
        } finally {
            lock.lock();
            looking = false;
        }
    }

    /** How many threads have nothing to do but to wait in {@link #take}. */
    public int takers() {
        return takers.get();
    }

    private boolean append(Batch batch, boolean inFront) {
        boolean isMore = batch instanceof Segment<?> segment && segment.enterLine(); // of what stands there
        if (!isMore) {
            ArrayDeque<Batch> line = lines.computeIfAbsent(batch.priority(), priority -> new ArrayDeque<>());
            if (inFront) {
                line.addFirst(batch);
            } else {
                line.addLast(batch);
            }
            batches++;
            segments += batch instanceof Segment<?> ? 1 : 0;
        }
        empty = false;
        int wanted = batch instanceof Segment ? waiting : batches;
        if (!looking || wanted > 1) {
            hasWork.signal();
        }
        return wanted <= takers.get();
    }

    private @Nullable Batch next() {
        return next(any -> true, ArrayDeque::peekFirst, ArrayDeque::removeFirst);
    }

    /** Whatever stands at an end of the line, if that is such; a segment stays there as long as there is something left of it. */
    private @Nullable Batch next(
            Predicate<Batch> such,
            Function<ArrayDeque<Batch>, @Nullable Batch> look,
            Consumer<ArrayDeque<Batch>> leave) {
        Map.Entry<Integer, ArrayDeque<Batch>> line = lines.firstEntry();
        while (line != null) {
            Batch batch = look.apply(line.getValue());
            if (batch == null) {
                lines.remove(line.getKey());
                line = lines.firstEntry();
                continue;
            }
            if (!such.test(batch)) {
                return null;
            }
            Batch claimed = batch.claim();
            if (batch.isTaken()) {
                leave.accept(line.getValue());
                batches--;
                empty = batches == 0;
                if (batch instanceof Segment<?> segment) {
                    segment.leaveLine();
                    segments--;
                }
            } else {
                hasWork.signal(); // the rest is for others
            }
            if (claimed != null) {
                leave(claimed);
                return claimed;
            }
        }
        return null;
    }

    private void leave(Batch batch) {
        waiting -= batch.size();
        hasRoom.signalAll();
    }
}
