package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.Diagnosis;
import dev.tandem.Doctor;
import dev.tandem.ProcessOptions;
import dev.tandem.ipc.Transport;
import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.Need;
import dev.tandem.testing.Runners;
import java.io.File;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** What the doctor says, of workers that start and of those that do not. */
final class DoctorContractTest {

    private static final Path JAVA = Path.of(System.getProperty("java.home"), "bin", "java");

    private static final ProcessOptions SMALL =
            ProcessOptions.defaults().workers(1).maxHeap("64m").jvmArgs("-XX:TieredStopAtLevel=1");

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void tellsWhatAWorkerIsStartedWith(Runners runners) {
        Diagnosis diagnosis = SMALL.systemProperty("token", "hush")
                .jvmArgs("-Dmy.pw=hush=hush", "-Dbare")
                .transport(Transport.unixSocket())
                .doctor();
        assertThat(diagnosis.problems()).isEmpty();
        assertThat(diagnosis.isHealthy()).isTrue();
        assertThat(diagnosis)
                .hasToString(diagnosis.report())
                .asString()
                .contains("executable    " + JAVA)
                .contains("-Xmx67108864", "-Dtoken=<not shown>", "-Dmy.pw=<not shown>", "-Dbare")
                .contains("class path (", "slf4j-api")
                .contains("unix          option transport")
                .contains("cores         ", "memory        ", "open files    ")
                .containsPattern("started in    \\d+\\.\\d ms")
                .contains("classes       of this task: all from its class path")
                .endsWith("nothing that can be seen from here")
                .doesNotContain("hush");
        assertThat(diagnosis.report().lines())
                .allSatisfy(line -> assertThat(line).isEqualTo(line.stripTrailing()));
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void findsWhyAWorkerDoesNotStart(Runners runners) {
        Diagnosis diagnosis = SMALL.jvmArgs("-XX:+ThereIsNoSuchFlag").doctor();
        assertThat(diagnosis.isHealthy()).isFalse();
        assertThat(diagnosis.problems())
                .singleElement()
                .asString()
                .startsWith("a worker could not be started (exit code 1)")
                .contains("ThereIsNoSuchFlag")
                .doesNotContain("ProcessOptions.doctor()");
        assertThat(diagnosis.report()).contains("not started   see below", "1. a worker could not be started");
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void findsAWorkerThatWaitsForEver(Runners runners) {
        Diagnosis diagnosis = SMALL.startTimeout(Duration.ofMillis(700))
                .onWorkerStart(() -> Thread.sleep(100_000))
                .doctor();
        assertThat(diagnosis.problems()).singleElement().asString().contains("startTimeout=PT0.7S");
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void keepsTheInterruptThatKeptAWorkerFromStarting(Runners runners) {
        Thread.currentThread().interrupt();
        Diagnosis diagnosis = SMALL.doctor();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(diagnosis.report()).contains("not started   this thread was interrupted");
        assertThat(diagnosis.problems())
                .singleElement()
                .asString()
                .startsWith("a worker: not started, for this thread");
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void saysWhichJarAClassPathCannotName(Runners runners) throws Exception {
        Path odd = Files.createDirectory(runners.newDirectory().resolve("a" + File.pathSeparator + "b"));
        assertThat(SMALL.classPath(odd).doctor().report())
                .contains(odd + "   left out: its path has a \"" + File.pathSeparator + "\"");
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void findsThatThereIsNoJava(Runners runners) throws Exception {
        Path bin = Files.createDirectory(runners.newDirectory().resolve("bin"));
        Path java = Files.createSymbolicLink(bin.resolve("java"), JAVA);
        ProcessOptions options = SMALL.javaHome(bin.getParent());
        Files.delete(java);
        assertThat(options.doctor().problems())
                .containsExactly(
                        "there is no " + java + "; name a JDK with ProcessOptions.javaHome(...), whose bin/java is"
                                + " there, or use threads()");
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void findsEntriesOfTheOptionThatHoldNothing(Runners runners) throws Exception {
        Path home = runners.newDirectory();
        Path text = Files.writeString(home.resolve("text.jar"), "no jar");
        Path gone = Files.createDirectory(home.resolve("gone"));
        ProcessOptions options = SMALL.classPath(text, gone, home);
        Files.delete(gone);
        Diagnosis diagnosis = options.doctor();
        assertThat(diagnosis.problems())
                .hasSize(2)
                .anySatisfy(problem -> assertThat(problem).contains(text + " (no jar)"))
                .anySatisfy(problem -> assertThat(problem).contains(gone + " (missing, left out)"));
        long used = diagnosis
                .report()
                .lines()
                .dropWhile(line -> !line.startsWith("class path ("))
                .skip(1)
                .takeWhile(line -> !line.startsWith("  all else") && !line.startsWith("  modules"))
                .filter(line -> !line.endsWith("NO JAR") && !line.endsWith("MISSING, left out"))
                .count();
        assertThat(diagnosis.report()).contains("class path (" + used + " entries)");
    }

    private static List<String> doctor(Path output, String... flags) throws Exception {
        List<String> command = new ArrayList<>(List.of(JAVA.toString(), "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of(flags));
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Doctor.class.getName()));
        Process doctor = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = doctor.waitFor(30, TimeUnit.SECONDS);
        doctor.toHandle().destroyForcibly();
        assertThat(ended).isTrue();
        assertThat(doctor.exitValue()).isEqualTo(1);
        return Files.readAllLines(output);
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void reportsAMissingTemporaryDirectoryAndLeavesItMissing(Runners runners) throws Exception {
        Path home = runners.newDirectory();
        Path missing = home.resolve("no").resolve("tmp");
        assertThat(doctor(home.resolve("output"), "-Djava.io.tmpdir=" + missing))
                .anySatisfy(line -> assertThat(line).contains(missing + " is MISSING"))
                .anySatisfy(line -> assertThat(line).startsWith("  1. java.io.tmpdir=" + missing + " does not exist"));
        assertThat(missing.getParent()).doesNotExist();
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void saysOnceAndInWordsWhatIsWrongWithAProperty(Runners runners) throws Exception {
        assertThat(doctor(runners.newDirectory().resolve("output"), "-Dtandem.debug=abc"))
                .noneSatisfy(line -> assertThat(line).contains("IllegalArgumentException"))
                .filteredOn(line -> line.contains("must be a port"))
                .singleElement()
                .asString()
                .startsWith("  1. the system property tandem.debug");
    }

    @EveryRunner(needs = Need.WORKER_JVM, eachTransport = false)
    void runsFromTheCommandLineAndFindsThatNothingCanBeWritten(Runners runners) throws Exception {
        Path file = Files.createFile(runners.newDirectory().resolve("no-directory"));
        Path gone = runners.newDirectory().resolve("gone.jar");
        Path output = runners.newDirectory().resolve("output");
        Process doctor = new ProcessBuilder(
                        JAVA.toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Djava.io.tmpdir=" + file,
                        "-cp",
                        System.getProperty("java.class.path") + File.pathSeparator + gone,
                        Doctor.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        boolean ended = doctor.waitFor(30, TimeUnit.SECONDS);
        doctor.toHandle().destroyForcibly();
        List<String> lines = Files.readAllLines(output);
        assertThat(ended).isTrue();
        assertThat(doctor.exitValue()).as("%s", lines).isEqualTo(1);
        assertThat(lines).anySatisfy(line -> assertThat(line).contains("java.io.tmpdir=" + file));
        assertThat(lines).contains("what would fail");
    }
}
