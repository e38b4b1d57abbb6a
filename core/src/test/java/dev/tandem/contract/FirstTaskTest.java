package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.ParallelRunner;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A program waits for what the first task of its JVM loads. */
final class FirstTaskTest {

    /** A program that has one task on each engine. */
    static final class Program {

        private Program() {}

        public static void main(String[] args) {
            try (ParallelRunner threads = ParallelRunner.threads();
                    ParallelRunner processes = ParallelRunner.processes(o -> o.workers(1))) {
                System.out.println(threads.submit(() -> "on threads").join());
                System.out.println(processes.submit(() -> "on worker JVMs").join());
            }
        }
    }

    @Test
    void doesNotMakeTheFlightRecorder(@TempDir Path directory) throws Exception {
        Path output = directory.resolve("output");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-Xlog:class+load",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Program.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(40, TimeUnit.SECONDS)).as("ended").isTrue();
        } finally {
            process.toHandle().destroyForcibly();
        }
        List<String> lines = Files.readAllLines(output);
        assertThat(lines).contains("on threads", "on worker JVMs");
        assertThat(lines)
                .filteredOn(line -> line.contains("dev.tandem.internal.insight.Flight "))
                .as("a class that is loaded is seen")
                .isNotEmpty();
        assertThat(lines).noneMatch(line -> line.contains(" jdk.jfr.internal.MetadataRepository "));
    }
}
