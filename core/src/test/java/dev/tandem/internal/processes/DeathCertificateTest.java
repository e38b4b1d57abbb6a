package dev.tandem.internal.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.WorkerLoss;
import dev.tandem.WorkerLoss.Phase;
import dev.tandem.WorkerLoss.Verdict;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeathCertificateTest {

    @TempDir
    private Path directory;

    @Test
    void takesExitCodeThreeForAnExitUnlessTheJvmSaidThatItsHeapWasFull() {
        assertThat(loss(3).verdict()).isEqualTo(Verdict.EXITED);
        assertThat(loss(3, "Terminating due to java.lang.OutOfMemoryError: Java heap space")
                        .verdict())
                .isEqualTo(Verdict.HEAP_EXHAUSTED);
    }

    @Test
    void namesTheSignal() {
        assertThat(loss(137).signal()).contains("SIGKILL");
        assertThat(loss(137).verdict()).isEqualTo(Verdict.KILLED_BY_SIGNAL);
        assertThat(loss(143).signal()).contains("SIGTERM");
        assertThat(loss(0).signal()).isEmpty();
        assertThat(loss(0).verdict()).isEqualTo(Verdict.EXITED);
    }

    @Test
    void findsTheProblematicFrameInTheCrashLog() throws Exception {
        Path log = directory.resolve("hs_err_pid42.log");
        Files.write(log, List.of("#", "# Problematic frame:", "# V  [libjvm.so+0x123]  Unsafe_PutLong", "#"));
        WorkerLoss loss = loss(134);
        assertThat(loss.verdict()).isEqualTo(Verdict.NATIVE_CRASH);
        assertThat(loss.crashLog()).contains(log);
        assertThat(loss.problematicFrame()).contains("V  [libjvm.so+0x123]  Unsafe_PutLong");
    }

    @Test
    void findsTheProblematicFrameInTheBannerWhenThereIsNoCrashLog() {
        WorkerLoss loss = loss(
                134,
                "# A fatal error has been detected by the Java Runtime Environment:",
                "# Problematic frame:",
                "# C  [libc.so.6+0x42]");
        assertThat(loss.verdict()).isEqualTo(Verdict.NATIVE_CRASH);
        assertThat(loss.problematicFrame()).contains("C  [libc.so.6+0x42]");
    }

    @Test
    void believesTheSupervisorThatKilledIt() {
        WorkerLoss loss = DeathCertificate.write(
                Verdict.UNRESPONSIVE, 137, 42, Phase.RUNNING, List.of(), directory, List.of("java"));
        assertThat(loss.verdict()).isEqualTo(Verdict.UNRESPONSIVE);
    }

    private WorkerLoss loss(int exitCode, String... lastOutput) {
        return DeathCertificate.write(
                null, exitCode, 42, Phase.RUNNING, List.of(lastOutput), directory, List.of("java"));
    }
}
