package dev.tandem.benchmarks.goals;

import java.io.Serializable;
import java.util.List;
import java.util.Objects;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * What a contender is to reach: alone, or divided by another one of the same repetition. Immutable.
 *
 * @param contender whose figure is judged
 * @param reference by whose figure it is divided; null if it is judged as it is
 */
record Goal(String contender, @Nullable String reference, Bound bound, double limit) implements Serializable {

    /** What there is to say about a ratio. */
    enum Bound {
        AT_MOST("≤ "),
        AT_LEAST("≥ "),
        /** For comparison only. */
        NONE("");

        final String sign;

        Bound(String sign) {
            this.sign = sign;
        }
    }

    static Goal atMost(double limit, String contender) {
        return new Goal(contender, null, Bound.AT_MOST, limit);
    }

    static Goal atLeast(double limit, String contender) {
        return new Goal(contender, null, Bound.AT_LEAST, limit);
    }

    static Goal atMost(double limit, String contender, String reference) {
        return new Goal(contender, reference, Bound.AT_MOST, limit);
    }

    static Goal atLeast(double limit, String contender, String reference) {
        return new Goal(contender, reference, Bound.AT_LEAST, limit);
    }

    static Goal compare(String contender, String reference) {
        return new Goal(contender, reference, Bound.NONE, 0);
    }

    /** {@return what is judged in one repetition; empty if a contender is not there} */
    OptionalDouble in(Repetition repetition) {
        Figure figure = repetition.figures().get(contender);
        Figure other = reference == null ? Figure.of(1) : repetition.figures().get(reference);
        return figure == null || other == null
                ? OptionalDouble.empty()
                : OptionalDouble.of(figure.value() / other.value());
    }

    Spread of(List<Repetition> repetitions) {
        return Spread.of(repetitions.stream()
                .map(this::in)
                .filter(OptionalDouble::isPresent)
                .mapToDouble(OptionalDouble::getAsDouble));
    }

    boolean isMetBy(double value) {
        return switch (bound) {
            case AT_MOST -> value <= limit;
            case AT_LEAST -> value >= limit;
            case NONE -> true;
        };
    }

    @Override
    public String toString() {
        return bound == Bound.NONE ? "" : bound.sign + Numbers.text(limit);
    }

    Goal {
        Objects.requireNonNull(contender, "contender");
    }
}
