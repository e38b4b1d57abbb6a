package dev.tandem.internal.processes;

import dev.tandem.ProcessOptions;
import java.io.File;
import java.io.IOException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.function.IntSupplier;

/**
 * The command line of a worker JVM: which java, which flags, which class path.
 *
 * <p>Everything but the main class and its arguments goes into an argument file, because class paths outgrow what a system
 * allows on a command line, and because {@code ps} should show what matters. Defaults come first and the user's flags last,
 * so that a flag of the user's wins. Immutable.
 */
final class JavaCommand {

    private static final String MAIN_CLASS = "dev.tandem.internal.worker.WorkerMain";
    private static final double MEMORY_SHARE_PERCENT = 60; // of the machine for all heaps: the rest is native, and ours

    private final ProcessOptions options;
    private final IntSupplier workers; // as many as there are to be when this worker starts

    JavaCommand(ProcessOptions options, IntSupplier workers) {
        this.options = options;
        this.workers = workers;
    }

    /** Writes the argument file into {@code directory} and returns the command. */
    List<String> write(Path directory, String address, String runnerName, int workerIndex) throws IOException {
        Path arguments = Files.createTempFile(directory, "worker-" + workerIndex + "-", ".args");
        List<String> lines = new ArrayList<>();
        for (String flag : flags(directory)) {
            lines.add(quoted(flag));
        }
        Files.write(arguments, lines, Charset.defaultCharset());
        return List.of(
                executable().toString(), "@" + arguments, MAIN_CLASS, address, runnerName, "worker-" + workerIndex);
    }

    /** The java of {@code javaHome}, or of this JVM; never one from PATH. */
    Path executable() {
        Path home = options.javaHome().orElseGet(() -> Path.of(System.getProperty("java.home", "")));
        boolean windows =
                System.getProperty("os.name", "").toLowerCase(Locale.ROOT).startsWith("windows");
        return home.resolve("bin").resolve(windows ? "java.exe" : "java").toAbsolutePath();
    }

    private List<String> flags(Path directory) {
        List<String> flags = new ArrayList<>();
        flags.add("-XX:+UseSerialGC");
        flags.add("-XX:+ExitOnOutOfMemoryError");
        flags.add("-XX:-UsePerfData");
        flags.add("-XX:ErrorFile=" + directory.resolve("hs_err_pid%p.log"));
        flags.add("-XX:ActiveProcessorCount="
                + Math.max(1, Runtime.getRuntime().availableProcessors() / workers.getAsInt()));
        flags.add("-Djava.awt.headless=true");
        flags.add("-Djava.security.manager=disallow");
        flags.add("-D" + Nesting.DEPTH_PROPERTY + "=" + (Nesting.depth() + 1));
        flags.add(heap());
        options.systemProperties().forEach((key, value) -> flags.add("-D" + key + "=" + value));
        flags.addAll(options.jvmArgs());
        flags.add("-cp");
        flags.add(String.join(File.pathSeparator, new WorkerClassPath(options).entries()));
        return flags;
    }

    private String heap() {
        return options.maxHeapBytes().isPresent()
                ? "-Xmx" + options.maxHeapBytes().getAsLong()
                : String.format(Locale.ROOT, "-XX:MaxRAMPercentage=%.2f", MEMORY_SHARE_PERCENT / workers.getAsInt());
    }

    /** Quotes for an argument file, where a backslash escapes inside quotes. */
    private static String quoted(String argument) {
        return '"'
                + argument.replace("\\", "\\\\")
                        .replace("\"", "\\\"")
                        .replace("\n", "\\n")
                        .replace("\r", "\\r")
                + '"';
    }
}
