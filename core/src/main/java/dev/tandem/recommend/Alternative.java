package dev.tandem.recommend;

import dev.tandem.Strategy;
import java.util.Objects;

/**
 * An engine that was not recommended, and why not.
 *
 * <p>Immutable and safe for use by any number of threads; no component is null.
 *
 * @param strategy the engine
 * @param whyNot what speaks against it, or what it would cost
 */
public record Alternative(Strategy strategy, String whyNot) {

    /** Checks for null. */
    public Alternative {
        Objects.requireNonNull(strategy, "strategy");
        Objects.requireNonNull(whyNot, "whyNot");
    }
}
