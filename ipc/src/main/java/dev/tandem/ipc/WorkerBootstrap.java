package dev.tandem.ipc;

final class WorkerBootstrap {
    private WorkerBootstrap() {}

    static Connection connect(String address, int maxPayloadBytes) throws TransportException {
        throw new UnsupportedOperationException();
    }
}
