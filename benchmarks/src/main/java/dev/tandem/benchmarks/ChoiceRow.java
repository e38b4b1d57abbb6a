package dev.tandem.benchmarks;

import dev.tandem.ParallelRunner;
import dev.tandem.Strategy;
import dev.tandem.recommend.Measurement;
import dev.tandem.recommend.Recommender;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * One row of {@link MeasuredChoices}, in a JVM of its own: what another workload has made of a JVM, its compiled code above all, slows
 * this one down while the truth is laid down, and not in the same way later.
 */
final class ChoiceRow {

    private static final int TURNS = 4;
    private static final double TIE = 0.15;

    /** Closing and starting, for each measurement and at the ends; only a row that hangs takes that long. */
    private static final Duration SPARE = Duration.ofSeconds(20);

    private final ChoiceWorkload work;
    private final int runs;
    private final Duration budget;
    private final Duration truth;

    /**
     * A row.
     *
     * @param runs how often it is measured
     * @param budget of each measurement
     * @param truth how long each engine is timed
     */
    ChoiceRow(ChoiceWorkload work, int runs, Duration budget, Duration truth) {
        this.work = work;
        this.runs = runs;
        this.budget = budget;
        this.truth = truth;
    }

    /** Runs in the row's JVM: workload, runs, budget, truth, and the file that the row goes to. */
    public static void main(String[] arguments) throws IOException {
        ChoiceRow row = new ChoiceRow(
                ChoiceWorkload.valueOf(arguments[0]),
                Integer.parseInt(arguments[1]),
                Duration.parse(arguments[2]),
                Duration.parse(arguments[3]));
        Files.writeString(Path.of(arguments[4]), row.measure());
    }

    /** The row in Markdown, from a JVM that ends with it. */
    String inItsJvm() throws IOException, InterruptedException {
        Path file = Files.createTempFile("choice", ".md");
        Process process = JavaProcess.on(
                        System.getProperty("java.class.path"),
                        ChoiceRow.class,
                        work.name(),
                        String.valueOf(runs),
                        budget.toString(),
                        truth.toString(),
                        file.toString())
                .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                .redirectOutput(ProcessBuilder.Redirect.INHERIT)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            Duration limit = truth.multipliedBy(2)
                    .plus(budget.plus(SPARE).multipliedBy(runs))
                    .plus(SPARE);
            boolean hasEnded = process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
            if (hasEnded && process.exitValue() == 0) {
                return Files.readString(file);
            }
            return String.format(
                    Locale.ROOT,
                    "| %s | | | | | | %s |",
                    work.title,
                    hasEnded ? "ended with exit code " + process.exitValue() : "took more than " + limit);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.toHandle().destroyForcibly();
            Files.deleteIfExists(file);
        }
    }

    private String measure() {
        double[] truth = truth();
        boolean isTie = Math.abs(truth[0] - truth[1]) <= TIE * Math.max(truth[0], truth[1]);
        Strategy right = isTie || truth[0] < truth[1] ? Strategy.THREADS : Strategy.PROCESSES;
        int hits = 0;
        int open = 0;
        String last = "";
        for (int run = 0; run < runs; run++) {
            Measurement<Object, Long> measured = Recommender.measure(() -> items(() -> true), work.task, budget);
            Strategy picked = measured.recommendation().strategy();
            open += measured.isConclusive() ? 0 : 1;
            hits += measured.isConclusive() && picked == right ? 1 : 0;
            last = measured.explain();
        }
        System.out.println(last);
        return String.format(
                Locale.ROOT,
                "| %s | %.3f ms | %.3f ms | %s | %d of %d | %d | %s |",
                work.title,
                truth[0],
                truth[1],
                isTie ? "tie" : right,
                hits,
                runs,
                open,
                last.lines().findFirst().orElse(""));
    }

    /** Milliseconds an item on threads, and on worker JVMs: the median of turns, after one that does not count. */
    private double[] truth() {
        int cores = Runtime.getRuntime().availableProcessors();
        double[][] times = new double[2][TURNS];
        try (ParallelRunner threads = ParallelRunner.threads(o -> o.workers(cores));
                ParallelRunner processes = ParallelRunner.processes(o -> o.workers(cores))) {
            ParallelRunner[] both = {threads, processes};
            for (int turn = -1; turn < TURNS; turn++) {
                for (int i = 0; i < both.length; i++) {
                    double time = time(both[(i + turn + 1) % 2]);
                    times[(i + turn + 1) % 2][Math.max(0, turn)] = time;
                }
            }
        }
        return Arrays.stream(times)
                .mapToDouble(all -> Arrays.stream(all)
                        .sorted()
                        .skip(TURNS / 2 - 1)
                        .limit(2)
                        .average()
                        .orElseThrow())
                .toArray();
    }

    private double time(ParallelRunner runner) {
        long start = System.nanoTime();
        long end = start + truth.toNanos() / (TURNS + 1);
        long items;
        try (Stream<Long> results =
                runner.stream((Iterable<Object>) () -> items(() -> System.nanoTime() < end), work.task)) {
            items = results.count();
        }
        return (System.nanoTime() - start) / 1e6 / items;
    }

    private Iterator<Object> items(BooleanSupplier hasNext) {
        Iterator<Long> indices = LongStream.iterate(1, index -> index + 1).iterator();
        return new Iterator<>() {
            @Override
            public boolean hasNext() {
                return hasNext.getAsBoolean();
            }

            @Override
            public Object next() {
                return work.input(indices.next());
            }
        };
    }
}
