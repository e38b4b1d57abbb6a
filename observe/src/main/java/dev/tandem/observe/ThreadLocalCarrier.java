package dev.tandem.observe;

import dev.tandem.ContextCarrier;
import io.micrometer.context.ContextRegistry;
import io.micrometer.context.ThreadLocalAccessor;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Hands on what the thread-locals hold that are registered with Micrometer's context propagation, {@link ContextRegistry#getInstance()}.
 *
 * <p>On threads all of it goes, as it is. To a worker JVM goes what is a string and has a string for its key; there the same
 * thread-local must be registered, by a service or in {@code onWorkerStart}.
 *
 * <p>Stateless and safe for use by any number of threads.
 */
public final class ThreadLocalCarrier implements ContextCarrier {

    /** Made by whoever looks for services. */
    public ThreadLocalCarrier() {
        ContextRegistry.getInstance(); // fails here, where the carrier is left out, if the library is missing
    }

    @Override
    public String name() {
        return "micrometer";
    }

    @Override
    public @Nullable Object capture() {
        Map<Object, Object> values = new LinkedHashMap<>();
        for (ThreadLocalAccessor<?> accessor : ContextRegistry.getInstance().getThreadLocalAccessors()) {
            Object value = accessor.getValue();
            if (value != null) {
                values.put(accessor.key(), value);
            }
        }
        return values.isEmpty() ? null : values;
    }

    @Override
    public Restored restore(Object captured) {
        Map<?, ?> values = (Map<?, ?>) captured;
        Deque<Runnable> undo = new ArrayDeque<>();
        for (ThreadLocalAccessor<?> accessor : ContextRegistry.getInstance().getThreadLocalAccessors()) {
            Object value = values.get(accessor.key());
            if (value != null) {
                undo.push(set(accessor, value));
            }
        }
        return failure -> undo.forEach(Runnable::run);
    }

    @SuppressWarnings("unchecked") // the value is one that an accessor of this key has returned
    private static <V> Runnable set(ThreadLocalAccessor<V> accessor, Object value) {
        V before = accessor.getValue();
        accessor.setValue((V) value);
        return () -> {
            if (before == null) {
                accessor.restore();
            } else {
                accessor.restore(before);
            }
        };
    }

    @Override
    public @Nullable String toText(Object captured) {
        Map<String, String> texts = new TreeMap<>();
        ((Map<?, ?>) captured).forEach((key, value) -> {
            if (key instanceof String name && value instanceof String text) {
                texts.put(name, text);
            }
        });
        return texts.isEmpty() ? null : Texts.join(texts);
    }

    @Override
    public Object fromText(String text) {
        return Texts.split(text);
    }
}
