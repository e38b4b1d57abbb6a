package dev.tandem.internal.engine;

import java.util.function.BooleanSupplier;

/**
 * Who runs an attempt: a thread or a worker JVM, as seen by the life of a task.
 *
 * <p>All methods may be called from any thread; none that acts may be called while holding a lock, and all return at once, but for {@link #listen}.
 */
public interface Worker {

    /** For people: {@code worker 3 (pid 4711)} or the thread's name. */
    String label();

    /** Finds out what has begun, and tells the submission, if that is not told when it happens. */
    default void look() {}

    /**
     * Takes in what comes from it, for a moment, where that saves waking another thread for it.
     *
     * @param done whether there is nothing more to wait for; quick
     */
    default void listen(BooleanSupplier done) {}

    /** Somebody wants to hear from it soon, and does not {@linkplain #listen listen}. */
    default void hearSoon() {}

    /** Its place in the runner, from 0. */
    int index();

    /** Its process. */
    long pid();

    /** Asks the user's code to stop, if that very attempt is still running. */
    void interrupt(long attemptId);

    /** Takes that very attempt out if it has not begun, and lets it be otherwise; a worker that begins at once need not. */
    default void withdraw(long attemptId) {}

    /**
     * The attempt has outlived its grace: end it by force, or give its thread up. If the worker
     * has nothing to do with that attempt any more, it tells the submission that it is {@linkplain
     * Submission#abandoned abandoned}.
     */
    void stopByForce(Submission<?> submission, long attemptId);
}
