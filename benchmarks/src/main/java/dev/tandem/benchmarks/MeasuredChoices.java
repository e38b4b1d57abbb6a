package dev.tandem.benchmarks;

import dev.tandem.recommend.Recommender;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * How often {@link Recommender#measure} picks the faster engine: for each {@link ChoiceWorkload} both engines are timed for long, in turn,
 * which is taken for the truth; then the recommender measures it again and again with a short budget. Within 15 % the two engines
 * are a tie, and the right answer is threads. Each workload has a JVM of its own.
 *
 * <p>The system properties {@code choice.runs}, {@code choice.budget} (ISO) and {@code choice.truth} (ISO, per engine) change the effort,
 * {@code choice.workloads} is a list of names.
 */
final class MeasuredChoices {

    private static final int RUNS = Integer.getInteger("choice.runs", 10);
    private static final Duration BUDGET = Duration.parse(System.getProperty("choice.budget", "PT3S"));
    private static final Duration TRUTH = Duration.parse(System.getProperty("choice.truth", "PT6S"));

    private MeasuredChoices() {}

    /** Runs all, says how each ended, and prints the table at the end. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        List<String> chosen = Arrays.stream(
                        System.getProperty("choice.workloads", "").split(","))
                .filter(name -> !name.isBlank())
                .toList();
        List<String> table = new ArrayList<>(List.of(
                "| Work | Threads | Worker JVMs | Right | Picked right | Not concluded | What the last one said |",
                "|---|--:|--:|---|--:|--:|---|"));
        for (ChoiceWorkload work : ChoiceWorkload.values()) {
            if (chosen.isEmpty() || chosen.contains(work.name())) {
                System.out.println("== " + work.title);
                table.add(new ChoiceRow(work, RUNS, BUDGET, TRUTH).inItsJvm());
            }
        }
        System.out.printf(
                Locale.ROOT,
                "%n%s%n%n%d runs of %s each, truth %s an engine; Java %s, %d cores, load average at the end %.1f%n",
                String.join(System.lineSeparator(), table),
                RUNS,
                BUDGET,
                TRUTH,
                Runtime.version(),
                Runtime.getRuntime().availableProcessors(),
                ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage());
    }
}
