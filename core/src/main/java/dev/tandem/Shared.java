package dev.tandem;

import java.io.Serializable;

/**
 * A value that many tasks of one runner use, and that is not copied into each of them: a table, a model, a picture. Made by
 * {@link ParallelRunner#share}; tasks capture the handle.
 *
 * <pre>{@code
 * Shared<double[]> table = runner.share(load());
 * runner.map(rows, row -> score(row, table.get())).join();
 * }</pre>
 *
 * <p>On threads, and inline, it is the value itself. For worker JVMs the value is written once, as it is when it is shared, to a private
 * file; only the name of the file travels with the tasks. A {@link java.nio.ByteBuffer} is mapped by each worker and read in place, so
 * that no worker has a copy of it. Any other value is decoded when a worker's first task asks for it, and kept for the next ones as
 * long as the worker has memory to spare. Treat it as read-only: what a task changes is seen by other tasks on threads, by some on worker JVMs.
 *
 * <p>An array of primitives of 1 MiB or more that tasks capture as it is needs no handle to be sent but twice: worker JVMs take what was captured for the third time
 * from a file, each task a copy of its own; {@link RunnerTimes#bytesSpared()} says how much that was. A handle saves the copies too, and works from the first
 * task on and for all that is no such array.
 *
 * <p>The value is released when the runner has ended, when the handle is closed, or when neither the program nor a task that
 * has not ended refers to the handle any more.
 *
 * <p>Safe for use by any number of threads, as far as the value is. Memory consistency effects: what a thread does before it shares a
 * value happens-before {@link #get} returns it.
 *
 * @param <T> the type of the value
 */
public interface Shared<T> extends Serializable, AutoCloseable {

    /**
     * The value. Of a {@code ByteBuffer} each call returns a buffer of its own position and limit, which on worker JVMs cannot be
     * written to.
     *
     * @return the value
     * @throws IllegalStateException if it was released
     */
    T get();

    /**
     * Releases the value for all: tasks that ask for it from now on get an {@link IllegalStateException}; a task that has it may go on
     * using it. Idempotent; in a task it does nothing on worker JVMs, since the value is not theirs.
     */
    @Override
    void close();
}
