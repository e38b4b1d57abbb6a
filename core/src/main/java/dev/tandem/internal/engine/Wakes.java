package dev.tandem.internal.engine;

import java.util.ArrayList;
import java.util.List;

/**
 * The threads that wait for outcomes which are there, to be woken together.
 *
 * <p><b>Why.</b> To wake a thread is a call of the system, which costs more than all else that the end of a short task does. Answers to short tasks come
 * many at a time, and whoever joins one after the other is woken by the first, has seen the few that were settled meanwhile a moment later, and sleeps
 * again: once for each few of them. Woken when all that has come is settled, it finds all of them done. Nobody waits longer for it than the others' answers
 * take to be read, which are here already: who collects must wake before it waits for anything.
 *
 * <p>Used by one thread at a time.
 */
public final class Wakes {

    private final List<Waiters> waiting = new ArrayList<>();

    /** Makes an empty collection. */
    public Wakes() {}

    void add(Waiters those) {
        waiting.add(those);
    }

    /** Wakes them. */
    public void wake() {
        if (!waiting.isEmpty()) {
            waiting.forEach(Waiters::open);
            waiting.clear();
        }
    }
}
