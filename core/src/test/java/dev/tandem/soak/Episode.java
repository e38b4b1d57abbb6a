package dev.tandem.soak;

import dev.tandem.ParallelRunner;
import dev.tandem.RunnerStats;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/** One runner from its opening to its end, with those who use it and those who disturb it. */
final class Episode implements Callable<Episode.Result> {

    private static final int SUBMITTERS = 2;
    private static final long PATIENCE_NANOS = TimeUnit.SECONDS.toNanos(15);

    private final String name;
    private final Flavor flavor;
    private final Closing closing;
    private final boolean submitDuringClose;
    private final long lengthMillis;
    private final ScheduledExecutorService timer;
    private final Path directory;
    private final Random random;

    /** What came of it. */
    record Result(String episode, RunnerStats stats, List<String> complaints, long closeMillis) {}

    Episode(int number, long lengthMillis, ScheduledExecutorService timer, Path directory, Random random) {
        this.random = random;
        Flavor[] flavors = Flavor.values();
        this.flavor = flavors[number % flavors.length];
        this.closing = Closing.values()[random.nextInt(Closing.values().length)];
        this.submitDuringClose = random.nextBoolean();
        this.name = "tandem-soak-" + number;
        this.lengthMillis = random.nextInt(10) == 0 ? random.nextInt(300) : lengthMillis;
        this.timer = timer;
        this.directory = directory;
    }

    @Override
    public String toString() {
        return name + " (" + flavor + ", " + closing + (submitDuringClose ? ", submits during close)" : ")");
    }

    @Override
    public Result call() throws Exception {
        Journal journal = new Journal(directory.resolve(name).toString());
        Books books = new Books();
        ParallelRunner runner = flavor.open(name, random);
        List<Submitting> submitting = new ArrayList<>();
        List<Thread> threads = new ArrayList<>();
        for (int i = 0; i < SUBMITTERS; i++) {
            Submitting one =
                    new Submitting(runner, flavor, closing, books, journal, timer, new Random(random.nextLong()));
            submitting.add(one);
            threads.add(start(one, "soak-submitter"));
        }
        Chaos chaos = new Chaos(name, new Random(random.nextLong()));
        if (flavor == Flavor.CHAOS) {
            threads.add(start(chaos, "soak-chaos"));
        }
        TimeUnit.MILLISECONDS.sleep(lengthMillis);
        if (!submitDuringClose) {
            submitting.forEach(Submitting::stop);
        }
        long startedNanos = System.nanoTime();
        closing.end(runner, books, random);
        long closeMillis = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - startedNanos);
        books.checkAllDone();
        submitting.forEach(Submitting::stop);
        chaos.stop();
        for (Thread thread : threads) {
            thread.join(TimeUnit.NANOSECONDS.toMillis(PATIENCE_NANOS));
            if (thread.isAlive()) {
                books.complain(thread + " has not ended: " + List.of(thread.getStackTrace()));
            }
        }
        RunnerStats stats = runner.stats();
        List<String> complaints = new ArrayList<>(books.audit(stats, journal));
        journal.release();
        complaints.addAll(leftovers(stats));
        Files.deleteIfExists(Path.of(journal.file()));
        return new Result(toString(), stats, complaints, closeMillis);
    }

    private List<String> leftovers(RunnerStats stats) {
        long deadline = System.nanoTime() + PATIENCE_NANOS;
        List<String> left = leftNow();
        while (!left.isEmpty() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(5_000_000);
            left = leftNow();
        }
        List<String> complaints = new ArrayList<>();
        left.forEach(one -> complaints.add("left behind: " + one));
        if (stats.workers() != 0 || stats.busyWorkers() != 0) {
            complaints.add("it says that it has workers left: " + stats);
        }
        if (flavor == Flavor.CALM && stats.workersLost() > 0) {
            complaints.add("it lost workers that had no reason to die: " + stats);
        }
        return complaints;
    }

    private List<String> leftNow() {
        List<String> left = Chaos.workersOf(name).stream()
                .map(worker -> "process " + worker.pid() + " "
                        + worker.info().commandLine().orElse(""))
                .collect(Collectors.toCollection(ArrayList::new));
        Thread.getAllStackTraces().forEach((thread, stack) -> {
            if (thread.getName().startsWith(name + "-")) {
                left.add("thread " + thread + " at " + List.of(stack));
            }
        });
        return left;
    }

    private static Thread start(Runnable body, String threadName) {
        Thread thread = new Thread(body, threadName);
        thread.setDaemon(true);
        thread.start();
        return thread;
    }
}
