package dev.tandem.ipc;

/**
 * A way for two JVMs on one machine to meet: the parent {@linkplain #listen() listens}, its worker {@linkplain #connect
 * connects}.
 *
 * <p>Instances are immutable and safe for use by any number of threads. A transport holds no resources; each listener
 * that it opens belongs to one worker, so that nothing is shared between workers.
 */
public interface Transport {

    /** Frames with a longer payload are refused on either side, unless another limit is given: 1 GiB. */
    int DEFAULT_MAX_PAYLOAD_BYTES = 1 << 30;

    /**
     * The child's own pipes, moved to private descriptors where the system has a POSIX shell.
     *
     * <p>There is no endpoint that a stranger could connect to, and nothing that the worker prints can reach the
     * protocol. Where there is no shell (Windows) the protocol runs on standard input and output themselves; a stray
     * byte of native code there ends in a clear error and a lost worker.
     *
     * @return the transport that {@link #platformDefault()} chooses on Unix
     */
    static Transport pipes() {
        return PipeTransport.INSTANCE;
    }

    /**
     * A Unix domain socket in a private directory, authenticated by a one-time secret.
     *
     * @return the transport; {@link #listen} fails with a clear message on a system without such sockets
     */
    static Transport unixSocket() {
        return SocketTransport.UNIX;
    }

    /**
     * TCP on the loopback interface, authenticated by a one-time secret.
     *
     * @return the transport that works wherever Java does
     */
    static Transport loopback() {
        return SocketTransport.LOOPBACK;
    }

    /**
     * The transport to use when nobody chose one: {@link #pipes()} on Unix, {@link #loopback()} elsewhere.
     *
     * @return the default of this machine
     */
    static Transport platformDefault() {
        return PipeTransport.isPrivate() ? pipes() : loopback();
    }

    /**
     * Joins the parent that started this JVM; to be called once, first thing, in the worker.
     *
     * <p>The secret is read from standard input (or from the private descriptor that took its place), never from
     * arguments or environment.
     *
     * @param address what {@link Endpoint#address()} was on the parent's side
     * @param maxPayloadBytes the longest payload that this side accepts
     * @return the connection; both sides have proved that they know the secret
     * @throws TransportException if the parent cannot be reached or did not prove itself
     */
    static Connection connect(String address, int maxPayloadBytes) throws TransportException {
        return WorkerBootstrap.connect(address, maxPayloadBytes);
    }

    /**
     * The short name: {@code pipes}, {@code unix} or {@code loopback}.
     *
     * @return a name for messages and configuration
     */
    String name();

    /**
     * Opens a listener for one worker that is about to be started.
     *
     * @param maxPayloadBytes the longest payload that this side accepts
     * @return a listener that the caller must close
     * @throws TransportException if no endpoint can be opened, with the reason and what to use instead
     */
    Listener listen(int maxPayloadBytes) throws TransportException;

    /**
     * Opens a listener with the default limit.
     *
     * @return a listener that the caller must close
     * @throws TransportException as {@link #listen(int)}
     */
    default Listener listen() throws TransportException {
        return listen(DEFAULT_MAX_PAYLOAD_BYTES);
    }
}
