package dev.tandem.benchmarks.goals;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;

/** Reports as tables in Markdown: one of the goals, one of all figures; immutable. */
final class GoalTable {

    private final List<RowReport> reports;

    GoalTable(List<RowReport> reports) {
        this.reports = List.copyOf(reports);
    }

    String toMarkdown() {
        var text = new StringBuilder(
                "| row | judged | against | result | spread | goal | met |\n|---|---|---|--:|--:|--:|---|\n");
        reports.forEach(report -> report.verdicts().forEach(verdict -> text.append(line(report, verdict))));
        text.append("\n| row | contender | median | spread | p99 | unit |\n|---|---|--:|--:|--:|---|\n");
        reports.forEach(report -> report.lines().forEach(line -> text.append(line(report, line))));
        notes().forEach(note -> text.append("\n- ").append(note));
        return text.append('\n').toString();
    }

    private static String line(RowReport report, RowReport.Verdict verdict) {
        Goal goal = verdict.goal();
        String met = goal.bound() == Goal.Bound.NONE ? "" : verdict.isMet() ? "yes" : "**no**";
        return cells(
                report.name() + (report.noisy() > 0 ? " (noisy)" : ""),
                goal.contender(),
                goal.reference() == null ? report.unit() : goal.reference(),
                Numbers.text(verdict.values().median()),
                range(verdict.values()),
                goal.toString(),
                met);
    }

    private static String line(RowReport report, RowReport.Line line) {
        return cells(
                report.name(),
                line.contender(),
                Numbers.text(line.values().median()),
                range(line.values()),
                Numbers.text(line.p99()),
                report.unit());
    }

    private List<String> notes() {
        List<String> notes = new ArrayList<>();
        for (RowReport report : reports) {
            if (!report.failure().isEmpty()) {
                notes.add("**" + report.name() + "** gave nothing: it " + report.failure() + ".");
            }
            if (report.rejected() > 0) {
                notes.add("**" + report.name() + "**: " + report.rejected() + " noisy repetitions, " + report.noisy()
                        + " of them taken for want of quiet ones.");
            }
            report.absent().forEach(absent -> notes.add("**" + report.name() + "** was run without " + absent + "."));
        }
        return notes;
    }

    private static String range(Spread spread) {
        return Numbers.text(spread.min()) + " – " + Numbers.text(spread.max());
    }

    private static String cells(String... cells) {
        return List.of(cells).stream().collect(Collectors.joining(" | ", "| ", " |\n"));
    }
}
