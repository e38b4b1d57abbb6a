package dev.tandem.benchmarks;

import dev.tandem.ipc.Transport;

/** The transports by names that can be parameters; immutable, as every enum. */
public enum TransportKind {
    /** {@link Transport#pipes()}. */
    PIPES,
    /** {@link Transport#unixSocket()}. */
    UNIX,
    /** {@link Transport#loopback()}. */
    LOOPBACK,
    /** {@link Transport#sharedMemory()}. */
    RING;

    /** {@return the transport of this name} */
    public Transport transport() {
        return switch (this) {
            case PIPES -> Transport.pipes();
            case UNIX -> Transport.unixSocket();
            case LOOPBACK -> Transport.loopback();
            case RING -> Transport.sharedMemory();
        };
    }
}
