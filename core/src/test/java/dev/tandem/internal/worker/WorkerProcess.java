package dev.tandem.internal.worker;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.internal.protocol.Message.Configure;
import dev.tandem.internal.protocol.Message.Hello;
import dev.tandem.internal.protocol.Message.Ready;
import dev.tandem.ipc.Connection;
import dev.tandem.ipc.Listener;
import dev.tandem.ipc.Transport;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/** A worker JVM of its own, with a scripted supervisor. Used by one thread. */
final class WorkerProcess {

    private static final Duration START_TIMEOUT = Duration.ofSeconds(30);

    final Process process;
    final Connection connection;
    final ScriptedSupervisor supervisor;
    final Hello hello;

    private final StringBuffer output = new StringBuffer();
    private final Thread outputReader;

    WorkerProcess(Transport transport) throws Exception {
        try (Listener listener = transport.listen()) {
            String java =
                    Path.of(System.getProperty("java.home"), "bin", "java").toString();
            ProcessBuilder command = new ProcessBuilder(
                    java,
                    "-XX:+UseSerialGC",
                    "-XX:TieredStopAtLevel=1",
                    "-Xmx64m",
                    "-cp",
                    System.getProperty("java.class.path"),
                    WorkerMain.class.getName(),
                    "worker of " + WorkerProcess.class.getSimpleName(),
                    listener.endpoint().address());
            listener.prepare(command);
            process = command.start();
            InputStream printed = listener.output(process);
            outputReader = new Thread(() -> read(printed), "worker-process-output");
            outputReader.setDaemon(true);
            outputReader.start();
            connection = listener.accept(process, START_TIMEOUT);
        }
        supervisor = new ScriptedSupervisor(connection);
        hello = supervisor.expect(Hello.class);
    }

    /** Started and ready. */
    static WorkerProcess ready(Transport transport, Configure configure) throws Exception {
        WorkerProcess worker = new WorkerProcess(transport);
        worker.supervisor.say(configure);
        worker.supervisor.expect(Ready.class);
        return worker;
    }

    private void read(InputStream printed) {
        byte[] some = new byte[8192];
        try {
            for (int count = printed.read(some); count >= 0; count = printed.read(some)) {
                output.append(new String(some, 0, count, StandardCharsets.UTF_8));
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The exit code, if the process ends in time. */
    int awaitExit(Duration atMost) throws InterruptedException {
        assertThat(process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS))
                .as("the process has ended after " + atMost)
                .isTrue();
        return process.exitValue();
    }

    /** What it has printed until its end. */
    String output() throws InterruptedException {
        outputReader.join(10_000);
        return output.toString();
    }

    void kill() throws InterruptedException {
        connection.close();
        process.toHandle().destroyForcibly();
        process.waitFor();
    }
}
