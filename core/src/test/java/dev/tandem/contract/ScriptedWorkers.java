package dev.tandem.contract;

import dev.tandem.internal.protocol.Message;
import dev.tandem.internal.protocol.MessageFormat;
import dev.tandem.ipc.Codec;
import dev.tandem.ipc.Connection;
import dev.tandem.ipc.EncodingException;
import dev.tandem.ipc.Endpoint;
import dev.tandem.ipc.Listener;
import dev.tandem.ipc.Transport;
import dev.tandem.ipc.TransportException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.jspecify.annotations.Nullable;

/**
 * Workers that follow a script instead of the protocol: each is a process that sleeps, and a thread of the test that says what
 * a script tells it to, frame by frame. Everything on the supervisor's side is real.
 */
final class ScriptedWorkers implements Transport {

    /** What a worker does once it is ready. */
    interface Script {
        /** Talks; the worker then stays as it is until somebody kills it. */
        void play(Peer peer) throws Exception;
    }

    private static final Connection.Frame END = new Connection.Frame(1, 0, new byte[0]);

    private final Queue<Script> scripts;

    /** Each worker that is started takes the next script, and those after the last one are honest. */
    ScriptedWorkers(Queue<Script> scripts) {
        this.scripts = scripts;
    }

    @Override
    public String name() {
        return "scripted";
    }

    @Override
    public Listener listen(int maxPayloadBytes) {
        return new ScriptedListener();
    }

    private synchronized Script next() {
        Script script = scripts.poll();
        return script == null ? Peer::beHonest : script;
    }

    private final class ScriptedListener implements Listener {
        @Override
        public Endpoint endpoint() {
            return new Endpoint("scripted:", new byte[0]);
        }

        @Override
        public void prepare(ProcessBuilder worker) {
            worker.command("sleep", "600").redirectErrorStream(true);
        }

        @Override
        public InputStream output(Process worker) {
            return worker.getInputStream();
        }

        @Override
        public Connection accept(Process worker, Duration timeout) {
            Peer peer = new Peer(worker);
            Script script = next();
            Thread actor = new Thread(() -> peer.act(script), "scripted-worker");
            actor.setDaemon(true);
            actor.start();
            return peer.connection;
        }

        @Override
        public void close() {}
    }

    /** The worker's side of one connection. */
    static final class Peer {
        private final Process process;
        private final BlockingQueue<Connection.Frame> toWorker = new LinkedBlockingQueue<>();
        private final BlockingQueue<Connection.Frame> toParent = new LinkedBlockingQueue<>();
        private final Connection connection = new InMemory(toParent, toWorker);
        private final Connection own = new InMemory(toWorker, toParent);
        private final Deque<Message.Run> runs = new ArrayDeque<>();
        private final Codec.Encoder encoder = Codec.java().newEncoder(1 << 20);

        private Peer(Process process) {
            this.process = process;
            process.onExit().thenRun(() -> {
                toParent.add(END);
                toWorker.add(END);
            });
        }

        private void act(Script script) {
            try {
                say(new Message.Hello("17", Message.PROTOCOL_VERSION));
                hear();
                say(new Message.Ready());
                script.play(this);
            } catch (Exception gone) {
                // it was killed, as it should be
            }
        }

        long pid() {
            return process.pid();
        }

        void say(Message message) throws TransportException {
            MessageFormat.send(own, message);
        }

        void sayRaw(int kind, long id, byte... payload) throws TransportException {
            own.send(kind, id, ByteBuffer.wrap(payload));
        }

        /** The next message from the supervisor. */
        Message hear() throws TransportException {
            Connection.Frame frame = own.receive();
            if (frame == null) {
                throw new TransportException("killed");
            }
            return MessageFormat.parse(frame);
        }

        /** The id of the next attempt. */
        long hearRun() throws TransportException {
            Message heard = hear();
            while (!(heard instanceof Message.Run)) {
                heard = hear();
            }
            return heard.id();
        }

        void done(long attemptId, Object result) throws TransportException, EncodingException {
            say(new Message.Done(attemptId, false, encoder.encode(result).bytes()));
        }

        void beHonest() throws Exception {
            while (true) {
                long attemptId = hearRun();
                say(new Message.Started(attemptId));
                say(new Message.Running(attemptId));
                done(attemptId, "honest");
            }
        }
    }

    /** One direction each. */
    private record InMemory(BlockingQueue<Connection.Frame> in, BlockingQueue<Connection.Frame> out)
            implements Connection {
        @Override
        public void send(int kind, long id, ByteBuffer... payload) {
            int length = 0;
            for (ByteBuffer part : payload) {
                length += part.remaining();
            }
            ByteBuffer whole = ByteBuffer.allocate(length);
            for (ByteBuffer part : payload) {
                whole.put(part.duplicate());
            }
            out.add(new Frame(kind, id, whole.array()));
        }

        @Override
        public @Nullable Frame receive() throws TransportException {
            try {
                Frame frame = in.take();
                return frame == END ? null : frame;
            } catch (InterruptedException e) {
                throw new TransportException("interrupted", e);
            }
        }

        @Override
        public int maxPayloadBytes() {
            return 1 << 20;
        }

        @Override
        public void close() {
            in.add(END);
            out.add(END);
        }
    }
}
