package dev.tandem.internal.worker;

import dev.tandem.internal.protocol.Message.Run;
import java.util.HashMap;
import java.util.Map;

/**
 * The functions that the supervisor has told this worker to keep, by their numbers; it says when they are to be forgotten, and has but so many kept at a
 * time.
 *
 * <p>A run gets its function when it arrives: what is said of numbers later is about later runs. Not thread-safe: guarded by the
 * {@link Inbox}'s lock.
 */
final class KeptFunctions {

    private final Map<Long, Function> byNumber = new HashMap<>();

    /** What a run that has just arrived is of. */
    Function of(Run run) {
        long number = run.functionNumber();
        if (number < 0) {
            Function kept = byNumber.get(-number);
            if (kept == null) {
                throw new IllegalStateException(
                        "attempt " + run.firstAttemptId() + " is of function " + -number + ", which is not kept here");
            }
            return kept;
        }
        Function sent = new Function(run);
        if (number > 0) {
            byNumber.put(number, sent);
        }
        return sent;
    }

    void forget(long number) {
        byNumber.remove(number);
    }
}
