package dev.tandem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.WorkerLoss.Phase;
import dev.tandem.WorkerLoss.Verdict;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

final class WorkerLossTest {

    static final WorkerLoss KILLED = new WorkerLoss(
            Verdict.KILLED_BY_SIGNAL,
            OptionalInt.of(137),
            Optional.of("SIGKILL"),
            4711,
            Phase.RUNNING,
            List.of("loading", "ready"),
            Optional.empty(),
            Optional.empty(),
            List.of("/jdk/bin/java", "@worker.args"));

    private static final WorkerLoss CRASHED = new WorkerLoss(
            Verdict.NATIVE_CRASH,
            OptionalInt.of(134),
            Optional.of("SIGABRT"),
            4712,
            Phase.DECODING,
            List.of(),
            Optional.of(Path.of("hs_err_pid4712.log")),
            Optional.of("C  [libc.so.6+0x1]  strlen+0x2a"),
            List.of());

    private static final WorkerLoss HUNG = new WorkerLoss(
            Verdict.KILLED_BY_RUNNER,
            OptionalInt.of(137),
            Optional.of("SIGKILL"),
            4714,
            Phase.RUNNING,
            List.of(),
            Optional.empty(),
            Optional.empty(),
            List.of(),
            List.of("SIGSEGV (0xb) at pc=0x7f", "j  Native.crash()V"),
            OptionalLong.of(2),
            List.of("interrupt of task 7", "SIGKILL: task 7 did not end"),
            Optional.of("Full thread dump\n(2 threads)\n\n\"task 7\" #9\n\tat Task.call(Task.java:1)\n\n\"main\" #1"));

    private static final WorkerLoss SILENT = new WorkerLoss(
            Verdict.UNRESPONSIVE,
            OptionalInt.empty(),
            Optional.empty(),
            4713,
            Phase.IDLE,
            List.of(),
            Optional.empty(),
            Optional.empty(),
            List.of());

    @Test
    void sumsItselfUpOnOneLine() {
        assertThat(KILLED.summary())
                .isEqualTo("pid 4711 was killed from outside (SIGKILL, exit code 137) while RUNNING");
        assertThat(SILENT.summary()).isEqualTo("pid 4713 gave no sign of life and was killed while IDLE");
    }

    @Test
    void describesWhatIsKnown() {
        assertThat(KILLED.describe().lines())
                .containsExactly(
                        "pid 4711 was killed from outside (SIGKILL, exit code 137) while RUNNING",
                        "  verdict:     killed by signal: find out who sent the signal",
                        "  command:     /jdk/bin/java @worker.args",
                        "  last output:",
                        "    | loading",
                        "    | ready");
        assertThat(CRASHED.describe().lines())
                .containsExactly(
                        "pid 4712 crashed in native code (SIGABRT, exit code 134) while DECODING",
                        "  verdict:     native crash: see the problematic frame and the crash log",
                        "  frame:       C  [libc.so.6+0x1]  strlen+0x2a",
                        "  crash log:   hs_err_pid4712.log (until the runner is closed)",
                        "  last output: none");
    }

    @Test
    void describesWhatWasFoundAndDone() {
        assertThat(HUNG.describe().lines())
                .containsExactly(
                        "pid 4714 was killed by its runner (SIGKILL, exit code 137) while RUNNING",
                        "  verdict:     killed by runner: make the task end when it is interrupted, or give it more time",
                        "  crash:",
                        "    | SIGSEGV (0xb) at pc=0x7f",
                        "    | j  Native.crash()V",
                        "  system:      oom_kill +2 since the worker was started",
                        "  done to it:  interrupt of task 7",
                        "               SIGKILL: task 7 did not end",
                        "  thread dump:",
                        "    | \"task 7\" #9",
                        "    | \tat Task.call(Task.java:1)",
                        "  last output: none");
        assertThat(HUNG).hasToString("WorkerLoss[" + HUNG.summary() + "]");
    }

    @Test
    void describesTheEndOfALongOutput() {
        List<String> lines =
                IntStream.rangeClosed(1, 100).mapToObj(i -> "line " + i).toList();
        WorkerLoss loss = new WorkerLoss(
                Verdict.EXITED,
                OptionalInt.of(0),
                Optional.empty(),
                1,
                Phase.RUNNING,
                lines,
                Optional.empty(),
                Optional.empty(),
                List.of());

        assertThat(loss.describe()).contains("| line 81").endsWith("| line 100").doesNotContain("| line 80");
        assertThat(loss.summary()).isEqualTo("pid 1 ended by itself (exit code 0) while RUNNING");
    }

    @ParameterizedTest
    @EnumSource(Verdict.class)
    void hasAWordAndACureForEveryVerdict(Verdict verdict) {
        assertThat(verdict.what()).isNotBlank();
        assertThat(verdict.cure()).isNotBlank();
    }

    @Test
    void travelsWhole() throws Exception {
        assertThat(SerializedCopy.of(KILLED)).isEqualTo(KILLED);
        assertThat(SerializedCopy.of(CRASHED)).isEqualTo(CRASHED);
        assertThat(SerializedCopy.of(SILENT)).isEqualTo(SILENT);
        assertThat(SerializedCopy.of(HUNG)).isEqualTo(HUNG);
    }

    @Test
    void keepsItsOwnLists() {
        List<String> output = new ArrayList<>(List.of("first"));
        WorkerLoss loss = new WorkerLoss(
                Verdict.EXITED,
                OptionalInt.of(1),
                Optional.empty(),
                1,
                Phase.IDLE,
                output,
                Optional.empty(),
                Optional.empty(),
                List.of());
        output.add("second");

        assertThat(loss.lastOutput()).containsExactly("first");
        assertThatThrownBy(() -> loss.lastOutput().add("third")).isInstanceOf(UnsupportedOperationException.class);
    }
}
