package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import dev.tandem.NotTransferableException;
import dev.tandem.NotTransferableException.Part;
import dev.tandem.ParallelRunner;
import dev.tandem.ProcessOptions;
import dev.tandem.StandInException;
import dev.tandem.TaskFailedException;
import dev.tandem.TaskFuture;
import dev.tandem.ipc.Codec;
import dev.tandem.testing.HardLimit;
import dev.tandem.testing.Row;
import java.io.Externalizable;
import java.io.ObjectInput;
import java.io.ObjectOutput;
import java.io.Serializable;
import java.net.URL;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.function.UnaryOperator;
import net.jqwik.api.Tuple;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.api.io.TempDir;
import org.opentest4j.AssertionFailedError;

/** What workers send that are not trusted; the rules themselves are tested where the codec is. */
@ExtendWith(HardLimit.class)
final class HardenedTest {

    private static final String SECRET = "correct horse battery staple";

    private static ParallelRunner runner;

    record Invoice(String number, Status status, List<Line> lines, Instant due) implements Serializable {}

    record Line(String text, long cents) implements Serializable {}

    record Turning() implements Serializable {
        private Object readResolve() {
            return Tuple.of(1, 2, 3);
        }
    }

    enum Status {
        OPEN,
        PAID
    }

    /** An exception of the application. */
    static final class Overdue extends Exception {
        private static final long serialVersionUID = 1L;

        Overdue(String message, Throwable cause) {
            super(message, cause);
        }
    }

    /** Writes itself, and must not be read. */
    public static final class ByHand implements Externalizable {
        private static final long serialVersionUID = 1L;

        /** As the interface demands. */
        public ByHand() {}

        @Override
        public void writeExternal(ObjectOutput out) {}

        @Override
        public void readExternal(ObjectInput in) {
            throw new AssertionError("it was decoded");
        }
    }

    interface Job extends Callable<Object>, Serializable {}

    @BeforeAll
    static void open() {
        runner = open(o -> o.hardened().systemProperty("password", SECRET));
    }

    @AfterAll
    static void close() {
        runner.close();
    }

    private static ParallelRunner open(UnaryOperator<ProcessOptions> options) {
        return ParallelRunner.processes(o -> options.apply(o.workers(1).jvmArgs("-XX:TieredStopAtLevel=1")));
    }

    @Test
    void takesResultsMadeOfTheApplicationsOwnClasses() {
        Invoice invoice = new Invoice("7", Status.OPEN, List.of(new Line("a", 1), new Line("b", 2)), Instant.EPOCH);

        assertThat(runner.submit(() -> new HashMap<>(Map.of("k", invoice))).join())
                .containsEntry("k", invoice);
        assertThat(runner.submit(() -> new Status[] {Status.PAID}).join()).containsExactly(Status.PAID);
        assertThat(runner.map(List.of(1, 2), (Integer n) -> new Line("x", n)).join())
                .hasSize(2);
        assertThat(runner.submit(() -> Path.of("a", "b")).join()).isEqualTo(Path.of("a", "b"));
    }

