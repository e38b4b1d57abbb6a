package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tandem.ParallelRunner;
import dev.tandem.RunnerBrokenException;
import dev.tandem.TaskContext;
import dev.tandem.TaskFailedException;
import dev.tandem.TaskFuture;
import dev.tandem.WorkerStartException;
import dev.tandem.internal.protocol.Message;
import dev.tandem.testing.Eventually;
import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.Marks;
import dev.tandem.testing.Need;
import dev.tandem.testing.Row;
import dev.tandem.testing.RunnerSettings;
import dev.tandem.testing.Runners;
import java.io.File;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryManagerMXBean;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** Workers that do not start, or start in odd surroundings. */
final class WorkerStartTest {

    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

    /** A JDK whose {@code java} is a script. */
    private static Path home(Runners runners, String... script) throws IOException {
        Path java = Files.createDirectory(runners.newDirectory().resolve("bin")).resolve("java");
        Files.write(
                java,
                Stream.concat(Stream.of("#!/bin/sh"), Arrays.stream(script)).toList());
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwx------"));
        return java.getParent().getParent();
    }

    private static UnaryOperator<RunnerSettings> withHome(Path home) {
        return settings -> settings.processes(o -> o.javaHome(home));
    }

    private static RunnerBrokenException brokenBy(TaskFuture<?> future) {
        RunnerBrokenException broken = catchThrowableOfType(RunnerBrokenException.class, future::join);
        assertThat(broken.getSuppressed()).hasAtLeastOneElementOfType(WorkerStartException.class);
        return broken;
    }

    @Row("B1")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void b1GivesUpAfterThreeStartsWithABadFlag(Runners runners) throws Exception {
        Path starts = runners.newDirectory().resolve("starts");
        Path home = home(runners, "echo start >> " + starts, "exec " + JAVA + " \"$@\"");
        ParallelRunner runner = runners.open(
                settings -> settings.processes(o -> o.javaHome(home).jvmArgs("-XX:+ThereIsNoSuchFlag")));
        RunnerBrokenException broken = brokenBy(runner.submit(() -> 1));

        assertThat(broken.retryIn()).isEmpty();
        assertThat(broken.getMessage().lines())
                .as("the verdict first, then the words of the JVM")
                .first()
                .asString()
                .startsWith(
                        "task 1 (attempt 1) cannot run: the runner gave up because its workers cannot be started, so correct its"
                                + " options and open a new one: ")
                .contains("a worker could not be started (exit code 1)", "(failures=3)");
        assertThat(broken.getMessage().lines())
                .anySatisfy(line -> assertThat(line).startsWith("  command:").contains("-XX:+ThereIsNoSuchFlag"))
                .anySatisfy(line -> assertThat(line).matches("    \\| .*ThereIsNoSuchFlag.*"));
        long begin = System.nanoTime();
        assertThatThrownBy(() -> runner.submit(() -> 1).join()).isInstanceOf(RunnerBrokenException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(1));
        assertThat(Files.readAllLines(starts)).hasSize(3);
    }

