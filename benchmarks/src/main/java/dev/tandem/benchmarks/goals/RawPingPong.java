package dev.tandem.benchmarks.goals;

import dev.tandem.benchmarks.JavaProcess;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A JVM that answers as many bytes as a task has with as many as a result has, and nothing else: the floor under a task in
 * another process.
 *
 * <p>Used by one thread.
 */
final class RawPingPong implements AutoCloseable {

    static final int TASK_BYTES = 116;
    static final int REPLY_BYTES = 24;

    /** How the two meet. */
    enum Kind {
        PIPES,
        UNIX,
        SPINNING_UNIX
    }

    private final Process process;
    private final RawWire wire;

    private RawPingPong(Process process, RawWire wire) {
        this.process = process;
        this.wire = wire;
    }

    static RawPingPong over(Kind kind) throws IOException {
        return kind == Kind.PIPES ? overPipes() : overSocket(kind);
    }

    private static RawPingPong overPipes() throws IOException {
        Process process = start(Kind.PIPES, "-");
        return new RawPingPong(process, RawWire.ofStreams(process.getInputStream(), process.getOutputStream()));
    }

    private static RawPingPong overSocket(Kind kind) throws IOException {
        Path directory = Files.createTempDirectory("raw");
        Path socket = directory.resolve("s");
        try (ServerSocketChannel server = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            server.bind(UnixDomainSocketAddress.of(socket));
            Process process = start(kind, socket.toString());
            return new RawPingPong(process, RawWire.ofChannel(server.accept(), kind == Kind.SPINNING_UNIX));
        } finally {
            Files.deleteIfExists(socket);
            Files.deleteIfExists(directory);
        }
    }

    private static Process start(Kind kind, String socket) throws IOException {
        return JavaProcess.of(RawEcho.class, "-XX:+UseSerialGC", kind.name(), socket)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** {@return the bytes that came back} */
    Integer roundTrip() throws IOException {
        wire.send(TASK_BYTES);
        wire.receive(REPLY_BYTES);
        return REPLY_BYTES;
    }

    @Override
    public void close() throws IOException {
        try {
            wire.close();
        } finally {
            process.toHandle().destroyForcibly();
            process.onExit().join();
        }
    }
}
