package dev.tandem.internal.processes;

import dev.tandem.ProcessOptions;
import dev.tandem.TaskAction;
import dev.tandem.internal.protocol.Bundle;
import dev.tandem.internal.protocol.Message;
import dev.tandem.ipc.EncodingException;
import dev.tandem.ipc.Listener;
import dev.tandem.ipc.TransportException;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.IntSupplier;

/**
 * Starts worker processes of one runner.
 *
 * <p>Thread-safe. All spawns of this JVM take turns: processes that are forked at the same moment may inherit each other's
 * descriptors and then hold connections open that should have ended (JDK-8377907).
 */
final class WorkerLauncher {

    private static final ReentrantLock SPAWN = new ReentrantLock();
    private static final List<String> NOT_INHERITED = List.of("JAVA_TOOL_OPTIONS", "JDK_JAVA_OPTIONS", "_JAVA_OPTIONS");

    private final ProcessOptions options;
    private final String runnerName;
    private final RunDirectory directory;
    private final JavaCommand command;
    private final byte[] codec;
    private final byte[] onStart;
    private final byte[] onStop;

    WorkerLauncher(ProcessOptions options, String runnerName, RunDirectory directory, IntSupplier workers) {
        this.options = options;
        this.runnerName = runnerName;
        this.directory = directory;
        this.command = new JavaCommand(options, workers);
        this.codec = bundle(options.codec(), "codec", options.maxPayloadBytes());
        this.onStart = action(options.onWorkerStart(), "onWorkerStart", options.maxPayloadBytes());
        this.onStop = action(options.onWorkerStop(), "onWorkerStop", options.maxPayloadBytes());
    }

    /** A started process, the command that started it, and what it will start in turn. */
    record Launched(Process process, List<String> command, Offspring offspring) {}

    Launched launch(Listener listener, int workerIndex) throws IOException {
        List<String> line = command.write(directory.path(), listener.endpoint().address(), runnerName, workerIndex);
        ProcessBuilder builder = new ProcessBuilder(line);
        listener.prepare(builder);
        options.workingDirectory().ifPresent(path -> builder.directory(path.toFile()));
        Map<String, String> environment = builder.environment();
        NOT_INHERITED.forEach(environment::remove); // agents and ports of the parent's would be taken twice
        environment.putAll(options.environment());
        Offspring offspring = Offspring.mark(environment);
        SPAWN.lock();
        try {
            return new Launched(builder.start(), line, offspring);
        } finally {
            SPAWN.unlock();
        }
    }

    /** Whether no process can be started because there is no java to start; what the system said of it is not asked. */
    boolean isJavaMissing() {
        return !Files.isExecutable(command.executable());
    }

    Listener listen() throws TransportException {
        return options.transport().listen((int) options.maxPayloadBytes());
    }

    Message.Configure configuration(int workerIndex) {
        return new Message.Configure(
                workerIndex,
                runnerName,
                options.heartbeat().toNanos(),
                options.maxPayloadBytes(),
                options.maxWorkerMemoryBytes().orElse(0),
                options.hygiene(),
                codec,
                onStart,
                onStop);
    }

    private static byte[] action(Optional<TaskAction> action, String option, long maxBytes) {
        return action.map(code -> bundle(code, option, maxBytes)).orElse(Bundle.EMPTY);
    }

    private static byte[] bundle(Object value, String option, long maxBytes) {
        try {
            return Bundle.of(value, maxBytes);
        } catch (EncodingException e) {
            throw new IllegalArgumentException(option + " cannot travel to the workers: " + e.getMessage(), e);
        }
    }
}
