package dev.tandem.internal.processes;

import dev.tandem.internal.protocol.Message;
import dev.tandem.internal.protocol.StatusPage;
import dev.tandem.ipc.TransportException;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * How one worker is reached: started, told, and killed. What comes back are the events of its {@link WorkerHandle}.
 *
 * <p>Thread-safe. Nothing here waits for the worker, with the one exception that says so.
 */
interface WorkerLink {

    /** Starts the worker. From now on the handle hears what becomes of it, maybe before this returns. */
    void start();

    /** Sends submissions, in that order. */
    void run(List<Attempts.Assigned> load);

    /** Sends a chunk that was moved to its site. */
    void run(long attemptId, ChunkSite site, ChunkRequest request);

    /**
     * Takes in what the worker says, for a moment, if that may be done here and now.
     *
     * @param done whether there is nothing more to wait for; quick
     */
    default void listen(BooleanSupplier done) {}

    /** What the worker says is to be taken in as soon as it comes, whether somebody {@linkplain #listen listens} or not. */
    default void hearSoon() {}

    /** Asks the worker to drop an attempt, or to interrupt it if it has begun. */
    void cancel(long attemptId);

    /** Asks the worker to drop an attempt if it has not begun. */
    void withdraw(long attemptId);

    /** Asks the worker to hand back all that it has not begun with. */
    void recall();

    /** No input of a function is left: whoever has kept that may forget it. */
    default void forget(FunctionNumber number) {}

    /** An attempt of a function did not end well, which may have left something in it: the next one is to have a new copy. */
    default void renew(FunctionNumber number) {}

    /** The worker could not open a file with an array of some code: that is to be sent in another way. */
    default void refused(Payloads.EncodedCode code) {}

    /** The worker has answered an attempt, so it has read all that was sent up to that. */
    void answered(long attemptId);

    /** Asks the worker to end, now that it is free. */
    void stop();

    /**
     * Gives the worker a class or resource that it asked for, or tells it that there is none; later, on another thread.
     *
     * @throws TransportException if it asks for too much at once
     */
    void answer(Message.Lookup lookup) throws TransportException;

    /** Processor time that it has used; -1 if that is not known. */
    default long cpuNanos() {
        return -1;
    }

    /** The worker has answered all that it was sent. */
    void allRead();

    /** Offers the worker a page for its status, if there is one. */
    void offerPage();

    /**
     * The page that the worker says it uses.
     *
     * @throws TransportException if it was offered none
     */
    StatusPage page() throws TransportException;

    /** The worker has begun with a task: what it prints from here on belongs to that. */
    void hasBegun(long taskId);

    /** Kills the worker with all that it started, at once or as soon as there is something to kill; returns at once. */
    void kill();

    /**
     * The same, but first asks the worker for the stacks of its threads, which may make the kill {@link ThreadDump#LIMIT_NANOS} late.
     *
     * @param answer gets them, or why there are none, before the kill; on another thread
     */
    void dumpAndKill(Consumer<String> answer);

    /**
     * Asks the worker for the stacks of its threads.
     *
     * @param answer gets them, or why there are none; on another thread, or before this returns
     */
    void dump(Consumer<String> answer);

    /** The same as {@link #kill} on the calling thread, which finds it done when this returns. */
    void killHere();
}
