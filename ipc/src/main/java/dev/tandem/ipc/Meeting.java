package dev.tandem.ipc;

import java.io.IOException;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;

/** What a {@link SocketListener} must know about a kind of socket. Safe for use by any number of threads. */
interface Meeting extends AutoCloseable {

    /** The name of the transport. */
    String name();

    /** The bound channel, which is not blocking. */
    ServerSocketChannel server();

    /** Where a worker connects to, in one word. */
    String place();

    /**
     * Sets up what was accepted, before the handshake.
     *
     * @throws IOException if whoever connected is turned away
     */
    void admit(SocketChannel stranger) throws IOException;

    /** Closes the server channel and removes what it left in the file system. Idempotent. */
    @Override
    void close();
}
