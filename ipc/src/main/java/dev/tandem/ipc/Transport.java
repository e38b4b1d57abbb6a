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
     * Memory that parent and worker share, one ring of bytes each way, for tasks of a few microseconds on cores that are idle.
     *
     * <p>They meet on the pipes of {@link #pipes()}, with all that is said there; through these they wake each other and
     * learn of each other's death. As long as this JVM has fewer workers on rings than cores, whoever waits first spins for up to 20
     * microseconds, yielding its core, if that has paid lately: then an answer needs no system call at all. An idle side
     * sleeps, and waking it costs what it costs over pipes.
     *
     * <p>The memory is a file of 1 MiB per worker in {@code /dev/shm} or, where there is none, in the temporary directory; it is readable by its
     * owner only, has no name once the worker has mapped it, and is given back when the worker has ended. Where a file cannot be
     * made or mapped, because {@code /dev/shm} is full or the worker runs as another user, both sides use the pipes instead; a
     * warning says so.
     *
     * <p><b>Note:</b> a worker that cuts the file which it shares can make this JVM fail with an {@link InternalError}. A worker of
     * the same user that means harm has simpler means, and none does so by accident; but it is nothing for workers that are not trusted.
     *
     * @return the transport, for whoever has measured that it pays; it is nowhere the default
     */
    static Transport sharedMemory() {
        return SharedMemoryTransport.INSTANCE;
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
     * The short name: {@code pipes}, {@code unix}, {@code loopback} or {@code shared-memory}.
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
