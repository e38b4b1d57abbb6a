package dev.tandem.ipc;

import java.io.IOException;

/** A socket with a handshake; which kind of socket is said by the {@link Meeting}. Immutable. */
final class SocketTransport implements Transport {

    static final SocketTransport UNIX = new SocketTransport(UnixMeeting.NAME, Shell.isAvailable());
    static final SocketTransport LOOPBACK = new SocketTransport(LoopbackMeeting.NAME, Shell.isAvailable());

    private final String name;
    private final boolean wrapped;

    /**
     * Chooses a kind of socket.
     *
     * @param wrapped whether a shell moves the pipe that brings the secret; else it is standard input
     */
    SocketTransport(String name, boolean wrapped) {
        this.name = name;
        this.wrapped = wrapped;
    }

    @Override
    public String name() {
        return name;
    }

    @Override
    public Listener listen(int maxPayloadBytes) throws TransportException {
        Parent.checkLimit(maxPayloadBytes);
        Meeting meeting = name.equals(UnixMeeting.NAME) ? UnixMeeting.open() : LoopbackMeeting.open();
        try {
            return new SocketListener(meeting, maxPayloadBytes, wrapped, SocketListener.STRANGER_TIMEOUT);
        } catch (IOException e) {
            meeting.close();
            throw new TransportException("could not listen on a " + name + " socket: " + e.getMessage(), e);
        }
    }

    @Override
    public String toString() {
        return "Transport[" + name + "]";
    }
}
