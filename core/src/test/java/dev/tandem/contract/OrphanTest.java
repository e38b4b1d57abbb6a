package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.Gate;
import dev.tandem.testing.Marks;
import dev.tandem.testing.Need;
import dev.tandem.testing.Row;
import dev.tandem.testing.RunFiles;
import dev.tandem.testing.Runners;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** A supervisor that ends, in whatever way, leaves no worker. */
@Row({"P1", "P2", "B57", "B58"})
final class OrphanTest {

    private static final Duration BOUND = Duration.ofSeconds(2);

    /** A JVM with a runner of its own, for the test to end. */
    private static Process startSupervisor(
            Runners runners, Path temporaryDirectory, Marks marks, SupervisorJvm.Mode mode, String... before)
            throws IOException {
        Path output = Path.of(runners.newDirectory() + "/output");
        List<String> command = new ArrayList<>(List.of(before));
        command.addAll(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-Djava.io.tmpdir=" + temporaryDirectory,
                "-cp",
                System.getProperty("java.class.path"),
                SupervisorJvm.class.getName(),
                runners.kind().name(),
                mode.name(),
                marks.directory()));
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
    }

    private static List<Long> workers(Marks marks) {
        return marks.all().stream()
                .filter(mark -> mark.startsWith("pid-"))
                .map(mark -> Long.parseLong(mark.substring(4)))
                .toList();
    }

    private static void assertAllEndWithin(Duration bound, List<Long> pids) {
        assertThat(pids).isNotEmpty();
        long deadline = System.nanoTime() + bound.toNanos();
        while (pids.stream().anyMatch(Processes::isAlive) && System.nanoTime() < deadline) {
            LockSupport.parkNanos(1_000_000);
        }
        List<Long> left = pids.stream().filter(Processes::isAlive).toList();
        left.forEach(pid -> ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly));
        assertThat(left).as("alive %s after their supervisor", bound).isEmpty();
    }

    @EveryRunner(needs = Need.WORKER_JVM)
    void endsWithASupervisorThatIsKilled(Runners runners) throws Exception {
        for (SupervisorJvm.Mode mode :
                List.of(SupervisorJvm.Mode.IDLE, SupervisorJvm.Mode.SPINNING, SupervisorJvm.Mode.SENDING)) {
            Marks marks = runners.marks();
            Process supervisor = startSupervisor(runners, runners.newDirectory(), marks, mode);
            marks.await("ready");
            supervisor.toHandle().destroyForcibly();
            assertThat(supervisor.waitFor(10, TimeUnit.SECONDS)).isTrue();
            assertAllEndWithin(BOUND, workers(marks));
        }
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void endsWithASupervisorThatIsTerminated(Runners runners) throws Exception {
        Marks marks = runners.marks();
        Path temporaryDirectory = runners.newDirectory();
        Process supervisor = startSupervisor(runners, temporaryDirectory, marks, SupervisorJvm.Mode.SPINNING);
        marks.await("ready");
        supervisor.toHandle().destroy();
        assertThat(supervisor.waitFor(20, TimeUnit.SECONDS)).isTrue();
        assertThat(supervisor.exitValue()).isEqualTo(143);
        assertAllEndWithin(BOUND, workers(marks));
        assertThat(temporaryDirectory).isEmptyDirectory();
        assertThat(RunFiles.inMemory(supervisor.pid())).isEmpty();
    }

    @EveryRunner(needs = Need.WORKER_JVM)
    void endsWithASupervisorThatExits(Runners runners) throws Exception {
        Marks marks = runners.marks();
        Path temporaryDirectory = runners.newDirectory();
        Process supervisor = startSupervisor(runners, temporaryDirectory, marks, SupervisorJvm.Mode.EXITING);
        assertThat(supervisor.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(supervisor.exitValue())
                .as("the exit code is the program's own")
                .isEqualTo(7);
        assertAllEndWithin(BOUND, workers(marks));
        assertThat(temporaryDirectory).isEmptyDirectory();
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void finishesPendingWorkWhenMainReturnsWithoutAClose(Runners runners) throws Exception {
        Marks marks = runners.marks();
        Path temporaryDirectory = runners.newDirectory();
        Process supervisor = startSupervisor(runners, temporaryDirectory, marks, SupervisorJvm.Mode.FORGETTING);
        assertThat(supervisor.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(supervisor.exitValue()).isZero();
        assertThat(marks.has("finished")).isTrue();
        assertAllEndWithin(BOUND, workers(marks));
        assertThat(temporaryDirectory).isEmptyDirectory();
    }

    @Row("P1")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void p1EndsAStoppedWorkerOnceItIsWokenAndSweepsWhatAKilledSupervisorLeft(Runners runners) throws Exception {
        Marks marks = runners.marks();
        Path temporaryDirectory = runners.newDirectory();
        Process supervisor = startSupervisor(runners, temporaryDirectory, marks, SupervisorJvm.Mode.IDLE);
        marks.await("ready");
        long worker = workers(marks).get(0);
        signal("STOP", worker);
        supervisor.toHandle().destroyForcibly();
        assertThat(supervisor.waitFor(10, TimeUnit.SECONDS)).isTrue();
        signal("CONT", worker);
        assertAllEndWithin(BOUND, List.of(worker));
        assertThat(temporaryDirectory).as("left by the killed one").isNotEmptyDirectory();
        if (Files.isDirectory(Path.of("/dev/shm"))) { // it was killed after a page was offered and before that was used
            assertThat(RunFiles.inMemory(supervisor.pid()))
                    .as("left by the killed one")
                    .anyMatch(file -> file.toString().endsWith(".page"));
        }
        Marks others = runners.marks();
        Process next = startSupervisor(runners, temporaryDirectory, others, SupervisorJvm.Mode.FORGETTING);
        assertThat(next.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(others.has("finished")).isTrue();
        assertThat(temporaryDirectory).as("swept by the next one").isEmptyDirectory();
        assertThat(RunFiles.inMemory(supervisor.pid()))
                .as("swept by the next one")
                .isEmpty();
    }

    @Row({"P2", "B57"})
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void p2EndsWithASupervisorThatExitsFromAStage(Runners runners) throws Exception {
        Marks marks = runners.marks();
        Path temporaryDirectory = runners.newDirectory();
        Process supervisor =
                startSupervisor(runners, temporaryDirectory, marks, SupervisorJvm.Mode.EXITING_FROM_A_STAGE);
        assertThat(supervisor.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(supervisor.exitValue()).isEqualTo(8);
        assertAllEndWithin(BOUND, workers(marks));
        assertThat(temporaryDirectory).isEmptyDirectory();
    }

    @Row({"P2", "B57"})
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void p2HoldsUpNoShutdownHookThatUsesTheRunner(Runners runners) throws Exception {
        Marks marks = runners.marks();
        Process supervisor =
                startSupervisor(runners, runners.newDirectory(), marks, SupervisorJvm.Mode.USING_IT_IN_A_HOOK);
        assertThat(supervisor.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(supervisor.exitValue()).isEqualTo(9);
        assertThat(marks.all()).contains("joined", "submitted", "opened", "closed");
        assertAllEndWithin(BOUND, workers(marks));
    }

    /** Ctrl-C reaches the whole group; this supervisor ignores it, as one does that has a handler of its own. */
    @Row({"P3", "B59"})
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void p3LeavesItToTheSupervisorWhatAnInterruptOfTheGroupMeans(Runners runners) throws Exception {
        Marks marks = runners.marks();
        Process supervisor = startSupervisor(
                runners,
                runners.newDirectory(),
                marks,
                SupervisorJvm.Mode.FORGETTING_SLOWLY,
                "setsid",
                "sh",
                "-c",
                "trap '' INT; exec \"$@\"",
                "sh");
        marks.await("ready");
        signal("INT", -supervisor.pid());
        new Gate(marks.directory() + "/go-on").open();
        assertThat(supervisor.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(supervisor.exitValue()).isZero();
        assertThat(marks.has("finished")).isTrue();
        assertAllEndWithin(BOUND, workers(marks));
    }

    @Row({"P3", "B59"})
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void p3EndsAllByOneInterruptOfTheGroup(Runners runners) throws Exception {
        Marks marks = runners.marks();
        Process supervisor = startSupervisor(
                runners,
                runners.newDirectory(),
                marks,
                SupervisorJvm.Mode.FORGETTING_SLOWLY,
                "setsid",
                "env",
                "--default-signal=INT"); // a build in the background ignores it, and hands that down
        marks.await("ready");
        signal("INT", -supervisor.pid());
        assertThat(supervisor.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(supervisor.exitValue()).isEqualTo(130);
        assertThat(marks.has("finished")).isFalse();
        assertAllEndWithin(BOUND, workers(marks));
    }

    private static void signal(String signal, long pid) throws Exception {
        assertThat(new ProcessBuilder("kill", "-" + signal, "--", String.valueOf(pid))
                        .start()
                        .waitFor())
                .isZero();
    }
}
