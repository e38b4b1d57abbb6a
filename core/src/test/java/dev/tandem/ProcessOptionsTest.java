package dev.tandem;

import static dev.tandem.OptionRules.refuses;
import static dev.tandem.OptionRules.refusesNull;
import static java.time.Duration.ofHours;
import static java.time.Duration.ofMillis;
import static java.time.Duration.ofMinutes;
import static java.time.Duration.ofNanos;
import static java.time.Duration.ofSeconds;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.ipc.Codec;
import dev.tandem.ipc.Transport;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class ProcessOptionsTest {

    private final ProcessOptions defaults = ProcessOptions.defaults();

    @Test
    void hasOneWorkerPerCoreByDefault() {
        assertThat(defaults.strategy()).isEqualTo(Strategy.PROCESSES);
        assertThat(defaults.workers()).isEqualTo(Runtime.getRuntime().availableProcessors());
        assertThat(defaults.spareWorkers()).isZero();
        assertThat(defaults.queueCapacity()).isEqualTo(65_536);
        assertThat(defaults.onFullQueue()).isEqualTo(FullQueue.BLOCK);
        assertThat(defaults.name()).isEqualTo("tandem");
        assertThat(defaults).hasToString("ProcessOptions[]");
    }

    @Test
    void runsTheSameJavaByDefault() {
        assertThat(defaults.maxHeapBytes()).isEmpty();
        assertThat(defaults.jvmArgs()).isEmpty();
        assertThat(defaults.javaHome()).isEmpty();
        assertThat(defaults.classPath()).isEmpty();
        assertThat(defaults.environment()).isEmpty();
        assertThat(defaults.systemProperties()).isEmpty();
        assertThat(defaults.inheritedProperties()).isEmpty();
        assertThat(defaults.workingDirectory()).isEmpty();
    }

    @Test
    void keepsWorkersForEverByDefault() {
        assertThat(defaults.onWorkerStart()).isEmpty();
        assertThat(defaults.onWorkerStop()).isEmpty();
        assertThat(defaults.startTimeout()).isEqualTo(ofSeconds(30));
        assertThat(defaults.killGrace()).isEqualTo(ofSeconds(1));
        assertThat(defaults.heartbeat()).isEqualTo(ofSeconds(1));
        assertThat(defaults.hangLimit()).isEqualTo(ofSeconds(10));
        assertThat(defaults.maxTasksPerWorker()).isEmpty();
        assertThat(defaults.maxWorkerMemoryBytes()).isEmpty();
        assertThat(defaults.idleTimeout()).isEmpty();
        assertThat(defaults.restartPeriod()).isEqualTo(ofSeconds(10));
        assertThat(defaults.transport()).isSameAs(Transport.platformDefault());
        assertThat(defaults.codec()).isSameAs(Codec.java());
        assertThat(defaults.maxPayloadBytes()).isEqualTo(1L << 30);
    }

    @Test
    void keepsWhatIsSetForThePool() {
        ProcessOptions options = defaults.workers(4)
                .spareWorkers(1)
                .queueCapacity(10)
                .onFullQueue(FullQueue.REJECT)
                .name("parser");

        assertThat(options.workers()).isEqualTo(4);
        assertThat(options.spareWorkers()).isEqualTo(1);
        assertThat(options.queueCapacity()).isEqualTo(10);
        assertThat(options.onFullQueue()).isEqualTo(FullQueue.REJECT);
        assertThat(options.name()).isEqualTo("parser");
        assertThat(options)
                .hasToString(
                        "ProcessOptions[workers=4, spareWorkers=1, queueCapacity=10, onFullQueue=REJECT, name=parser]");
    }

    @Test
    void keepsWhatIsSetForTheJvm(@TempDir Path directory) {
        Path home = Path.of(System.getProperty("java.home"));
        ProcessOptions options = defaults.maxHeap("512m")
                .jvmArgs("-XX:+UseParallelGC")
                .jvmArgs("--add-opens", "java.base/java.lang=ALL-UNNAMED")
                .javaHome(home)
                .classPath(Path.of("pom.xml"))
                .classPath(Path.of("src"), Path.of("src/*"))
                .workingDirectory(directory);

        assertThat(options.maxHeapBytes()).hasValue(512L << 20);
        assertThat(options.jvmArgs())
                .containsExactly("-XX:+UseParallelGC", "--add-opens", "java.base/java.lang=ALL-UNNAMED");
        assertThat(options.javaHome()).contains(home);
        assertThat(options.classPath()).containsExactly(Path.of("pom.xml"), Path.of("src"), Path.of("src/*"));
        assertThat(options.workingDirectory()).contains(directory);
        assertThat(options.toString())
                .startsWith("ProcessOptions[maxHeap=512m, jvmArgs=[-XX:+UseParallelGC, --add-opens");
    }

    @Test
    void collectsTheNamesOfInheritedProperties() {
        ProcessOptions options = defaults.inheritProperties("app.*", "color").inheritProperties("user.home");
        assertThat(options.inheritedProperties()).containsExactly("app.*", "color", "user.home");
        assertThat(options).hasToString("ProcessOptions[inheritProperties=[app.*, color, user.home]]");
    }

    @Test
    void refusesToInheritWhatEachJvmHasOfItsOwn() {
        for (String name : List.of(
                "java.io.tmpdir",
                "java.*",
                "sun.jnu.encoding",
                "jdk.x",
                "com.sun.management.jmxremote.port",
                "user.timezone",
                "file.encoding",
                "user.language.display",
                "tandem.debug",
                "dev.tandem.depth",
                "*",
                "j*",
                "user.*",
                "file*",
                "com.*")) {
            assertThatThrownBy(() -> defaults.inheritProperties("fine", name))
                    .as(name)
                    .isExactlyInstanceOf(IllegalArgumentException.class)
                    .hasMessageStartingWith(
                            "inheritProperties must not name what each JVM has of its own or what the runner"
                                    + " sets, such as ")
                    .hasMessageEndingWith("; use systemProperty(...) for a single value: inheritProperties=" + name);
        }
        for (String name : List.of("", "a*b", "*.b", "a=b", "a**")) {
            assertThatThrownBy(() -> defaults.inheritProperties(name))
                    .as(name)
                    .isExactlyInstanceOf(IllegalArgumentException.class)
                    .hasMessageContaining("inheritProperties");
        }
        refuses(
                () -> defaults.inheritProperties(),
                "inheritProperties must not be empty; leave it out for the default");
        refusesNull(() -> defaults.inheritProperties((String[]) null), "inheritProperties");
    }

    @Test
    void collectsVariablesAndPropertiesAndTheLastValueWins() {
        ProcessOptions options = defaults.environment("TOKEN", "hush")
                .environment(Map.of("LANG", "C", "EMPTY", ""))
                .environment("LANG", "en")
                .systemProperty("mode", "fast")
                .systemProperty("password", "hush");

        assertThat(options.environment()).isEqualTo(Map.of("TOKEN", "hush", "LANG", "en", "EMPTY", ""));
        assertThat(options.systemProperties()).isEqualTo(Map.of("mode", "fast", "password", "hush"));
        assertThatThrownBy(() -> options.environment().clear()).isInstanceOf(UnsupportedOperationException.class);
    }

    @Test
    void printsTheNamesOfVariablesButNotTheirValues() {
        assertThat(defaults.environment("TOKEN", "hush").systemProperty("password", "hush"))
                .hasToString("ProcessOptions[environment=[TOKEN], systemProperties=[password]]");
        assertThat(defaults.jvmArgs("-Dmy.pw=hush=hush", "-Dbare", "-XX:MaxMetaspaceSize=9m"))
                .hasToString("ProcessOptions[jvmArgs=[-Dmy.pw=<not shown>, -Dbare, -XX:MaxMetaspaceSize=9m]]");
        refuses(
                () -> defaults.jvmArgs("-Dmy.pw=hush", " "),
                "jvmArgs must not contain blank arguments: jvmArgs=[-Dmy.pw=<not shown>,  ]");
    }

    @Test
    void keepsWhatIsSetForTheLifeOfAWorker() {
        TaskAction start = () -> {};
        TaskAction stop = () -> {};
        ProcessOptions options = defaults.onWorkerStart(start)
                .onWorkerStop(stop)
                .startTimeout(ofMinutes(2))
                .killGrace(Duration.ZERO)
                .heartbeat(ofMillis(50))
                .maxTasksPerWorker(1_000)
                .maxWorkerMemory("2g")
                .idleTimeout(ofMinutes(1))
                .restartLimit(3, ofSeconds(5));

        assertThat(options.onWorkerStart()).containsSame(start);
        assertThat(options.onWorkerStop()).containsSame(stop);
        assertThat(options.startTimeout()).isEqualTo(ofMinutes(2));
        assertThat(options.killGrace()).isZero();
        assertThat(options.heartbeat()).isEqualTo(ofMillis(50));
        assertThat(options.hangLimit()).isEqualTo(ofMillis(500));
        assertThat(options.maxTasksPerWorker()).hasValue(1_000);
        assertThat(options.maxWorkerMemoryBytes()).hasValue(2L << 30);
        assertThat(options.idleTimeout()).contains(ofMinutes(1));
        assertThat(options.restartLimit()).isEqualTo(3);
        assertThat(options.restartPeriod()).isEqualTo(ofSeconds(5));
    }

    @Test
    void keepsWhatIsSetForTheWire() {
        Codec codec = new UnusedCodec();
        ProcessOptions options =
                defaults.transport(Transport.loopback()).codec(codec).maxPayload("64m");

        assertThat(options.transport()).isSameAs(Transport.loopback());
        assertThat(options.codec()).isSameAs(codec);
        assertThat(options.maxPayloadBytes()).isEqualTo(64L << 20);
        assertThat(options.toString())
                .startsWith("ProcessOptions[transport=loopback, codec=")
                .endsWith("maxPayload=64m]");
    }

    @Test
    void keepsWhatIsSetForTrust(@TempDir Path directory) {
        ProcessOptions hardened = defaults.hardened().allow("com.acme.**").allow("org.other.Thing", "org.other.Part");

        assertThat(defaults.isHardened()).isFalse();
        assertThat(defaults.maxPayloadBytes()).isEqualTo(1L << 30);
        assertThat(hardened.isHardened()).isTrue();
        assertThat(hardened.allowed()).containsExactly("com.acme.**", "org.other.Thing", "org.other.Part");
        assertThat(hardened.maxPayloadBytes()).isEqualTo(64L << 20);
        assertThat(hardened.maxPayload("1g").maxPayloadBytes()).isEqualTo(1L << 30);
        assertThat(hardened.maxPayload("1g")).hasToString(hardened.toString().replace("]]", "], maxPayload=1g]"));
        Path file = directory.resolve("types");
        assertThat(defaults.recordTypes(file).recordTypes()).contains(file);
    }

    @Test
    void refusesToShareMemoryWithWorkersThatAreNotTrusted() {
        String message =
                "hardened and transport=shared-memory must not both be set, since a worker can cut the file that"
                        + " it shares, which this JVM may not survive; keep one";

        refuses(() -> defaults.hardened().transport(Transport.sharedMemory()), message);
        refuses(() -> defaults.transport(Transport.sharedMemory()).hardened(), message);
    }

    @Test
    void refusesToRecordAndToHardenInEitherOrder() {
        String message = "hardened and recordTypes must not both be set, since recording trusts what it records:"
                + " recordTypes=types; keep one";

        refuses(() -> defaults.hardened().recordTypes(Path.of("types")), message);
        refuses(() -> defaults.recordTypes(Path.of("types")).hardened(), message);
    }

    @Test
    void refusesTypesThatAreNone() {
        refuses(() -> defaults.allow(), "allow must not be empty; leave it out for the default");
        refuses(
                () -> defaults.allow("com.acme.Invoice", "com/acme"),
                "an allowed type must be written as com.acme.Invoice, com.acme.* or com.acme.**: 'com/acme'");
        refuses(
                () -> defaults.allow("java.util.**"),
                "an allowed type of the JDK must be named in full, since many others do harm when they are decoded:"
                        + " 'java.util.**'");
    }

    @ParameterizedTest
    @CsvSource({"1, 5", "2, 5", "3, 6", "8, 16", "2147483647, 2147483647"})
    void allowsMoreLossesInALargerPool(int workers, int losses) {
        assertThat(defaults.workers(workers).restartLimit()).isEqualTo(losses);
    }

    @Test
    void derivesStartTimeoutAndHeartbeatFromEachOther() {
        assertThat(defaults.heartbeat(ofSeconds(5)).startTimeout()).isEqualTo(ofSeconds(100));
        assertThat(defaults.heartbeat(ofMillis(50)).startTimeout()).isEqualTo(ofSeconds(30));
        assertThat(defaults.startTimeout(ofSeconds(2)).heartbeat()).isEqualTo(ofMillis(100));
        assertThat(defaults.startTimeout(ofMinutes(5)).heartbeat()).isEqualTo(ofSeconds(1));
    }

    @Test
    void refusesAStartTimeoutWithinTheHangLimitInEitherOrder() {
        String message = "startTimeout must be longer than 10 heartbeats, after which a worker counts as hung:"
                + " startTimeout=PT10S, heartbeat=PT1S";

        refuses(() -> defaults.heartbeat(ofSeconds(1)).startTimeout(ofSeconds(10)), message);
        refuses(() -> defaults.startTimeout(ofSeconds(10)).heartbeat(ofSeconds(1)), message);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-Xmx1g", "-XX:MaxHeapSize=1g", "-XX:MaxRAMPercentage=25", "-XX:MaxRAM=1g"})
    void refusesTwoHeapsInEitherOrder(String flag) {
        String message = "maxHeap and jvmArgs must not both set the heap: maxHeap=512m, jvmArgs=" + flag + "; keep one";

        refuses(() -> defaults.maxHeap("512m").jvmArgs(flag), message);
        refuses(() -> defaults.jvmArgs(flag).maxHeap("512m"), message);
        assertThat(defaults.jvmArgs(flag).jvmArgs()).containsExactly(flag);
    }

    @Test
    void refusesAWorkerSmallerThanItsHeapInEitherOrder() {
        String message =
                "maxWorkerMemory must be larger than maxHeap, which it contains: maxWorkerMemory=1g, maxHeap=1g";

        refuses(() -> defaults.maxHeap("1g").maxWorkerMemory("1g"), message);
        refuses(() -> defaults.maxWorkerMemory("1024m").maxHeap("1g"), message);
    }

    @Test
    void refusesTwoValuesOfAPropertyInEitherOrder() {
        String message = "systemProperty and jvmArgs must not both set a property: mode; keep one";

        refuses(() -> defaults.systemProperty("mode", "a").jvmArgs("-Dmode=b"), message);
        refuses(() -> defaults.jvmArgs("-Dmode").systemProperty("mode", "a"), message);
        assertThat(defaults.systemProperty("mode", "a").jvmArgs("-Dmodel=b").jvmArgs())
                .hasSize(1);
    }

    @Test
    void refusesFlagsThatAreNone() {
        String noFlag = "jvmArgs must be flags of the java command, without a main class: jvmArgs=";
        refuses(() -> defaults.jvmArgs("com.acme.Main"), noFlag + "com.acme.Main");
        refuses(() -> defaults.jvmArgs("-jar", "a.jar"), noFlag + "-jar");
        refuses(() -> defaults.jvmArgs("-version"), noFlag + "-version");
        refuses(() -> defaults.jvmArgs("@flags"), noFlag + "@flags");
        String classPath = "jvmArgs must not set the class path; use classPath(...): jvmArgs=";
        refuses(() -> defaults.jvmArgs("-cp", "a.jar"), classPath + "-cp");
        refuses(() -> defaults.jvmArgs("--class-path=a.jar"), classPath + "--class-path=a.jar");
        refuses(() -> defaults.jvmArgs("-ea", " "), "jvmArgs must not contain blank arguments: jvmArgs=[-ea,  ]");
        refuses(() -> defaults.jvmArgs(List.of()), "jvmArgs must not be empty; leave it out for the default");
    }

    @Test
    void refusesAClassPathThatIsNone() {
        refuses(
                () -> defaults.classPath(Path.of("pom.xml"), Path.of("no-such.jar")),
                "classPath must name existing directories and jars: classPath="
                        + Path.of("no-such.jar").toAbsolutePath());
        refuses(
                () -> defaults.classPath(Path.of("no-such/*")),
                "classPath must name existing directories and jars: classPath="
                        + Path.of("no-such/*").toAbsolutePath());
        refuses(() -> defaults.classPath(List.of()), "classPath must not be empty; leave it out for the default");
    }

    @Test
    void refusesNamesThatTheSystemWouldRefuse() {
        refuses(
                () -> defaults.environment("A=B", "x"),
                "environment name must not be empty nor contain '=' or NUL: environment name=\"A=B\"");
        refuses(
                () -> defaults.systemProperty("", "x"),
                "systemProperty name must not be empty nor contain '=' or NUL: systemProperty name=\"\"");
        refuses(() -> defaults.environment("A", "hush\0"), "environment value of A must not contain NUL");
    }

    @Test
    void refusesDirectoriesThatAreNone(@TempDir Path directory) throws Exception {
        Path file = Files.createFile(directory.resolve("file"));

        refuses(
                () -> defaults.javaHome(directory),
                "javaHome must be the directory of a JDK, with an executable bin/java in it: javaHome=" + directory);
        refuses(
                () -> defaults.workingDirectory(file),
                "workingDirectory must be an existing directory: workingDirectory=" + file);
    }

    @ParameterizedTest
    @ValueSource(strings = {"-Xms1g", "-XX:InitialHeapSize=536870913", "-XX:MinHeapSize=513m"})
    void refusesAHeapThatBeginsAboveItsCap(String flag) {
        String message =
                "jvmArgs must not begin with a larger heap than maxHeap allows: jvmArgs=" + flag + ", maxHeap=512m";
        refuses(() -> defaults.maxHeap("512m").jvmArgs(flag), message);
        refuses(() -> defaults.jvmArgs(flag).maxHeap("512m"), message);
        assertThat(defaults.maxHeap("2g").jvmArgs(flag).jvmArgs()).containsExactly(flag);
    }

    @Test
    void refusesSizesOutOfRange() {
        refuses(() -> defaults.maxHeap("1m"), "maxHeap must be between 2m and 1024t: maxHeap=1m");
        refuses(
                () -> defaults.maxHeap("512"),
                "maxHeap must be between 2m and 1024t: maxHeap=512, which is in bytes; a unit such as m or g may be missing");
        refuses(() -> defaults.maxHeap("lots"), "maxHeap must be a size such as 512m or 1g: maxHeap=lots");
        refuses(() -> defaults.maxWorkerMemory("0"), "maxWorkerMemory must be between 2m and 1024t: maxWorkerMemory=0");
        refuses(
                () -> defaults.maxPayload("1023"),
                "maxPayload must be between 1k and 2047m: maxPayload=1023, which is in bytes; a unit such as m or g may be missing");
        refuses(() -> defaults.maxPayload("2g"), "maxPayload must be between 1k and 2047m: maxPayload=2g");
        assertThat(Math.toIntExact(defaults.maxPayload("2047m").maxPayloadBytes()))
                .isPositive();
    }

    @Test
    void refusesNumbersOutOfRange() {
        refuses(() -> defaults.workers(0), "workers must be positive: workers=0");
        refuses(() -> defaults.spareWorkers(-1), "spareWorkers must not be negative: spareWorkers=-1");
        refuses(() -> defaults.queueCapacity(-5), "queueCapacity must be positive: queueCapacity=-5");
        refuses(() -> defaults.maxTasksPerWorker(0), "maxTasksPerWorker must be positive: maxTasksPerWorker=0");
        refuses(() -> defaults.restartLimit(0, ofSeconds(1)), "restartLimit must be positive: restartLimit=0");
    }

    @Test
    void refusesTimesOutOfRange() {
        refuses(() -> defaults.killGrace(ofNanos(-1)), "killGrace must not be negative: killGrace=PT-0.000000001S");
        refuses(() -> defaults.idleTimeout(Duration.ZERO), "idleTimeout must be positive: idleTimeout=PT0S");
        refuses(
                () -> defaults.restartLimit(1, Duration.ZERO),
                "restartLimit period must be positive: restartLimit period=PT0S");
        refuses(
                () -> defaults.startTimeout(ofMillis(99)),
                "startTimeout must be between PT0.1S and PT24H: startTimeout=PT0.099S");
        refuses(() -> defaults.heartbeat(Duration.ZERO), "heartbeat must be between PT0.001S and PT1H: heartbeat=PT0S");
        refuses(() -> defaults.heartbeat(ofHours(2)), "heartbeat must be between PT0.001S and PT1H: heartbeat=PT2H");
        refuses(() -> defaults.name("\t"), "name must not be blank: name=\"\t\"");
    }

    @Test
    void namesTheOptionThatIsNull() {
        refusesNull(() -> defaults.onFullQueue(null), "onFullQueue");
        refusesNull(() -> defaults.name(null), "name");
        refusesNull(() -> defaults.maxHeap(null), "maxHeap");
        refusesNull(() -> defaults.jvmArgs((String[]) null), "jvmArgs");
        refusesNull(() -> defaults.jvmArgs((List<String>) null), "jvmArgs");
        refusesNull(() -> defaults.jvmArgs("-ea", null), "an element of jvmArgs");
        refusesNull(() -> defaults.javaHome(null), "javaHome");
        refusesNull(() -> defaults.classPath((Path[]) null), "classPath");
        refusesNull(() -> defaults.classPath((List<Path>) null), "classPath");
        refusesNull(() -> defaults.environment(null), "environment");
        refusesNull(() -> defaults.environment(null, "x"), "environment name");
        refusesNull(() -> defaults.environment("A", null), "environment value of A");
        refusesNull(() -> defaults.systemProperty(null, "x"), "systemProperty name");
        refusesNull(() -> defaults.systemProperty("a", null), "systemProperty value of a");
        refusesNull(() -> defaults.workingDirectory(null), "workingDirectory");
        refusesNull(() -> defaults.onWorkerStart(null), "onWorkerStart");
        refusesNull(() -> defaults.onWorkerStop(null), "onWorkerStop");
        refusesNull(() -> defaults.startTimeout(null), "startTimeout");
        refusesNull(() -> defaults.killGrace(null), "killGrace");
        refusesNull(() -> defaults.heartbeat(null), "heartbeat");
        refusesNull(() -> defaults.maxWorkerMemory(null), "maxWorkerMemory");
        refusesNull(() -> defaults.idleTimeout(null), "idleTimeout");
        refusesNull(() -> defaults.restartLimit(1, null), "restartLimit period");
        refusesNull(() -> defaults.transport(null), "transport");
        refusesNull(() -> defaults.codec(null), "codec");
        refusesNull(() -> defaults.maxPayload(null), "maxPayload");
        refusesNull(() -> defaults.allow((String[]) null), "allow");
        refusesNull(() -> defaults.allow("a", null), "an element of allow");
        refusesNull(() -> defaults.recordTypes(null), "recordTypes");
    }

    @Test
    void isEqualToWhatSaysTheSame() {
        assertThat(defaults.workers(3).maxHeap("1g"))
                .isEqualTo(defaults.maxHeap("1024m").workers(3))
                .hasSameHashCodeAs(defaults.maxHeap("1024m").workers(3))
                .isNotEqualTo(defaults.workers(3));
    }

    private static final class UnusedCodec implements Codec {

        private static final long serialVersionUID = 1L;

        @Override
        public Encoder newEncoder(long maxBytes) {
            throw new AssertionError();
        }

        @Override
        public Decoder newDecoder(ClassLoader loader) {
            throw new AssertionError();
        }
    }
}
