package dev.tandem.ipc;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.ipc.Connection.Frame;
import java.nio.ByteBuffer;

class TransportTest {

    @EveryTransport
    void carriesFramesBothWays(Transport transport) throws Exception {
        try (var worker = WorkerProcess.start(transport, "echo")) {
            worker.connection.send(7, 42, ByteBuffer.wrap(new byte[] {1, 2, 3}), ByteBuffer.wrap(new byte[] {4}));
            Frame frame = worker.connection.receive();
            assertThat(frame.kind()).isEqualTo(7);
            assertThat(frame.id()).isEqualTo(42);
            assertThat(frame.payload()).containsExactly(1, 2, 3, 4);
            worker.connection.close();
            assertThat(worker.waitFor()).isZero();
        }
    }
}
