package dev.tandem.internal.protocol;

import dev.tandem.Hygiene;
import dev.tandem.internal.protocol.Message.Alive;
import dev.tandem.internal.protocol.Message.Call;
import dev.tandem.internal.protocol.Message.Cancel;
import dev.tandem.internal.protocol.Message.ChunkDone;
import dev.tandem.internal.protocol.Message.Configure;
import dev.tandem.internal.protocol.Message.Define;
import dev.tandem.internal.protocol.Message.DefineResult;
import dev.tandem.internal.protocol.Message.Done;
import dev.tandem.internal.protocol.Message.Encoding;
import dev.tandem.internal.protocol.Message.Failed;
import dev.tandem.internal.protocol.Message.Forget;
import dev.tandem.internal.protocol.Message.Found;
import dev.tandem.internal.protocol.Message.Hello;
import dev.tandem.internal.protocol.Message.Item;
import dev.tandem.internal.protocol.Message.LeftBehind;
import dev.tandem.internal.protocol.Message.Levels;
import dev.tandem.internal.protocol.Message.Logged;
import dev.tandem.internal.protocol.Message.LoggerWanted;
import dev.tandem.internal.protocol.Message.Lookup;
import dev.tandem.internal.protocol.Message.Measured;
import dev.tandem.internal.protocol.Message.Page;
import dev.tandem.internal.protocol.Message.PageRefused;
import dev.tandem.internal.protocol.Message.PageUsed;
import dev.tandem.internal.protocol.Message.Ready;
import dev.tandem.internal.protocol.Message.Recall;
import dev.tandem.internal.protocol.Message.Reported;
import dev.tandem.internal.protocol.Message.Retiring;
import dev.tandem.internal.protocol.Message.Run;
import dev.tandem.internal.protocol.Message.RunChunk;
import dev.tandem.internal.protocol.Message.Running;
import dev.tandem.internal.protocol.Message.StartFailed;
import dev.tandem.internal.protocol.Message.Started;
import dev.tandem.internal.protocol.Message.Stop;
import dev.tandem.internal.protocol.Message.StopFailed;
import dev.tandem.internal.protocol.Message.Stopping;
import dev.tandem.internal.protocol.Message.Withdraw;
import dev.tandem.ipc.Connection;
import dev.tandem.ipc.TransportException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The bytes of each {@link Message}: the kind and the id are the frame's, the rest is its payload.
 *
 * <p>Numbers are big-endian. A <b>text</b> is an int (the number of bytes, -1 for null) and UTF-8; <b>bytes</b> are an int and
 * as many bytes; <b>rest</b> is what is left of the frame. Arrays beside the frame belong to RUN, as said there, or to the result of DONE.
 *
 * <pre>
 *   kind               id          payload
 *    1 CONFIGURE       0           | index int | runner text | heartbeat ns long | max payload long | max memory long |
 *                                  | hygiene byte | codec bytes | onStart bytes | onStop bytes |
 *    2 DEFINE          definition  | content rest |
 *    3 RUN             attempt     | call byte | name text | timeout ns long | context int | (key text | value text)* |
 *                                  | carried int | (name text | value text)* | function number long | function bytes
 *                                  | arrays in files int | (index int | type byte | elements int | file text)* | items int | (task long | attempt int | measured byte | input bytes)* |
 *                                  | if arrays came with the frame, how many are the function's int, each input's int* |
 *    4 CANCEL          attempt     |
 *    5 STOP            0           |
 *    6 WITHDRAW        attempt     |
 *    7 FOUND           lookup      | contents int | (content bytes)* | reason text |
 *    8 LEVELS          0           | see LogFormat |
 *    9 PAGE            0           | path text |
 *   10 RECALL          0           |
 *   11 RUN_CHUNK       attempt     | slot byte | first int | as RUN, of one item without an input |
 *   12 FORGET          function    |
 *   64 HELLO           0           | java version text | protocol version int |
 *   65 READY           0           |
 *   66 ALIVE           0           |
 *   67 STARTED         attempt     |
 *   68 RUNNING         attempt     |
 *   69 ENCODING        attempt     |
 *   70 REPORTED        attempt     | done long | total long | note text |
 *   71 DONE            attempt     | plain byte | result rest |
 *   72 FAILED          attempt     | reason byte | throwable, see ThrowableFormat | culprit text | path text |
 *                                  | original rest |
 *   73 DEFINE_RESULT   definition  | content rest |
 *   74 START_FAILED    0           | throwable |
 *   75 RETIRING        0           | reason text |
 *   76 STOPPING        0           |
 *   77 LEFT_BEHIND     attempt     | task long | attempt int | name text | findings int |
 *                                  | (kind byte | put back byte | text)* |
 *   78 STOP_FAILED     0           | throwable |
 *   79 LOOKUP          lookup      | all byte | name text |
 *   80 LOGGED          task        | see LogFormat |
 *   81 LOGGER_WANTED   0           | logger text |
 *   82 PAGE_USED       0           |
 *   83 CHUNK_DONE      attempt     | nanos long |
 *   84 PAGE_REFUSED    0           | reason text |
 *   90 MEASURED        attempt     | began ns long | decode ns long | run ns long | encode ns long |
 * </pre>
 *
 * <p>Stateless, safe for use by any number of threads.
 */
