package dev.tandem.ipc;

import java.io.IOException;
import java.io.InputStream;
import java.lang.ProcessBuilder.Redirect;
import java.nio.channels.CancelledKeyException;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A socket on which one worker is expected, and anybody else may knock.
 *
 * <p>One selector serves all who have connected, so that nobody waits for a stranger who says nothing. A stranger has 5
 * seconds; when too many are there, the one that came first is turned away, since the worker proves itself within
 * milliseconds.
 *
 * <p>The selector and the secret belong to the accepting thread. Whoever closes meanwhile only wakes it, and it cleans up
 * when it leaves; if nobody is accepting, the closer does.
 */
final class SocketListener implements Listener {

    /** How often the worker is looked at, which nothing signals. Longer delays the report of its death. */
    private static final long POLL_MILLIS = 20;

    /** More costs descriptors in a flood of strangers; fewer may turn the worker away in one. */
    private static final int MAX_STRANGERS = 64;

    /** A worker has computed all it can before it connects, so it needs milliseconds even on a busy machine. */
    static final Duration STRANGER_TIMEOUT = Duration.ofSeconds(5);

    private static final Logger LOGGER = LoggerFactory.getLogger(SocketListener.class);

    private final Meeting meeting;
    private final int maxPayloadBytes;
    private final boolean wrapped;
    private final Duration strangerTimeout;
    private final Endpoint endpoint;
    private final Selector selector = Selector.open();
    private final ReentrantLock accepting = new ReentrantLock();

    private volatile boolean closed;

    // Guarded by accepting.
    private final Set<Stranger> strangers = new LinkedHashSet<>();
    private int turnedAway;
    private @Nullable String lastReason;

    SocketListener(Meeting meeting, int maxPayloadBytes, boolean wrapped, Duration strangerTimeout) throws IOException {
        this.meeting = meeting;
        this.maxPayloadBytes = maxPayloadBytes;
        this.wrapped = wrapped;
        this.strangerTimeout = strangerTimeout;
        var address = new Address(meeting.name(), wrapped ? Shell.INPUT_DESCRIPTOR : 0, meeting.place());
        endpoint = new Endpoint(address.toString(), Secrets.random(BootstrapRecord.SECRET_BYTES));
        meeting.server().register(selector, SelectionKey.OP_ACCEPT);
    }

    @Override
    public Endpoint endpoint() {
        return endpoint;
    }

    @Override
    public void prepare(ProcessBuilder worker) {
        worker.redirectErrorStream(true);
        worker.redirectInput(Redirect.PIPE).redirectOutput(Redirect.PIPE);
        if (wrapped) {
            Shell.withPrivateInput(worker);
        }
    }

    @Override
    public InputStream output(Process worker) {
        return worker.getInputStream();
    }

    @Override
    public Connection accept(Process worker, Duration timeout) throws TransportException {
        Deadline deadline = Deadline.after(timeout);
        if (!accepting.tryLock()) {
            throw new TransportException("another thread is accepting from this listener, or closing it");
        }
        try {
            if (closed) {
                throw Parent.closedWhileWaiting(worker);
            }
            Parent.handOver(new BootstrapRecord(maxPayloadBytes, endpoint.secret()), worker, true);
            Stranger proved = await(worker, deadline);
            return new FramedConnection(
                    new ChannelWire(proved.channel),
                    Parent.name(worker),
                    proved.handshake.agreedMaxPayloadBytes(),
                    FrameLog.ofParent());
        } catch (TransportException e) {
            throw e;
        } catch (IOException e) {
            throw closed
                    ? Parent.closedWhileWaiting(worker)
                    : new TransportException("could not talk to " + Parent.name(worker) + ": " + e.getMessage(), e);
        } finally {
            strangers.forEach(Stranger::hangUp);
            accepting.unlock();
            close();
            if (turnedAway > 0) {
                LOGGER.warn("while waiting for {}: {}", Parent.name(worker), describeStrangers());
            }
        }
    }

