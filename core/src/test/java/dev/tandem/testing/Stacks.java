package dev.tandem.testing;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/** The stacks of this JVM and of all JVMs that it started, for a test that hangs. */
public final class Stacks {

    private static final long LIMIT_SECONDS = 5;

    private Stacks() {}

    /** All of them. */
    public static String ofEverything() {
        return ofThisJvm()
                + ProcessHandle.current().descendants().map(Stacks::ofWorker).collect(Collectors.joining());
    }

    private static String ofThisJvm() {
        StringBuilder text = new StringBuilder("==== this JVM ====\n");
        for (Map.Entry<Thread, StackTraceElement[]> entry :
                Thread.getAllStackTraces().entrySet()) {
            text.append(entry.getKey())
                    .append(' ')
                    .append(entry.getKey().getState())
                    .append('\n');
            for (StackTraceElement frame : entry.getValue()) {
                text.append("\tat ").append(frame).append('\n');
            }
        }
        return text.toString();
    }

    private static String ofWorker(ProcessHandle worker) {
        String title =
                "==== pid " + worker.pid() + " " + worker.info().commandLine().orElse("") + " ====\n";
        try {
            Path file = Files.createTempFile("stacks-", ".txt");
            Process jstack = new ProcessBuilder(
                            Path.of(System.getProperty("java.home"), "bin", "jstack")
                                    .toString(),
                            "-l",
                            String.valueOf(worker.pid()))
                    .redirectErrorStream(true)
                    .redirectOutput(file.toFile())
                    .start();
            if (!jstack.waitFor(LIMIT_SECONDS, TimeUnit.SECONDS)) {
                jstack.toHandle().destroyForcibly();
            }
            String text = Files.readString(file);
            Files.delete(file);
            return title + text;
        } catch (IOException e) {
            return title + e + "\n";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return title + "interrupted\n";
        }
    }
}
