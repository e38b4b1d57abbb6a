package dev.tandem.benchmarks;

import dev.tandem.ParallelRunner;
import dev.tandem.Strategy;
import dev.tandem.recommend.Measurement;
import dev.tandem.recommend.Recommender;
import java.time.Duration;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Locale;
import java.util.function.BooleanSupplier;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * How often {@link Recommender#measure} picks the faster engine: for each {@link ChoiceWorkload} both engines are timed for long, in turn,
 * which is taken for the truth; then the recommender measures it again and again with a short budget. Within 15 % the two engines
 * are a tie, and the right answer is threads.
 *
 * <p>The system properties {@code choice.runs}, {@code choice.budget} (ISO) and {@code choice.truth} (ISO, per engine) change the effort,
 * {@code choice.workloads} is a list of names.
 */
final class MeasuredChoices {

    private static final int RUNS = Integer.getInteger("choice.runs", 10);
    private static final Duration BUDGET = Duration.parse(System.getProperty("choice.budget", "PT3S"));
    private static final Duration TRUTH = Duration.parse(System.getProperty("choice.truth", "PT6S"));
    private static final int TURNS = 4;
    private static final double TIE = 0.15;

    private MeasuredChoices() {}

    /** Runs all and prints a table. */
    public static void main(String[] arguments) {
        StringBuilder table = new StringBuilder();
        line(table, "| Work | Threads | Worker JVMs | Right | Picked right | Not concluded | What the last one said |");
        line(table, "|---|--:|--:|---|--:|--:|---|");
        String chosen = System.getProperty("choice.workloads", "");
        Arrays.stream(ChoiceWorkload.values())
                .filter(work ->
                        chosen.isEmpty() || Arrays.asList(chosen.split(",")).contains(work.name()))
                .forEach(work -> line(table, row(work)));
        line(
                table,
                String.format(
                        Locale.ROOT,
                        "%n%d runs of %s each, truth %s an engine; Java %s, %d cores, load average at the end %.1f",
                        RUNS,
                        BUDGET,
                        TRUTH,
                        Runtime.version(),
                        Runtime.getRuntime().availableProcessors(),
                        java.lang.management.ManagementFactory.getOperatingSystemMXBean()
                                .getSystemLoadAverage()));
    }

    private static void line(StringBuilder table, String line) {
        table.append(line).append('\n');
        System.out.println(line);
    }

    private static String row(ChoiceWorkload work) {
        double[] truth = truth(work);
        boolean isTie = Math.abs(truth[0] - truth[1]) <= TIE * Math.max(truth[0], truth[1]);
        Strategy right = isTie || truth[0] < truth[1] ? Strategy.THREADS : Strategy.PROCESSES;
        int hits = 0;
        int open = 0;
        String last = "";
        for (int run = 0; run < RUNS; run++) {
            Measurement<Object, Long> measured = Recommender.measure(() -> items(work, () -> true), work.task, BUDGET);
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
                RUNS,
                open,
                last.lines().findFirst().orElse(""));
    }

    /** Milliseconds an item on threads, and on worker JVMs: the median of turns, after one that does not count. */
    private static double[] truth(ChoiceWorkload work) {
        int cores = Runtime.getRuntime().availableProcessors();
        double[][] times = new double[2][TURNS];
        try (ParallelRunner threads = ParallelRunner.threads(o -> o.workers(cores));
                ParallelRunner processes = ParallelRunner.processes(o -> o.workers(cores))) {
            ParallelRunner[] both = {threads, processes};
            for (int turn = -1; turn < TURNS; turn++) {
                for (int i = 0; i < both.length; i++) {
                    double time = time(work, both[(i + turn + 1) % 2]);
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

    private static double time(ChoiceWorkload work, ParallelRunner runner) {
        long start = System.nanoTime();
        long end = start + TRUTH.toNanos() / (TURNS + 1);
        long items;
        try (Stream<Long> results =
                runner.stream((Iterable<Object>) () -> items(work, () -> System.nanoTime() < end), work.task)) {
            items = results.count();
        }
        return (System.nanoTime() - start) / 1e6 / items;
    }

    private static Iterator<Object> items(ChoiceWorkload work, BooleanSupplier hasNext) {
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
