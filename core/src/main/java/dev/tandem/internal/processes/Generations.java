package dev.tandem.internal.processes;

import dev.tandem.internal.processes.ContentCache.Content;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Which class files the workers have got, to notice when this JVM has other ones under the same names.
 *
 * <p>A JVM loads a class once: a worker that has one of today goes on with it tomorrow, when JShell has redefined it or when a
 * plug-in was loaded anew. So when a task is about to be queued, what may have changed is read again; if it has, all workers
 * belong to the past and are replaced. What may have changed is what a loader makes in memory; what comes from files only when
 * another loader has come into play. Without either, which is nearly always, nothing is read.
 *
 * <p>Thread-safe: guarded by its monitor, under which nothing else is called.
 */
final class Generations {

    // --- guarded by this ---
    private final Map<String, Version> delivered = new HashMap<>();
    private int changeable;

    private record Version(String digest, boolean mayChange) {
        static Version of(Content content) {
            return new Version(content.digest(), content.mayChange());
        }
    }

    /** Reads a class file again; null if it is not there any more. */
    interface Reading {
        @Nullable
        Content read(String name, boolean mayChange);
    }

    /**
     * A worker is about to get a class file.
     *
     * @return whether some worker has got another one of that name
     */
    synchronized boolean deliver(String name, Content content) {
        Version version = Version.of(content);
        Version before = delivered.put(name, version);
        changeable += (version.mayChange() ? 1 : 0) - (before != null && before.mayChange() ? 1 : 0);
        return before != null && !before.digest().equals(version.digest());
    }

    /**
     * Finds out what has changed. Runs code of class loaders, with no lock held.
     *
     * @param all whether what comes from files is looked at too
     * @param whenChanged gets the names, if there are any; afterwards they are no news to anybody
     */
    void check(boolean all, Reading reading, Consumer<Set<String>> whenChanged) {
        Map<String, Content> changed = new HashMap<>();
        suspects(all).forEach((name, version) -> {
            Content now = reading.read(name, version.mayChange());
            if (now != null && !now.digest().equals(version.digest())) {
                changed.put(name, now);
            }
        });
        if (!changed.isEmpty()) {
            whenChanged.accept(new TreeSet<>(changed.keySet())); // first: whoever finds them known finds it done
            changed.forEach(this::deliver);
        }
    }

    private synchronized Map<String, Version> suspects(boolean all) {
        if (all ? delivered.isEmpty() : changeable == 0) {
            return Map.of();
        }
        Map<String, Version> suspects = new HashMap<>(delivered);
        suspects.values().removeIf(version -> !all && !version.mayChange());
        return suspects;
    }
}
