package dev.tandem.internal.processes;

import dev.tandem.ProcessOptions;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * Takes the stacks of a worker from outside, before it is killed: what it was doing is all that its user wants to know.
 *
 * <p>It is {@code jcmd} that asks, of the worker's own JDK or else of this JVM's: the attach API cannot do so without flags
 * that open its internals. A worker that is stopped, or too broken to answer within {@link #LIMIT_NANOS}, leaves none, and its
 * certificate says why.
 *
 * <p>Thread-safe. Blocks its caller for that long at most, who must be neither the timer nor hold a lock.
 */
final class ThreadDump {

    /** How much later a worker may be killed for the sake of its dump: jcmd needs 0.3 s, and 1.2 s on a busy machine. */
    static final long LIMIT_NANOS = TimeUnit.SECONDS.toNanos(2);

    /** The frame by which the thread that runs the task is known: its name is the user's to change. */
    private static final String TASK_FRAME = "dev.tandem.internal.worker.TaskLoop.run(";

    private static final int MAX_BYTES = 1 << 20;
    private static final int MAX_CHARS = 64 * 1024;
    private static final int MAX_LINE_CHARS = 500;

    /** Many workers that time out at once must not start as many JVMs at once. */
    private static final Semaphore AT_ONCE =
            new Semaphore(Math.max(2, Runtime.getRuntime().availableProcessors()));

    private final ProcessOptions options;
    private final RunDirectory directory;

    ThreadDump(ProcessOptions options, RunDirectory directory) {
        this.options = options;
        this.directory = directory;
    }

    /** Takes one of a worker that is about to be killed, and notes it or why there is none. Never throws. */
    void take(ProcessHandle worker, Interventions interventions) {
        take(worker, interventions, LIMIT_NANOS, LIMIT_NANOS);
    }

    /** The same of a worker that lives on, so that there is more time. */
    void takePatiently(ProcessHandle worker, Interventions interventions, long limitNanos) {
        take(worker, interventions, limitNanos, limitNanos / 2); // two that hang must not use up everybody's time
    }

    private void take(ProcessHandle worker, Interventions interventions, long limitNanos, long answerNanos) {
        long endNanos = System.nanoTime() + limitNanos;
        try {
            if (!AT_ONCE.tryAcquire(limitNanos, TimeUnit.NANOSECONDS)) {
                interventions.notDumped("too many others were being taken");
                return;
            }
            try {
                takeNow(worker, interventions, Math.min(answerNanos, endNanos - System.nanoTime()));
            } finally {
                AT_ONCE.release();
            }
        } catch (IOException | RuntimeException e) {
            interventions.notDumped(Printable.line(String.valueOf(e.getMessage()), MAX_LINE_CHARS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            interventions.notDumped("its taking was interrupted");
        }
    }

    private void takeNow(ProcessHandle worker, Interventions interventions, long limitNanos)
            throws IOException, InterruptedException {
        Path jcmd = jcmd();
        Path home = directory.existing();
        if (jcmd == null || home == null) {
            interventions.notDumped(
                    jcmd == null
                            ? "there is no jcmd in " + homes() + ": use a JDK that has the module jdk.jcmd"
                            : "the runner's directory is gone");
            return;
        }
        if (isStopped(worker)) {
            interventions.notDumped("the process is stopped and cannot answer");
            return;
        }
        Path file = Files.createTempFile(home, "dump-", ".txt");
        try {
            ask(jcmd, worker, file, interventions, limitNanos);
        } finally {
            Files.deleteIfExists(file);
            removeTracesOfAttach(worker.pid());
        }
    }

    private static void ask(Path jcmd, ProcessHandle worker, Path file, Interventions interventions, long limitNanos)
            throws IOException, InterruptedException {
        long endNanos = System.nanoTime() + limitNanos;
        // A small JVM starts faster, and there may be several.
        ProcessBuilder builder = new ProcessBuilder(
                jcmd.toString(),
                "-J-XX:TieredStopAtLevel=1",
                "-J-XX:+UseSerialGC",
                "-J-XX:-UsePerfData",
                "-J-Xmx32m",
                Long.toString(worker.pid()),
                "Thread.print");
        Spawning.disinherit(builder);
        builder.redirectErrorStream(true).redirectOutput(file.toFile());
        Process asking = Spawning.startWithin(builder, endNanos - System.nanoTime());
        if (asking == null || !asking.waitFor(endNanos - System.nanoTime(), TimeUnit.NANOSECONDS)) {
            if (asking != null) {
                asking.toHandle().destroyForcibly();
            }
            interventions.notDumped("jcmd had no answer within " + Math.round(limitNanos / 1e9) + " s");
            return;
        }
        String answer = read(file);
        if (asking.exitValue() == 0 && answer.contains("Full thread dump")) {
            interventions.dumped(arranged(answer));
        } else {
            interventions.notDumped("jcmd said: " + Printable.line(reason(answer), MAX_LINE_CHARS));
        }
    }

    /** Threads with frames, that of the task first. */
    static String arranged(String dump) {
        String title = "";
        List<String> threads = new ArrayList<>();
        int withoutFrames = 0;
        int tasks = 0;
        for (String paragraph : dump.replace("\r\n", "\n").split("\n\\s*\n")) {
            int heading = paragraph.indexOf("Full thread dump");
            if (heading >= 0) {
                title = paragraph.substring(heading).lines().findFirst().orElse("");
            }
            if (!paragraph.startsWith("\"")) {
                continue;
            }
            if (!paragraph.contains("\tat ")) {
                withoutFrames++;
            } else if (paragraph.contains(TASK_FRAME)) {
                threads.add(tasks++, paragraph);
            } else {
                threads.add(paragraph);
            }
        }
        StringBuilder text = new StringBuilder(Printable.line(title, MAX_LINE_CHARS));
        text.append("\n(").append(threads.size()).append(" threads, and ").append(withoutFrames);
        text.append(" without frames that are left out)");
        for (String thread : threads) {
            text.append('\n');
            thread.lines().forEach(line -> text.append('\n').append(Printable.line(line, MAX_LINE_CHARS)));
        }
        return text.length() <= MAX_CHARS
                ? text.toString()
                : text.substring(0, MAX_CHARS) + "\n... (" + (text.length() - MAX_CHARS) + " more characters)";
    }

    private static String reason(String answer) {
        return answer.lines()
                .filter(line -> !line.isBlank() && !line.matches("\\d+:"))
                .findFirst()
                .orElse("nothing");
    }

    private static String read(Path file) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            return new String(in.readNBytes(MAX_BYTES), Charset.defaultCharset());
        }
    }

    private @Nullable Path jcmd() {
        for (Path home : homes()) {
            for (String name : List.of("jcmd", "jcmd.exe")) {
                Path jcmd = home.resolve("bin").resolve(name);
                if (Files.isExecutable(jcmd)) {
                    return jcmd.toAbsolutePath();
                }
            }
        }
        return null;
    }

    private Set<Path> homes() {
        Set<Path> homes = new LinkedHashSet<>();
        options.javaHome().ifPresent(homes::add);
        homes.add(Path.of(System.getProperty("java.home", "")));
        return homes;
    }

    /** Linux tells; elsewhere the limit does. */
    private static boolean isStopped(ProcessHandle worker) {
        try {
            String line = Files.readString(Path.of("/proc/" + worker.pid() + "/stat"));
            char state = line.charAt(line.lastIndexOf(')') + 2);
            return state == 'T' || state == 't';
        } catch (IOException | RuntimeException e) {
            return false;
        }
    }

    /** A JVM that is killed, and a jcmd that is, leave the files by which they met. */
    private static void removeTracesOfAttach(long pid) {
        for (String directory : List.of("/tmp", "/proc/" + pid + "/cwd")) {
            for (String name : List.of(".java_pid", ".attach_pid")) {
                try {
                    Files.deleteIfExists(Path.of(directory, name + pid));
                } catch (IOException | RuntimeException e) {
                    // somebody else's, or another system
                }
            }
        }
    }
}
