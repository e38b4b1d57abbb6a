package dev.tandem.internal.worker;

import dev.tandem.internal.protocol.Message.Failed;
import dev.tandem.internal.protocol.Message.Item;
import dev.tandem.internal.protocol.Message.Run;
import dev.tandem.internal.protocol.Message.RunChunk;
import dev.tandem.internal.task.InterruptGate;
import dev.tandem.ipc.Codec;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import org.jspecify.annotations.Nullable;

/**
 * What has arrived and was not taken yet, between the receive thread and the task thread.
 *
 * <p>An attempt is in here, or current, or gone, and moves under one lock, so that each cancel meets it in exactly one of
 * these places:
 *
 * <pre>
 *   queued --take()--&gt; current --leave()--&gt; gone
 *   queued --cancel()--&gt; gone, and never starts
 *   queued --handBack()--&gt; gone: handed back to the supervisor
 *   queued --retire()--&gt; gone: the same, as is whatever comes later
 *   current --cancel()--&gt; current, told and interrupted
 *   gone --cancel()--&gt; gone, nothing happens
 * </pre>
 *
 * <p>Definitions keep their place among the attempts: the ones that a function refers to are taken before it. The
 * receive thread adds, cancels and stops, and never waits; the task thread takes and leaves.
 */
final class Inbox {

    private final int workerIndex;
    private final Outbox outbox;
    private final InterruptGate gate = new InterruptGate();
    private final Object lock = new Object();

    // Mutable state, guarded by lock.
    private final Deque<Entry> queued = new ArrayDeque<>();
    private final KeptFunctions functions = new KeptFunctions();
    private @Nullable Attempt current;
    private boolean waiting; // the task thread
    private boolean waitedFor; // what was added last
    private boolean taken; // something was, since somebody asked
    private boolean stopping;
    private boolean retired;

    /** What the task thread takes. */
    sealed interface Entry permits Attempt, Definition {}

    /** A definition in its place. */
    record Definition(Codec.Definition content) implements Entry {}

    Inbox(int workerIndex, Outbox outbox) {
        this.workerIndex = workerIndex;
        this.outbox = outbox;
    }

    void add(Run run) {
        boolean isThere;
        synchronized (lock) {
            Function function = functions.of(run);
            isThere = function.isThere();
            if (isThere) {
                Batch batch = new Batch(run, function);
                long attemptId = run.firstAttemptId();
                for (Item item : run.items()) {
                    queued.add(new Attempt(attemptId++, batch, item, new Reports(outbox)));
                }
                added();
            }
        }
        if (!isThere) {
            refuse(run);
        }
        handBackIfRetired();
    }

    /** Its function is not there. The last one first, as when they are handed back. */
    private void refuse(Run run) {
        for (int i = run.items().size() - 1; i >= 0; i--) {
            outbox.sendLater(Answer.unstarted(run.firstAttemptId() + i, Failed.Reason.NO_FILE));
        }
    }

    void add(RunChunk chunk) {
        boolean isThere;
        synchronized (lock) {
            Function function = functions.of(chunk.run());
            isThere = function.isThere();
            if (isThere) {
                queued.add(new Attempt(new Batch(chunk.run(), function), chunk, new Reports(outbox)));
                added();
            }
        }
        if (!isThere) {
            refuse(chunk.run());
        }
        handBackIfRetired();
    }

    void add(Codec.Definition definition) {
        synchronized (lock) {
            queued.add(new Definition(definition));
            added();
        }
    }

    /** No run that comes from now on is of this function. */
    void forget(long functionNumber) {
        synchronized (lock) {
            functions.forget(functionNumber);
        }
    }

    private void added() {
        waitedFor |= waiting;
        lock.notifyAll();
    }

    /** Whether the task thread waited for something that was added, or has taken something, since this was asked last: then it can read for itself. */
    boolean canReadForItself() {
        synchronized (lock) {
            boolean can = waitedFor || taken;
            waitedFor = false;
            taken = false;
            return can;
        }
    }

    /** Nothing comes any more; what is here is still to be done. Returns whether that is nothing. */
    boolean stop() {
        synchronized (lock) {
            stopping = true;
            lock.notifyAll();
            return queued.isEmpty() && current == null;
        }
    }

    /** Nothing starts here any more: what waits, and what still comes, is handed back. */
    void retire() {
        synchronized (lock) {
            retired = true;
        }
        handBackIfRetired();
    }

