package dev.tandem.benchmarks.goals;

import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** Reports as JSON. */
final class GoalJson {

    private GoalJson() {}

    static String text(String conditions, List<RowReport> reports) {
        return object(member("conditions", quote(conditions)), member("rows", array(reports, GoalJson::row))) + "\n";
    }

    private static String row(RowReport report) {
        return "\n"
                + object(
                        member("name", quote(report.name())),
                        member("work", quote(report.work())),
                        member("unit", quote(report.unit())),
                        member("repetitions", Integer.toString(report.repetitions())),
                        member("rejected", Integer.toString(report.rejected())),
                        member("noisy", Integer.toString(report.noisy())),
                        member("seconds", number(report.seconds())),
                        member("failure", quote(report.failure())),
                        member("absent", array(report.absent(), GoalJson::quote)),
                        member("figures", array(report.lines(), GoalJson::line)),
                        member("goals", array(report.verdicts(), GoalJson::verdict)));
    }

    private static String line(RowReport.Line line) {
        return "\n  "
                + object(
                        member("contender", quote(line.contender())),
                        spread(line.values()),
                        member("p99", number(line.p99())));
    }

    private static String verdict(RowReport.Verdict verdict) {
        Goal goal = verdict.goal();
        return "\n  "
                + object(
                        member("contender", quote(goal.contender())),
                        member("reference", goal.reference() == null ? "null" : quote(goal.reference())),
                        spread(verdict.values()),
                        member("bound", quote(goal.bound().name())),
                        member("limit", number(goal.limit())),
                        member("met", Boolean.toString(verdict.isMet())));
    }

    private static String spread(Spread spread) {
        return String.join(
                ", ",
                member("median", number(spread.median())),
                member("min", number(spread.min())),
                member("max", number(spread.max())));
    }

    private static String object(String... members) {
        return "{" + String.join(", ", members) + "}";
    }

    private static <T> String array(List<T> values, java.util.function.Function<T, String> text) {
        return values.stream().map(text).collect(Collectors.joining(", ", "[", "]"));
    }

    private static String member(String name, String value) {
        return quote(name) + ": " + value;
    }

    private static String number(double value) {
        return Double.isFinite(value) ? String.format(Locale.ROOT, "%.6g", value) : "null";
    }

    private static String quote(String text) {
        return '"' + text.replace("\\", "\\\\").replace("\"", "\\\"").replace("\n", "\\n") + '"';
    }
}
