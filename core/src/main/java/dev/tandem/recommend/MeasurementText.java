package dev.tandem.recommend;

import static java.util.stream.Collectors.groupingBy;
import static java.util.stream.Collectors.toList;

import dev.tandem.Strategy;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** A measurement in words. Made for one text; not thread-safe. */
final class MeasurementText {

    private static final String FORMAT = "  %-12s %7s %7s %8s %12s %8s %11s %8s%n";

    private final Observations seen;
    private final Recommendation advice;
    private final int items;

    MeasurementText(Observations seen, Recommendation advice, int items) {
        this.seen = seen;
        this.advice = advice;
        this.items = items;
    }

    @Override
    public String toString() {
        StringBuilder text = new StringBuilder();
        text.append("Measured ").append(whatCounts()).append(" on ").append(Figures.count(seen.cores(), "core"));
        text.append(": ").append(verdict()).append(".\n");
        Cause.of(seen)
                .ifPresent(cause -> text.append("  Why          ").append(cause).append(".\n"));
        if (seen.trials().stream().anyMatch(Trial::isWarm)) {
            table(text);
        }
        seen.crossing()
                .ifPresent(crossing -> text.append("  Crossing     ")
                        .append(Cause.parts(crossing))
                        .append('\n'));
        seen.missing()
                .forEach(missing ->
                        text.append("  Not measured ").append(missing).append('\n'));
        return text.append('\n').append(advice.explain()).toString();
    }

    private void table(StringBuilder text) {
        text.append(String.format(
                        Locale.ROOT,
                        FORMAT,
                        "on",
                        "workers",
                        "rounds",
                        "items",
                        "time/item",
                        "waits",
                        "allocates",
                        "garbage")
                .replace("\r", ""));
        for (Strategy strategy : List.of(Strategy.THREADS, Strategy.PROCESSES)) {
            Map<Integer, List<Trial>> rounds =
                    seen.warm(strategy).stream().collect(groupingBy(Trial::workers, TreeMap::new, toList()));
            rounds.values().forEach(all -> text.append(row(all)));
        }
        seen.scaling()
                .forEach((strategy, fit) -> text.append("  Scaling      ")
                        .append(name(strategy))
                        .append(": α = ")
                        .append(Figures.number(fit.contention()))
                        .append(", β = ")
                        .append(Figures.number(fit.coherence()))
                        .append(
                                fit.rSquared().isPresent()
                                        ? ", R² = "
                                                + Figures.number(fit.rSquared().getAsDouble())
                                        : "")
                        .append('\n'));
    }

    private String whatCounts() {
        long counted = seen.trials().stream()
                .filter(Trial::isWarm)
                .mapToLong(Trial::items)
                .sum();
        String ran = Figures.count(items, "item");
        String warm = counted == 0 ? "none" : Figures.number((double) counted) + " of them";
        return counted == items ? ran : ran + ", " + warm + " after warming up,";
    }

    private String verdict() {
        if (items == 0) {
            return "nothing ran, so nothing is known but what was declared";
        }
        if (!seen.isConclusive()) {
            return "nothing is concluded about which engine is faster";
        }
        double threads = seen.best(Strategy.THREADS).orElseThrow().nanosPerItem();
        double processes = seen.best(Strategy.PROCESSES).orElseThrow().nanosPerItem();
        String times = Figures.time(Math.min(threads, processes)) + " against "
                + Figures.time(Math.max(threads, processes)) + " an item";
        if (Cause.isTie(threads, processes)) {
            return "a tie, " + times + "; either will do, and threads are simpler";
        }
        Strategy faster = threads < processes ? Strategy.THREADS : Strategy.PROCESSES;
        double gain = Math.max(threads, processes) / Math.min(threads, processes);
        return name(faster) + " are " + Figures.number(gain) + " times as fast, " + times;
    }

    /** The figures of the round that counts: the best one. */
    private static String row(List<Trial> rounds) {
        Trial trial = rounds.stream()
                .min(Comparator.comparingDouble(Trial::nanosPerItem))
                .orElseThrow();
        Optional<Double> perItem = trial.allocatedBytes().isPresent()
                ? Optional.of(1.0 * trial.allocatedBytes().getAsLong() / trial.items())
                : Optional.empty();
        return String.format(
                        Locale.ROOT,
                        FORMAT,
                        name(trial.strategy()),
                        trial.workers(),
                        rounds.size(),
                        rounds.stream().mapToLong(Trial::items).sum(),
                        Figures.time(trial.nanosPerItem()),
                        trial.waitRatio().isPresent() ? percent(waiting(trial)) : "?",
                        perItem.map(Figures::bytes).orElse("?"),
                        trial.gcShare().isPresent() ? percent(trial.gcShare().getAsDouble()) : "?")
                .replace("\r", "");
    }

    /** In few letters. */
    private static String percent(double share) {
        return Figures.percent(share).replace("less than ", "< ");
    }

    private static double waiting(Trial trial) {
        double ratio = trial.waitRatio().orElse(0);
        return ratio / (1 + ratio);
    }

    static String name(Strategy strategy) {
        return strategy == Strategy.THREADS ? "threads" : "worker JVMs";
    }
}
