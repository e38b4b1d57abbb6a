package dev.tandem.ipc;

import java.io.InputStream;
import java.time.Duration;

/**
 * The parent's side of one meeting: prepares the command of a worker, then accepts the connection of exactly that worker.
 *
 * <p>Used by one thread, in the order prepare, start the process, accept; {@link #close()} may come from any thread and
 * wakes a waiting {@link #accept}.
 */
public interface Listener extends AutoCloseable {

    /**
     * Where the worker finds this listener; the address goes to the worker as one argument, the secret never does.
     *
     * @return address and one-time secret
     */
    Endpoint endpoint();

    /**
     * Changes a command so that the worker can meet this listener: wraps it where descriptors must be moved, and sets the
     * redirects that {@link #output} relies on.
     *
     * @param worker the builder, with the plain {@code java} command set; it must not be started yet
     */
    void prepare(ProcessBuilder worker);

    /**
     * The stream that carries what the worker prints, standard output and standard error in one.
     *
     * @param worker the started process
     * @return a stream that ends when the worker and all who inherited its output have ended
     */
    InputStream output(Process worker);

    /**
     * Hands the secret to the worker over its standard input and waits until it has proved that it knows it. An interrupt does
     * not end the wait; the interrupt status is kept. When this returns or throws, this listener is closed.
     *
     * @param worker the process started from the {@linkplain #prepare prepared} builder
     * @param timeout how long the worker may take to connect and prove itself
     * @return the connection, to be closed by the caller
     * @throws TransportException if the worker ended, did not connect in time or could not prove itself; strangers are
     *     turned away without ending the wait
     */
    Connection accept(Process worker, Duration timeout) throws TransportException;

    /** Frees the endpoint, and its file if there is one; connections that were accepted live on. Idempotent. */
    @Override
    void close();
}
