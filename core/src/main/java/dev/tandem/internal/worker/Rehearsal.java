package dev.tandem.internal.worker;

import dev.tandem.TaskAction;
import dev.tandem.internal.protocol.Message;
import dev.tandem.internal.protocol.MessageFormat;
import dev.tandem.internal.protocol.Payload;
import dev.tandem.internal.protocol.Slice;
import dev.tandem.internal.task.CurrentTask;
import dev.tandem.internal.task.WorkerLocals;
import dev.tandem.ipc.Codec;
import dev.tandem.ipc.Connection;
import dev.tandem.ipc.TransportException;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Takes a task all the way from its message to its answer, in front of an empty house: what is said comes back as what is heard.
 *
 * <p>A spare worker waits to take over from one that was lost, and then its first task should not be its slowest. So while there is nothing
 * to do, all that a task needs is loaded and linked. Nobody sees anything of it: it has its own thread, connection and
 * codec, and none of it is kept. Used once, by one thread.
 */
final class Rehearsal implements Connection {

    private static final int MAX_BYTES = 10_000;
    private static final long TASK = 1;

    private @Nullable Frame latest;

    /** Plays it; returns what the task has returned. */
    @Nullable
    Object play() throws Exception {
        ClassLoader loader = Rehearsal.class.getClassLoader();
        Payloads here = Payloads.open(Slice.of(new byte[0]), MAX_BYTES, loader);
        TaskAction action = () -> {};
        Codec.Encoded code = here.encode(action);
        for (Codec.Definition definition : code.definitions()) {
            here.define(((Message.Define) heard(new Message.Define(definition))).definition());
        }
        Message.Item item = new Message.Item(TASK, 1, new byte[0]);
        Message.Run run = (Message.Run) heard(
                new Message.Run(TASK, Message.Call.ACTION, "", 0, Map.of(), Map.of(), Payload.of(code), List.of(item)));
        Outbox outbox = new Outbox(this);
        Attempt attempt = new Attempt(TASK, new Batch(run), run.items().get(0), new Reports(outbox));
        attempt.start(0, outbox.whereabouts());
        heard(new Message.Started(TASK));
        CurrentTask.enter(attempt.contexts(), new WorkerLocals(() -> () -> {}));
        try {
            Callee callee = attempt.batch().callee(here);
            heard(new Message.Running(TASK));
            return answer(here.encodeResult(callee.call(null)), here);
        } finally {
            CurrentTask.exit();
        }
    }

    private @Nullable Object answer(Codec.Encoded result, Payloads here) throws Exception {
        Answer answer = Answer.done(TASK, true, result);
        for (Codec.Definition definition : answer.definitions()) {
            here.define(((Message.DefineResult) heard(new Message.DefineResult(definition))).definition());
        }
        return here.decode(((Message.Done) heard(answer.message())).result());
    }

    /** What this worker says, as somebody who hears it would get it. */
    private Message heard(Message said) throws TransportException {
        MessageFormat.send(this, said);
        Frame frame = latest;
        if (frame == null) {
            throw new TransportException(said.kind() + " was not sent");
        }
        return MessageFormat.parse(frame);
    }

    @Override
    public void send(int kind, long id, ByteBuffer... payload) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (ByteBuffer part : payload) {
            byte[] bytes = new byte[part.remaining()];
            part.get(bytes);
            all.writeBytes(bytes);
        }
        latest = new Frame(kind, id, all.toByteArray());
    }

    @Override
    public @Nullable Frame receive() {
        return latest;
    }

    @Override
    public int maxPayloadBytes() {
        return MAX_BYTES;
    }

    @Override
    public void close() {
        // there is nothing to close
    }
}
