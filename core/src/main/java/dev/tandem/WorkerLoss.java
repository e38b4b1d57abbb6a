package dev.tandem;

import java.io.Serializable;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * The death certificate of a worker JVM.
 *
 * <p>Immutable and safe for use by any number of threads.
 *
 * @param verdict what killed it, as far as can be told from outside
 * @param exitCode the exit code, if the process has ended; 128 + n for signal n
 * @param signal the name of the signal that ended it, such as {@code SIGKILL}
 * @param pid its process id
 * @param phase what it was doing
 * @param lastOutput the last lines that it printed, oldest first
 * @param crashLog the {@code hs_err} file that the JVM left, if it still exists
 * @param problematicFrame the frame that the JVM blames in it
 * @param command the command that started it
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
        List<String> command)
        implements Serializable {

    private static final long serialVersionUID = 1L;

    private static final int DESCRIBED_LINES = 20;

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
     * The whole certificate, for people.
     *
     * @return several lines, the first of which is the {@linkplain #summary() summary}
     */
    public String describe() {
        StringBuilder text = new StringBuilder(summary());
        line(text, "verdict", verdict.name().toLowerCase(Locale.ROOT).replace('_', ' ') + ": " + verdict.cure());
        problematicFrame.ifPresent(frame -> line(text, "frame", frame));
        crashLog.ifPresent(file -> line(text, "crash log", file.toString()));
        if (!command.isEmpty()) {
            line(text, "command", String.join(" ", command));
        }
        if (lastOutput.isEmpty()) {
            line(text, "last output", "none");
        } else {
            line(text, "last output", "");
            lastOutput.stream()
                    .skip(Math.max(0, lastOutput.size() - DESCRIBED_LINES))
                    .forEach(output ->
                            text.append(System.lineSeparator()).append("    | ").append(output));
        }
        return text.toString();
    }

    private static void line(StringBuilder text, String label, String value) {
        text.append(System.lineSeparator()).append("  ").append((label + ":             ").substring(0, 13));
        text.append(value);
        while (text.charAt(text.length() - 1) == ' ') {
            text.setLength(text.length() - 1);
        }
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
                command);
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
            List<String> command)
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
                    command);
        }
    }
}
