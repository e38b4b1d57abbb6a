package dev.tandem.internal.worker;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The resources that nobody had a moment ago.
 *
 * <p>Factories of the JDK look for a file that names a provider, by the context class loader and at each call; there nearly never
 * is one. To ask another JVM each time would make them ten times as slow. Safe for use by any number of threads.
 */
final class Absences {

    /** Longer: who makes a resource appear while tasks run waits for it; shorter: factories that are called now and then pay. */
    private static final long REMEMBERED_NANOS = TimeUnit.SECONDS.toNanos(1);

    private static final int MAX_NAMES = 1_000;

    private final ConcurrentHashMap<String, Long> missedAtNanos = new ConcurrentHashMap<>();

    boolean knows(String name, boolean all) {
        Long missed = missedAtNanos.get(key(name, all));
        return isRecent(missed);
    }

    void add(String name, boolean all) {
        if (missedAtNanos.size() >= MAX_NAMES) {
            missedAtNanos.values().removeIf(missed -> !isRecent(missed));
        }
        if (missedAtNanos.size() < MAX_NAMES) {
            missedAtNanos.put(key(name, all), System.nanoTime());
        }
    }

    private static boolean isRecent(@Nullable Long missed) {
        return missed != null && System.nanoTime() - missed < REMEMBERED_NANOS;
    }

    /** No name begins with a slash. */
    private static String key(String name, boolean all) {
        return all ? "/" + name : name;
    }
}
