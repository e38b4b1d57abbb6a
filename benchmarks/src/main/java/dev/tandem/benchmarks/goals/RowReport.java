package dev.tandem.benchmarks.goals;

import java.io.Serializable;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * What came out of one row; immutable.
 *
 * @param rejected repetitions that were noisy
 * @param noisy repetitions that were taken all the same, for want of quiet ones
 * @param absent contenders that are not here, each with the reason
 * @param failure why there is nothing; empty if all went well
 */
record RowReport(
        String name,
        String work,
        String unit,
        List<Line> lines,
        List<Verdict> verdicts,
        int repetitions,
        int rejected,
        int noisy,
        List<String> absent,
        double seconds,
        String failure)
        implements Serializable {

    /** One contender. */
    record Line(String contender, Spread values, double p99) implements Serializable {}

    /** One goal. */
    record Verdict(Goal goal, Spread values, boolean isMet) implements Serializable {}

    static RowReport of(
            Row row, List<Repetition> repetitions, int rejected, int noisy, List<String> absent, double seconds) {
        List<Line> lines = new ArrayList<>();
        for (String contender : row.entries.keySet()) {
            List<Figure> figures = repetitions.stream()
                    .map(repetition -> repetition.figures().get(contender))
                    .filter(Objects::nonNull)
                    .toList();
            if (!figures.isEmpty()) {
                Spread p99 = Spread.of(figures.stream().mapToDouble(Figure::p99));
                lines.add(new Line(contender, Spread.of(figures.stream().mapToDouble(Figure::value)), p99.median()));
            }
        }
        List<Verdict> verdicts = row.goals.stream()
                .map(goal -> verdict(goal, goal.of(repetitions)))
                .filter(verdict -> !verdict.values.isEmpty())
                .toList();
        return new RowReport(
                row.name,
                row.work,
                row.unit,
                List.copyOf(lines),
                verdicts,
                repetitions.size(),
                rejected,
                noisy,
                List.copyOf(absent),
                seconds,
                "");
    }

    static RowReport failed(Row row, String failure) {
        return new RowReport(row.name, row.work, row.unit, List.of(), List.of(), 0, 0, 0, List.of(), 0, failure);
    }

    private static Verdict verdict(Goal goal, Spread values) {
        return new Verdict(goal, values, goal.isMetBy(values.median()));
    }
}
