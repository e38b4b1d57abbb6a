package dev.tandem.internal.processes;

import dev.tandem.WorkerLoss;
import dev.tandem.WorkerLoss.Phase;
import dev.tandem.WorkerLoss.Verdict;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Finds out what a dead worker died of, from its exit code, its last words and what its JVM left behind. */
final class DeathCertificate {

    private static final int SIGNAL_BASE = 128; // a shell's and Java's convention: 128 + n for signal n
    private static final int OUT_OF_MEMORY_EXIT = 3; // of -XX:+ExitOnOutOfMemoryError, and of any exit(3)
    private static final String OUT_OF_MEMORY_LINE = "Terminating due to java.lang.OutOfMemoryError";
    private static final String FRAME_HEADING = "# Problematic frame:";
    private static final Map<Integer, String> SIGNALS = Map.ofEntries(
            Map.entry(1, "SIGHUP"),
            Map.entry(2, "SIGINT"),
            Map.entry(3, "SIGQUIT"),
            Map.entry(4, "SIGILL"),
            Map.entry(5, "SIGTRAP"),
            Map.entry(6, "SIGABRT"),
            Map.entry(7, "SIGBUS"),
            Map.entry(8, "SIGFPE"),
            Map.entry(9, "SIGKILL"),
            Map.entry(11, "SIGSEGV"),
            Map.entry(13, "SIGPIPE"),
            Map.entry(14, "SIGALRM"),
            Map.entry(15, "SIGTERM"),
            Map.entry(24, "SIGXCPU"),
            Map.entry(25, "SIGXFSZ"),
            Map.entry(31, "SIGSYS"));

    private DeathCertificate() {}

    /**
     * Writes the certificate.
     *
     * @param known the verdict if it is known already, because the supervisor killed the worker itself
     * @param exitCode the exit code; null if the process could not be made to end
     */
    static WorkerLoss write(
            @Nullable Verdict known,
            @Nullable Integer exitCode,
            long pid,
            Phase phase,
            List<String> lastOutput,
            @Nullable Path runDirectory,
            List<String> command) {
        Optional<Path> crashLog = crashLog(runDirectory, pid);
        Verdict verdict = known != null ? known : verdict(exitCode, crashLog.isPresent(), lastOutput);
        return new WorkerLoss(
                verdict,
                exitCode == null ? OptionalInt.empty() : OptionalInt.of(exitCode),
                signal(exitCode),
                pid,
                phase,
                lastOutput,
                crashLog,
                frame(crashLog, lastOutput),
                command);
    }

    private static Verdict verdict(@Nullable Integer exitCode, boolean crashed, List<String> lastOutput) {
        if (crashed || lastOutput.contains("# A fatal error has been detected by the Java Runtime Environment:")) {
            return Verdict.NATIVE_CRASH;
        }
        if (exitCode == null) {
            return Verdict.UNRESPONSIVE;
        }
        if (exitCode == OUT_OF_MEMORY_EXIT
                && lastOutput.stream().anyMatch(line -> line.startsWith(OUT_OF_MEMORY_LINE))) {
            return Verdict.HEAP_EXHAUSTED;
        }
        return signal(exitCode).isPresent() ? Verdict.KILLED_BY_SIGNAL : Verdict.EXITED;
    }

    private static Optional<String> signal(@Nullable Integer exitCode) {
        return exitCode == null ? Optional.empty() : Optional.ofNullable(SIGNALS.get(exitCode - SIGNAL_BASE));
    }

    private static Optional<Path> crashLog(@Nullable Path runDirectory, long pid) {
        if (runDirectory == null) {
            return Optional.empty();
        }
        Path file = runDirectory.resolve("hs_err_pid" + pid + ".log");
        return Files.isRegularFile(file) ? Optional.of(file) : Optional.empty();
    }

    /** The line after the heading, in the crash log or, if that is missing, in the banner that the JVM printed. */
    private static Optional<String> frame(Optional<Path> crashLog, List<String> lastOutput) {
        if (crashLog.isPresent()) {
            try (Stream<String> lines = Files.lines(crashLog.get())) {
                Optional<String> frame = frameIn(lines.limit(200).toList());
                if (frame.isPresent()) {
                    return frame;
                }
            } catch (IOException | java.io.UncheckedIOException e) {
                // half-written or not text: the banner may know
            }
        }
        return frameIn(lastOutput);
    }

    private static Optional<String> frameIn(List<String> lines) {
        int heading = lines.indexOf(FRAME_HEADING);
        return heading < 0 || heading + 1 >= lines.size()
                ? Optional.empty()
                : Optional.of(lines.get(heading + 1).replaceFirst("^#\\s*", ""));
    }
}