    private void handBackIfRetired() {
        boolean nothingStarts;
        synchronized (lock) {
            nothingStarts = retired;
        }
        if (nothingStarts) {
            handBack();
        }
    }

    /**
     * Hands back what has not started; definitions stay, for what comes later. The last one first: the supervisor puts each in front of what
     * waits there, so that their order stays.
     */
    void handBack() {
        Deque<Attempt> unstarted = new ArrayDeque<>();
        synchronized (lock) {
            for (Entry entry : queued) {
                if (entry instanceof Attempt attempt) {
                    unstarted.push(attempt);
                }
            }
            queued.removeAll(unstarted);
        }
        for (Attempt attempt : unstarted) {
            outbox.sendLater(Answer.unstarted(attempt.id(), Failed.Reason.HANDED_BACK));
        }
    }

    /**
     * Cancels an attempt.
     *
     * @return whether it had not started, and now never will
     */
    boolean cancel(long attemptId) {
        synchronized (lock) {
            if (removeQueued(attemptId)) {
                return true;
            }
            if (current != null && current.id() == attemptId) {
                current.cancel();
            }
        }
        // Outside the lock, since it may run foreign code; the gate has its own fence against an attempt that ends now.
        gate.interrupt(attemptId);
        return false;
    }

    /** Takes an attempt out if it has not started, and leaves it alone otherwise; whether it was taken out. */
    boolean withdraw(long attemptId) {
        synchronized (lock) {
            return removeQueued(attemptId);
        }
    }

    private boolean removeQueued(long attemptId) {
        for (Iterator<Entry> entries = queued.iterator(); entries.hasNext(); ) {
            if (entries.next() instanceof Attempt attempt && attempt.id() == attemptId) {
                entries.remove();
                return true;
            }
        }
        return false;
    }

    /** Whether there is something to take, or nothing to wait for. */
    boolean hasSomething() {
        synchronized (lock) {
            return mayTake();
        }
    }

    /** Whether an attempt waits here that may start. */
    boolean hasMore() {
        synchronized (lock) {
            return !queued.isEmpty() && !retired;
        }
    }

    /** How the task thread reads what the supervisor says, while it has nothing to do. */
    interface Reading {

        /** Reads once, unless somebody else has the turn; false then. */
        boolean receiveInTurn();

        /** Reads what has come while tasks ran, if nobody has for a while: what is in there may be about the next one. */
        void catchUp();

        /** Whether somebody has the turn; {@link Inbox#look} is called when a turn that was taken is given back. */
        boolean isTaken();
    }

    /**
     * Waits for the next entry, and reads meanwhile if nobody else does; an attempt becomes the current one, and from now on can be
     * interrupted. Interrupts while waiting are nobody's, and ignored.
     *
     * @return the entry, or null if there is nothing left and nothing to come
     */
    @Nullable
    Entry take(Reading reading) {
        while (true) {
            synchronized (lock) {
                if (mayTake()) {
                    return next();
                }
            }
            if (!reading.receiveInTurn()) {
                awaitChange(reading);
            }
        }
    }

    private boolean mayTake() {
        return stopping || (!queued.isEmpty() && !retired);
    }

    private @Nullable Entry next() {
        taken = true;
        Entry next = retired ? null : queued.poll(); // what is still there is about to be handed back
        if (next instanceof Attempt attempt) {
            attempt.start(workerIndex, outbox.whereabouts());
            current = attempt;
            gate.begin(attempt.id());
        }
        return next;
    }

    /** Somebody else reads: that brings something, or the turn is given back. */
    private void awaitChange(Reading reading) {
        synchronized (lock) {
            waiting = true;
            while (!mayTake() && reading.isTaken()) {
                try {
                    lock.wait();
                } catch (InterruptedException stray) {
                    // A thread that a task left behind can do this; it means nothing here.
                }
            }
            waiting = false;
        }
    }

    /** The turn to read is free: lets the task thread see that. */
    void look() {
        synchronized (lock) {
            lock.notifyAll();
        }
    }

    /** Ends the current attempt; no interrupt meant for it comes after this. */
    void leave() {
        synchronized (lock) {
            current = null;
        }
        gate.end();
        // What the gate put aside when the attempt began was stray.
        Thread.interrupted();
    }
}
