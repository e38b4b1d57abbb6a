package dev.tandem.internal.processes;

import dev.tandem.WorkerLoss;
import dev.tandem.WorkerLoss.Phase;
import dev.tandem.WorkerLoss.Verdict;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Finds out what a dead worker died of, from its exit code, its last words, what its JVM left behind, what the kernel counted
 * and what was done to it.
 *
 * <p>All of that is cut to a sensible length and made {@linkplain Printable printable}. Stateless.
 */
final class DeathCertificate {

    private static final int SIGNAL_BASE = 128; // a shell's and Java's convention: 128 + n for signal n
    private static final int OUT_OF_MEMORY_EXIT = 3; // of -XX:+ExitOnOutOfMemoryError, and of any exit(3)
    private static final String OUT_OF_MEMORY_LINE = "Terminating due to java.lang.OutOfMemoryError";
    private static final String CRASH_BANNER = "# A fatal error has been detected by the Java Runtime Environment:";
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
     * What is known of a dead worker.
     *
     * @param known the verdict if it is known already, because the supervisor has killed it for that
     * @param exitCode the exit code; null if the process could not be made to end
     * @param lastOutput its last lines, made printable
     * @param command what started it, made printable
     * @param runDirectory where its crash log is; null if there is none
     * @param oomKillsBefore what the kernel's count was when it started
     */
    record Remains(
            @Nullable Verdict known,
            @Nullable Integer exitCode,
            long pid,
            Phase phase,
            List<String> lastOutput,
            List<String> command,
            Interventions interventions,
            @Nullable Path runDirectory,
            OptionalLong oomKillsBefore) {}

    /** Writes the certificate. */
    static WorkerLoss write(Remains dead, OomKills oomKills) {
        Optional<CrashLog> crashLog = CrashLog.of(dead.runDirectory(), dead.pid());
        if (crashLog.isPresent() && dead.runDirectory() != null) {
            CrashLog.thinOut(dead.runDirectory());
        }
        Interventions interventions = dead.interventions();
        boolean killedByOthers = diedOf("SIGKILL", dead.exitCode()) && !interventions.isKilled();
        OptionalLong kills = killedByOthers ? oomKills.claim(dead.oomKillsBefore()) : OptionalLong.empty();
        Verdict verdict = dead.known() != null ? dead.known() : verdict(dead, crashLog.isPresent(), kills);
        return new WorkerLoss(
                verdict,
                dead.exitCode() == null ? OptionalInt.empty() : OptionalInt.of(dead.exitCode()),
                signal(dead.exitCode()),
                dead.pid(),
                dead.phase(),
                dead.lastOutput(),
                crashLog.map(CrashLog::file),
                crashLog.flatMap(CrashLog::frame).or(() -> CrashLog.frameIn(dead.lastOutput())),
                dead.command(),
                crashLog.map(CrashLog::excerpt).orElse(List.of()),
                kills,
                interventions.notes(),
                Optional.ofNullable(interventions.threadDump()));
    }

    /** What is known of a worker when nothing more could be found out, for a reason of this JVM that is among the interventions. */
    static WorkerLoss brief(long pid, List<String> command, Interventions interventions) {
        return new WorkerLoss(
                Verdict.CHANNEL_BROKEN,
                OptionalInt.empty(),
                Optional.empty(),
                pid,
                Phase.IDLE,
                List.of(),
                Optional.empty(),
                Optional.empty(),
                command,
                List.of(),
                OptionalLong.empty(),
                interventions.notes(),
                Optional.empty());
    }

    private static Verdict verdict(Remains dead, boolean leftACrashLog, OptionalLong oomKills) {
        Integer exitCode = dead.exitCode();
        if (exitCode == null) {
            return Verdict.UNRESPONSIVE;
        }
        // The banner alone could have been printed by anybody; with the exit code of a crash it is believed.
        if (leftACrashLog || diedOf("SIGABRT", exitCode) && dead.lastOutput().contains(CRASH_BANNER)) {
            return Verdict.NATIVE_CRASH;
        }
        if (exitCode == OUT_OF_MEMORY_EXIT
                && dead.lastOutput().stream().anyMatch(line -> line.startsWith(OUT_OF_MEMORY_LINE))) {
            return Verdict.HEAP_EXHAUSTED;
        }
        if (signal(exitCode).isEmpty()) {
            return Verdict.EXITED;
        }
        if (diedOf("SIGKILL", exitCode) && dead.interventions().isKilled()) {
            return Verdict.KILLED_BY_RUNNER;
        }
        return oomKills.orElse(0) > 0 ? Verdict.KILLED_BY_SYSTEM : Verdict.KILLED_BY_SIGNAL;
    }

    private static boolean diedOf(String signal, @Nullable Integer exitCode) {
        return signal(exitCode).filter(signal::equals).isPresent();
    }

    private static Optional<String> signal(@Nullable Integer exitCode) {
        return exitCode == null ? Optional.empty() : Optional.ofNullable(SIGNALS.get(exitCode - SIGNAL_BASE));
    }
}
