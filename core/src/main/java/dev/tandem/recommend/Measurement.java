package dev.tandem.recommend;

import dev.tandem.Outcome;
import dev.tandem.Strategy;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What became of the first items of some work, how fast they were on each engine, and what follows.
 *
 * <p>Safe for use by any number of threads, as far as items and results are, but for {@link #rest()}, which is for one thread.
 *
 * @param <A> the type of the items
 * @param <R> the type of the results
 */
public final class Measurement<A extends @Nullable Object, R extends @Nullable Object> {

    private final List<Outcome<A, R>> outcomes;
    private final Iterator<A> rest;
    private final Observations seen;
    private final Recommendation recommendation;

    Measurement(List<Outcome<A, R>> outcomes, Iterator<A> rest, Observations seen, Recommendation recommendation) {
        this.outcomes = outcomes;
        this.rest = rest;
        this.seen = seen;
        this.recommendation = recommendation;
    }

    /**
     * What became of each item that ran, in the order of the items: they are done, and need not be run again. Failures name the place of
     * the item among all.
     *
     * @return an outcome for each; a {@link java.util.concurrent.CancellationException} is the failure of an item that was under way when the
     *     thread was interrupted, which may have run, in part or whole
     */
    public List<Outcome<A, R>> outcomes() {
        return outcomes;
    }

    /**
     * The items that did not run, in order: those that there was no time for, and, where a gate forbids threads and the work as a whole
     * cannot travel, all that could not.
     * If the iterator of the items has thrown, this one throws it when it comes to that place.
     *
     * @return the same iterator on each call
     */
    public Iterator<A> rest() {
        return rest;
    }

    /** {@return what was tried, in order} */
    public List<Trial> trials() {
        return seen.trials();
    }

    /** {@return what crossing to a worker JVM costs an item; empty if that was not found out} */
    public Optional<Crossing> crossing() {
        return seen.crossing();
    }

    /** {@return how each engine scales, where it was tried with one worker and with more} */
    public Map<Strategy, ScalingFit> scaling() {
        return seen.scaling();
    }

    /** {@return how many cores others used meanwhile; empty if the system does not tell} */
    public OptionalDouble otherLoad() {
        return seen.otherCores();
    }

    /** {@return whether both engines were measured well enough to say which one is faster} */
    public boolean isConclusive() {
        return seen.isConclusive();
    }

    /**
     * What could not be measured, and why, in words for a reader: an engine, more rounds, a comparison, or single items that could not
     * cross to a worker JVM, which are counted and named by their places among all.
     *
     * @return a sentence for each; empty if everything was measured
     */
    public List<String> notMeasured() {
        return seen.missing();
    }

    /**
     * What follows from what was declared and seen. Where the measurement is not {@linkplain #isConclusive() conclusive} the engines are not
     * compared; the figures that there are, such as the time of an item, count all the same, and the confidence is medium at most, unless a
     * gate decides.
     *
     * @return the recommendation
     */
    public Recommendation recommendation() {
        return recommendation;
    }

    /**
     * Says which engine was faster, by how much and why, with a table of what was tried, and then what the recommendation says.
     *
     * @return the text, whose lines end with {@code \n}
     */
    public String explain() {
        return new MeasurementText(seen, recommendation, outcomes.size()).toString();
    }

    /** Says how many items ran and what is recommended. */
    @Override
    public String toString() {
        return "Measurement[" + Figures.count(outcomes.size(), "item") + ", "
                + (isConclusive() ? "conclusive" : "not conclusive") + ", " + recommendation + "]";
    }
}
