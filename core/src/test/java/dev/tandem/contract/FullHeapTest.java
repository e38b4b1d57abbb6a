package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.ParallelRunner;
import dev.tandem.TaskFuture;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The supervisor's heap is filled by results that the program keeps. */
final class FullHeapTest {

    private static final int RESULTS = 14;
    private static final int RESULT_BYTES = 4 << 20;

    /** The JVM whose heap is too small for what it asks for. */
    static final class Program {

        private Program() {}

        public static void main(String[] args) {
            try (ParallelRunner runner =
                    ParallelRunner.processes(o -> o.workers(2).maxHeap("48m").classArchive(false))) {
                List<TaskFuture<byte[]>> all = new ArrayList<>();
                for (int i = 0; i < RESULTS; i++) {
                    all.add(runner.submit(() -> new byte[RESULT_BYTES]));
                }
                int failed = 0;
                String why = "";
                for (TaskFuture<byte[]> each : all) {
                    try {
                        each.join();
                    } catch (CompletionException e) {
                        failed++;
                        why = String.valueOf(e.getMessage());
                    }
                }
                System.out.println("had " + (all.size() - failed));
                System.out.println("why: " + why);
                all.clear();
                System.out.println("then " + runner.submit(() -> 42).join());
            }
            System.out.println("closed");
        }
    }

    @Test
    void failsWhatDoesNotFitAndGoesOn(@TempDir Path directory) throws IOException, InterruptedException {
        Path output = directory.resolve("output");
        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx40m",
                        "-XX:+UseG1GC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Program.class.getName())
                .redirectErrorStream(true)
                .redirectOutput(new File(output.toString()))
                .start();
        try {
            boolean ended = process.waitFor(40, TimeUnit.SECONDS);
            assertThat(ended).as(Files.readString(output)).isTrue();
        } finally {
            process.toHandle().destroyForcibly();
        }
        assertThat(Files.readString(output))
                .contains("no memory for", "raise this JVM's heap", "then 42", "closed")
                .doesNotContain("had " + RESULTS);
    }
}