public final class MessageFormat {

    private static final int MIN_ITEM_BYTES = 8 + 4 + 1 + 4;
    private static final int MIN_ENTRY_BYTES = 4 + 4;
    private static final int MIN_CONTENT_BYTES = 4;
    private static final int MIN_FINDING_BYTES = 1 + 1 + 4;

    private static final Call[] CALLS = Call.values();
    private static final Failed.Reason[] REASONS = Failed.Reason.values();
    private static final List<Hygiene> HYGIENES = List.of(Hygiene.IGNORE, Hygiene.WARN, Hygiene.RECYCLE);

    private MessageFormat() {}

    /**
     * Sends a message as one frame; long byte arrays go out as they are, without a copy.
     *
     * @param connection where to
     * @param message what
     * @throws TransportException as {@link Connection#send}
     */
    public static void send(Connection connection, Message message) throws TransportException {
        connection.send(message.kind().number(), message.id(), arraysOf(message), payload(message));
    }

    /**
     * The same, but the frame may be left to be sent with the next one.
     *
     * @param connection where to
     * @param message what
     * @throws TransportException as {@link Connection#gather}
     */
    public static void gather(Connection connection, Message message) throws TransportException {
        connection.gather(message.kind().number(), message.id(), arraysOf(message), payload(message));
    }

    private static ByteBuffer[] payload(Message message) {
        PayloadWriter payload = new PayloadWriter();
        switch (message.kind()) {
            case CONFIGURE -> put((Configure) message, payload);
            case DEFINE -> payload.putRest(((Define) message).content());
            case RUN -> put((Run) message, payload);
            case FOUND -> put((Found) message, payload);
            case HELLO -> put((Hello) message, payload);
            case REPORTED -> put((Reported) message, payload);
            case MEASURED -> put((Measured) message, payload);
            case DONE -> put((Done) message, payload);
            case FAILED -> put((Failed) message, payload);
            case DEFINE_RESULT -> payload.putRest(((DefineResult) message).content());
            case START_FAILED -> ThrowableFormat.put(((StartFailed) message).throwable(), payload);
            case STOP_FAILED -> ThrowableFormat.put(((StopFailed) message).throwable(), payload);
            case RETIRING -> payload.putText(((Retiring) message).reason());
            case LEFT_BEHIND -> put((LeftBehind) message, payload);
            case LOOKUP -> put((Lookup) message, payload);
            case LEVELS -> LogFormat.put((Levels) message, payload);
            case LOGGED -> LogFormat.put((Logged) message, payload);
            case LOGGER_WANTED -> payload.putText(((LoggerWanted) message).logger());
            case PAGE -> payload.putText(((Page) message).path());
            case PAGE_REFUSED -> payload.putText(((PageRefused) message).reason());
            case RUN_CHUNK -> put((RunChunk) message, payload);
            case CHUNK_DONE -> payload.putLong(((ChunkDone) message).nanos());
            case CANCEL,
                    STOP,
                    WITHDRAW,
                    RECALL,
                    FORGET,
                    READY,
                    ALIVE,
                    STARTED,
                    RUNNING,
                    ENCODING,
                    STOPPING,
                    PAGE_USED -> {}
        }
        return payload.parts();
    }

