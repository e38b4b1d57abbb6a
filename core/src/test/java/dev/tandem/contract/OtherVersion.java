package dev.tandem.contract;

import dev.tandem.internal.protocol.Message;
import dev.tandem.internal.protocol.MessageFormat;
import dev.tandem.ipc.Connection;
import dev.tandem.ipc.Transport;

/** The main class of a worker that speaks another version of the protocol. */
final class OtherVersion {

    private OtherVersion() {}

    public static void main(String[] args) throws Exception {
        try (Connection connection = Transport.connect(args[0], Integer.MAX_VALUE)) {
            MessageFormat.send(connection, new Message.Hello("17", Message.PROTOCOL_VERSION + 1));
            connection.receive();
        }
    }
}
