package dev.tandem.internal.worker;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * Who reads what the supervisor says: one thread at a time, and not always the same.
 *
 * <p><b>Why not one thread for good.</b> Were the receive thread the only one to read, each task would wait for two threads to be woken:
 * the one that reads it and the one that runs it. To wake a thread costs more than all else that a short task needs. So
 * the task thread reads for itself while it has nothing to do. But somebody must read while it runs a task, or no cancel,
 * no class and no end of the connection would be seen: that is the receive thread, which watches for it.
 *
 * <pre>
 *   task thread     reads ──a task came──▶ runs it ──▶ reads, if nobody does; else waits until it is given something
 *   receive thread  watches ──nobody has read for a tick──▶ reads ──gave the task thread what that waited for──▶ watches
 * </pre>
 *
 * <p>Whoever is blocked reading cannot be called off, so the receive thread must not take the turn between two short tasks: it
 * looks once in a {@link #TICK_NANOS tick}, and takes a turn that was free at two looks in a row with no turn between them.
 * Somebody in need of an answer may {@linkplain #hurry hurry} it. Once the task thread has read for {@link #IDLE_TICKS}, the
 * worker is idle, and the receive thread sleeps until the task thread, giving the turn back, wakes it. That it cannot be
 * missed is Dekker's argument: the one writes {@code asleep} and then reads {@code taken}, the other writes {@code taken} and then
 * reads {@code asleep}, all volatile.
 *
 * <p>With each look it has answers sent that were gathered and are late, because the task after them takes long. Once it reads itself it cannot look; so
 * nothing is gathered while it has the turn. Again Dekker's argument: the task thread notes that something is gathered and then looks who has the turn,
 * the receive thread takes the turn and then looks whether something is gathered.
 *
 * <p>When all is done, nobody reads but {@linkplain #readOnlyWhenHurried when hurried}: a JVM that ends waits 0.3 s for a thread that is blocked in
 * a call of the system, and whoever closes a runner waits with it.
 *
 * <p>Safe for use by any number of threads; {@link #watch} is called by the receive thread alone.
 */
final class ReadingTurn {

    private static final long TICK_NANOS =
            TimeUnit.MILLISECONDS.toNanos(1); // longer: cancels come later; shorter: wakes for short tasks too
    private static final int IDLE_TICKS =
            50; // more: ticks between tasks that come now and then; fewer: wakes cost them

    private final Outbox outbox;
    private final AtomicBoolean taken = new AtomicBoolean(true); // by the receive thread, which reads the beginning

    private volatile @Nullable Thread watcher;
    private volatile boolean asleep;
    private volatile boolean hurried;
    private volatile boolean allDone;
    private volatile boolean over;
    private volatile int turns; // written by who has the turn

    ReadingTurn(Outbox outbox) {
        this.outbox = outbox;
    }

    /** Takes the turn if nobody has it. */
    @SuppressWarnings("NonAtomicVolatileUpdate") // whoever has the turn is alone
    boolean tryTake() {
        if (!taken.compareAndSet(false, true)) {
            return false;
        }
        turns++;
        hurried = false; // whoever was in need of a reader has one
        return true;
    }

    /** Whether somebody has the turn. */
    boolean isTaken() {
        return taken.get();
    }

    /** Gives the turn back. */
    void give() {
        taken.set(false);
        if (asleep) {
            LockSupport.unpark(watcher);
        }
    }

    /** Somebody waits for what the supervisor is about to say. */
    void hurry() {
        if (allDone || !taken.get()) { // in the end whoever has the turn may be about to give it back for good
            hurried = true;
            LockSupport.unpark(watcher);
        }
    }

    /** There is nothing more to be done, so nothing more to be heard but answers. */
    void readOnlyWhenHurried() {
        allDone = true;
    }

    boolean isOnlyReadWhenHurried() {
        return allDone;
    }

    /** Nothing comes any more. */
    void end() {
        over = true;
        LockSupport.unpark(watcher);
    }

    /** Waits until somebody should read and nobody does, and takes the turn; false if nothing comes any more. */
    boolean watch() {
        watcher = Thread.currentThread();
        int seen = turns;
        boolean wasFree = false;
        int ticks = 0;
        while (!over) {
            boolean free = !taken.get();
            int now = turns;
            if (free && (hurried || (!allDone && wasFree && now == seen)) && tryTake()) {
                outbox.hurryGathered(0);
                return true;
            }
            outbox.hurryGathered(Outbox.GATHER_NANOS);
            ticks = free || now != seen ? 0 : ticks + 1;
            seen = now;
            wasFree = free;
            if (ticks < IDLE_TICKS) {
                LockSupport.parkNanos(this, TICK_NANOS);
            } else {
                sleep(now);
                ticks = 0;
            }
            Thread.interrupted(); // with the status set no park would wait
        }
        return false;
    }

    private void sleep(int seen) {
        asleep = true;
        while (taken.get() && turns == seen && !over) {
            LockSupport.park(this);
            Thread.interrupted(); // a task can do this; it means nothing here
        }
        asleep = false;
    }
}
