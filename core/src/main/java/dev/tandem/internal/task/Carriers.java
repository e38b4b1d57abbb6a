package dev.tandem.internal.task;

import dev.tandem.ContextCarrier;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** The carriers that there are; most programs have none. Immutable and thread-safe. */
public final class Carriers {

    private static final Carriers NONE = new Carriers(List.of());

    private final List<ContextCarrier> all;
    private final Complaints complaints = new Complaints();

    private Carriers(List<ContextCarrier> all) {
        this.all = all;
    }

    /** Those that the calling thread's context class loader knows. One that needs a library which is not there is left out. */
    public static Carriers find() {
        List<ContextCarrier> found = new ArrayList<>(0);
        Iterator<ContextCarrier> providers =
                ServiceLoader.load(ContextCarrier.class).iterator();
        while (true) {
            try {
                if (!providers.hasNext()) {
                    return found.isEmpty() ? NONE : new Carriers(List.copyOf(found));
                }
                found.add(providers.next());
            } catch (ServiceConfigurationError | LinkageError unusable) {
                Complaints.unusable(unusable);
            }
        }
    }

    /** What the calling thread hands on; null if that is nothing. */
    public @Nullable CarriedContext capture() {
        if (all.isEmpty()) {
            return null;
        }
        List<CarriedContext.Item> items = new ArrayList<>();
        for (ContextCarrier carrier : all) {
            try {
                Object captured = carrier.capture();
                if (captured != null) {
                    items.add(new CarriedContext.Item(carrier, captured, complaints));
                }
            } catch (RuntimeException | LinkageError e) {
                complaints.goesOnWithout(carrier, "could not capture", e);
            }
        }
        return items.isEmpty() ? null : CarriedContext.captured(items);
    }

    /** What has come as text, by the names of its carriers; null if nobody here knows any of it. */
    public @Nullable CarriedContext fromTexts(Map<String, String> texts) {
        List<CarriedContext.Item> items = new ArrayList<>();
        for (ContextCarrier carrier : all) {
            try {
                String text = texts.get(carrier.name());
                Object captured = text == null ? null : carrier.fromText(text);
                if (captured != null) {
                    items.add(new CarriedContext.Item(carrier, captured, complaints));
                }
            } catch (RuntimeException | LinkageError e) {
                complaints.goesOnWithout(carrier, "could not read what has come", e);
            }
        }
        return items.isEmpty() ? null : CarriedContext.received(items);
    }
}