    /**
     * Makes a message of a frame; byte arrays stay in the frame's.
     *
     * @param frame what was received
     * @return the message
     * @throws TransportException if the frame is of no known kind or its payload is malformed
     */
    public static Message parse(Connection.Frame frame) throws TransportException {
        PayloadReader payload = new PayloadReader(frame);
        ArraysBeside arrays = new ArraysBeside(frame.arrays(), payload);
        MessageKind kind = MessageKind.of(frame.kind());
        if (kind == null) {
            throw payload.malformed("there is no such kind");
        }
        Message message = switch (kind) {
            case CONFIGURE -> configure(payload);
            case DEFINE -> new Define(definitionId(frame, payload), payload.getRest());
            case RUN -> run(frame.id(), payload, arrays);
            case CANCEL -> new Cancel(frame.id());
            case STOP -> new Stop();
            case WITHDRAW -> new Withdraw(frame.id());
            case RECALL -> new Recall();
            case FORGET -> new Forget(frame.id());
            case FOUND -> found(frame.id(), payload);
            case HELLO -> new Hello(payload.getText("Java version"), payload.getInt("version"));
            case READY -> new Ready();
            case ALIVE -> new Alive();
            case STARTED -> new Started(frame.id());
            case RUNNING -> new Running(frame.id());
            case ENCODING -> new Encoding(frame.id());
            case REPORTED ->
                new Reported(frame.id(), payload.getLong("done"), payload.getLong("total"), payload.getText("note"));
            case DONE ->
                new Done(frame.id(), payload.getByte("plain") != 0, new Payload(payload.getRest(), arrays.all()));
            case FAILED -> failed(frame.id(), payload);
            case DEFINE_RESULT -> new DefineResult(definitionId(frame, payload), payload.getRest());
            case START_FAILED -> new StartFailed(ThrowableFormat.get(payload));
            case STOP_FAILED -> new StopFailed(ThrowableFormat.get(payload));
            case RETIRING -> new Retiring(payload.getText("reason"));
            case STOPPING -> new Stopping();
            case LEFT_BEHIND -> leftBehind(frame.id(), payload);
            case LOOKUP -> lookup(frame.id(), payload);
            case LEVELS -> LogFormat.levels(payload);
            case LOGGED -> LogFormat.logged(frame.id(), payload);
            case LOGGER_WANTED -> new LoggerWanted(payload.getText("logger"));
            case PAGE -> new Page(payload.getText("path"));
            case RUN_CHUNK -> runChunk(frame.id(), payload, arrays);
            case CHUNK_DONE -> new ChunkDone(frame.id(), payload.getLong("nanos"));
            case PAGE_USED -> new PageUsed();
            case PAGE_REFUSED -> new PageRefused(payload.getText("reason"));
            case MEASURED ->
                new Measured(
                        frame.id(),
                        payload.getLong("began"),
                        payload.getLong("decode"),
                        payload.getLong("run"),
                        payload.getLong("encode"));
        };
        payload.requireEnd();
        arrays.requireEnd();
        return message;
    }

    private static void put(Configure configure, PayloadWriter to) {
        to.putInt(configure.workerIndex());
        to.putText(configure.runnerName());
        to.putLong(configure.heartbeatNanos());
        to.putLong(configure.maxPayloadBytes());
        to.putLong(configure.maxMemoryBytes());
        to.putByte(HYGIENES.indexOf(configure.hygiene()));
        to.putSlice(configure.codec());
        to.putSlice(configure.onStart());
        to.putSlice(configure.onStop());
    }

    private static Configure configure(PayloadReader from) throws TransportException {
        return new Configure(
                from.getInt("worker index"),
                from.getText("runner name"),
                from.getLong("heartbeat"),
                from.getLong("payload limit"),
                from.getLong("memory limit"),
                hygiene(from),
                from.getSlice("codec"),
                from.getSlice("start action"),
                from.getSlice("stop action"));
    }

    private static Hygiene hygiene(PayloadReader from) throws TransportException {
        int number = from.getByte("hygiene");
        if (number >= HYGIENES.size()) {
            throw from.malformed("there is no hygiene " + number);
        }
        return HYGIENES.get(number);
    }

