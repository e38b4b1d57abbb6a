package dev.tandem.benchmarks.goals;

import java.io.EOFException;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.io.IOException;
import java.nio.file.Path;

/** The other side of a {@link RawPingPong}. */
final class RawEcho {

    private RawEcho() {}

    /** Answers until the parent hangs up. */
    public static void main(String[] arguments) throws IOException {
        try (RawWire wire = wire(RawPingPong.Kind.valueOf(arguments[0]), arguments[1])) {
            for (; ; ) {
                wire.receive(RawPingPong.TASK_BYTES);
                wire.send(RawPingPong.REPLY_BYTES);
            }
        } catch (EOFException e) {
            // the end
        }
    }

    private static RawWire wire(RawPingPong.Kind kind, String socket) throws IOException {
        return switch (kind) {
            case PIPES ->
                RawWire.ofStreams(new FileInputStream(FileDescriptor.in), new FileOutputStream(FileDescriptor.out));
            case UNIX -> RawWire.connect(Path.of(socket), false);
            case SPINNING_UNIX -> RawWire.connect(Path.of(socket), true);
        };
    }
}
