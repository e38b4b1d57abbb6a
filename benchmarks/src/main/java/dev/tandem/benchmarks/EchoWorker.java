package dev.tandem.benchmarks;

import dev.tandem.ipc.Connection;
import dev.tandem.ipc.Listener;
import dev.tandem.ipc.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.time.Duration;

/** A worker JVM that sends every frame back, and the connection to it; used by one thread. */
final class EchoWorker implements AutoCloseable {

    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);

    final Connection connection;

    private final Process process;

    private EchoWorker(Process process, Connection connection) {
        this.process = process;
        this.connection = connection;
    }

    static EchoWorker start(Transport transport) throws IOException {
        try (Listener listener = transport.listen()) {
            String address = listener.endpoint().address();
            ProcessBuilder builder = JavaProcess.of(EchoWorker.class, "-XX:+UseSerialGC", address);
            listener.prepare(builder);
            Process process = builder.start();
            showOutput(listener.output(process));
            try {
                return new EchoWorker(process, listener.accept(process, START_TIMEOUT));
            } catch (IOException e) {
                process.toHandle().destroyForcibly();
                throw e;
            }
        }
    }

    /** Runs in the worker JVM until the parent hangs up. */
    public static void main(String[] arguments) throws IOException {
        try (Connection parent = Transport.connect(arguments[0], Transport.DEFAULT_MAX_PAYLOAD_BYTES)) {
            for (Connection.Frame frame; (frame = parent.receive()) != null; ) {
                parent.send(frame.kind(), frame.id(), ByteBuffer.wrap(frame.payload()));
            }
        }
    }

    private static void showOutput(InputStream printed) {
        var thread = new Thread(() -> copyToStandardError(printed), "echo-output");
        thread.setDaemon(true);
        thread.start();
    }

    private static void copyToStandardError(InputStream printed) {
        try (printed) {
            printed.transferTo(System.err);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        connection.close();
        process.toHandle().destroyForcibly();
        process.onExit().join();
    }
}
