package dev.tandem.recommend;

import dev.tandem.Strategy;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.function.ToDoubleFunction;

/**
 * What was seen, without the items.
 *
 * @param trials in order
 * @param crossing what an item pays to cross
 * @param otherCores what others used meanwhile
 * @param allCores of how many cores that is: those of the machine
 * @param cores how many of them this JVM may use
 * @param missing what was not measured, and why
 */
record Observations(
        List<Trial> trials,
        Optional<Crossing> crossing,
        OptionalDouble otherCores,
        int allCores,
        int cores,
        List<String> missing) {

    /** Of all cores; more, and the two engines do not get the same machine. */
    static final double MOST_OTHER_LOAD = 0.15;

    /** Fewer, and one slow item decides. */
    private static final int LEAST_TRIALS = 2;

    boolean isLoaded() {
        return otherCores.orElse(0) > MOST_OTHER_LOAD * allCores;
    }

    boolean isConclusive() {
        return !isLoaded() && isMeasured(Strategy.THREADS) && isMeasured(Strategy.PROCESSES);
    }

    boolean isMeasured(Strategy strategy) {
        return roundsWith(strategy, mostWorkers(strategy)) >= LEAST_TRIALS;
    }

    private long roundsWith(Strategy strategy, int workers) {
        return warm(strategy).stream()
                .filter(trial -> trial.workers() == workers)
                .count();
    }

    List<Trial> warm(Strategy strategy) {
        return trials.stream()
                .filter(trial -> trial.isWarm() && trial.strategy() == strategy && trial.items() > 0)
                .toList();
    }

    private int mostWorkers(Strategy strategy) {
        return warm(strategy).stream().mapToInt(Trial::workers).max().orElse(0);
    }

    /** The best of the rounds, which is the least disturbed and the best compiled one, at the best number of workers. */
    Optional<Trial> best(Strategy strategy) {
        return warm(strategy).stream().min(Comparator.comparingDouble(Trial::nanosPerItem));
    }

    Map<Strategy, ScalingFit> scaling() {
        Map<Strategy, ScalingFit> fits = new EnumMap<>(Strategy.class);
        for (Strategy strategy : List.of(Strategy.THREADS, Strategy.PROCESSES)) {
            List<ScalingFit.Point> points = warm(strategy).stream()
                    .filter(trial -> roundsWith(strategy, trial.workers()) >= LEAST_TRIALS)
                    .map(trial -> new ScalingFit.Point(trial.workers(), trial.nanosPerItem()))
                    .toList();
            ScalingFit.to(points).ifPresent(fit -> fits.put(strategy, fit));
        }
        return fits;
    }

    /** What a typical item took by itself, without queue and crossing. */
    OptionalDouble itemNanos() {
        return mean(trial -> 1.0 * trial.inside().toNanos(), trial -> trial.items() - trial.failures());
    }

    OptionalDouble waitRatio() {
        return trials.stream()
                .filter(trial -> trial.isWarm()
                        && trial.workers() == 1
                        && trial.waitRatio().isPresent())
                .mapToDouble(trial -> trial.waitRatio().getAsDouble())
                .min();
    }

    OptionalDouble gcShare(Strategy strategy) {
        return warm(strategy).stream()
                .filter(trial -> trial.gcShare().isPresent())
                .mapToDouble(trial -> trial.gcShare().getAsDouble())
                .average();
    }

    private OptionalDouble mean(ToDoubleFunction<Trial> total, ToDoubleFunction<Trial> count) {
        double items = trials.stream().filter(Trial::isWarm).mapToDouble(count).sum();
        double sum = trials.stream().filter(Trial::isWarm).mapToDouble(total).sum();
        return items == 0 ? OptionalDouble.empty() : OptionalDouble.of(sum / items);
    }
}
