package dev.tandem.examples;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Runs the quick examples, each in a JVM of its own as a reader would; the tour is a command of its own. */
class ExamplesTest {

    @TempDir
    private Path directory;

    @Test
    void greetsFromThisJvmAndFromWorkers() throws Exception {
        assertThat(output(HelloRunner.class))
                .filteredOn(line -> line.contains("Hello, Ada"))
                .hasSize(2);
    }

    @Test
    void standsInForAnExecutorService() throws Exception {
        assertThat(output(DropInExecutor.class))
                .filteredOn(line -> line.contains("33860"))
                .hasSize(2);
    }

    @Test
    void buildsOneModelPerWorker() throws Exception {
        assertThat(output(ModelPerWorker.class)).hasSize(2).allMatch(line -> line.endsWith("9,999,991"));
    }

    @Test
    void waitsForManyAnswersAtOnce() throws Exception {
        assertThat(output(LatencyFanout.class)).hasSize(3).last().asString().contains("virtual threads");
    }

    @Test
    void survivesACrash() throws Exception {
        assertThat(output(CrashProof.class)).anyMatch(line -> line.startsWith("99 of 100 answers"));
    }

    @Test
    void saysWhichEngineWonAndWhy() throws Exception {
        assertThat(output(MeasuredChoice.class, "PT1S"))
                .filteredOn(line -> line.contains("So: ") || line.contains("Measured "))
                .hasSize(4);
    }

    @Test
    void showsProgressInLinesWhereThereIsNoTerminal() throws Exception {
        assertThat(output(ConsoleProgress.class))
                .hasSize(11)
                .anyMatch(line -> line.startsWith(" 50 %, ") && line.endsWith(" s left, 5 failed"))
                .last()
                .isEqualTo("990 done, 10 failed");
    }

    @Test
    void showsWhatWorkersDo() throws Exception {
        assertThat(output(Top.class))
                .anyMatch(line -> line.startsWith("2 workers, ") || line.startsWith("1 workers, "))
                .anyMatch(line -> line.contains("BUSY") && line.contains("\"small "));
    }

    @Test
    void writesReportAndTrace() throws Exception {
        assertThat(output(RunReport.class)).anyMatch(line -> line.startsWith("report: "));
    }

    /** What an example prints; fails if its exit code is not 0. */
    private List<String> output(Class<?> example, String... arguments) throws IOException, InterruptedException {
        Path output = directory.resolve(example.getSimpleName() + ".txt");
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        List<String> command = new ArrayList<>(
                List.of(java.toString(), "-Xmx256m", "-cp", System.getProperty("java.class.path"), example.getName()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            assertThat(process.waitFor(45, TimeUnit.SECONDS))
                    .as("ended in time")
                    .isTrue();
        } finally {
            process.toHandle().destroyForcibly();
        }
        assertThat(process.exitValue()).as(Files.readString(output)).isZero();
        return Files.readAllLines(output);
    }
}
