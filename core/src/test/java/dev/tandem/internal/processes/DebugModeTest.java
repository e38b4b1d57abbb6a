package dev.tandem.internal.processes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.ProcessOptions;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DebugModeTest {

    private static final Duration SECOND = Duration.ofSeconds(1);

    @Test
    void isOffUnlessItIsAskedFor() throws IOException {
        DebugMode off = DebugMode.of(null);
        ProcessOptions options = ProcessOptions.defaults().workers(3).idleTimeout(SECOND);
        assertThat(off.isOn()).isFalse();
        assertThat(off.flags()).isEmpty();
        assertThat(off.adapted(options)).isEqualTo(options);
        assertThat(off.startTimeout(SECOND)).isEqualTo(SECOND);
        assertThat(off.cure(List.of("ERROR: JDWP"))).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"50051", "localhost:50051", "127.0.0.1:50051"})
    void hasOneWorkerListenOnTheLoopbackInterfaceOnly(String value) throws IOException {
        DebugMode debug = DebugMode.of(value);
        try {
            assertThat(debug.flags())
                    .containsExactly(
                            "-agentlib:jdwp=transport=dt_socket,server=y,suspend=y,quiet=y,address=localhost:50051");
            assertThat(debug.adapted(ProcessOptions.defaults().workers(3).spareWorkers(2))
                            .workers())
                    .isEqualTo(1);
            assertThat(debug.workers(7)).isEqualTo(1);
        } finally {
            debug.release();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"dial:50051", "dial:localhost:50051"})
    void hasAsManyWorkersDialAsThereAre(String value) throws IOException {
        DebugMode debug = DebugMode.of(value);
        assertThat(debug.flags())
                .containsExactly(
                        "-agentlib:jdwp=transport=dt_socket,server=n,suspend=y,quiet=y,address=localhost:50051");
        assertThat(debug.adapted(ProcessOptions.defaults().workers(3)).workers())
                .isEqualTo(3);
        assertThat(debug.workers(7)).isEqualTo(7);
    }

    /** In a JVM of its own, since SLF4J has one back end for all. */
    static final class Announcement {

        private Announcement() {}

        public static void main(String[] args) throws IOException {
            DebugMode.of("50053").announce("runner", 0, 4711);
        }
    }

    @Test
    void saysThatAWorkerWaitsEvenIfNobodyLogs() throws Exception {
        String withoutBackEnd = Stream.of(System.getProperty("java.class.path").split(File.pathSeparator))
                .filter(entry -> !entry.contains("logback"))
                .collect(Collectors.joining(File.pathSeparator));
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        withoutBackEnd,
                        Announcement.class.getName())
                .start();
        assertThat(new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8))
                .contains("worker 0 (pid 4711) waits until a debugger attaches to localhost:50053");
    }

    @Test
    void givesEachRunnerAPortOfItsOwnWhileItIsOpen() throws IOException {
        DebugMode first = DebugMode.of("50052");
        DebugMode second = DebugMode.of("50052");
        DebugMode third = DebugMode.of("50052");
        assertThat(first.flags().get(0)).endsWith(":50052");
        assertThat(first.flags().get(0)).endsWith(":50052");
        assertThat(second.flags().get(0)).endsWith(":50053");
        first.release();
        assertThat(third.flags().get(0)).endsWith(":50052");
        second.release();
        third.release();
    }

    @Test
    void saysThatThereIsNoPortLeft() throws IOException {
        DebugMode last = DebugMode.of("65535");
        last.flags();
        try {
            assertThatThrownBy(() -> DebugMode.of("65535").flags())
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("tandem.debug=65535")
                    .hasMessageContaining("choose a smaller one");
        } finally {
            last.release();
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "true", "0", "65536", "99999", "-1", "dial:", "dial:x", "listen:5005:"})
    void refusesWhatIsNoPort(String value) {
        assertThatThrownBy(() -> DebugMode.of(value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must be a port from 1 to 65535")
                .hasMessageContaining("tandem.debug=" + value + ";");
    }

    @ParameterizedTest
    @ValueSource(strings = {"*:5005", "0.0.0.0:5005", "dial:build.acme.com:5005", ":5005"})
    void refusesAnotherHost(String value) {
        assertThatThrownBy(() -> DebugMode.of(value))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("must not name another host than localhost")
                .hasMessageContaining("tandem.debug=" + value + ";")
                .hasMessageContaining("ssh -L 5005:localhost:5005");
    }

    @Test
    void tellsAMissingAgentFromAPortWithoutDebugger() {
        DebugMode debug = DebugMode.of("dial:5005");
        assertThat(debug.cure(List.of("Error: Could not find agent library jdwp on the library path")))
                .contains("jdk.jdwp.agent");
        assertThat(debug.cure(List.of("ERROR: JDWP Transport dt_socket failed to initialize, TRANSPORT_INIT(510)")))
                .contains("none listens on localhost:5005");
        assertThat(debug.cure(List.of("Unrecognized VM option"))).isEmpty();
    }
}
