package dev.tandem.internal.processes;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.WorkerLoss;
import dev.tandem.WorkerLoss.Phase;
import dev.tandem.WorkerLoss.Verdict;
import dev.tandem.testing.Row;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class DeathCertificateTest {

    private static final String BANNER = "# A fatal error has been detected by the Java Runtime Environment:";

    @TempDir
    private Path directory;

    private final Interventions interventions = new Interventions();
    private Path events = Path.of("replaced");
    private OomKills oomKills = OomKills.HERE;

    @BeforeEach
    void countNoKills() throws Exception {
        Path membership = Files.writeString(directory.resolve("cgroup"), "0::/workers\n");
        events = Files.createDirectories(directory.resolve("mount/workers")).resolve("memory.events");
        Files.writeString(events, "low 0\noom 3\noom_kill 3\n");
        oomKills = new OomKills(membership, directory.resolve("mount"));
    }

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
    void keepsOfACrashLogWhatTells() throws Exception {
        List<String> lines = new ArrayList<>(List.of(
                "#",
                BANNER,
                "#",
                "#  SIGSEGV (0xb) at pc=0x00007f01, pid=42, tid=43",
                "# Problematic frame:",
                "# V  [libjvm.so+0x123]  Unsafe_PutLong\u001b[31m",
                "#",
                "Current thread (0x1):  JavaThread \"task\" [_thread_in_vm]",
                "",
                "Native frames: (J=compiled Java code)",
                "V  [libjvm.so+0x123]  Unsafe_PutLong"));
        IntStream.range(0, 100).forEach(i -> lines.add("j  Deep.call()V+" + i));
        lines.addAll(List.of("siginfo: si_signo: 11 (SIGSEGV), si_addr: 0x0", "Registers:", "RAX=0x0"));
        Path log = directory.resolve("hs_err_pid42.log");
        Files.write(log, lines);
        WorkerLoss loss = loss(134);
        Files.delete(log);

        assertThat(loss.verdict()).isEqualTo(Verdict.NATIVE_CRASH);
        assertThat(loss.crashLog()).contains(log);
        assertThat(loss.problematicFrame()).contains("V  [libjvm.so+0x123]  Unsafe_PutLong\\u001b[31m");
        assertThat(loss.crashExcerpt())
                .hasSizeLessThan(30)
                .contains(
                        "SIGSEGV (0xb) at pc=0x00007f01, pid=42, tid=43",
                        "siginfo: si_signo: 11 (SIGSEGV), si_addr: 0x0",
                        "Current thread (0x1):  JavaThread \"task\" [_thread_in_vm]",
                        "V  [libjvm.so+0x123]  Unsafe_PutLong",
                        "j  Deep.call()V+0")
                .doesNotContain("RAX=0x0");
    }

    @Test
    void keepsOnlyTheNewestCrashLogs() throws Exception {
        for (int pid = 1; pid <= 20; pid++) {
            Path log = Files.writeString(directory.resolve("hs_err_pid" + pid + ".log"), "#\n");
            Files.setLastModifiedTime(log, FileTime.fromMillis(pid * 1_000L));
        }
        Files.writeString(directory.resolve("hs_err_pid42.log"), "#\n");
        assertThat(loss(134).crashLog()).get().satisfies(log -> assertThat(log).exists());
        assertThat(directory).isDirectoryContaining("glob:**hs_err_pid20.log");
        assertThat(directory).isDirectoryNotContaining("glob:**hs_err_pid13.log");
        try (var files = Files.list(directory)) {
            assertThat(files.filter(file -> file.toString().endsWith(".log"))).hasSize(CrashLog.MAX_FILES);
        }
    }

    @Test
    void followsNoLinkThatTheWorkerMayHavePutThere() throws Exception {
        Path secret = Files.writeString(directory.resolve("secret"), "# Problematic frame:\n# of somebody else\n");
        Files.createSymbolicLink(directory.resolve("hs_err_pid42.log"), secret);
        assertThat(loss(134).problematicFrame()).isEmpty();
    }

    @Test
    void findsTheProblematicFrameInTheBannerWhenThereIsNoCrashLog() {
        WorkerLoss loss = loss(134, BANNER, "# Problematic frame:", "# C  [libc.so.6+0x42]");
        assertThat(loss.verdict()).isEqualTo(Verdict.NATIVE_CRASH);
        assertThat(loss.problematicFrame()).contains("C  [libc.so.6+0x42]");
    }

    @Test
    void believesNoBannerOfAWorkerThatDidNotCrash() {
        assertThat(loss(0, BANNER).verdict()).isEqualTo(Verdict.EXITED);
    }

    @Test
    void believesTheSupervisorThatKilledIt() {
        interventions.killed("it was silent for longer than PT10S");
        WorkerLoss loss = certificate(Verdict.UNRESPONSIVE, 137, OptionalLong.of(3));
        assertThat(loss.verdict()).isEqualTo(Verdict.UNRESPONSIVE);
        assertThat(loss.interventions()).containsExactly("SIGKILL: it was silent for longer than PT10S");
    }

    @Test
    void doesNotBlameStrangersForOurOwnKill() {
        interventions.interrupted();
        interventions.dumped("Full thread dump");
        interventions.killed("task 7 did not end within killGrace=PT1S of its interrupt");
        WorkerLoss loss = loss(137);
        assertThat(loss.verdict()).isEqualTo(Verdict.KILLED_BY_RUNNER);
        assertThat(loss.interventions())
                .containsExactly(
                        "interrupt of a task", "SIGKILL: task 7 did not end within killGrace=PT1S of its interrupt");
        assertThat(loss.threadDump()).contains("Full thread dump");
    }

    /** With a counter of our own: only root can make the kernel kill for memory. */
    @Test
    @Row("W11")
    void w11TellsAKillOfTheKernelFromOneOfAStranger() throws Exception {
        OptionalLong before = oomKills.count();
        int exitCode = killed();
        assertThat(certificate(null, exitCode, before).verdict()).isEqualTo(Verdict.KILLED_BY_SIGNAL);

        Files.writeString(events, "low 0\noom 4\noom_kill 4\n");
        WorkerLoss loss = certificate(null, exitCode, before);
        assertThat(loss.verdict()).isEqualTo(Verdict.KILLED_BY_SYSTEM);
        assertThat(loss.oomKills()).hasValue(1);
        assertThat(loss.describe()).contains("oom_kill +1");
        assertThat(certificate(null, exitCode, before).verdict())
                .as("one kill has one victim")
                .isEqualTo(Verdict.KILLED_BY_SIGNAL);
    }

    private static int killed() throws Exception {
        Process process = new ProcessBuilder("sleep", "60").start();
        process.toHandle().destroyForcibly();
        return process.waitFor();
    }

    private WorkerLoss loss(int exitCode, String... lastOutput) {
        return certificate(null, exitCode, OptionalLong.empty(), lastOutput);
    }

    private WorkerLoss certificate(
            @Nullable Verdict known, int exitCode, OptionalLong oomKillsBefore, String... lastOutput) {
        return DeathCertificate.write(
                new DeathCertificate.Remains(
                        known,
                        exitCode,
                        42,
                        Phase.RUNNING,
                        List.of(lastOutput),
                        List.of("java"),
                        interventions,
                        directory,
                        oomKillsBefore),
                oomKills);
    }
}
