package dev.tandem.internal.engine;

import java.util.ArrayDeque;
import org.jspecify.annotations.Nullable;

/**
 * What callbacks have submitted and what may still wait in line: a task that waits for a stage most likely waits for one of these
 * ({@code thenCompose}), and can run it itself.
 *
 * <p>They also stand in the backlog, where somebody else may take them. Whatever has left the line is forgotten once nothing
 * older waits, with the next arrival or when the runner is idle. Thread-safe; the monitor guards the deque, and under it
 * nothing else is locked.
 */
final class Continuations {

    /** What may be in line, and can be taken out of it. */
    interface Waiting {

        /** Whether it is, or some of it. */
        boolean isWaiting();

        /** Takes it out, or some of it, for the calling thread to run; null if nothing waits. */
        @Nullable
        Batch claimWaiting();
    }

    private final ArrayDeque<Waiting> oldestFirst = new ArrayDeque<>();

    /** Remembers what was just put in line, unless it has left it again: then nobody might come by to forget it. */
    synchronized void add(Waiting submission) {
        forgetTheTaken();
        if (submission.isWaiting()) {
            oldestFirst.addLast(submission);
        }
    }

    /** Lets go of what has left the line, with its input and its result. */
    synchronized void forgetTheTaken() {
        while (!oldestFirst.isEmpty() && !oldestFirst.getFirst().isWaiting()) {
            oldestFirst.removeFirst();
        }
    }

    /** Claims the newest that still waits; null if none does. */
    @Nullable
    Batch claimNewest() {
        for (Waiting next = takeNewest(); next != null; next = takeNewest()) {
            Batch claimed = next.claimWaiting();
            if (claimed != null) {
                return claimed;
            }
        }
        return null;
    }

    private synchronized @Nullable Waiting takeNewest() {
        return oldestFirst.pollLast();
    }
}
