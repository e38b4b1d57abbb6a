package dev.tandem.internal.processes;

import dev.tandem.ipc.TransportException;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Who listens to a worker: its reader, or for a moment a caller that waits for its answer (leader and follower).
 *
 * <p><b>Why not the reader for good.</b> An answer that a reader hears wakes two threads, one after the other: the reader, and the caller that it was
 * for. To wake a thread costs more than all else that a short task needs. A caller that listens for itself finds the answer when it comes, and nobody
 * is woken.
 *
 * <p><b>Why not the caller for good.</b> A thread that is blocked on a pipe cannot be called off: not by a time-out, not by a cancel, not by an
 * interrupt, which would close a channel under everybody. So a caller never blocks there. It looks again and again whether something has come whole, takes in only
 * that, and leaves when it has what it wants, or after {@link #LISTEN_NANOS} in which nothing came; then the reader goes on, which can
 * wait. And between two calls nobody listens, so the reader stands by, and looks itself each {@link #TICK_NANOS}.
 *
 * <pre>
 *            a caller had waited, all is answered, tasks are short              a caller waits
 *   BLOCKED ───────────────────────────────────────────────────────▶ FREE ◀───────────────────────▶ LED
 *      ▲                                                              ▲ │     it has its answer, or not
 *      │                                                              ▼ │ each tick, or when needed
 *      └─────────────────────────────────────────────────────────── LOOKING
 *         needed; at work, and nobody has listened for a tick; nothing to hear for {@link #IDLE_TICKS}
 * </pre>
 *
 * <p><b>Needed</b> is the reader at once, without waiting for its tick, where nobody may come to listen: a caller has left without an answer, or with some left for others;
 * a second task was sent; somebody wants to hear of the end in another way than by waiting (a stage, a listener, a status); the worker was told
 * anything but to run a task. A need that is missed in the moment in which the reader begins to stand by is seen at the next tick.
 *
 * <p><b>What goes wrong</b> while a caller listens (a connection that breaks, an error of ours) is no business of the caller: it is kept for the
 * reader, which is needed then, and tells of it as of its own.
 *
 * <p>What the listeners have in common, from the reader's buffer to the state of the worker's messages, is handed from one to the next by the writes and reads of
 * {@code turn}. Thread-safe; {@link #standBy} is for the reader alone.
 */
final class Listening {

    /** Whoever listens does this; calls come one after the other, from any thread. */
    interface Ear {
        /** Takes in all that has come whole, and never waits; whether anything had. */
        boolean hear() throws TransportException;

        /** Whether the worker has nothing to do, so that nothing is to be heard. */
        boolean isAllAnswered();

        /** Whether the worker has ended, which only who waits for bytes finds out. */
        boolean hasEnded();
    }

    private static final int BLOCKED = 0;
    private static final int FREE = 1;
    private static final int LED = 2;
    private static final int LOOKING = 3;

    /** Shorter: a worker that sleeps when it gets its task answers too late; longer: burns a core for what takes longer than to be woken. */
    static final long LISTEN_NANOS = TimeUnit.MICROSECONDS.toNanos(100);

    /** How long a core is held between two looks; then it is offered to whoever wants it, which may be the worker. */
    private static final long HOLD_NANOS = 1_000;

    private static final long TICK_NANOS =
            TimeUnit.MILLISECONDS.toNanos(1); // shorter: costs more; longer: who does not wait hears later
    private static final int IDLE_TICKS =
            50; // more: ticks between calls that come now and then; fewer: they wake the reader

    private static final VarHandle TURN;

    static {
        try {
            TURN = MethodHandles.lookup().findVarHandle(Listening.class, "turn", int.class);
        } catch (ReflectiveOperationException e) {
            throw new ExceptionInInitializerError(e);
        }
    }

    private final Ear ear;
    private final int mostIdleTicks;

    private volatile int turn = BLOCKED;
    private volatile boolean wanted; // a caller would have listened
    private volatile boolean needed;
    private volatile @Nullable Thread reader; // while it stands by

    // --- by who has the turn ---
    private int led; // how often a caller had it
    private @Nullable Throwable failure; // of a caller, for the reader

    Listening(Ear ear) {
        this(ear, IDLE_TICKS);
    }

    /** The reader stands by for so many ticks without a call. */
    Listening(Ear ear, int mostIdleTicks) {
        this.ear = ear;
        this.mostIdleTicks = mostIdleTicks;
    }

    /** Whether a caller has waited while the reader was blocked, since that stood by last. */
    boolean isWanted() {
        return wanted;
    }

    /** The reader is to listen now, if it stands by. */
    void need() {
        if (turn != BLOCKED) {
            needed = true;
            LockSupport.unpark(reader);
        }
    }

    /**
     * Listens for a moment, if nobody does.
     *
     * @param done whether there is nothing more to wait for; quick
     */
    void listen(BooleanSupplier done) {
        if (!tryLead()) {
            return;
        }
        boolean isAllAnswered = false;
        try {
            listenUntil(done);
            isAllAnswered = ear.isAllAnswered();
        } catch (TransportException | RuntimeException | Error e) {
            failure = e;
        } finally {
            led++;
            turn = FREE;
            if (!isAllAnswered) {
                need();
            }
        }
    }

    @SuppressWarnings("ThreadPriorityCheck") // as below
    private boolean tryLead() {
        while (!TURN.compareAndSet(this, FREE, LED)) {
            switch (turn) {
                case BLOCKED -> {
                    wanted = true;
                    return false;
                }
                case LED -> {
                    return false;
                }
                default -> Thread.yield(); // the reader, which only looks
            }
        }
        if (failure == null) {
            return true;
        }
        turn = FREE;
        need();
        return false;
    }

    @SuppressWarnings("ThreadPriorityCheck") // yielding is the point
    private void listenUntil(BooleanSupplier done) throws TransportException {
        long sinceNanos = System.nanoTime();
        long passedNanos;
        do {
            if (ear.hear()) {
                sinceNanos = System.nanoTime();
            }
            if (done.getAsBoolean()) {
                return;
            }
            passedNanos = System.nanoTime() - sinceNanos;
            if (passedNanos < HOLD_NANOS) {
                Thread.onSpinWait();
            } else {
                Thread.yield();
            }
        } while (passedNanos < LISTEN_NANOS);
    }

    /**
     * Lets callers listen until the reader is needed; it has the turn then.
     *
     * @throws TransportException if the connection broke while a caller listened, or now
     */
    void standBy() throws TransportException {
        reader = Thread.currentThread();
        wanted = false;
        needed = false;
        turn = FREE;
        int seen = led;
        int idleTicks = 0;
        boolean isOver = false;
        while (!isOver) {
            if (!needed || turn == LED) {
                LockSupport.parkNanos(this, TICK_NANOS);
                Thread.interrupted(); // nobody should, and with the status set no park would wait
            }
            if (TURN.compareAndSet(this, FREE, LOOKING)) { // else a caller listens, and says if it leaves something
                idleTicks = led == seen ? idleTicks + 1 : 0;
                isOver = true;
                try {
                    isOver = look(led == seen) || idleTicks > mostIdleTicks;
                } finally {
                    seen = led;
                    turn = isOver ? BLOCKED : FREE;
                }
            }
        }
    }

    /** Whether the reader has to go on. */
    private boolean look(boolean isAlone) throws TransportException {
        Throwable kept = failure;
        if (kept instanceof TransportException broken) {
            throw broken;
        }
        if (kept instanceof RuntimeException defect) {
            throw defect;
        }
        if (kept instanceof Error error) {
            throw error;
        }
        boolean isNeeded = needed;
        ear.hear();
        return isNeeded || ear.hasEnded() || (isAlone && !ear.isAllAnswered());
    }
}
