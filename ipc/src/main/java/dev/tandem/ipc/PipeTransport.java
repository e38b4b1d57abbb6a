package dev.tandem.ipc;

final class PipeTransport implements Transport {
    static final PipeTransport INSTANCE = new PipeTransport();

    static boolean isPrivate() {
        return true;
    }

    @Override
    public String name() {
        return "pipes";
    }

    @Override
    public Listener listen(int maxPayloadBytes) throws TransportException {
        throw new UnsupportedOperationException();
    }
}