    @Row("B1")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void b1TakesAClassPathThatFitsOnNoCommandLine(Runners runners) throws Exception {
        Path root = runners.newDirectory();
        Path[] many = new Path[1_100];
        for (int i = 0; i < many.length; i++) {
            many[i] = Files.createDirectory(root.resolve("x".repeat(180) + i));
        }
        List<Path> own = Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator))
                .map(Path::of)
                .filter(Files::exists)
                .toList();
        ParallelRunner runner = runners.open(
                settings -> settings.processes(o -> o.classPath(own).classPath(many)));
        assertThat(runner.submit(() -> System.getProperty("java.class.path").length())
                        .join())
                .isGreaterThan(200_000);
    }

    @Row("B2")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void b2KillsWhatHangsBeforeItSaysAnything(Runners runners) throws Exception {
        Path pids = runners.newDirectory().resolve("pids");
        Path home = home(runners, "echo $$ >> " + pids, "exec sleep 999");
        ParallelRunner runner = runners.open(settings -> settings.processes(
                o -> o.javaHome(home).heartbeat(Duration.ofMillis(20)).startTimeout(Duration.ofMillis(400))));
        assertThat(brokenBy(runner.submit(() -> 1))).hasMessageContaining("startTimeout=PT0.4S");
        for (String pid : Files.readAllLines(pids)) {
            assertThat(Processes.isAlive(Long.parseLong(pid))).isFalse();
        }
    }

    @Row("B2")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void b2SaysHowAWorkerEndedThatDiedBeforeItWasReady(Runners runners) {
        ParallelRunner runner = runners.open(settings -> settings.processes(
                o -> o.onWorkerStart(() -> Runtime.getRuntime().halt(77))));
        assertThat(brokenBy(runner.submit(() -> 1))).hasMessageContaining("could not be started (exit code 77)");
    }

    @Row("B3")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void b3RefusesAnotherVersionOfTheLibrary(Runners runners) throws Exception {
        Path home = home(runners, "exec " + JAVA + " \"$1\" " + OtherVersion.class.getName() + " \"$4\"");
        ParallelRunner runner = runners.open(withHome(home));
        int ours = Message.PROTOCOL_VERSION;
        assertThat(brokenBy(runner.submit(() -> 1)))
                .hasMessageContaining(
                        "the worker speaks version " + (ours + 1) + " of the protocol and this JVM version " + ours
                                + ": the worker's class path holds another version of the library");
    }

    @Row("B4")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void b4PassesOnNoAgentsAndPortsOfTheParent(Runners runners) throws Exception {
        Path output = runners.newDirectory().resolve("output");
        ProcessBuilder builder = new ProcessBuilder(
                JAVA.toString(),
                "-Xlog:gc*=debug:stdout",
                "-XX:TieredStopAtLevel=1",
                "-agentlib:jdwp=transport=dt_socket,server=y,suspend=n,address=127.0.0.1:0",
                "-Dcom.sun.management.jmxremote.port=0",
                "-Dcom.sun.management.jmxremote.authenticate=false",
                "-Dcom.sun.management.jmxremote.ssl=false",
                "-Xlog:safepoint:file=" + runners.newDirectory().resolve("safepoints.log"),
                "-Dfile.encoding=ISO-8859-1",
                "-Djava.awt.headless=false",
                "-Djava.io.tmpdir=" + runners.newDirectory(),
                "-cp",
                System.getProperty("java.class.path"),
                InstrumentedJvm.class.getName());
        builder.environment().put("JAVA_TOOL_OPTIONS", "-Dfrom.the.environment=yes");
        builder.environment().put("_JAVA_OPTIONS", "-Dfrom.the.other.environment=yes");
        builder.environment().put("JDK_JAVA_OPTIONS", "-Dfrom.the.launcher=yes");
        Process parent = builder.redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = parent.waitFor(30, TimeUnit.SECONDS);
        parent.toHandle().destroyForcibly();
        assertThat(ended).as(() -> "output in " + output).isTrue();
        assertThat(Files.readString(output))
                .contains("worker: [], parent: yes", "worker's charset: ISO-8859-1, screen: true", "answers: 4950");
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void takesTheCollectorThatTheUserChooses(Runners runners) {
        ParallelRunner runner = runners.open(settings -> settings.processes(o -> o.jvmArgs("-XX:+UseParallelGC")));
        assertThat(runner.submit(() -> ManagementFactory.getGarbageCollectorMXBeans().stream()
                                .map(MemoryManagerMXBean::getName)
                                .toList())
                        .join())
                .allMatch(name -> name.startsWith("PS "));
    }

    @Row("B7")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void b7GoesOnWithTheWorkersItHasWhenTheJdkDisappears(Runners runners) throws Exception {
        Path home = home(runners, "exec " + JAVA + " \"$@\"");
        ParallelRunner runner = runners.open(withHome(home));
        long pid = runner.submit(() -> ProcessHandle.current().pid()).join();
        Files.delete(home.resolve("bin").resolve("java"));
        assertThat(runner.submit(() -> ProcessHandle.current().pid()).join()).isEqualTo(pid);

        ProcessHandle.of(pid).orElseThrow().destroyForcibly();
        Eventually.holds("noticed", () -> runner.stats().workersLost() == 1);
        assertThat(brokenBy(runner.submit(() -> 1))).hasMessageContaining(home.toString());
    }

    /** A class that cannot be initialized; one per JVM. */
    static final class Unlicensed {
        static final int VALUE = check();

        private Unlicensed() {}

        private static int check() {
            throw new IllegalStateException("no licence");
        }
    }

    @Row("B8")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void b8BlamesAStaticInitializerOnTheTaskAndKeepsTheWorker(Runners runners) {
        ParallelRunner runner = runners.open(1);
        assertThat(catchThrowableOfType(TaskFailedException.class, runner.submit(() -> Unlicensed.VALUE)::join))
                .hasCauseInstanceOf(ExceptionInInitializerError.class)
                .hasRootCauseMessage("no licence");
        assertThat(catchThrowableOfType(TaskFailedException.class, runner.submit(() -> Unlicensed.VALUE)::join))
                .hasCauseInstanceOf(NoClassDefFoundError.class)
                .hasStackTraceContaining("no licence");
        assertThat(runner.submit(() -> TaskContext.current().attempt()).join()).isEqualTo(1);
        assertThat(runner.stats().workersStarted()).isEqualTo(1);
    }

    @Row("B8")
    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void b8NamesWhatTheStartActionThrew(Runners runners) {
        Marks starts = runners.marks();
        ParallelRunner runner = runners.open(settings -> settings.processes(o -> o.onWorkerStart(() -> {
            starts.count("start");
            throw new IllegalStateException("no licence\r\n2026 ERROR forged");
        })));
        assertThat(brokenBy(runner.submit(() -> 1)))
                .hasMessageContaining(
                        "onWorkerStart failed: java.lang.IllegalStateException: no licence\\r\\n2026 ERROR forged")
                .hasMessageNotContaining("see the suppressed")
                .hasStackTraceContaining("b8NamesWhatTheStartActionThrew");
        assertThat(starts.all()).hasSize(3);
    }
}
