package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.Marks;
import dev.tandem.testing.Need;
import dev.tandem.testing.Runners;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** B57, B58: a supervisor that ends, in whatever way, leaves no worker. */
final class OrphanTest {

    private static final Duration BOUND = Duration.ofSeconds(2);

    /** A JVM with a runner of its own, for the test to end. */
    private static Process startSupervisor(
            Runners runners, Path temporaryDirectory, Marks marks, SupervisorJvm.Mode mode) throws IOException {
        Path output = Path.of(runners.newDirectory() + "/output");
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Djava.io.tmpdir=" + temporaryDirectory,
                        "-cp",
                        System.getProperty("java.class.path"),
                        SupervisorJvm.class.getName(),
                        runners.kind().name(),
                        mode.name(),
                        marks.directory())
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
}
