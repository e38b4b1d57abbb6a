package dev.tandem.benchmarks.goals;

import dev.tandem.benchmarks.JavaProcess;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A JVM for each row: what one row has compiled, filled or left behind disturbs no other. */
final class RowProcess {

    private RowProcess() {}

    /** Runs in the row's JVM. */
    public static void main(String[] arguments) throws Exception {
        RowReport report = RowRun.of(Goals.named(arguments[0]), Effort.valueOf(arguments[1]));
        try (var out = new ObjectOutputStream(Files.newOutputStream(Path.of(arguments[2])))) {
            out.writeObject(report);
        }
    }

    static RowReport run(Row row, Effort effort) throws IOException, InterruptedException {
        Path directory = Files.createTempDirectory("row");
        try {
            return run(row, effort, directory);
        } finally {
            JarredClassPath.delete(directory);
        }
    }

    private static RowReport run(Row row, Effort effort, Path directory) throws IOException, InterruptedException {
        Path file = directory.resolve("report");
        String classPath = JarredClassPath.in(directory, row.fillers());
        Process process = JavaProcess.on(classPath, RowProcess.class, row.name, effort.name(), file.toString())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            if (!process.waitFor(effort.rowLimit.toSeconds(), TimeUnit.SECONDS)) {
                return RowReport.failed(row, "took more than " + effort.rowLimit.toSeconds() + " s");
            }
            return process.exitValue() == 0
                    ? read(file)
                    : RowReport.failed(row, "ended with exit code " + process.exitValue());
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.toHandle().destroyForcibly();
        }
    }

    private static RowReport read(Path file) throws IOException {
        try (var in = new ObjectInputStream(Files.newInputStream(file))) {
            return (RowReport) in.readObject();
        } catch (ClassNotFoundException e) {
            throw new IllegalStateException("a row was run by another program", e);
        }
    }
}
