package dev.tandem.soak;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.AppenderBase;
import dev.tandem.RunnerStats;
import dev.tandem.testing.Footprint;
import dev.tandem.testing.Stacks;
import java.lang.management.BufferPoolMXBean;
import java.lang.management.ManagementFactory;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.LoggerFactory;

/**
 * Opens and closes runners of all kinds for a given time, runs tasks on them that do everything a task should not, kills and
 * stops their workers at random, and compares three accounts of each runner's life: what was submitted and how it settled,
 * what the runner counted, and what the tasks have written down themselves.
 *
 * <p>{@code Soak PT10M [seed]}: prints its seed and a line of figures every few seconds; exits with 1 and a list of what does
 * not fit. A seed gives the same choices again, though not the same timing. Signals need a Unix.
 */
public final class Soak {

    private static final String ANY_SEED = "any";
    private static final int AT_ONCE = 3; // runners
    private static final long EPISODE_MILLIS = 2_500;
    private static final long HANG_SECONDS = 90; // an episode that takes longer than this will never end
    private static final long REPORT_NANOS = TimeUnit.SECONDS.toNanos(10);
    private static final long SETTLE_NANOS = TimeUnit.SECONDS.toNanos(15);
    private static final long HEAP_ALLOWANCE =
            48L << 20; // caches of the JVM's, and what the last round has left to the GC

    private final Random random;
    private final Path directory;
    private final ScheduledExecutorService timer;
    private final List<String> complaints = new ArrayList<>();

    private final Totals total = new Totals();
    private int episodes;
    private long longestCloseMillis;

    /** The sums of what all runners have counted. */
    private static final class Totals {
        private long submitted;
        private long succeeded;
        private long failed;
        private long cancelled;
        private long retried;
        private long workersStarted;
        private long workersLost;
        private long workersRecycled;
        private long abandonedThreads;

        void add(RunnerStats one) {
            submitted += one.submitted();
            succeeded += one.succeeded();
            failed += one.failed();
            cancelled += one.cancelled();
            retried += one.retried();
            workersStarted += one.workersStarted();
            workersLost += one.workersLost();
            workersRecycled += one.workersRecycled();
            abandonedThreads += one.abandonedThreads();
        }
    }

    private Soak(long seed, Path directory) {
        this.random = new Random(seed);
        this.directory = directory;
        ScheduledThreadPoolExecutor executor = new ScheduledThreadPoolExecutor(1, body -> {
            Thread thread = new Thread(body, "soak-timer");
            thread.setDaemon(true);
            return thread;
        });
        this.timer = executor;
    }

    /** Runs for the time given first, from the seed given second. */
    public static void main(String[] args) throws Exception {
        Duration length = Duration.parse(args[0]);
        long seed = args.length > 1 && !args[1].equals(ANY_SEED) ? Long.parseLong(args[1]) : System.nanoTime();
        System.out.println("soak of " + length + " with seed " + seed + " on JDK " + Runtime.version() + ", "
                + Runtime.getRuntime().availableProcessors() + " cores");
        Footprint.now(); // first: it moves the temporary directory of this JVM to a place of its own
        Path directory = Files.createDirectory(Path.of(System.getProperty("java.io.tmpdir"), "soak"));
        Queue<String> defects = listenForDefects();
        boolean clean = new Soak(seed, directory).run(length, defects);
        System.out.println((clean ? "clean" : "NOT CLEAN") + ", seed " + seed);
        Chaos.childrenOfTasks().forEach(ProcessHandle::destroyForcibly);
        System.exit(clean ? 0 : 1);
    }

    private boolean run(Duration length, Queue<String> defects) throws Exception {
        long startedNanos = System.nanoTime();
        long reportedNanos = startedNanos;
        round(); // loads classes, and opens what stays open
        Footprint before = Footprint.now();
        long heapBefore = heapAfterGc();
        long directBefore = directMemory();
        while (complaints.isEmpty() && defects.isEmpty() && System.nanoTime() - startedNanos < length.toNanos()) {
            round();
            awaitNothingLeft(before);
            if (System.nanoTime() - reportedNanos > REPORT_NANOS) {
                reportedNanos = System.nanoTime();
                report(startedNanos);
            }
        }
        long heap = heapAfterGc();
        if (heap > heapBefore + HEAP_ALLOWANCE || directMemory() > directBefore + HEAP_ALLOWANCE) {
            complaints.add("memory grew: heap from " + heapBefore + " to " + heap + ", direct from " + directBefore
                    + " to " + directMemory());
        }
        report(startedNanos);
        defects.forEach(defect -> complaints.add("logged as a defect: " + defect));
        complaints.forEach(System.out::println);
        return complaints.isEmpty();
    }

