package dev.tandem.testing;

import dev.tandem.ContextCarrier;
import dev.tandem.TaskContext;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jspecify.annotations.Nullable;

/** Carries one string, if there is one. Found as a service in every JVM of a test, next to one that is not there. */
public final class TestCarrier implements ContextCarrier {

    private static final ThreadLocal<@Nullable String> CURRENT = new ThreadLocal<>();
    private static final List<String> LEFT = new CopyOnWriteArrayList<>();

    /** What the calling thread sees. */
    public static @Nullable String current() {
        return CURRENT.get();
    }

    /** What the calling thread hands on from now on. */
    public static void set(@Nullable String value) {
        CURRENT.set(value);
    }

    /** How tasks have ended in this JVM, as {@code value failure}. */
    public static List<String> left() {
        return LEFT;
    }

    @Override
    public String name() {
        return "test";
    }

    @Override
    public @Nullable Object capture() {
        return CURRENT.get();
    }

    @Override
    public Restored restore(Object captured) {
        String value = (String) captured;
        if (value.equals("bad")) {
            throw new IllegalStateException(
                    "bad in task " + TaskContext.current().taskId());
        }
        String before = CURRENT.get();
        CURRENT.set(value);
        return failure -> {
            LEFT.add(value + " " + failure);
            CURRENT.set(before);
        };
    }
}