    @Row("Z5")
    @Test
    void z5PassesFlagsAndPropertiesWhereOnlyTheirOwnerCanLook() throws Exception {
        long pid = runner.submit(() -> ProcessHandle.current().pid()).join();
        assertThat(runner.submit(() -> System.getProperty("password")).join()).isEqualTo(SECRET);

        String command = Files.readString(Path.of("/proc/" + pid + "/cmdline"), StandardCharsets.ISO_8859_1);
        Path file = Path.of(command.split("\0")[1].substring(1));

        assertThat(command).doesNotContain(SECRET);
        assertThat(file).doesNotExist(); // it has been read
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file.getParent())))
                .isEqualTo("rwx------");
    }

    @Row("S10")
    @Test
    void s10RefusesAResultOfALibraryNamingTheLineToAdd() {
        TaskFuture<?> future = runner.submit(() -> Tuple.of(1));

        assertThat(refusalOf(future))
                .hasMessageStartingWith("the result of task " + future.taskId())
                .hasMessageContaining("worker 0 (pid ")
                .hasMessageContaining(".allow(\"net.jqwik.api.Tuple$Tuple1\")")
                .hasMessageContaining("META-INF/tandem/allowed-types");
        assertThat(runner.submit(() -> 1).join()).isEqualTo(1);
    }

    @Test
    void refusesAlsoWhatAnAllowedResultTurnsInto() {
        assertThat(refusalOf(runner.submit(Turning::new)).culprit()).isEqualTo("net.jqwik.api.Tuple$Tuple3");
    }

    @Row("S10")
    @Test
    void s10RefusesLambdasUrlsAndExternalizableAlthoughTheyAreTheApplicationsOwn() {
        assertThat(refusalOf(runner.submit(() -> (Job) () -> 1)))
                .hasMessageContaining("A lambda or a method reference");
        assertThat(refusalOf(runner.submit(() -> List.of(new ByHand()))))
                .hasMessageContaining("java.io.Externalizable");
        assertThat(refusalOf(runner.submit(() -> Map.of(new URL("http://nobody.invalid"), 1))))
                .hasMessageContaining("Better send a java.net.URI");
        assertThat(runner.stats().workersStarted()).isEqualTo(1);
    }

    @Row("S7")
    @Test
    void s7RefusesDeeplyNestedCollections() {
        NotTransferableException refused = refusalOf(runner.submit(() -> {
            List<Object> nested = new ArrayList<>();
            for (int i = 0; i < 30; i++) {
                nested = new ArrayList<>(List.of(nested));
            }
            return nested;
        }));
        assertThat(refused.culprit()).isEqualTo("containerDepth");
    }

    @Row("S10")
    @Test
    void s10TakesAnExceptionAsItselfOnlyIfEachOfItsClassesPasses() {
        assertThat(causeOf(runner.submit(() -> {
                    throw new Overdue("late", new IllegalStateException("why"));
                })))
                .isInstanceOf(Overdue.class)
                .hasMessage("late")
                .hasCauseInstanceOf(IllegalStateException.class);

        Throwable standIn = causeOf(runner.submit(() -> {
            throw new Overdue("late", new AssertionFailedError("of a library"));
        }));
        assertThat(standIn)
                .isInstanceOfSatisfying(
                        StandInException.class,
                        it -> assertThat(it.originalClassName()).isEqualTo(Overdue.class.getName()))
                .hasMessage("late")
                .hasStackTraceContaining("Caused by: " + AssertionFailedError.class.getName() + ": of a library")
                .hasStackTraceContaining("HardenedTest");
    }

    @Test
    void takesTheFailureOfARunnerInsideOfATask() {
        Throwable failure = causeOf(runner.submit(() -> {
            try (ParallelRunner inner = ParallelRunner.inline()) {
                return inner.submit(() -> Integer.parseInt("x")).join();
            }
        }));
        assertThat(failure).isInstanceOf(TaskFailedException.class).hasCauseInstanceOf(NumberFormatException.class);
    }

    @Row("S8")
    @Test
    void s8LimitsResultsTo64MebibytesUnlessToldOtherwise() {
        assertThat(refusalOf(runner.submit(() -> new byte[65 << 20]))).hasMessageContaining("67108864");
    }

    @Test
    void recordsWhatHardeningWouldRefuse(@TempDir Path directory) throws Exception {
        Path file = directory.resolve("META-INF/tandem/allowed-types");
        try (ParallelRunner recording = open(o -> o.recordTypes(file))) {
            assertThat(recording.submit(() -> new Line("a", 1)).join()).isNotNull();
            assertThat(recording.submit(() -> Tuple.of(1, 2)).join().get2()).isEqualTo(2);
        }
        List<String> lines = Files.readAllLines(file, StandardCharsets.UTF_8);
        assertThat(lines).isSorted().contains(Line.class.getName(), "net.jqwik.api.Tuple$Tuple2");
        try (ParallelRunner hardened = open(o -> o.hardened().allow(lines))) {
            assertThat(hardened.submit(() -> Tuple.of(1, 2)).join().get2()).isEqualTo(2);
        }
    }

    @Test
    void refusesOptionsThatWouldPromiseWhatTheyDoNotKeep() {
        assertThatThrownBy(() -> open(o -> o.allow("com.acme.*")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("allow means nothing without hardened(), since anything is decoded: allow=[com.acme.*];"
                        + " set hardened() or leave it out");
        assertThatThrownBy(() -> open(o -> o.hardened().codec(new TrustingCodec())))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("codec must know allow-lists for hardened() and recordTypes(): ");
    }

    private static NotTransferableException refusalOf(TaskFuture<?> future) {
        NotTransferableException refused = catchThrowableOfType(NotTransferableException.class, future::join);
        assertThat(refused.part()).isEqualTo(Part.RESULT);
        return refused;
    }

    private static Throwable causeOf(TaskFuture<?> future) {
        Throwable thrown = catchThrowable(future::join);
        assertThat(thrown).isInstanceOf(TaskFailedException.class);
        return thrown.getCause();
    }

    /** Was written before there were allow-lists. */
    private static final class TrustingCodec implements Codec {
        private static final long serialVersionUID = 1L;

        @Override
        public Encoder newEncoder(long maxBytes) {
            return Codec.java().newEncoder(maxBytes);
        }

        @Override
        public Decoder newDecoder(ClassLoader loader) {
            return Codec.java().newDecoder(loader);
        }
    }
}
