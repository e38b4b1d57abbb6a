package dev.tandem.internal.worker;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ForkJoinPool;
import java.util.concurrent.ForkJoinWorkerThread;
import java.util.concurrent.locks.LockSupport;

/**
 * Knows the platform threads that a worker is to have, and finds those that a task has left.
 *
 * <p>Counting them is a walk over the thread groups of the JVM, below a microsecond; that takes the locks of the groups for a
 * moment, and calls no code of the user's. Threads of the JDK's own are nobody's fault: the ones that its classes start for
 * themselves, and those of the common pool, which end when they have nothing to do. Used by the task thread only.
 */
final class ThreadCensus {

    /**
     * How long a thread may take to end after the task that started it. Shorter blames tasks that shut their pools down and do
     * not wait for it; longer keeps the worker from its next task.
     */
    private static final long LINGER_NANOS = 100_000_000;

    private static final long FIRST_PAUSE_NANOS = 50_000;
    private static final long MAX_PAUSE_NANOS = 5_000_000;
    private static final int MANY_DEAD = 64; // kept before the dead are looked for

    /** Daemon threads that the JDK, or a runner inside a task, starts once per JVM, from whatever thread comes first. */
    private static final Set<String> SHARED = Set.of(
            "CompletableFutureDelayScheduler",
            "ForkJoinPool.commonPool-delayScheduler",
            "Attach Listener",
            "tandem-runner-cleaner",
            "tandem-stream-cleaner");

    private final ThreadGroup root = root();
    private final IdentityHashMap<Thread, Boolean> known = new IdentityHashMap<>();

    // Mutable state of the task thread.
    private Thread[] alive = new Thread[32];
    private int count;

    /** All that are there now belong to the worker. */
    ThreadCensus() {
        adopt(List.of());
    }

    /** The threads that are there and unknown; an empty list costs next to nothing. */
    List<Thread> strangers() {
        count();
        List<Thread> found = List.of();
        for (int i = 0; i < count; i++) {
            Thread thread = alive[i];
            if (!known.containsKey(thread)) {
                if (isOfTheJdk(thread)) {
                    known.put(thread, true);
                } else {
                    found = found.isEmpty() ? new ArrayList<>() : found;
                    found.add(thread);
                }
            }
        }
        Arrays.fill(alive, 0, count, null); // the array must keep none of them from being collected
        return found;
    }

    /** Makes all that are there now known, but for some. */
    void adopt(List<Thread> except) {
        for (Thread thread : strangers()) {
            if (!except.contains(thread)) {
                known.put(thread, true);
            }
        }
        if (known.size() > count + MANY_DEAD) {
            known.keySet().removeIf(thread -> !thread.isAlive());
        }
    }

    /** Gives threads that are about to end the time to do so; returns those that did not. */
    List<Thread> awaitEnd(List<Thread> threads) {
        long endNanos = System.nanoTime() + LINGER_NANOS;
        long pauseNanos = FIRST_PAUSE_NANOS;
        List<Thread> left = stillAlive(threads);
        // Not join(): that needs the thread's monitor, which the thread itself may hold for ever.
        while (!left.isEmpty() && System.nanoTime() - endNanos < 0) {
            LockSupport.parkNanos(pauseNanos);
            Thread.interrupted(); // with the status set no park would wait
            pauseNanos = Math.min(2 * pauseNanos, MAX_PAUSE_NANOS);
            left = stillAlive(left);
        }
        return left;
    }

    private static List<Thread> stillAlive(List<Thread> threads) {
        List<Thread> alive = new ArrayList<>(threads);
        alive.removeIf(thread -> !thread.isAlive());
        return alive;
    }

    private void count() {
        count = root.enumerate(alive);
        while (count == alive.length) { // there may be more
            alive = new Thread[2 * alive.length];
            count = root.enumerate(alive);
        }
    }

    private boolean isOfTheJdk(Thread thread) {
        ThreadGroup group = thread.getThreadGroup();
        String className = thread.getClass().getName();
        return group == null
                || group == root
                || className.startsWith("jdk.internal.")
                || className.startsWith("sun.")
                || SHARED.contains(thread.getName())
                || (thread instanceof ForkJoinWorkerThread worker && worker.getPool() == ForkJoinPool.commonPool());
    }

    private static ThreadGroup root() {
        ThreadGroup group = Thread.currentThread().getThreadGroup();
        while (group.getParent() != null) {
            group = group.getParent();
        }
        return group;
    }
}
