package dev.tandem.internal.processes;

import java.lang.ref.WeakReference;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/**
 * The class loaders of this JVM that what was submitted came from, the latest first.
 *
 * <p>It keeps none of them alive. The JDK's own are left out: workers have a JDK themselves. Thread-safe; for a loader that is known
 * already, which is what nearly all submissions have, it costs one comparison and no lock.
 */
final class KnownLoaders {

    /** Larger: a class that is nowhere is looked for in as many places; smaller: an application with many plug-ins loses some. */
    private static final int MAX_LOADERS = 64;

    private static final ClassLoader PLATFORM = ClassLoader.getPlatformClassLoader();
    private static final ClassLoader SYSTEM = ClassLoader.getSystemClassLoader();

    // --- copied on write, guarded by this; read without
    private volatile List<Known> latestFirst = List.of();

    /** A loader that may be gone; compared by identity. Thread-safe. */
    static final class Known {

        private final WeakReference<ClassLoader> reference;
        private final AtomicInteger tasks = new AtomicInteger();

        private Known(ClassLoader loader) {
            this.reference = new WeakReference<>(loader);
        }

        @Nullable
        ClassLoader loader() {
            return reference.get();
        }

        /** Whether tasks whose code it has loaded wait or run. */
        boolean isInUse() {
            return tasks.get() > 0;
        }

        /** Counts one; returns whether it is the first. */
        boolean enter() {
            return tasks.getAndIncrement() == 0;
        }

        void leave() {
            tasks.decrementAndGet();
        }

        private boolean is(ClassLoader other) {
            return reference.refersTo(other);
        }
    }

    /** All that are known, those in use first, then the latest. */
    List<Known> inOrder() {
        List<Known> known = latestFirst;
        if (known.stream().noneMatch(Known::isInUse)) {
            return known;
        }
        List<Known> sorted = new ArrayList<>(known);
        sorted.sort(Comparator.comparing(Known::isInUse).reversed()); // stable
        return sorted;
    }

    /** The one of a loader; null if it is not known, or is the JVM's own, whose classes workers find themselves. */
    @Nullable
    Known find(@Nullable ClassLoader loader) {
        return loader == null || loader == SYSTEM ? null : known(loader);
    }

    private @Nullable Known known(ClassLoader loader) {
        for (Known known : latestFirst) {
            if (known.is(loader)) {
                return known;
            }
        }
        return null;
    }

    /**
     * A task was submitted whose code this loader has loaded.
     *
     * @return whether that was not so of the one before it
     */
    boolean promote(@Nullable ClassLoader loader) {
        if (loader == null || loader == PLATFORM) {
            return false;
        }
        List<Known> known = latestFirst;
        if (!known.isEmpty() && known.get(0).is(loader)) {
            return false;
        }
        insert(loader, 0);
        return true;
    }

    /**
     * Something was submitted that has to do with this loader.
     *
     * @return whether it was unknown
     */
    boolean admit(@Nullable ClassLoader loader) {
        if (loader == null || loader == PLATFORM || known(loader) != null) {
            return false;
        }
        insert(loader, 1);
        return true;
    }

    private synchronized void insert(ClassLoader loader, int index) {
        List<Known> changed = new ArrayList<>();
        Known mine = null;
        for (Known known : latestFirst) {
            if (known.is(loader)) {
                mine = known;
            } else if (known.loader() != null) {
                changed.add(known);
            }
        }
        changed.add(Math.min(index, changed.size()), mine == null ? new Known(loader) : mine);
        latestFirst = List.copyOf(changed.size() > MAX_LOADERS ? changed.subList(0, MAX_LOADERS) : changed);
    }
}
