package dev.tandem.internal.task;

import dev.tandem.ContextCarrier;
import dev.tandem.ContextCarrier.Restored;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/** What a thread has handed on to its tasks. Immutable and thread-safe, as far as what the carriers have captured is. */
public final class CarriedContext {

    private final List<Item> items;
    private final Map<String, String> texts;

    record Item(ContextCarrier carrier, Object captured, Complaints complaints) {}

    private CarriedContext(List<Item> items, Map<String, String> texts) {
        this.items = List.copyOf(items);
        this.texts = Map.copyOf(texts);
    }

    /** What was captured here. Its texts are made at once, on the thread that submits: who sends them may run no code of the user's. */
    static CarriedContext captured(List<Item> items) {
        return new CarriedContext(items, texts(items));
    }

    /** What has come from another JVM. */
    static CarriedContext received(List<Item> items) {
        return new CarriedContext(items, Map.of());
    }

    /** What can go to a worker JVM, by the names of the carriers. */
    public Map<String, String> texts() {
        return texts;
    }

    private static Map<String, String> texts(List<Item> items) {
        Map<String, String> texts = new LinkedHashMap<>();
        for (Item item : items) {
            try {
                String text = item.carrier().toText(item.captured());
                if (text != null) {
                    texts.put(item.carrier().name(), text);
                }
            } catch (RuntimeException | LinkageError e) {
                item.complaints().goesOnWithout(item.carrier(), "could not make a text of what it has captured", e);
            }
        }
        return texts;
    }

    /** Calls code of a task while the calling thread sees all this; what was entered last is left first. */
    public @Nullable Object around(Callable<@Nullable Object> code) throws Exception {
        return around(0, code);
    }

    private @Nullable Object around(int from, Callable<@Nullable Object> code) throws Exception {
        if (from == items.size()) {
            return code.call();
        }
        Item item = items.get(from);
        Restored restored = null;
        try {
            restored = item.carrier().restore(item.captured());
        } catch (RuntimeException | LinkageError e) {
            item.complaints().goesOnWithout(item.carrier(), "could not restore what it has captured", e);
        }
        Throwable failure = null;
        try {
            return around(from + 1, code);
        } catch (Throwable thrown) {
            failure = thrown;
            throw thrown;
        } finally {
            if (restored != null) {
                try {
                    restored.leave(failure);
                } catch (RuntimeException | LinkageError e) {
                    item.complaints().leftTheThread(item.carrier(), e);
                }
            }
        }
    }
}
