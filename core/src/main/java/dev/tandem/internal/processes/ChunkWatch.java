package dev.tandem.internal.processes;

import dev.tandem.internal.engine.RunnerContext;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Looks at the chunks that workers are at, while there are any: fetches the results so far, for whoever waits for them, and lets what is behind
 * an input that takes long wait in line again.
 *
 * <p>A chunk is made to take less time than a look is away, so that this finds something to do only where an input takes longer than those
 * before it. Thread-safe; looks on the timer's thread, where nothing here waits and no code of the user's runs.
 */
final class ChunkWatch {

    // longer: inputs wait behind one that is long, as do the results before it; shorter: the timer costs more than a
    // look is worth
    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(2);

    private static final long LONG_NANOS =
            TimeUnit.MILLISECONDS.toNanos(1); // a look is late sometimes, and the next one is not

    private final RunnerContext context;
    private final Set<ChunkSite> sites = ConcurrentHashMap.newKeySet();
    private final AtomicBoolean watching = new AtomicBoolean();

    ChunkWatch(RunnerContext context) {
        this.context = context;
    }

    /** Looks at it until it is released. */
    void add(ChunkSite site) {
        sites.add(site);
        watch();
    }

    private void watch() {
        if (!sites.isEmpty() && watching.compareAndSet(false, true)) {
            context.deadlines().after(LOOK_NANOS, this::look);
        }
    }

    private void look() {
        long nowNanos = context.nanoTime();
        sites.removeIf(ChunkSite::isReleased);
        for (ChunkSite site : sites) {
            context.beforeIdle(site::fetch); // the chunk may end between the fetch and the telling
            site.chunk().giveBackIfStuck(LONG_NANOS, nowNanos);
        }
        watching.set(false); // first: who adds one afterwards finds that nobody watches
        watch();
    }
}
