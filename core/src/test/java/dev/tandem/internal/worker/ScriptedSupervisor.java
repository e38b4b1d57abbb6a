package dev.tandem.internal.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.Hygiene;
import dev.tandem.Task;
import dev.tandem.TaskAction;
import dev.tandem.TaskFunction;
import dev.tandem.internal.protocol.Bundle;
import dev.tandem.internal.protocol.Message;
import dev.tandem.internal.protocol.Message.Alive;
import dev.tandem.internal.protocol.Message.Call;
import dev.tandem.internal.protocol.Message.Cancel;
import dev.tandem.internal.protocol.Message.Configure;
import dev.tandem.internal.protocol.Message.Define;
import dev.tandem.internal.protocol.Message.DefineResult;
import dev.tandem.internal.protocol.Message.Done;
import dev.tandem.internal.protocol.Message.Encoding;
import dev.tandem.internal.protocol.Message.Failed;
import dev.tandem.internal.protocol.Message.Item;
import dev.tandem.internal.protocol.Message.Run;
import dev.tandem.internal.protocol.Message.Running;
import dev.tandem.internal.protocol.Message.Started;
import dev.tandem.internal.protocol.Message.Stop;
import dev.tandem.internal.protocol.Message.Withdraw;
import dev.tandem.internal.protocol.MessageFormat;
import dev.tandem.internal.protocol.Payload;
import dev.tandem.internal.protocol.Slice;
import dev.tandem.ipc.Codec;
import dev.tandem.ipc.Connection;
import dev.tandem.ipc.EncodingException;
import dev.tandem.ipc.TransportException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The supervisor's side of a connection, one step at a time: a test says what to say, and what it expects to hear.
 *
 * <p>ALIVE is counted and DEFINE_RESULT obeyed, so that neither stands in the way. Used by one thread.
 */
final class ScriptedSupervisor implements AutoCloseable {

    private static final Object END = "the end of the connection";
    private static final long PATIENCE_SECONDS = 20;

    private final Connection connection;
    private final Codec.Encoder encoder = Codec.java().newEncoder(1 << 24);
    private final Codec.Decoder decoder = Codec.java().newDecoder(ScriptedSupervisor.class.getClassLoader());
    private final BitSet defined = new BitSet();
    private final BlockingQueue<Object> heard = new LinkedBlockingQueue<>();
    private final AtomicInteger alive = new AtomicInteger();
    private final Thread reader;

    private long nextAttemptId = 100;
    private long nextTaskId = 1;

    ScriptedSupervisor(Connection connection) {
        this.connection = connection;
        reader = new Thread(this::read, "scripted-supervisor");
        reader.setDaemon(true);
        reader.start();
    }

    private void read() {
        try {
            for (Connection.Frame frame = connection.receive(); frame != null; frame = connection.receive()) {
                Message message = MessageFormat.parse(frame);
                if (message instanceof Alive) {
                    alive.incrementAndGet();
                } else if (message instanceof DefineResult define) {
                    decoder.define(define.definition());
                } else {
                    heard.add(message);
                }
            }
            heard.add(END);
        } catch (TransportException e) {
            heard.add(END);
        }
    }

    /** A configuration to start from. */
    static Configure plain() throws EncodingException {
        byte[] codec = Bundle.of(Codec.java(), 1 << 20);
        long heartbeatNanos = TimeUnit.MILLISECONDS.toNanos(50);
        return new Configure(3, "test", heartbeatNanos, 1 << 20, 0, Hygiene.IGNORE, codec, Bundle.EMPTY, Bundle.EMPTY);
    }

    static Configure withActions(@Nullable TaskAction onStart, @Nullable TaskAction onStop) throws EncodingException {
        Configure plain = plain();
        return new Configure(
                plain.workerIndex(),
                plain.runnerName(),
                plain.heartbeatNanos(),
                plain.maxPayloadBytes(),
                plain.maxMemoryBytes(),
                plain.hygiene(),
                plain.codec(),
                Slice.of(onStart == null ? Bundle.EMPTY : Bundle.of(onStart, 1 << 20)),
                Slice.of(onStop == null ? Bundle.EMPTY : Bundle.of(onStop, 1 << 20)));
    }

    static Configure with(Hygiene hygiene) throws EncodingException {
        Configure plain = plain();
        return new Configure(
                plain.workerIndex(),
                plain.runnerName(),
                plain.heartbeatNanos(),
                plain.maxPayloadBytes(),
                plain.maxMemoryBytes(),
                hygiene,
                plain.codec(),
                plain.onStart(),
                plain.onStop());
    }

