package dev.tandem.internal.processes;

import dev.tandem.ProcessOptions;
import dev.tandem.WorkerLogging;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.slf4j.LoggerFactory;
import org.slf4j.helpers.NOPLoggerFactory;

/**
 * The command line of a worker JVM: which java, which flags, which class path.
 *
 * <p>Everything but the main class and its arguments goes into an argument file, because class paths outgrow what a system
 * allows on a command line, and because {@code ps} should show what matters. Defaults come first and the user's flags last,
 * so that a flag of the user's wins. Immutable.
 */
final class JavaCommand {

    private static final String MAIN_CLASS = "dev.tandem.internal.worker.WorkerMain";

    private static final Pattern COLLECTOR = Pattern.compile("-XX:\\+Use\\w+GC");
    private static final boolean IS_LINUX = System.getProperty("os.name", "").startsWith("Linux");

    private static final int MAX_SHOWN = 200;
    private static final int MAX_SHOWN_CHARS = 500;

    /** Where memory is limited: else a heap keeps what it once had, and garbage would count as if it were in use. */
    private static final List<String> HEAP_THAT_SHRINKS = List.of(
            "-XX:InitialHeapSize=2m", "-XX:-ShrinkHeapInSteps", "-XX:MaxHeapFreeRatio=40", "-XX:MinHeapFreeRatio=20");

    /** SLF4J would say in each worker that it was told which provider to take. */
    private static final List<String> LOG_FORWARDING = List.of(
            "-Dslf4j.provider=dev.tandem.internal.worker.logging.ForwardingProvider",
            "-Dslf4j.internal.verbosity=WARN");

    private final ProcessOptions options;
    private final DebugMode debug;
    private final WorkerJava java;
    private final WorkerClassPath classPath;
    private final ClassArchive archive;
    private final MachineShare share;

    JavaCommand(
            ProcessOptions options,
            DebugMode debug,
            WorkerClassPath classPath,
            ClassArchive archive,
            MachineShare share) {
        this.options = options;
        this.debug = debug;
        this.java = new WorkerJava(options);
        this.classPath = classPath;
        this.archive = archive;
        this.share = share;
    }

    /**
     * A command that can be run.
     *
     * @param command what to run
     * @param shown the same for people: what the argument file holds, without the class path and the values of properties
     * @param argumentFile the file that it reads
     * @param archive the class archive that the worker starts with, if it does
     */
    record Written(List<String> command, List<String> shown, Path argumentFile, Optional<ClassArchive.Use> archive) {}

    /**
     * Writes the argument file into {@code directory} and returns the command.
     *
     * @throws UnstartableException if no worker can be started here, whatever is tried
     */
    Written write(Path directory, String address, String runnerName, int workerIndex) throws IOException {
        java.check();
        WorkerClassPath.Found found = classPath.find();
        Optional<ClassArchive.Use> archived = archive.find(found.library());
        List<String> places = new ArrayList<>();
        archived.ifPresent(use -> places.add(use.jar().toString()));
        places.addAll(found.places());
        List<String> arguments = new ArrayList<>(flags(directory, archived, false));
        if (!found.imageModules().isEmpty()) {
            arguments.addAll(List.of("--add-modules", String.join(",", found.imageModules())));
        }
        // no class path at all would be the working directory
        String path = places.isEmpty() ? directory.resolve("none").toString() : String.join(File.pathSeparator, places);
        arguments.addAll(List.of("-cp", path));
        Path file = Files.createTempFile(directory, "worker-" + workerIndex + "-", ".args");
        ArgumentFile.write(file, arguments);
        List<String> main = List.of(MAIN_CLASS, runnerName + "-worker-" + workerIndex, address);
        String executable = java.executable().toString();
        List<String> command = new ArrayList<>(List.of(executable, "@" + file));
        command.addAll(main);
        List<String> shown = new ArrayList<>(List.of(executable));
        shown.addAll(flags(directory, archived, true));
        shown.addAll(List.of("-cp", "<" + places.size() + " entries>"));
        shown.addAll(main);
        return new Written(command, Printable.lines(shown, MAX_SHOWN, MAX_SHOWN_CHARS), file, archived);
    }

    /** The flags of a worker, without values that may be secret. */
    List<String> flagsForPeople(Path directory) throws IOException {
        Optional<ClassArchive.Use> archived = archive.find(classPath.find().library());
        return Printable.lines(flags(directory, archived, true), MAX_SHOWN, MAX_SHOWN_CHARS);
    }

    /** Whether there is no java to start. */
    boolean isJavaMissing() {
        return java.isMissing();
    }

    /** The flags; if they are for people, without values that may be secret. */
    private List<String> flags(Path directory, Optional<ClassArchive.Use> archived, boolean forPeople)
            throws IOException {
        List<String> flags = new ArrayList<>();
        archived.ifPresent(use -> flags.addAll(use.flags()));
        if (options.jvmArgs().stream().noneMatch(flag -> COLLECTOR.matcher(flag).matches())) {
            flags.add("-XX:+UseSerialGC"); // a JVM that is told of two does not start
        }
        flags.add("-XX:+ExitOnOutOfMemoryError");
        flags.add(CrashLog.flag(directory));
        flags.add("-XX:ActiveProcessorCount=" + share.cores());
        if (java.isThatOfThisJvm()) {
            flags.addAll(LeanFlags.of(Runtime.version().feature(), IS_LINUX, options.isHardened()));
        }
        flags.add("-Djava.security.manager=disallow");
        flags.add("-D" + Nesting.DEPTH_PROPERTY + "=" + (Nesting.depth() + 1));
        flags.addAll(debug.flags());
        flags.add(heap());
        if (options.workerLogging() == WorkerLogging.FORWARD && hasBackEnd()) {
            flags.addAll(LOG_FORWARDING);
        }
        if (options.maxWorkerMemoryBytes().isPresent()) {
            flags.addAll(HEAP_THAT_SHRINKS);
        }
        Heritage heritage = Heritage.ofThisJvm();
        heritage.basics(options).forEach((name, value) -> flags.add(property(name, value, false)));
        heritage.inherited(options).forEach((name, value) -> flags.add(property(name, value, forPeople)));
        options.systemProperties().forEach((name, value) -> flags.add(property(name, value, forPeople)));
        options.jvmArgs().forEach(flag -> flags.add(forPeople ? withoutValue(flag) : flag));
        return flags;
    }

    /** A property that was set by a flag is no less secret. */
    private static String withoutValue(String flag) {
        int end = flag.indexOf('=');
        return flag.startsWith("-D") && end > 0 ? property(flag.substring(2, end), "", true) : flag;
    }

    private static String property(String name, String value, boolean isSecret) {
        return "-D" + name + "=" + (isSecret ? "<not shown>" : value);
    }

    /** Where nothing that is logged here goes anywhere, a back end of the workers' own may be all there is. */
    static boolean hasBackEnd() {
        return !(LoggerFactory.getILoggerFactory() instanceof NOPLoggerFactory);
    }

    private String heap() {
        return options.maxHeapBytes().isPresent()
                ? "-Xmx" + options.maxHeapBytes().getAsLong()
                : String.format(Locale.ROOT, "-XX:MaxRAMPercentage=%.2f", share.heapPercent());
    }
}
