package dev.tandem.benchmarks.goals;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Measures the rows of the goals one after the other, and prints and keeps what came out.
 *
 * <p>The system property {@code benchmark.mode} is {@code short} or {@code long}, {@code benchmark.rows} a regular expression
 * that is looked for in the names of rows. What was measured goes to {@code target/goals.json} and {@code target/goals.md}.
 */
public final class MeasureGoals {

    private static final Path TARGET = Path.of("target");

    private MeasureGoals() {}

    /**
     * Runs and prints.
     *
     * @param arguments none
     */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Effort effort =
                Effort.valueOf(System.getProperty("benchmark.mode", "short").toUpperCase(Locale.ROOT));
        List<Row> rows = Goals.matching(System.getProperty("benchmark.rows", ""));
        long start = System.nanoTime();
        List<RowReport> reports = new ArrayList<>();
        for (Row row : rows) {
            reports.add(RowProcess.run(row, effort));
            System.out.println(
                    row.name + ": " + Numbers.text((System.nanoTime() - start) / 1e9) + " s since the start");
        }
        String conditions =
                Conditions.text(effort) + String.format(Locale.ROOT, ", %.0f s", (System.nanoTime() - start) / 1e9);
        String markdown = conditions + "\n\n" + new GoalTable(reports).toMarkdown();
        Files.createDirectories(TARGET);
        Files.writeString(TARGET.resolve("goals.md"), markdown);
        Files.writeString(TARGET.resolve("goals.json"), GoalJson.text(conditions, reports));
        System.out.println("\n" + markdown);
        if (reports.stream().anyMatch(report -> !report.failure().isEmpty())) {
            System.exit(1);
        }
    }
}