    static Configure withLimits(long maxPayloadBytes, long maxMemoryBytes) throws EncodingException {
        Configure plain = plain();
        return new Configure(
                plain.workerIndex(),
                plain.runnerName(),
                plain.heartbeatNanos(),
                maxPayloadBytes,
                maxMemoryBytes,
                plain.hygiene(),
                plain.codec(),
                plain.onStart(),
                plain.onStop());
    }

    void say(Message message) throws TransportException {
        MessageFormat.send(connection, message);
    }

    long run(Task<?> task) throws Exception {
        return run("", Map.of(), task);
    }

    long run(String name, Map<String, String> context, Task<?> task) throws Exception {
        return run(Call.TASK, name, context, encode(task), List.of(Payload.of(Bundle.EMPTY)));
    }

    long run(TaskAction action) throws Exception {
        return run(Call.ACTION, "", Map.of(), encode(action), List.of(Payload.of(Bundle.EMPTY)));
    }

    <A> long run(TaskFunction<A, ?> function, List<A> inputs) throws Exception {
        byte[] encoded = encode(function);
        List<Payload> encodedInputs = new ArrayList<>();
        for (A input : inputs) {
            encodedInputs.add(Payload.of(encode(input)));
        }
        return run(Call.FUNCTION, "", Map.of(), encoded, encodedInputs);
    }

    /** Says RUN with whatever bytes; returns the attempt id of the first item. */
    long run(Call call, String name, Map<String, String> context, byte[] function, List<Payload> inputs)
            throws TransportException {
        long first = nextAttemptId;
        List<Item> items = new ArrayList<>();
        for (Payload input : inputs) {
            items.add(new Item(nextTaskId++, 1, false, input));
        }
        nextAttemptId += items.size();
        long timeoutNanos = Duration.ofHours(1).toNanos();
        say(new Run(first, call, name, timeoutNanos, context, Map.of(), Payload.of(function), items));
        return first;
    }

    byte[] encode(@Nullable Object value) throws EncodingException, TransportException {
        Codec.Encoded encoded = encoder.encode(value);
        for (Codec.Definition definition : encoded.definitions()) {
            if (!defined.get(definition.id())) {
                defined.set(definition.id());
                say(new Define(definition));
            }
        }
        return encoded.bytes();
    }

    void cancel(long attemptId) throws TransportException {
        say(new Cancel(attemptId));
    }

    void withdraw(long attemptId) throws TransportException {
        say(new Withdraw(attemptId));
    }

    void stop() throws TransportException {
        say(new Stop());
    }

    <M extends Message> M expect(Class<M> kind) throws InterruptedException {
        Object next = next();
        assertThat(next).as("what the worker says").isInstanceOf(kind);
        return kind.cast(next);
    }

    /** Hears of an attempt that comes to its user code. */
    void expectRunning(long attemptId) throws InterruptedException {
        assertThat(expect(Started.class).attemptId()).isEqualTo(attemptId);
        assertThat(expect(Running.class).attemptId()).isEqualTo(attemptId);
    }

    /** Hears of an attempt from its start to its success. */
    @Nullable
    Object expectResult(long attemptId) throws Exception {
        expectRunning(attemptId);
        Object next = next();
        if (next instanceof Encoding encoding) {
            assertThat(encoding.attemptId()).isEqualTo(attemptId);
            next = next();
        }
        assertThat(next).isInstanceOf(Done.class);
        Done done = (Done) next;
        assertThat(done.attemptId()).isEqualTo(attemptId);
        return decode(done.result());
    }

    /** Hears of an attempt from its start to its failure in user code. */
    Failed expectUserFailure(long attemptId) throws InterruptedException {
        expectRunning(attemptId);
        return expectFailed(attemptId, Failed.Reason.USER);
    }

    Failed expectFailed(long attemptId, Failed.Reason reason) throws InterruptedException {
        Failed failed = expect(Failed.class);
        assertThat(failed.attemptId()).isEqualTo(attemptId);
        assertThat(failed.reason()).isEqualTo(reason);
        return failed;
    }

    void expectEnd() throws InterruptedException {
        assertThat(next()).isSameAs(END);
    }

    Object next() throws InterruptedException {
        Object next = heard.poll(PATIENCE_SECONDS, TimeUnit.SECONDS);
        assertThat(next)
                .as("what the worker says within " + PATIENCE_SECONDS + " s")
                .isNotNull();
        return next;
    }

    boolean hasHeardNothing() {
        return heard.isEmpty();
    }

    @Nullable
    Object decode(Payload payload) throws EncodingException {
        Slice bytes = payload.bytes();
        return decoder.decode(bytes.array(), bytes.offset(), bytes.length(), payload.arrays());
    }

    int aliveCount() {
        return alive.get();
    }

    /** Closes the connection, which ends the worker. */
    @Override
    public void close() {
        connection.close();
    }
}
