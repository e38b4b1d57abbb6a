package dev.tandem;

import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The death certificate of a worker JVM: what it died of, and what was found at the place.
 *
 * <p>All texts are bounded, on one line each, and free of control characters, whatever the worker printed.
 *
 * <p>Immutable and safe for use by any number of threads.
 *
 * @param verdict what killed it, as far as can be told from outside
 * @param exitCode the exit code, if the process has ended; 128 + n for signal n
 * @param signal the name of the signal that ended it, such as {@code SIGKILL}
 * @param pid its process id
 * @param phase what it was doing
 * @param lastOutput the last lines that it printed, oldest first
 * @param crashLog the {@code hs_err} file that the JVM left; it is deleted when the runner is closed, and earlier if many follow
 * @param problematicFrame the frame that the JVM blames in it
 * @param command the command that started it, with all flags, but without the class path and the values of system properties
 * @param crashExcerpt from the crash log: the signal, the thread that crashed and the top of its stack; empty without one
 * @param oomKills how many processes of this memory cgroup the system has killed for their memory since the worker was started,
 *     those of other lost workers not counted; empty if nobody asked, because it died otherwise, or if that cannot be read
 * @param interventions what the runner did to it, oldest first, such as {@code SIGKILL: task 7 did not end ...}, and why there is no thread
 *     dump if one was tried
 * @param threadDump the stacks of its threads, that of the task first, taken before the runner killed it
 */
