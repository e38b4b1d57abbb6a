package dev.tandem.internal.processes;

import dev.tandem.ProcessOptions;
import dev.tandem.TaskAction;
import dev.tandem.internal.protocol.Bundle;
import dev.tandem.internal.protocol.Message;
import dev.tandem.ipc.Codec;
import dev.tandem.ipc.EncodingException;
import dev.tandem.ipc.Listener;
import dev.tandem.ipc.TransportException;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Starts worker processes of one runner.
 *
 * <p>Thread-safe.
 */
final class WorkerLauncher {

    /** If memory runs out the system is to kill a worker, which is replaced, and not this JVM; 1000 is the most. */
    private static final int OOM_SCORE = 500;

    private final ProcessOptions options;
    private final String runnerName;
    private final DebugMode debug;
    private final RunDirectory directory;
    private final JavaCommand command;
    private final ClassArchive archive;
    private final MachineShare share;
    private final byte[] codec;
    private final byte[] onStart;
    private final byte[] onStop;

    WorkerLauncher(
            ProcessOptions options,
            DebugMode debug,
            String runnerName,
            RunDirectory directory,
            WorkerClassPath classPath,
            ClassArchive archive,
            MachineShare share) {
        this.options = options;
        this.debug = debug;
        this.runnerName = runnerName;
        this.directory = directory;
        this.archive = archive;
        this.command = new JavaCommand(options, debug, classPath, archive, share);
        this.share = share;
        this.codec = options.codec() == Codec.java()
                ? Bundle.EMPTY
                : bundle(options.codec(), "codec", options.maxPayloadBytes());
        this.onStart = action(options.onWorkerStart(), "onWorkerStart", options.maxPayloadBytes());
        this.onStop = action(options.onWorkerStop(), "onWorkerStop", options.maxPayloadBytes());
    }

    /**
     * A started process.
     *
     * @param command what started it, for people: with all flags, but without the class path and the values of properties
     * @param argumentFile is needed no more once the process has read it
     * @param offspring what it will start in turn
     * @param oomKillsBefore what the kernel's count of kills was before
     * @param archive what it was told to load classes from, if it was
     */
    record Launched(
            Process process,
            List<String> command,
            Path argumentFile,
            Offspring offspring,
            OptionalLong oomKillsBefore,
            Optional<ClassArchive.Use> archive) {}

    Launched launch(Listener listener, int workerIndex) throws IOException {
        share.take();
        JavaCommand.Written written =
                command.write(directory.path(), listener.endpoint().address(), runnerName, workerIndex);
        try {
            ProcessBuilder builder = new ProcessBuilder(written.command());
            listener.prepare(builder);
            options.workingDirectory().ifPresent(path -> builder.directory(path.toFile()));
            Spawning.disinherit(builder);
            builder.environment().putAll(options.environment());
            Offspring offspring = Offspring.mark(builder.environment());
            OptionalLong oomKillsBefore = OomKills.HERE.count();
            Process process = Spawning.start(builder);
            offerToTheOomKiller(process.pid());
            debug.announce(runnerName, workerIndex, process.pid());
            return new Launched(
                    process, written.shown(), written.argumentFile(), offspring, oomKillsBefore, written.archive());
        } catch (IOException | RuntimeException | Error e) {
            Files.deleteIfExists(written.argumentFile());
            throw e;
        }
    }

    private static void offerToTheOomKiller(long pid) {
        Path score = Path.of("/proc/" + pid + "/oom_score_adj");
        try {
            if (Files.isWritable(score)
                    && Integer.parseInt(Files.readString(score).strip()) < OOM_SCORE) {
                Files.writeString(score, Integer.toString(OOM_SCORE));
            }
        } catch (IOException | RuntimeException e) {
            // it may be dead already, or the system may not allow it: then it decides by itself
        }
    }

    /** Whether no process can be started because there is no java to start; what the system said of it is not asked. */
    boolean isJavaMissing() {
        return command.isJavaMissing();
    }

    /** It ended before it was ready. */
    void failedToStart(Launched launched) {
        launched.archive().ifPresent(archive::distrust);
    }

    Listener listen() throws TransportException {
        directory.path(); // first: it makes java.io.tmpdir again, where a socket may go, if a task has deleted that
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
