package dev.tandem.internal.processes;

import dev.tandem.ClassSupplyStats;
import dev.tandem.Diagnosis;
import dev.tandem.ParallelRunner;
import dev.tandem.ProcessOptions;
import dev.tandem.WorkerStartException;
import dev.tandem.internal.engine.Runner;
import dev.tandem.ipc.Listener;
import dev.tandem.ipc.Transport;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Looks at all that a worker with some options is started with, starts one, and says what was found.
 *
 * <p>Whatever fails is a finding: nothing is thrown for it. Each step is on its own, so that one that fails hides no other. Used once, by one
 * thread.
 */
public final class Examination {

    private static final long MARGIN_SECONDS = 5; // on top of startTimeout, for the task and its way
    private static final int MAX_ENTRIES = 500;

    private final ProcessOptions options;
    private final WorkerJava java;
    private final Findings findings = new Findings();
    private boolean unstartable;

    private Examination(ProcessOptions options) {
        this.options = options;
        this.java = new WorkerJava(options);
    }

    /** {@return what was found; it takes as long as a worker takes to start} */
    public static Diagnosis of(ProcessOptions options) {
        Examination examination = new Examination(options);
        MissingPlace temporary = MissingPlace.of(System.getProperty("java.io.tmpdir", ""));
        RunDirectory directory = new RunDirectory(Runnable::run);
        try {
            examination.step("java", examination::lookAtJava);
            examination.step("limits", () -> new RoomReport(options, new SystemLimits(), examination.findings).write());
            examination.step("class path", () -> examination.lookAtCommand(directory));
            examination.step("transport", examination::lookAtTransport);
            examination.step("a worker", examination::startOne);
        } finally {
            directory.remove();
            temporary.removeAgain();
        }
        return examination.findings.conclude();
    }

    /** What may fail in any way. */
    private interface Step {
        void run() throws Exception;
    }

    private void step(String title, Step step) {
        try {
            step.run();
        } catch (UnstartableException e) {
            unstartable = true;
            findings.problem(String.valueOf(e.getMessage()));
        } catch (InterruptedException e) {
            findings.line("not started", "this thread was interrupted");
            findings.problem(title + ": not started, for this thread was interrupted; ask again in one that is not");
            Thread.currentThread().interrupt();
        } catch (Throwable e) { // whatever it is, it is what was to be found
            unstartable = true; // a runner would try for as long as a worker may take to start
            findings.problem(textOf(title, e));
        }
    }

    /** What this library throws says all in its message. */
    private static String textOf(String title, Throwable thrown) {
        StackTraceElement[] stack = thrown.getStackTrace();
        String message = thrown.getMessage();
        boolean isOurs = (thrown instanceof IllegalArgumentException || thrown instanceof UncheckedIOException)
                && stack.length > 0
                && stack[0].getClassName().startsWith("dev.tandem.");
        String text = isOurs && message != null ? message : title + ": " + thrown;
        String cause = String.valueOf(thrown.getCause());
        return thrown.getCause() == null || text.contains(cause) ? text : text + " (" + cause + ")";
    }

    private void lookAtJava() throws UnstartableException {
        findings.section("java");
        findings.line("executable", java.executable() + (options.javaHome().isPresent() ? " (option javaHome)" : ""));
        OptionalInt version = java.version();
        findings.line(
                "version", version.isPresent() ? Integer.toString(version.getAsInt()) : "unknown: no release file");
        findings.line(
                "this JVM",
                Runtime.version() + ", " + System.getProperty("java.vm.name") + " of "
                        + System.getProperty("java.vendor") + ", in " + System.getProperty("java.home"));
        if (version.isPresent() && version.getAsInt() < Runtime.version().feature()) {
            findings.line(
                    "note",
                    "classes that were compiled for Java " + (version.getAsInt() + 1)
                            + " or newer cannot be loaded by a worker");
        }
        java.check();
    }

