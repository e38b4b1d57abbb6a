package dev.tandem.recommend;

import java.util.ArrayDeque;
import java.util.Collection;
import java.util.Deque;
import java.util.IdentityHashMap;
import java.util.Iterator;
import java.util.NoSuchElementException;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Hands the items of one trial from the calling thread, which alone may use the user's iterator, to the thread that consumes the outcomes.
 *
 * <p><b>Problem.</b> Who consumes a stream of outcomes waits without hearing an interrupt, and an item may block for ever.
 *
 * <p><b>Mechanism.</b> So another thread consumes them, and the calling thread waits here, where it hears. It keeps a few items ready, so
 * that nobody waits for it. When it is interrupted nothing more is handed out; what is under way has a moment to end, and what has not
 * ended then is cancelled: by closing the stream, which any thread may do.
 *
 * <p><b>Why not a task of our own for each item.</b> Short items have to go together, each with a failure and a time-out of its own, and that
 * only a stream does.
 *
 * <p>The monitor guards the fields; no code of the user's or of the runner's is called while it is held.
 */
final class Relay<A extends @Nullable Object> implements Iterator<A> {

    /** Shorter: items that would have ended are cancelled; longer: the interrupted thread waits for what blocks. */
    private static final long MOMENT_NANOS = Budget.MOMENT.toNanos();

    private final Supply<A> supply;
    private final boolean onThreads;
    private final LongSupplier nanosLeft;
    private final int most;
    private final int ahead;

    // --- the calling thread's ---
    private int pulled;

    // --- guarded by this ---
    private final Deque<Numbered<A>> ready = new ArrayDeque<>();
    private final IdentityHashMap<@Nullable Object, Deque<Numbered<A>>> underWay = new IdentityHashMap<>();
    private boolean hasEnded; // nothing more is made ready
    private boolean isCutOff; // nothing more is handed out
    private boolean isConsumed;

    /**
     * Prepares a trial.
     *
     * @param nanosLeft until nothing more may start
     * @param most no more items than these
     * @param ahead how many are kept ready
     */
    Relay(Supply<A> supply, boolean onThreads, LongSupplier nanosLeft, int most, int ahead) {
        this.supply = supply;
        this.onThreads = onThreads;
        this.nanosLeft = nanosLeft;
        this.most = most;
        this.ahead = ahead;
    }

    // ---- the consuming thread

    @Override
    public synchronized boolean hasNext() {
        awaitUninterruptibly(Long.MAX_VALUE, () -> !ready.isEmpty() || hasEnded);
        if (ready.isEmpty() || isCutOff || nanosLeft.getAsLong() <= 0) {
            cutOff();
            return false;
        }
        return true;
    }

    @Override
    public synchronized A next() {
        Numbered<A> item = ready.poll();
        if (item == null) {
            throw new NoSuchElementException();
        }
        underWay.computeIfAbsent(item.item(), same -> new ArrayDeque<>(1)).add(item);
        notifyAll();
        return item.item();
    }

    /** What became of an item is known. If the same object is under way several times, any of its places will do: it is the same work. */
    synchronized Numbered<A> heard(A item) {
        Deque<Numbered<A>> places =
                Objects.requireNonNull(underWay.get(item), "heard of an item that was not handed out");
        Numbered<A> first = places.remove();
        if (places.isEmpty()) {
            underWay.remove(item);
        }
        return first;
    }

    /** Nothing more is to be handed out. */
    synchronized void stop() {
        cutOff();
    }

    /** Nobody consumes any more. */
    synchronized void consumed() {
        isConsumed = true;
        cutOff();
    }

    // ---- the calling thread

    /**
     * Hands out items until all outcomes are consumed. If the thread is interrupted it ends early, with the interrupt status set.
     *
     * @param cancel cancels what is under way
     */
    void serve(Runnable cancel) {
        try {
            while (isWanted()) {
                makeReady();
            }
        } catch (InterruptedException e) {
            endEarly(cancel);
            Thread.currentThread().interrupt();
        }
        supply.giveBack(ready);
    }

    /** Of whatever nobody has heard, since its stream has failed. */
    synchronized Collection<Numbered<A>> unheard() {
        return underWay.values().stream().flatMap(Deque::stream).toList();
    }

    private synchronized boolean isWanted() throws InterruptedException {
        while (!isConsumed && (hasEnded || ready.size() >= ahead)) {
            wait();
        }
        return !isConsumed;
    }

    private void makeReady() {
        boolean isOver = pulled == most || nanosLeft.getAsLong() <= 0 || supply.isEmpty(onThreads);
        Numbered<A> item = isOver ? null : supply.next(onThreads);
        pulled++;
        synchronized (this) {
            if (item == null) {
                hasEnded = true;
            } else {
                ready.add(item);
            }
            notifyAll();
        }
    }

    private void endEarly(Runnable cancel) {
        synchronized (this) {
            cutOff();
            awaitUninterruptibly(MOMENT_NANOS, () -> isConsumed);
            if (isConsumed) {
                return;
            }
        }
        cancel.run();
        synchronized (this) {
            awaitUninterruptibly(Long.MAX_VALUE, () -> isConsumed);
        }
    }

    // ---- either, with the monitor held

    private void cutOff() {
        isCutOff = true;
        hasEnded = true;
        notifyAll();
    }

    private void awaitUninterruptibly(long nanos, BooleanSupplier condition) {
        long start = System.nanoTime();
        boolean interrupted = false;
        while (!condition.getAsBoolean()) {
            long left = nanos - (System.nanoTime() - start);
            if (left <= 0) {
                break;
            }
            try {
                wait(Math.max(1, TimeUnit.NANOSECONDS.toMillis(left)));
            } catch (InterruptedException e) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
