package dev.tandem.benchmarks;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.infra.BenchmarkParams;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.util.Statistics;

/**
 * The medians of one run, each beside the ratio to what its {@link ComparedWith} names.
 *
 * <p>All benchmarks measure time, so that a ratio above 1 always means slower; these are printed bold. Immutable.
 */
final class RatioTable {

    private final List<Row> rows;

    private RatioTable(List<Row> rows) {
        this.rows = rows;
    }

    static RatioTable of(Collection<RunResult> results) {
        return new RatioTable(results.stream().map(Row::new).collect(Collectors.toUnmodifiableList()));
    }

    /** One benchmark with one set of parameters. */
    private record Row(RunResult result) {

        String name() {
            String name = result.getParams().getBenchmark();
            return name.substring(name.lastIndexOf('.', name.lastIndexOf('.') - 1) + 1);
        }

        String label() {
            BenchmarkParams params = result.getParams();
            return name()
                    + params.getParamsKeys().stream()
                            .map(key -> " " + key + "=" + params.getParam(key))
                            .collect(Collectors.joining());
        }

        double percentile(double rank) {
            Statistics statistics = result.getPrimaryResult().getStatistics();
            return statistics.getPercentile(rank);
        }

        boolean isSampled() {
            return result.getParams().getMode() == Mode.SampleTime;
        }

        Optional<String> reference() {
            String name = result.getParams().getBenchmark();
            int dot = name.lastIndexOf('.');
            try {
                return Arrays.stream(Class.forName(name.substring(0, dot)).getMethods())
                        .filter(method -> method.getName().equals(name.substring(dot + 1)))
                        .map((Method method) -> method.getAnnotation(ComparedWith.class))
                        .filter(annotation -> annotation != null)
                        .map(ComparedWith::value)
                        .findFirst();
            } catch (ClassNotFoundException e) {
                throw new IllegalStateException("JMH ran a benchmark that is not there: " + name, e);
            }
        }

        /** Whether both have the same value of each parameter that both have. */
        boolean agreesWith(Row other) {
            BenchmarkParams ours = result.getParams();
            BenchmarkParams theirs = other.result.getParams();
            return ours.getParamsKeys().stream()
                    .filter(theirs.getParamsKeys()::contains)
                    .allMatch(key -> ours.getParam(key).equals(theirs.getParam(key)));
        }
    }

    /** {@return the table in Markdown} */
    String toMarkdown() {
        return rows.stream()
                .map(this::line)
                .collect(Collectors.joining(
                        "\n",
                        "\n| benchmark | median | p99 | unit | against | ratio |\n|---|--:|--:|---|---|--:|\n",
                        ""));
    }

    private String line(Row row) {
        Optional<Row> reference = row.reference()
                .flatMap(name -> rows.stream()
                        .filter(other -> other.name().equals(name) && row.agreesWith(other))
                        .findFirst());
        return "| " + row.label()
                + " | " + number(row.percentile(50))
                + " | " + (row.isSampled() ? number(row.percentile(99)) : "")
                + " | " + row.result().getPrimaryResult().getScoreUnit()
                + " | " + reference.map(Row::name).orElse("")
                + " | " + reference.map(other -> ratio(row, other)).orElse("") + " |";
    }

    private static String ratio(Row row, Row reference) {
        double ratio = row.percentile(50) / reference.percentile(50);
        String text = String.format(Locale.ROOT, "%.2f", ratio);
        return ratio > 1 ? "**" + text + "**" : text;
    }

    private static String number(double value) {
        return String.format(Locale.ROOT, value < 10 ? "%.2f" : "%.1f", value);
    }
}
