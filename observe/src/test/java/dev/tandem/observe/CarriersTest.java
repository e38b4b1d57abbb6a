package dev.tandem.observe;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tandem.ParallelRunner;
import dev.tandem.RetryPolicy;
import dev.tandem.TaskFuture;
import io.micrometer.context.ContextRegistry;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.SpanContext;
import io.opentelemetry.context.Context;
import io.opentelemetry.sdk.OpenTelemetrySdk;
import io.opentelemetry.sdk.common.CompletableResultCode;
import io.opentelemetry.sdk.trace.ReadWriteSpan;
import io.opentelemetry.sdk.trace.ReadableSpan;
import io.opentelemetry.sdk.trace.SdkTracerProvider;
import io.opentelemetry.sdk.trace.SpanProcessor;
import io.opentelemetry.sdk.trace.data.SpanData;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/** On threads and in a worker JVM; each JVM keeps the spans that have ended in it. */
final class CarriersTest {

    private static final List<SpanData> ENDED = new CopyOnWriteArrayList<>();
    private static final ThreadLocal<String> TENANT = new ThreadLocal<>();

    private static ParallelRunner threads;
    private static ParallelRunner processes;

    @BeforeAll
    static void setUp() {
        setUpLibraries();
        threads = ParallelRunner.threads(o -> o.workers(1));
        processes = ParallelRunner.processes(o -> o.workers(1).onWorkerStart(CarriersTest::setUpLibraries));
    }

    @AfterAll
    static void tearDown() {
        threads.close();
        processes.close();
        GlobalOpenTelemetry.resetForTest();
        ContextRegistry.getInstance().removeThreadLocalAccessor("tenant");
    }

    private static void setUpLibraries() {
        GlobalOpenTelemetry.set(OpenTelemetrySdk.builder()
                .setTracerProvider(SdkTracerProvider.builder()
                        .addSpanProcessor(new Keeping())
                        .build())
                .build());
        ContextRegistry.getInstance().registerThreadLocalAccessor("tenant", TENANT);
    }

    @Test
    void continuesATraceOnThreads() {
        continuesATrace(threads);
    }

    @Test
    void continuesATraceInAWorkerJvm() {
        continuesATrace(processes);
    }

    private static void continuesATrace(ParallelRunner runner) {
        runner.submit(() -> ENDED.clear()).join();
        Span outer = GlobalOpenTelemetry.getTracer("test").spanBuilder("outer").startSpan();
        Context inside = Context.root().with(outer);
        String seenThere = inside.wrapSupplier(
                        () -> runner.submit(() -> text(Span.current().getSpanContext())))
                .get()
                .join();
        TaskFuture<Integer> bad = inside.wrapSupplier(() -> runner.with(
                                runner.options().retry(RetryPolicy.retries(1).on(failure -> true)))
                        .submit(() -> Integer.parseInt("x")))
                .get();
        SpanContext seen = context(seenThere);
        assertThat(catchThrowable(bad::join)).isNotNull();
        outer.end();
        assertThat(seen.getTraceId()).isEqualTo(outer.getSpanContext().getTraceId());
        assertThat(seen.getSpanId()).isNotEqualTo(outer.getSpanContext().getSpanId());

        String parent = outer.getSpanContext().getSpanId();

        List<String> spans = runner.submit(() -> ENDED.stream()
                        .filter(span -> span.getParentSpanId().equals(parent))
                        .map(span -> span.getName() + " " + span.getStatus().getStatusCode() + " "
                                + span.getAttributes().asMap().entrySet().stream()
                                        .filter(entry -> entry.getKey().getKey().equals("tandem.task.attempt"))
                                        .map(entry -> entry.getValue().toString())
                                        .findFirst()
                                        .orElse(""))
                        .toList())
                .join();
        assertThat(spans).containsExactly("task UNSET 1", "task ERROR 1", "task ERROR 2");
        assertThat(runner.submit(() -> Span.current().getSpanContext().isValid())
                        .join())
                .isFalse();
    }

    @Test
    void carriesThreadLocalsAndToAWorkerJvmStrings() {
        TENANT.set("a & b = c");
        try {
            assertThat(threads.submit(() -> TENANT.get()).join()).isEqualTo("a & b = c");
            assertThat(processes.submit(() -> TENANT.get()).join()).isEqualTo("a & b = c");
        } finally {
            TENANT.remove();
        }
        assertThat(threads.submit(() -> TENANT.get()).join()).isNull();
        assertThat(processes.submit(() -> TENANT.get()).join()).isNull();
    }

    @Test
    void writesWhatW3cWants() {
        TraceCarrier carrier = new TraceCarrier();
        Span span = GlobalOpenTelemetry.getTracer("test").spanBuilder("outer").startSpan();
        String text = carrier.toText(Context.root().with(span));
        SpanContext there = Span.fromContext((Context) carrier.fromText(text)).getSpanContext();
        span.end();
        assertThat(text).matches("traceparent=00-[0-9a-f]{32}-[0-9a-f]{16}-0[13]");
        assertThat(there.isRemote()).isTrue();
        assertThat(there.getSpanId()).isEqualTo(span.getSpanContext().getSpanId());
        assertThat(carrier.toText(Context.root())).isNull();
    }

    private static String text(SpanContext context) {
        return context.getTraceId() + " " + context.getSpanId();
    }

    private static SpanContext context(String text) {
        String[] parts = text.split(" ");
        return SpanContext.create(
                parts[0],
                parts[1],
                io.opentelemetry.api.trace.TraceFlags.getSampled(),
                io.opentelemetry.api.trace.TraceState.getDefault());
    }

    private static final class Keeping implements SpanProcessor {

        @Override
        public void onStart(Context parent, ReadWriteSpan span) {}

        @Override
        public boolean isStartRequired() {
            return false;
        }

        @Override
        public void onEnd(ReadableSpan span) {
            ENDED.add(span.toSpanData());
        }

        @Override
        public boolean isEndRequired() {
            return true;
        }

        @Override
        public CompletableResultCode shutdown() {
            return CompletableResultCode.ofSuccess();
        }
    }
}
