package dev.tandem.internal.worker;

import dev.tandem.Progress;
import dev.tandem.internal.protocol.Message;
import dev.tandem.internal.protocol.Message.Alive;
import dev.tandem.internal.protocol.Message.Reported;
import dev.tandem.internal.protocol.MessageFormat;
import dev.tandem.internal.protocol.StatusPage;
import dev.tandem.ipc.Connection;
import dev.tandem.ipc.TransportException;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * All that this worker says.
 *
 * <p>The task thread {@linkplain #send sends} what it has to say itself, and waits if the supervisor does not read. What must
 * not wait, or comes from a thread that must not wait, is left here for the beacon: answers of the receive thread, and
 * progress, of which only the latest is sent, and not too often. Answers to short tasks that follow each other are gathered, once the supervisor
 * can find them if this process ends: at most {@link #GATHER_NANOS} long if these tasks go on, and a tick of the {@link ReadingTurn} if the next one
 * takes long. The answer to a task that took longer than that itself waits for nothing: what a call of the system costs is little beside that task, and
 * the supervisor could have the next one ready by the time this worker has done what it has.
 *
 * <p>Safe for use by any number of threads.
 */
final class Outbox {

    /** Shorter costs the supervisor a wake-up per report of a chatty task; longer makes a progress bar stutter. */
    private static final long REPORT_INTERVAL_NANOS = TimeUnit.MILLISECONDS.toNanos(20);

    /** Longer: answers come late; shorter: more calls of the system. */
    static final long GATHER_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

    private final Connection connection;
    private final Queue<Message> later = new ConcurrentLinkedQueue<>();
    private final OutputMarks marks = new OutputMarks();
    private final Whereabouts whereabouts = new Whereabouts(this);

    /**
     * Held from the decision to send something that is left here until it is sent, so that progress never follows the answer.
     * Only the beacon and the task thread take it, both of which may wait for the supervisor.
     */
    private final Object sending = new Object();

    private volatile @Nullable Thread beacon;

    // --- written by the task thread, and by whoever sends what was gathered ---
    private boolean gathers;
    private volatile long gatheredSinceNanos; // 0 if nothing is

    // Mutable state, guarded by sending; the attempt that runs is written under it and read anywhere.
    private volatile @Nullable Attempt running;
    private long nextReportNanos = System.nanoTime();

    Outbox(Connection connection) {
        this.connection = connection;
    }

    /** Not a lambda: the first one costs a JVM some milliseconds. */
    private record MaySpin(StatusPage page) implements BooleanSupplier {
        @Override
        public boolean getAsBoolean() {
            return page.maySpin();
        }
    }

    /** What says whose the printed output is. */
    OutputMarks marks() {
        return marks;
    }

    /** What says how far the task thread is. */
    Whereabouts whereabouts() {
        return whereabouts;
    }

    /** Sends now. */
    void send(Message message) throws TransportException {
        MessageFormat.send(connection, message);
    }

    /** From now on answers may be gathered, since the supervisor finds them on this page if this process ends. */
    void gatherOn(StatusPage page) {
        connection.keepGatheredIn(page.tail());
        connection.spinWhile(new MaySpin(page));
        gathers = true;
    }

    /** Sends what belongs to the answer that follows at once; or leaves it to be sent with that. */
    void sendBeforeAnswer(Message message) throws TransportException {
        if (gathers) {
            MessageFormat.gather(connection, message);
        } else {
            send(message);
        }
    }

    /**
     * Sends an answer; or leaves it to be sent with those that follow soon.
     *
     * @param moreFollow asked when it is left already: whether the task thread has another task, and whether somebody looks after what is left here
     */
    void sendAnswer(Message answer, BooleanSupplier moreFollow) throws TransportException {
        if (!gathers) {
            send(answer);
            return;
        }
        MessageFormat.gather(connection, answer);
        long nowNanos = System.nanoTime() | 1; // never 0
        long sinceNanos = gatheredSinceNanos; // after gathering: the beacon may have sent all that was there before
        if (sinceNanos == 0) {
            gatheredSinceNanos = nowNanos; // before it is asked who has the turn: see ReadingTurn
        }
        boolean tookLong = nowNanos - whereabouts.begunNanos() > GATHER_NANOS; // so the next one may, too
        if (tookLong || (sinceNanos != 0 && nowNanos - sinceNanos > GATHER_NANOS) || !moreFollow.getAsBoolean()) {
            sendGathered();
        }
    }

    /** Sends what was left to be sent with others. */
    void sendGathered() throws TransportException {
        if (gatheredSinceNanos != 0) {
            gatheredSinceNanos = 0; // first: what is gathered from here on is later
            connection.flush();
        }
    }

    /** Has the beacon send what has been left here for so long, since a task takes long; never blocks. */
    void hurryGathered(long forNanos) {
        long sinceNanos = gatheredSinceNanos;
        if (sinceNanos != 0 && System.nanoTime() - sinceNanos >= forNanos) {
            wakeBeacon();
        }
    }

    /** Leaves a message for the beacon; never blocks. */
    void sendLater(Message message) {
        later.add(message);
        wakeBeacon();
    }

    /** From now on the attempt's progress is sent. */
    void openReports(Attempt attempt) {
        synchronized (sending) {
            running = attempt;
        }
    }

    /** Sends the attempt's last progress, and no more after it. */
    void closeReports() throws TransportException {
        synchronized (sending) {
            sendReport();
            running = null;
        }
    }

    /** Sends what is left here; called by the beacon, and by the task thread before the end. */
    void flush() throws TransportException {
        sendGathered();
        synchronized (sending) {
            for (Message message = later.poll(); message != null; message = later.poll()) {
                send(message);
            }
            long now = System.nanoTime();
            if (now - nextReportNanos >= 0) {
                sendReport();
            }
        }
    }

    void sendAlive() throws TransportException {
        send(new Alive());
    }

    /** How long the beacon may sleep at most before it must {@link #flush} again. */
    long nanosToNextReport() {
        Attempt attempt = running;
        if (attempt == null || attempt.reports().isEmpty()) {
            return Long.MAX_VALUE;
        }
        synchronized (sending) {
            return Math.max(0, nextReportNanos - System.nanoTime());
        }
    }

    /** Must be held: sending. */
    private void sendReport() throws TransportException {
        Attempt attempt = running;
        if (attempt == null) {
            return;
        }
        Progress progress = attempt.reports().take();
        if (progress != null) {
            nextReportNanos = System.nanoTime() + REPORT_INTERVAL_NANOS;
            send(new Reported(attempt.id(), progress.done(), progress.total(), progress.note()));
        }
    }

    void setBeacon(Thread thread) {
        beacon = thread;
    }

    void wakeBeacon() {
        LockSupport.unpark(beacon);
    }
}
