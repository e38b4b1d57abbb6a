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
import dev.tandem.internal.task.PortableThrowable;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.Combinators;

/** Any message, for properties. */
final class Messages {

    private Messages() {}

    static Arbitrary<Message> any() {
        return Arbitraries.oneOf(
                configure(),
                Combinators.combine(definitionIds(), slices()).as(Define::new),
                runs(6).map(run -> run),
                ids().map(Cancel::new),
                ids().map(Withdraw::new),
                Arbitraries.just(new Message.Recall()),
                Arbitraries.just(new Stop()),
                Combinators.combine(texts(), Arbitraries.integers()).as(Hello::new),
                Arbitraries.just(new Ready()),
                Arbitraries.just(new Alive()),
                ids().map(Forget::new),
                ids().map(Started::new),
                ids().map(Running::new),
                ids().map(Encoding::new),
                Combinators.combine(ids(), Arbitraries.longs(), Arbitraries.longs(), texts())
                        .as(Reported::new),
                Combinators.combine(ids(), Arbitraries.of(true, false), payloads())
                        .as((id, plain, result) -> new Done(id, plain, result)),
                failed(),
                Combinators.combine(definitionIds(), slices()).as(DefineResult::new),
                throwables().map(StartFailed::new),
                throwables().map(StopFailed::new),
                texts().map(Retiring::new),
                leftBehind(),
                Combinators.combine(ids(), slices().list().ofMaxSize(3), texts())
                        .as(Found::new),
                Combinators.combine(ids(), names(), Arbitraries.of(true, false)).as(Lookup::new),
                levels(),
                Combinators.combine(ids(), logEvents()).as(Logged::new),
                texts().map(LoggerWanted::new),
                texts().map(Page::new),
                Arbitraries.just(new PageUsed()),
                texts().map(PageRefused::new),
                Combinators.combine(runs(1), Arbitraries.integers().between(0, 1), Arbitraries.integers())
                        .as((run, slot, first) -> new RunChunk(ofFunction(run), slot, first)),
                Combinators.combine(ids(), Arbitraries.longs()).as(ChunkDone::new),
                Combinators.combine(
                                ids(),
                                Arbitraries.longs(),
                                Arbitraries.longs(),
                                Arbitraries.longs(),
                                Arbitraries.longs())
                        .as(Measured::new),
                Arbitraries.just(new Stopping()));
    }

    private static Arbitrary<Message> configure() {
        Arbitrary<List<Long>> numbers = Arbitraries.longs().list().ofSize(3);
        return Combinators.combine(
                        Arbitraries.integers(),
                        texts(),
                        numbers,
                        Arbitraries.of(Hygiene.class),
                        slices(),
                        slices(),
                        slices())
                .as((index, name, three, hygiene, codec, start, stop) -> new Configure(
                        index, name, three.get(0), three.get(1), three.get(2), hygiene, codec, start, stop));
    }

    private static Run ofFunction(Run run) {
        return new Run(
                run.firstAttemptId(),
                Call.FUNCTION,
                run.name(),
                run.timeoutNanos(),
                run.diagnosticContext(),
                run.carried(),
                run.functionNumber(),
                run.function(),
                run.items());
    }

    private static Arbitrary<Run> runs(int mostItems) {
        Arbitrary<Map<String, String>> contexts =
                Arbitraries.maps(texts(), texts()).ofMaxSize(4);
        Arbitrary<List<Item>> items = Combinators.combine(Arbitraries.longs(), Arbitraries.integers(), payloads())
                .as((task, attempt, input) -> new Item(task, attempt, task % 2 == 0, input))
                .list()
                .ofMinSize(1)
                .ofMaxSize(mostItems);
        return Combinators.combine(
                        ids(), Arbitraries.of(Call.class), texts(), Arbitraries.longs(), contexts, functions(), items)
                .as((id, call, name, timeout, context, function, list) ->
                        new Run(id, call, name, timeout, context, context, timeout, function, list));
    }

    private static Arbitrary<Message> leftBehind() {
        Arbitrary<List<Finding>> findings = Combinators.combine(
                        Arbitraries.of(Finding.Kind.class), Arbitraries.of(true, false), texts())
                .as(Finding::new)
                .list()
                .ofMaxSize(4);
        return Combinators.combine(ids(), Arbitraries.longs(), Arbitraries.integers(), texts(), findings)
                .as(LeftBehind::new);
    }