public record WorkerLoss(
        Verdict verdict,
        OptionalInt exitCode,
        Optional<String> signal,
        long pid,
        Phase phase,
        List<String> lastOutput,
        Optional<Path> crashLog,
        Optional<String> problematicFrame,
        List<String> command,
        List<String> crashExcerpt,
        OptionalLong oomKills,
        List<String> interventions,
        Optional<String> threadDump)
        implements Serializable {

    private static final long serialVersionUID = 1L;

    /** Checks for null and copies the lists. */
    public WorkerLoss {
        Objects.requireNonNull(verdict, "verdict");
        Objects.requireNonNull(exitCode, "exitCode");
        Objects.requireNonNull(signal, "signal");
        Objects.requireNonNull(phase, "phase");
        lastOutput = List.copyOf(lastOutput);
        Objects.requireNonNull(crashLog, "crashLog");
        Objects.requireNonNull(problematicFrame, "problematicFrame");
        command = List.copyOf(command);
        crashExcerpt = List.copyOf(crashExcerpt);
        Objects.requireNonNull(oomKills, "oomKills");
        interventions = List.copyOf(interventions);
        Objects.requireNonNull(threadDump, "threadDump");
    }

    /**
     * Makes the certificate of a death that left no more than that; for tests of code that handles failures.
     *
     * @param verdict what killed it
     * @param exitCode the exit code
     * @param signal the name of the signal
     * @param pid its process id
     * @param phase what it was doing
     * @param lastOutput the last lines that it printed, oldest first
     * @param crashLog the {@code hs_err} file
     * @param problematicFrame the frame that the JVM blames
     * @param command the command that started it
     */
    public WorkerLoss(
            Verdict verdict,
            OptionalInt exitCode,
            Optional<String> signal,
            long pid,
            Phase phase,
            List<String> lastOutput,
            Optional<Path> crashLog,
            Optional<String> problematicFrame,
            List<String> command) {
        this(
                verdict,
                exitCode,
                signal,
                pid,
                phase,
                lastOutput,
                crashLog,
                problematicFrame,
                command,
                List.of(),
                OptionalLong.empty(),
                List.of(),
                Optional.empty());
    }

    /** What killed a worker. */
    public enum Verdict {
        /** It ended by itself: somebody called {@code System.exit} or {@code Runtime.halt}. */
        EXITED("ended by itself", "find the call of System.exit or Runtime.halt in the task"),
        /** Native code, or the JVM itself, crashed. */
        NATIVE_CRASH("crashed in native code", "see the problematic frame and the crash log"),
        /** Its heap was full. */
        HEAP_EXHAUSTED("ran out of heap", "raise maxHeap, or give each task less to hold"),
        /** The system killed it to get memory back. */
        KILLED_BY_SYSTEM("was killed by the system for its memory", "use fewer workers or a smaller maxHeap"),
        /** Somebody outside sent it a signal. */
        KILLED_BY_SIGNAL("was killed from outside", "find out who sent the signal"),
        /** Its runner killed it, because a task would not end or because nobody needed it any more. */
        KILLED_BY_RUNNER("was killed by its runner", "make the task end when it is interrupted, or give it more time"),
        /** It lived but gave no sign of life, and was killed for that. */
        UNRESPONSIVE("gave no sign of life and was killed", "if the machine was only slow, raise heartbeat"),
        /** Its connection broke or carried what is no message of ours, and it was killed for that. */
        CHANNEL_BROKEN("lost its connection", "look for code that closes or writes to foreign descriptors");

        private final String what;
        private final String cure;

        Verdict(String what, String cure) {
            this.what = what;
            this.cure = cure;
        }

        String what() {
            return what;
        }

        String cure() {
            return cure;
        }
    }

    /** What a worker was doing. */
    public enum Phase {
        /** It had not yet said that it is ready. */
        STARTING,
        /** It was decoding a task. */
        DECODING,
        /** It was running user code. */
        RUNNING,
        /** It was encoding a result. */
        ENCODING,
        /** It was waiting for a task. */
        IDLE
    }

    /**
     * The certificate on one line.
     *
     * @return for example {@code pid 4711 was killed from outside (SIGKILL, exit code 137) while RUNNING}
     */
    public String summary() {
        return "pid " + pid + " " + verdict.what() + ending() + " while " + phase;
    }

    private String ending() {
        String code = exitCode.isPresent() ? "exit code " + exitCode.getAsInt() : "";
        String both =
                signal.map(name -> code.isEmpty() ? name : name + ", " + code).orElse(code);
        return both.isEmpty() ? "" : " (" + both + ")";
    }

    /**
     * The whole certificate, for people. Of a thread dump it has the first thread only, which is that of the task.
     *
     * @return several lines, the first of which is the {@linkplain #summary() summary}
     */
    public String describe() {
        Report report = new Report(summary());
        report.line("verdict", verdict.name().toLowerCase(Locale.ROOT).replace('_', ' ') + ": " + verdict.cure());
        problematicFrame.ifPresent(frame -> report.line("frame", frame));
        crashLog.ifPresent(file -> report.line("crash log", file + " (until the runner is closed)"));
        if (!crashExcerpt.isEmpty()) {
            report.block("crash", crashExcerpt);
        }
        if (oomKills.orElse(0) > 0) {
            report.line("system", "oom_kill +" + oomKills.getAsLong() + " since the worker was started");
        }
        for (int i = 0; i < interventions.size(); i++) {
            report.line(i == 0 ? "done to it" : "", interventions.get(i));
        }
        return report.threadDump(threadDump).command(command).output(lastOutput).toString();
    }

    /** {@return the {@linkplain #summary() summary}: the whole may be long} */
    @Override
    public String toString() {
        return "WorkerLoss[" + summary() + "]";
    }

    private Object writeReplace() {
        return new Wire(
                verdict,
                exitCode.isPresent() ? (Integer) exitCode.getAsInt() : null,
                signal.orElse(null),
                pid,
                phase,
                lastOutput,
                crashLog.map(Path::toString).orElse(null),
                problematicFrame.orElse(null),
                command,
                crashExcerpt,
                oomKills.isPresent() ? (Long) oomKills.getAsLong() : null,
                interventions,
                threadDump.orElse(null));
    }

    /** The serial form: an {@code Optional} and a {@code Path} cannot travel. */
    private record Wire(
            Verdict verdict,
            @Nullable Integer exitCode,
            @Nullable String signal,
            long pid,
            Phase phase,
            List<String> lastOutput,
            @Nullable String crashLog,
            @Nullable String problematicFrame,
            List<String> command,
            List<String> crashExcerpt,
            @Nullable Long oomKills,
            List<String> interventions,
            @Nullable String threadDump)
            implements Serializable {

        private static final long serialVersionUID = 1L;

        private Object readResolve() {
            return new WorkerLoss(
                    verdict,
                    exitCode == null ? OptionalInt.empty() : OptionalInt.of(exitCode),
                    Optional.ofNullable(signal),
                    pid,
                    phase,
                    lastOutput,
                    Optional.ofNullable(crashLog).map(Path::of),
                    Optional.ofNullable(problematicFrame),
                    command,
                    crashExcerpt,
                    oomKills == null ? OptionalLong.empty() : OptionalLong.of(oomKills),
                    interventions,
                    Optional.ofNullable(threadDump));
        }
    }
}
