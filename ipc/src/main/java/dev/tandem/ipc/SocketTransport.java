package dev.tandem.ipc;

final class SocketTransport implements Transport {
    static final SocketTransport UNIX = new SocketTransport();
    static final SocketTransport LOOPBACK = new SocketTransport();

    @Override
    public String name() {
        return "socket";
    }

    @Override
    public Listener listen(int maxPayloadBytes) throws TransportException {
        throw new UnsupportedOperationException();
    }
}