    private static Arbitrary<Message> levels() {
        return Arbitraries.maps(texts(), Arbitraries.integers().between(0, LogEvent.ALL_LEVELS))
                .ofMaxSize(4)
                .map(Levels::new);
    }

    private static Arbitrary<LogEvent> logEvents() {
        Arbitrary<List<LogEvent.Pair>> pairs = Combinators.combine(texts(), texts())
                .as(LogEvent.Pair::new)
                .list()
                .ofMaxSize(3);
        return Combinators.combine(
                        texts().list().ofSize(3),
                        Arbitraries.integers().between(0, LogEvent.MAX_LEVEL),
                        throwables().injectNull(0.5),
                        Arbitraries.longs(),
                        Arbitraries.maps(texts(), texts()).ofMaxSize(4),
                        texts().list().ofMaxSize(3),
                        pairs)
                .as((three, level, thrown, millis, context, markers, keyed) -> new LogEvent(
                        three.get(0), level, three.get(1), thrown, three.get(2), millis, context, markers, keyed));
    }

    private static Arbitrary<Message> failed() {
        return Combinators.combine(ids(), Arbitraries.of(Failed.Reason.class), throwables(), texts(), texts(), slices())
                .as(Failed::new);
    }

    static Arbitrary<PortableThrowable> throwables() {
        return Arbitraries.recursive(() -> throwable(Arbitraries.just(List.of())), Messages::nest, 0, 3);
    }

    private static Arbitrary<PortableThrowable> nest(Arbitrary<PortableThrowable> inner) {
        return throwable(inner.list().ofMaxSize(3));
    }

    /** The first of the nested becomes the cause. */
    private static Arbitrary<PortableThrowable> throwable(Arbitrary<List<PortableThrowable>> nested) {
        return Combinators.combine(
                        texts(), texts().injectNull(0.2), frames().list().ofMaxSize(5), nested)
                .as((name, message, frames, inner) -> new PortableThrowable(
                        name,
                        message,
                        frames,
                        inner.isEmpty() ? null : inner.get(0),
                        inner.isEmpty() ? List.of() : inner.subList(1, inner.size())));
    }

    private static Arbitrary<StackTraceElement> frames() {
        Arbitrary<String> optional = texts().injectNull(0.3);
        return Combinators.combine(optional, optional, optional, texts(), texts(), optional, Arbitraries.integers())
                .as(StackTraceElement::new);
    }

    private static Arbitrary<Long> ids() {
        return Arbitraries.longs().between(0, (1L << 48) - 1);
    }

    private static Arbitrary<Integer> definitionIds() {
        return Arbitraries.integers().greaterOrEqual(0);
    }

    private static Arbitrary<String> texts() {
        return Arbitraries.strings()
                .ascii()
                .withChars('\u0000', '\u00e4', '\u20ac', '\ufffd')
                .ofMaxLength(40);
    }

    private static Arbitrary<String> names() {
        return texts().map(text -> "a/" + text).filter(Lookup::isName);
    }

    /** Parts of arrays, shorter and longer than what is copied when it is sent. */
    private static Arbitrary<Payload> payloads() {
        Arbitrary<List<Object>> arrays = Arbitraries.of(new int[] {1, 2}, new byte[] {3}, new double[] {4})
                .list()
                .ofMaxSize(3)
                .map(List::<Object>copyOf);
        return Combinators.combine(slices(), arrays).as((bytes, beside) -> new Payload(bytes, beside));
    }

    /** The same, and some arrays are in files. */
    private static Arbitrary<Payload> functions() {
        Arbitrary<List<Object>> arrays = Arbitraries.of(
                        new int[] {1, 2}, new byte[] {3}, new InFile("/tmp/a", 5, 7, null), new InFile("b", 0, 1, null))
                .list()
                .ofMaxSize(4)
                .map(List::<Object>copyOf);
        return Combinators.combine(slices(), arrays).as((bytes, all) -> new Payload(bytes, all));
    }

    private static Arbitrary<Slice> slices() {
        Arbitrary<byte[]> few = Arbitraries.bytes().array(byte[].class).ofMaxSize(50);
        Arbitrary<byte[]> many = Arbitraries.integers().between(4_000, 9_000).map(byte[]::new);
        return Arbitraries.frequencyOf(net.jqwik.api.Tuple.of(9, few), net.jqwik.api.Tuple.of(1, many))
                .map(bytes -> new Slice(bytes, bytes.length / 3, bytes.length - bytes.length / 3));
    }
}