    private void lookAtCommand(RunDirectory directory) throws IOException {
        WorkerClassPath classPath = new WorkerClassPath(
                options, ClassPathClues.ofThisJvm(Thread.currentThread().getContextClassLoader()), directory::path);
        Path home = directory.path();
        DebugMode debug = DebugMode.ofThisJvm();
        findings.section("flags");
        ClassArchive archive = new ClassArchive(options, ArchiveDirectory.ofThisUser(directory::path), work -> {});
        findings.words(new JavaCommand(
                        options, debug, classPath, archive, new MachineShare(options, options::workers, () -> 0))
                .flagsForPeople(home));
        debug.release();
        Heritage.ofThisJvm().omission(options).ifPresent(omission -> findings.line("note", omission));
        WorkerClassPath.Found found = classPath.find();
        findings.section("class archive");
        findings.line(archive.directory().toString(), archive.state(found.library()));
        Map<ClassPathEntry, String> flaws = new LinkedHashMap<>();
        found.entries().forEach(entry -> flaws.put(entry, entry.flaw()));
        long used = flaws.values().stream().filter(String::isEmpty).count();
        findings.section("class path (" + used + (used == 1 ? " entry)" : " entries)"));
        Map<ClassPathEntry.Source, List<ClassPathEntry>> bySource = new LinkedHashMap<>();
        found.entries().stream()
                .limit(MAX_ENTRIES)
                .forEach(entry -> bySource.merge(entry.source(), List.of(entry), Examination::joined));
        bySource.forEach((source, entries) -> {
            String label = source.toString();
            for (ClassPathEntry entry : entries) {
                findings.line(label, (entry.place() + "   " + flaws.get(entry)).strip());
                label = "";
            }
        });
        flaws.forEach(this::lookAtWish);
        if (found.entries().size() > MAX_ENTRIES) {
            findings.line("", (found.entries().size() - MAX_ENTRIES) + " more");
        }
        if (!found.imageModules().isEmpty()) {
            findings.line("modules", "of this run-time image: " + String.join(", ", found.imageModules()));
        }
        findings.line("all else", "comes from the class loaders of this JVM, through the connection");
    }

    /** What a class path inherits may be missing, as for this JVM; what somebody asked for may not. */
    private void lookAtWish(ClassPathEntry entry, String flaw) {
        if (entry.source() == ClassPathEntry.Source.OPTION && !flaw.isEmpty()) {
            findings.problem("workers find nothing in an entry of the option classPath: " + entry.place() + " ("
                    + flaw.toLowerCase(Locale.ROOT) + "); name directories and jars that exist and can be read");
        }
    }

    private static List<ClassPathEntry> joined(List<ClassPathEntry> some, List<ClassPathEntry> more) {
        return Stream.concat(some.stream(), more.stream()).toList();
    }

    private void lookAtTransport() throws IOException {
        Transport transport = options.transport();
        boolean isDefault = transport == Transport.platformDefault();
        String why = !isDefault
                ? "option transport"
                : transport == Transport.pipes()
                        ? "the default where there is a shell to move pipes to private descriptors"
                        : "the default where there is no shell to move pipes";
        findings.section("transport");
        findings.line(transport.name(), why);
        try (Listener listener = transport.listen((int) options.maxPayloadBytes())) {
            findings.line("address", listener.endpoint().address());
        }
    }

    private void startOne() throws Exception {
        findings.section("a worker");
        if (unstartable) {
            findings.line("not started", "see below");
            return;
        }
        if (DebugMode.ofThisJvm().isOn()) {
            findings.line("not started", DebugMode.PROPERTY + " is set, and it would wait for a debugger");
            return;
        }
        ProcessOptions one = options.workers(1).spareWorkers(0);
        ParallelRunner runner = new Runner("doctor", context -> new ProcessEngine(context, one));
        try {
            runOneTask(runner);
        } catch (ExecutionException e) {
            findings.line("not started", "see below");
            findings.problem(reasonOf(e));
        } catch (TimeoutException e) {
            findings.line("not started", "see below");
            findings.problem("a worker was not ready within startTimeout=" + options.startTimeout()
                    + "; look at what onWorkerStart waits for, or allow it more time");
        } finally {
            runner.shutdownNow();
            runner.close();
        }
    }

    private void runOneTask(ParallelRunner runner) throws ExecutionException, TimeoutException, InterruptedException {
        long begin = System.nanoTime();
        long limitSeconds = options.startTimeout().toSeconds() + MARGIN_SECONDS;
        String version = runner.submit(
                        () -> System.getProperty("java.version") + ", " + System.getProperty("java.vendor"))
                .get(limitSeconds, TimeUnit.SECONDS);
        long first = System.nanoTime();
        runner.submit(() -> true).get(limitSeconds, TimeUnit.SECONDS);
        long second = System.nanoTime();
        findings.line("runs", "Java " + version);
        findings.line("started in", milliseconds(first - begin) + ", its first task included");
        findings.line("next task", milliseconds(second - first));
        ClassSupplyStats supplied = runner.stats().supplied();
        findings.line(
                "classes",
                supplied.classes() == 0
                        ? "of this task: all from its class path"
                        : "of this task: " + supplied.classes() + " through the connection, " + supplied.bytes()
                                + " bytes");
    }

    /** Of a broken runner the first worker that did not start, which tells most. */
    private static String reasonOf(ExecutionException failure) {
        Throwable cause = failure.getCause() == null ? failure : failure.getCause();
        for (Throwable detail : cause.getSuppressed()) {
            if (detail instanceof WorkerStartException start) {
                return String.valueOf(start.getMessage())
                        .lines()
                        .filter(line -> !line.contains("ProcessOptions.doctor()"))
                        .collect(Collectors.joining("\n"));
            }
        }
        return String.valueOf(cause.getMessage());
    }

    private static String milliseconds(long nanos) {
        return String.format(Locale.ROOT, "%.1f ms", nanos / 1e6);
    }
}
