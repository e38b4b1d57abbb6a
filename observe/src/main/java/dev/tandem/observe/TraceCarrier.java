package dev.tandem.observe;

import dev.tandem.ContextCarrier;
import dev.tandem.TaskContext;
import io.opentelemetry.api.GlobalOpenTelemetry;
import io.opentelemetry.api.trace.Span;
import io.opentelemetry.api.trace.StatusCode;
import io.opentelemetry.api.trace.propagation.W3CTraceContextPropagator;
import io.opentelemetry.context.Context;
import io.opentelemetry.context.Scope;
import io.opentelemetry.context.propagation.TextMapGetter;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Continues a trace of OpenTelemetry in the tasks that are submitted inside of it, each with a span of its own.
 *
 * <p>On threads tasks see the whole context of the thread that has submitted them; to a worker JVM the trace goes as W3C {@code traceparent} and {@code
 * tracestate}. The span of a task, of an input or of another attempt is named {@code task}, and has the attributes {@code tandem.task.id}, {@code
 * tandem.task.attempt} and {@code tandem.worker}; it fails if the task does. It is made by {@link GlobalOpenTelemetry}: a worker JVM whose spans are to be
 * seen sets that up, by an agent or in {@code onWorkerStart}; without, the trace is handed on and no span is recorded. Tasks that are submitted outside
 * of any trace begin none.
 *
 * <p>Stateless and safe for use by any number of threads.
 */
public final class TraceCarrier implements ContextCarrier {

    private static final W3CTraceContextPropagator W3C = W3CTraceContextPropagator.getInstance();

    /** Made by whoever looks for services. */
    public TraceCarrier() {}

    @Override
    public String name() {
        return "opentelemetry";
    }

    @Override
    public @Nullable Object capture() {
        Context current = Context.current();
        return current == Context.root() ? null : current;
    }

    @Override
    @SuppressWarnings("MustBeClosedChecker") // closed by what is returned, on the same thread
    public Restored restore(Object captured) {
        Context parent = (Context) captured;
        if (!Span.fromContext(parent).getSpanContext().isValid()) {
            Scope scope = parent.makeCurrent();
            return failure -> scope.close();
        }
        TaskContext task = TaskContext.current();
        Span span = GlobalOpenTelemetry.getTracer("dev.tandem")
                .spanBuilder("task")
                .setParent(parent)
                .setAttribute("tandem.task.id", task.taskId())
                .setAttribute("tandem.task.attempt", task.attempt())
                .setAttribute("tandem.worker", task.workerIndex())
                .startSpan();
        Scope scope = parent.with(span).makeCurrent();
        return failure -> {
            scope.close();
            if (failure != null) {
                span.recordException(failure);
                span.setStatus(StatusCode.ERROR);
            }
            span.end();
        };
    }

    @Override
    public @Nullable String toText(Object captured) {
        Map<String, String> fields = new TreeMap<>();
        W3C.inject((Context) captured, fields, (to, key, value) -> {
            if (to != null) {
                to.put(key, value);
            }
        });
        return fields.isEmpty() ? null : Texts.join(fields);
    }

    @Override
    public @Nullable Object fromText(String text) {
        return W3C.extract(Context.root(), Texts.split(text), Fields.GETTER);
    }

    private enum Fields implements TextMapGetter<Map<String, String>> {
        GETTER;

        @Override
        @SuppressWarnings("deprecation") // it has to be there, and is asked for by nobody
        public Iterable<String> keys(Map<String, String> fields) {
            return fields.keySet();
        }

        @Override
        public @Nullable String get(@Nullable Map<String, String> fields, String key) {
            return fields == null ? null : fields.get(key);
        }
    }
}
