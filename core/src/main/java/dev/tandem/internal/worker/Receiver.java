package dev.tandem.internal.worker;

import dev.tandem.internal.protocol.Message;
import dev.tandem.internal.protocol.Message.Cancel;
import dev.tandem.internal.protocol.Message.Configure;
import dev.tandem.internal.protocol.Message.Define;
import dev.tandem.internal.protocol.Message.Failed;
import dev.tandem.internal.protocol.Message.Forget;
import dev.tandem.internal.protocol.Message.Found;
import dev.tandem.internal.protocol.Message.Levels;
import dev.tandem.internal.protocol.Message.Page;
import dev.tandem.internal.protocol.Message.Recall;
import dev.tandem.internal.protocol.Message.Run;
import dev.tandem.internal.protocol.Message.RunChunk;
import dev.tandem.internal.protocol.Message.Stop;
import dev.tandem.internal.protocol.Message.Withdraw;
import dev.tandem.internal.protocol.MessageFormat;
import dev.tandem.ipc.Connection;
import dev.tandem.ipc.TransportException;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Reads what the supervisor says and puts it where the others find it: on the receive thread, or on the task thread while that
 * has nothing to do, as it is their {@link ReadingTurn}.
 *
 * <p>The connection is always drained, so that the supervisor never waits for a task; hence what is done here runs no user code
 * and writes nothing. The end of the connection is the end of the process.
 */
final class Receiver implements Inbox.Reading {

    /** Longer: a cancel comes too late for what waits behind a short task; shorter: more calls of the system between short tasks. */
    private static final long LAG_NANOS = TimeUnit.MICROSECONDS.toNanos(50);

    private final Connection connection;
    private final Outbox outbox;
    private final Departure departure;
    private final ReadingTurn turn;
    private final Lookups lookups;
    private final ArrayFiles files = new ArrayFiles();

    // Mutable state of who has the turn; null before CONFIGURE.
    private @Nullable Inbox inbox;
    private long lastReadNanos; // by the task thread

    Receiver(Connection connection, Outbox outbox, Departure departure) {
        this.connection = connection;
        this.outbox = outbox;
        this.departure = departure;
        this.turn = new ReadingTurn(outbox);
        this.lookups = new Lookups(outbox, turn);
    }

    /** The receive thread: reads until the end, whenever nobody else does. */
    void run() {
        boolean more = true;
        while (more) {
            more = receive();
            Inbox to = inbox;
            if (more && to != null && (turn.isOnlyReadWhenHurried() ? !lookups.isOpen() : to.canReadForItself())) {
                turn.give();
                to.look(); // it may have come back already, and found the turn taken
                more = turn.watch();
            }
        }
    }

    @Override
    public boolean isTaken() {
        return turn.isTaken();
    }

    @Override
    public boolean receiveInTurn() {
        if (!turn.tryTake()) {
            return false;
        }
        try {
            Inbox to = inbox;
            if (to == null || !to.hasSomething()) { // whoever had the turn until now may have put something there
                outbox.sendGathered();
                receive();
                lastReadNanos = System.nanoTime();
            }
        } catch (TransportException gone) {
            departure.orphaned();
        } finally {
            turn.give();
        }
        return true;
    }

    @Override
    public void catchUp() {
        long nowNanos = System.nanoTime();
        if (nowNanos - lastReadNanos > LAG_NANOS && turn.tryTake()) {
            lastReadNanos = nowNanos;
            try {
                boolean more = true;
                while (more && connection.hasArrived()) {
                    more = receive();
                }
            } finally {
                turn.give();
            }
        }
    }

    /** Reads once; false at the end, which is dealt with. */
    private boolean receive() {
        try {
            if (receiveOne()) {
                return true;
            }
            departure.orphaned();
        } catch (Throwable thrown) {
            departure.broken("it cannot read what its supervisor says", thrown);
        }
        // Whoever gets here was asked to end: nothing comes any more, so nobody should wait for it.
        end();
        return false;
    }

    /** Nobody reads any more. */
    void end() {
        turn.end();
        lookups.close();
        if (inbox != null) {
            inbox.stop();
        }
    }

    /** In a method of its own, so that no frame is held while waiting for the next. */
    private boolean receiveOne() throws TransportException {
        Connection.Frame frame = connection.receive();
        if (frame != null) {
            handle(MessageFormat.parse(frame));
        }
        return frame != null;
    }

    private void handle(Message message) throws TransportException {
        Inbox to = inbox;
        if (to == null) {
            if (!(message instanceof Configure configure)) {
                throw new TransportException("CONFIGURE must come first, not " + message.kind());
            }
            inbox = begin(configure);
        } else if (message instanceof Run run) {
            to.add(files.opened(run));
        } else if (message instanceof RunChunk chunk) {
            to.add(new RunChunk(files.opened(chunk.run()), chunk.slot(), chunk.first()));
        } else if (message instanceof Define define) {
            to.add(define.definition());
        } else if (message instanceof Cancel cancel) {
            confirm(cancel.attemptId(), to.cancel(cancel.attemptId()));
        } else if (message instanceof Withdraw withdraw) {
            confirm(withdraw.attemptId(), to.withdraw(withdraw.attemptId()));
        } else if (message instanceof Recall) {
            to.handBack();
        } else if (message instanceof Forget forget) {
            to.forget(forget.functionNumber());
        } else if (message instanceof Found found) {
            lookups.answer(found);
        } else if (message instanceof Levels levels) {
            LogLink.told(levels);
        } else if (message instanceof Page page) {
            outbox.whereabouts().offer(page.path());
        } else if (message instanceof Stop) {
            departure.stopRequested();
            if (to.stop()) {
                turn.readOnlyWhenHurried();
            }
        } else {
            throw new TransportException("a supervisor does not say " + message.kind() + " now");
        }
    }

    private Inbox begin(Configure configure) {
        String worker = configure.runnerName() + "-worker-" + configure.workerIndex();
        Thread.currentThread().setName(worker + "-receiver");
        Inbox to = new Inbox(configure.workerIndex(), outbox);
        Beacon beacon = new Beacon(outbox, configure.heartbeatNanos(), departure);
        TaskLoop tasks = new TaskLoop(configure, connection.maxPayloadBytes(), to, this, outbox, departure);
        start(beacon, worker + "-beacon", true, ClassLoader.getSystemClassLoader());
        // With the JVM's own stack size, so that a task can go as deep as it could on a thread of the user's.
        start(tasks, worker, false, new SuppliedClassLoader(lookups));
        return to;
    }

    private static void start(Runnable role, String name, boolean daemon, ClassLoader loader) {
        Thread thread = new Thread(role, name);
        thread.setDaemon(daemon);
        thread.setContextClassLoader(loader);
        thread.start();
    }

    private void confirm(long attemptId, boolean takenOut) {
        if (takenOut) {
            outbox.sendLater(Answer.unstarted(attemptId, Failed.Reason.CANCELLED_UNSTARTED));
        }
    }
}