    private static void put(Run run, PayloadWriter to) {
        to.putByte(run.call().number());
        to.putText(run.name());
        to.putLong(run.timeoutNanos());
        putTexts(run.diagnosticContext(), to);
        putTexts(run.carried(), to);
        to.putLong(run.functionNumber());
        to.putSlice(run.function().bytes());
        InFile.put(run.function().arrays(), to);
        to.putInt(run.items().size());
        for (Item item : run.items()) {
            to.putLong(item.taskId());
            to.putInt(item.attempt());
            to.putByte(item.isMeasured() ? 1 : 0);
            to.putSlice(item.input().bytes());
        }
        if (!arraysOf(run).isEmpty()) {
            to.putInt(InFile.beside(run.function().arrays()).size());
            run.items().forEach(item -> to.putInt(item.input().arrays().size()));
        }
    }

    private static void putTexts(Map<String, String> texts, PayloadWriter to) {
        to.putInt(texts.size());
        for (Map.Entry<String, String> entry : texts.entrySet()) {
            to.putText(entry.getKey());
            to.putText(entry.getValue());
        }
    }

    private static Map<String, String> texts(PayloadReader from, String what) throws TransportException {
        int entries = from.getCount(MIN_ENTRY_BYTES, what);
        if (entries == 0) {
            return Map.of();
        }
        Map<String, String> texts = new LinkedHashMap<>();
        for (int i = 0; i < entries; i++) {
            texts.put(from.getText("key"), from.getText("value"));
        }
        return texts;
    }

    /** Those of all payloads of a message, in their order. */
    private static List<?> arraysOf(Message message) {
        if (message instanceof Done done) {
            return done.result().arrays();
        }
        if (message instanceof RunChunk chunk) {
            return arraysOf(chunk.run());
        }
        if (!(message instanceof Run run)) {
            return List.of();
        }
        List<Object> all = new ArrayList<>(0);
        all.addAll(InFile.beside(run.function().arrays()));
        for (Item item : run.items()) {
            if (!item.input().arrays().isEmpty()) {
                all.addAll(item.input().arrays());
            }
        }
        return all;
    }

    private static Run run(long firstAttemptId, PayloadReader from, ArraysBeside arrays) throws TransportException {
        Call call = call(from);
        String name = from.getText("name");
        long timeoutNanos = from.getLong("timeout");
        Map<String, String> diagnosticContext = texts(from, "entries of diagnostic context");
        Map<String, String> carried = texts(from, "entries of carried context");
        long functionNumber = from.getLong("function number");
        Slice functionBytes = from.getSlice("function");
        List<@Nullable InFile> inFiles = InFile.get(from, arrays.size());
        int itemCount = from.getCount(MIN_ITEM_BYTES, "items");
        if (itemCount == 0) {
            throw from.malformed("a run without items");
        }
        List<Item> items = new ArrayList<>(itemCount);
        for (int i = 0; i < itemCount; i++) {
            long taskId = from.getLong("task id");
            int attempt = from.getInt("attempt");
            boolean measured = from.getByte("measured") != 0;
            items.add(new Item(taskId, attempt, measured, new Payload(from.getSlice("input"), List.of())));
        }
        List<?> all = InFile.joined(inFiles, arrays.next(from));
        if (all == null) {
            throw from.malformed("arrays are missing between those in files");
        }
        Payload function = new Payload(functionBytes, all);
        if (!arrays.isEmpty()) {
            for (int i = 0; i < itemCount; i++) {
                Item item = items.get(i);
                Payload input = new Payload(item.input().bytes(), arrays.next(from));
                items.set(i, new Item(item.taskId(), item.attempt(), item.isMeasured(), input));
            }
        }
        return new Run(
                firstAttemptId, call, name, timeoutNanos, diagnosticContext, carried, functionNumber, function, items);
    }

    private static void put(RunChunk chunk, PayloadWriter to) {
        to.putByte(chunk.slot());
        to.putInt(chunk.first());
        put(chunk.run(), to);
    }

    private static RunChunk runChunk(long attemptId, PayloadReader from, ArraysBeside arrays)
            throws TransportException {
        int slot = from.getByte("slot");
        int first = from.getInt("first");
        Run run = run(attemptId, from, arrays);
        if (run.items().size() != 1 || run.call() != Call.FUNCTION || slot >= ChunkPage.SLOTS) {
            throw from.malformed("no chunk");
        }
        return new RunChunk(run, slot, first);
    }