    private void round() throws Exception {
        List<Episode> now = new ArrayList<>();
        List<FutureTask<Episode.Result>> running = new ArrayList<>();
        for (int i = 0; i < AT_ONCE; i++) {
            Episode episode = new Episode(episodes++, EPISODE_MILLIS, timer, directory, new Random(random.nextLong()));
            FutureTask<Episode.Result> task = new FutureTask<>(episode);
            Thread thread = new Thread(task, "soak-episode");
            thread.setDaemon(true);
            thread.start();
            now.add(episode);
            running.add(task);
        }
        for (int i = 0; i < AT_ONCE; i++) {
            try {
                add(running.get(i).get(HANG_SECONDS, TimeUnit.SECONDS));
            } catch (TimeoutException e) {
                complaints.add(now.get(i) + " has not ended\n" + Stacks.ofEverything());
                return;
            }
        }
    }

    private void add(Episode.Result result) {
        total.add(result.stats());
        longestCloseMillis = Math.max(longestCloseMillis, result.closeMillis());
        result.complaints().forEach(complaint -> complaints.add(result.episode() + ": " + complaint));
    }

    private void awaitNothingLeft(Footprint before) {
        long deadline = System.nanoTime() + SETTLE_NANOS;
        List<String> left = left(before);
        while (!left.isEmpty() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(10_000_000);
            left = left(before);
        }
        if (!left.isEmpty()) {
            complaints.add("left behind by the last " + AT_ONCE + " of " + episodes + " runners: " + left + "\n"
                    + Stacks.ofEverything());
        }
    }

    private static List<String> left(Footprint before) {
        List<String> left = new ArrayList<>(Footprint.now().beyond(before));
        Chaos.childrenOfTasks().forEach(child -> left.add("a task's child, process " + child.pid()));
        return left;
    }

    private void report(long startedNanos) {
        long seconds = TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - startedNanos);
        System.out.printf(
                "%4d s: %d runners; %d tasks = %d succeeded + %d failed + %d cancelled, %d retried; workers: %d started, %d"
                        + " lost, %d recycled, %d threads abandoned; signals: %s; longest close %d ms; heap %d MB,"
                        + " direct %d kB%n",
                seconds,
                episodes,
                total.submitted,
                total.succeeded,
                total.failed,
                total.cancelled,
                total.retried,
                total.workersStarted,
                total.workersLost,
                total.workersRecycled,
                total.abandonedThreads,
                Chaos.sent(),
                longestCloseMillis,
                heapAfterGc() >> 20,
                directMemory() >> 10);
    }

    private static long heapAfterGc() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }

    private static long directMemory() {
        return ManagementFactory.getPlatformMXBeans(BufferPoolMXBean.class).stream()
                .mapToLong(BufferPoolMXBean::getMemoryUsed)
                .sum();
    }

    /** What the library logs as an error is a defect, but for a runner that was made hopeless on purpose. */
    private static Queue<String> listenForDefects() {
        Queue<String> defects = new ConcurrentLinkedQueue<>();
        AppenderBase<ILoggingEvent> listener = new AppenderBase<>() {
            @Override
            protected void append(ILoggingEvent event) {
                if (event.getLevel() == Level.ERROR
                        && !event.getFormattedMessage().contains("gives up")) {
                    defects.add(event + " " + event.getThrowableProxy());
                }
            }
        };
        Logger root = (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);
        listener.setContext(root.getLoggerContext());
        listener.start();
        root.detachAndStopAllAppenders(); // lost workers are what this is about, and no news
        root.setLevel(Level.ERROR);
        root.addAppender(listener);
        return defects;
    }
}