    private Stranger await(Process worker, Deadline deadline) throws IOException {
        boolean interrupted = false;
        try {
            while (true) {
                interrupted |= Thread.interrupted(); // else selecting would return at once, for ever
                boolean alive = worker.isAlive();
                selector.select(deadline.remainingMillis(POLL_MILLIS));
                Stranger proved = serve();
                if (proved != null) {
                    return proved;
                }
                turnAwayTheSilent();
                Parent.checkWaiting(worker, alive, closed, deadline, turnedAway == 0 ? "" : "; " + describeStrangers());
            }
        } catch (CancelledKeyException e) {
            throw Parent.closedWhileWaiting(worker); // the key of the server channel, closed by another thread
        } finally {
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    /** Lets everybody who is ready go one step on. */
    private @Nullable Stranger serve() throws IOException {
        Set<SelectionKey> ready = selector.selectedKeys();
        for (Iterator<SelectionKey> keys = ready.iterator(); keys.hasNext(); ) {
            SelectionKey key = keys.next();
            keys.remove();
            if (!key.isValid()) {
                continue;
            }
            if (key.isAcceptable()) {
                admitAll();
            } else if (key.attachment() instanceof Stranger stranger && advance(stranger, key)) {
                return stranger;
            }
        }
        return null;
    }

    /** Stops after a round, since what was hung up gives back its descriptor only when the selector selects again. */
    private void admitAll() throws IOException {
        for (int i = 0; i < MAX_STRANGERS; i++) {
            SocketChannel channel;
            try {
                channel = meeting.server().accept();
            } catch (IOException e) {
                if (strangers.isEmpty()) {
                    throw e; // not even one descriptor is left
                }
                turnAway(strangers.iterator().next(), "no descriptor is left: " + e.getMessage());
                return;
            }
            if (channel == null) {
                return;
            }
            if (strangers.size() >= MAX_STRANGERS) {
                turnAway(strangers.iterator().next(), "too many strangers, limit " + MAX_STRANGERS);
            }
            admit(channel);
        }
    }

    /** Registers a newcomer; what it says is served in the next round. */
    private void admit(SocketChannel channel) {
        var handshake = Handshake.ofParent(
                endpoint.secret(), meeting.place(), maxPayloadBytes, Secrets.random(Handshake.NONCE_BYTES));
        var stranger = new Stranger(channel, handshake, Deadline.after(strangerTimeout));
        strangers.add(stranger);
        try {
            channel.configureBlocking(false);
            meeting.admit(channel);
            channel.register(selector, SelectionKey.OP_WRITE, stranger); // the parent speaks first
        } catch (IOException e) {
            turnAway(stranger, String.valueOf(e.getMessage()));
        }
    }

    private boolean advance(Stranger stranger, SelectionKey key) {
        try {
            boolean proved = stranger.handshake.advance(stranger.channel);
            key.interestOps(stranger.handshake.wantsToWrite() ? SelectionKey.OP_WRITE : SelectionKey.OP_READ);
            if (proved) {
                strangers.remove(stranger);
            }
            return proved;
        } catch (IOException e) {
            turnAway(stranger, String.valueOf(e.getMessage()));
            return false;
        }
    }

    private void turnAwayTheSilent() {
        while (!strangers.isEmpty() && strangers.iterator().next().deadline.isOver()) {
            turnAway(strangers.iterator().next(), "no proof within " + strangerTimeout.toMillis() + " ms");
        }
    }

    private void turnAway(Stranger stranger, String reason) {
        stranger.hangUp();
        strangers.remove(stranger);
        turnedAway++;
        lastReason = reason;
    }

    private String describeStrangers() {
        return "strangers turned away: " + turnedAway + ", the last because: " + lastReason;
    }

    @Override
    public void close() {
        closed = true;
        meeting.close();
        selector.wakeup();
        if (accepting.tryLock()) {
            try {
                Arrays.fill(endpoint.secret(), (byte) 0);
                selector.close();
            } catch (IOException e) {
                // The port or file is free either way.
            } finally {
                accepting.unlock();
            }
        }
    }

    /** Somebody who has connected and not yet proved anything. Compared by identity. */
    private static final class Stranger {
        private final SocketChannel channel;
        private final Handshake handshake;
        private final Deadline deadline;

        private Stranger(SocketChannel channel, Handshake handshake, Deadline deadline) {
            this.channel = channel;
            this.handshake = handshake;
            this.deadline = deadline;
        }

        private void hangUp() {
            try {
                channel.close();
            } catch (IOException e) {
                // Gone either way.
            }
        }
    }
}
