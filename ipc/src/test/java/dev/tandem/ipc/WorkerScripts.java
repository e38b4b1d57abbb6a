package dev.tandem.ipc;

import dev.tandem.ipc.Connection.Frame;
import java.nio.ByteBuffer;

/** What worker JVMs do in tests. */
final class WorkerScripts {

    private WorkerScripts() {}

    public static void main(String[] args) throws Exception {
        Connection connection = Transport.connect(args[0], Transport.DEFAULT_MAX_PAYLOAD_BYTES);
        switch (args[1]) {
            case "echo" -> echo(connection);
            default -> throw new IllegalArgumentException("no such script: " + args[1]);
        }
    }

    /** Sends back what comes until the parent closes. */
    private static void echo(Connection connection) throws TransportException {
        for (Frame frame; (frame = connection.receive()) != null; ) {
            connection.send(frame.kind(), frame.id(), ByteBuffer.wrap(frame.payload()));
        }
    }
}
