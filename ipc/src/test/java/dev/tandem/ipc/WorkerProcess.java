package dev.tandem.ipc;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** A real child JVM that runs {@link WorkerScripts}, and the connection to it. */
final class WorkerProcess implements AutoCloseable {

    static final Duration START_TIMEOUT = Duration.ofSeconds(30);

    final Process process;
    final Connection connection;

    private final Thread drainer;
    private final StringBuffer output = new StringBuffer();

    private WorkerProcess(Process process, InputStream printed, Listener listener) throws TransportException {
        this.process = process;
        drainer = Running.runAction(() -> drain(printed)).thread;
        try {
            connection = listener.accept(process, START_TIMEOUT);
        } catch (TransportException e) {
            end();
            e.addSuppressed(new AssertionError("the worker printed: " + output));
            throw e;
        }
    }

    static WorkerProcess start(Transport transport, String script, String... arguments) throws IOException {
        return start(transport, Transport.DEFAULT_MAX_PAYLOAD_BYTES, builder -> {}, script, arguments);
    }

    static WorkerProcess start(
            Transport transport,
            int maxPayloadBytes,
            Consumer<ProcessBuilder> change,
            String script,
            String... arguments)
            throws IOException {
        try (Listener listener = transport.listen(maxPayloadBytes)) {
            var builder = command(listener.endpoint().address(), script, arguments);
            change.accept(builder);
            listener.prepare(builder);
            Process process = builder.start();
            return new WorkerProcess(process, listener.output(process), listener);
        }
    }

    static ProcessBuilder command(String address, String script, String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx128m",
                "-cp",
                System.getProperty("java.class.path"),
                WorkerScripts.class.getName(),
                address,
                script));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command);
    }

    String output() {
        return output.toString();
    }

    void kill() {
        process.toHandle().destroyForcibly();
    }

    int waitFor() {
        try {
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                throw new AssertionError("worker " + process.pid() + " did not end; it printed: " + output);
            }
            drainer.join(30_000);
            return process.exitValue();
        } catch (InterruptedException e) {
            throw new AssertionError("interrupted while waiting for a worker", e);
        }
    }

    @Override
    public void close() {
        end();
        connection.close();
    }

    private void end() {
        kill();
        waitFor();
    }

    private void drain(InputStream printed) {
        byte[] buffer = new byte[8192];
        try {
            for (int count; (count = printed.read(buffer)) >= 0; ) {
                output.append(new String(buffer, 0, count, StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            if (process.isAlive()) {
                throw new UncheckedIOException(e);
            }
        }
    }
}