    private static Call call(PayloadReader from) throws TransportException {
        int number = from.getByte("call");
        for (Call call : CALLS) {
            if (call.number() == number) {
                return call;
            }
        }
        throw from.malformed("there is no call " + number);
    }

    private static void put(Found found, PayloadWriter to) {
        to.putInt(found.contents().size());
        for (Slice content : found.contents()) {
            to.putSlice(content);
        }
        to.putText(found.reason());
    }

    private static Found found(long lookupId, PayloadReader from) throws TransportException {
        int count = from.getCount(MIN_CONTENT_BYTES, "contents");
        List<Slice> contents = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            contents.add(from.getSlice("content"));
        }
        return new Found(lookupId, contents, from.getText("reason"));
    }

    private static void put(Lookup lookup, PayloadWriter to) {
        to.putByte(lookup.all() ? 1 : 0);
        to.putText(lookup.name());
    }

    private static Lookup lookup(long lookupId, PayloadReader from) throws TransportException {
        boolean all = from.getByte("all") != 0;
        String name = from.getText("name");
        if (!Lookup.isName(name)) {
            throw from.malformed("what is asked for is no name of a resource");
        }
        return new Lookup(lookupId, name, all);
    }

    private static void put(Hello hello, PayloadWriter to) {
        to.putText(hello.javaVersion());
        to.putInt(hello.protocolVersion());
    }

    private static void put(Measured measured, PayloadWriter to) {
        to.putLong(measured.beganNanos());
        to.putLong(measured.decodeNanos());
        to.putLong(measured.runNanos());
        to.putLong(measured.encodeNanos());
    }

    private static void put(Reported reported, PayloadWriter to) {
        to.putLong(reported.done());
        to.putLong(reported.total());
        to.putText(reported.note());
    }

    private static void put(Done done, PayloadWriter to) {
        to.putByte(done.plain() ? 1 : 0);
        to.putRest(done.result().bytes());
    }

    private static void put(Failed failed, PayloadWriter to) {
        to.putByte(failed.reason().number());
        ThrowableFormat.put(failed.throwable(), to);
        to.putText(failed.culprit());
        to.putText(failed.path());
        to.putRest(failed.original());
    }

    private static Failed failed(long attemptId, PayloadReader from) throws TransportException {
        return new Failed(
                attemptId,
                reason(from),
                ThrowableFormat.get(from),
                from.getText("culprit"),
                from.getText("path"),
                from.getRest());
    }

    private static Failed.Reason reason(PayloadReader from) throws TransportException {
        int number = from.getByte("reason");
        for (Failed.Reason reason : REASONS) {
            if (reason.number() == number) {
                return reason;
            }
        }
        throw from.malformed("there is no reason " + number);
    }

    private static void put(LeftBehind left, PayloadWriter to) {
        to.putLong(left.taskId());
        to.putInt(left.attempt());
        to.putText(left.taskName());
        to.putInt(left.findings().size());
        for (Finding finding : left.findings()) {
            to.putByte(finding.kind().number());
            to.putByte(finding.isPutBack() ? 1 : 0);
            to.putText(finding.text());
        }
    }

    private static LeftBehind leftBehind(long attemptId, PayloadReader from) throws TransportException {
        long taskId = from.getLong("task id");
        int attempt = from.getInt("attempt");
        String name = from.getText("name");
        int count = from.getCount(MIN_FINDING_BYTES, "findings");
        List<Finding> findings = new ArrayList<>(count);
        for (int i = 0; i < count; i++) {
            findings.add(new Finding(findingKind(from), from.getByte("put back") != 0, from.getText("text")));
        }
        return new LeftBehind(attemptId, taskId, attempt, name, findings);
    }

    private static Finding.Kind findingKind(PayloadReader from) throws TransportException {
        int number = from.getByte("kind of finding");
        Finding.Kind kind = Finding.Kind.of(number);
        if (kind == null) {
            throw from.malformed("there is no kind of finding " + number);
        }
        return kind;
    }

    private static int definitionId(Connection.Frame frame, PayloadReader from) throws TransportException {
        if (frame.id() > Integer.MAX_VALUE) {
            throw from.malformed("a definition's id must fit in 31 bits");
        }
        return (int) frame.id();
    }
}
