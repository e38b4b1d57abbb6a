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
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * Takes the stacks of a worker from outside, before it is killed: what it was doing is all that its user wants to know.
 *
 * <p>It is {@code jcmd} that asks, of the worker's own JDK or else of this JVM's: the attach API cannot do so without flags
 * that open its internals. A worker that is stopped, or too broken to answer within {@link #LIMIT_NANOS}, leaves none, and its
 * certificate says why.
 *
 * <p>One is taken of a worker at a time, and whoever asks meanwhile gets that one: two that attach at the same moment for the
 * first time may each take away what the other needs, see {@link AttachFile}.
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

    private static final long KILL_WAIT_MILLIS = 500; // a killed jcmd makes no more files only once it is gone

    private final ProcessOptions options;
    private final RunDirectory directory;

    // by pid, as long as somebody takes it
    private final Map<Long, CompletableFuture<Answer>> underWay = new ConcurrentHashMap<>();

    /** The stacks, or why there are none. */
    private record Answer(@Nullable String dump, String whyNot) {

        static Answer none(String whyNot) {
            return new Answer(null, whyNot);
        }

        void note(Interventions interventions) {
            if (dump != null) {
                interventions.dumped(dump);
            } else {
                interventions.notDumped(whyNot);
            }
        }
    }

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
        CompletableFuture<Answer> mine = new CompletableFuture<>();
        CompletableFuture<Answer> others = underWay.putIfAbsent(worker.pid(), mine);
        Answer answer = Answer.none("its taking failed");
        try {
            if (others != null) {
                answer = others.get(limitNanos, TimeUnit.NANOSECONDS);
            } else {
                answer = takeInTurn(worker, limitNanos, answerNanos);
            }
        } catch (TimeoutException e) {
            answer = Answer.none("another one that was being taken was not there within " + seconds(limitNanos));
        } catch (IOException | RuntimeException | ExecutionException e) {
            answer = Answer.none(Printable.line(String.valueOf(e.getMessage()), MAX_LINE_CHARS));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            answer = Answer.none("its taking was interrupted");
        } finally {
            if (others == null) {
                underWay.remove(worker.pid());
                mine.complete(answer);
            }
        }
        answer.note(interventions);
    }

    private Answer takeInTurn(ProcessHandle worker, long limitNanos, long answerNanos)
            throws IOException, InterruptedException {
        long endNanos = System.nanoTime() + limitNanos;
        if (!AT_ONCE.tryAcquire(limitNanos, TimeUnit.NANOSECONDS)) {
            return Answer.none("too many others were being taken");
        }
        try {
            return takeNow(worker, Math.min(answerNanos, endNanos - System.nanoTime()));
        } finally {
            AT_ONCE.release();
        }
    }

    private Answer takeNow(ProcessHandle worker, long limitNanos) throws IOException, InterruptedException {
        Path jcmd = jcmd();
        Path home = directory.existing();
        if (jcmd == null || home == null) {
            return Answer.none(
                    jcmd == null
                            ? "there is no jcmd in " + homes() + ": use a JDK that has the module jdk.jcmd"
                            : "the runner's directory is gone");
        }
        if (isStopped(worker)) {
            return Answer.none("the process is stopped and cannot answer");
        }
        Path file = Files.createTempFile(home, "dump-", ".txt");
        try {
            return ask(jcmd, worker, file, limitNanos);
        } finally {
            Files.deleteIfExists(file);
        }
    }

    private static Answer ask(Path jcmd, ProcessHandle worker, Path file, long limitNanos)
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
        List<Path> ours = AttachFile.free(worker.pid());
        Process asking = Spawning.startWithin(builder, endNanos - System.nanoTime());
        if (asking == null) {
            return Answer.none("jcmd could not be started within " + seconds(limitNanos));
        }
        try {
            if (!asking.waitFor(endNanos - System.nanoTime(), TimeUnit.NANOSECONDS)) {
                return Answer.none("jcmd had no answer within " + seconds(limitNanos));
            }
        } finally {
            if (asking.isAlive()) {
                asking.toHandle().destroyForcibly();
                asking.onExit()
                        .orTimeout(KILL_WAIT_MILLIS, TimeUnit.MILLISECONDS)
                        .handle((ended, late) -> null)
                        .join();
                ours.forEach(AttachFile::delete); // it could not tidy up itself
            } else if (!worker.isAlive()) {
                ours.forEach(AttachFile::delete);
            }
        }
        String answer = read(file);
        return asking.exitValue() == 0 && answer.contains("Full thread dump")
                ? new Answer(arranged(answer), "")
                : Answer.none("jcmd said: " + Printable.line(reason(answer), MAX_LINE_CHARS));
    }

    private static String seconds(long nanos) {
        return Math.round(nanos / 1e9) + " s";
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
}
