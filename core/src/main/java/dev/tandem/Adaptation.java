package dev.tandem;

import java.util.Objects;

/**
 * What an {@linkplain AdaptiveRunner adaptive runner} has decided, and the numbers that it went by.
 *
 * <p>Immutable and safe for use by any number of threads; no component is null.
 *
 * @param rule the name of the rule, such as {@code A-CROSSING}; docs/ADVICE.md has them all
 * @param from the engine until now
 * @param to the engine from now on; the same if it stays
 * @param chunkSize how many inputs of one call cross to a worker JVM together from now on, where their {@linkplain TaskOptions#chunkSize(int) options} do not say
 * @param numbers what was measured, against which limit; empty if nothing was
 * @param consequence what follows, in words
 */
public record Adaptation(String rule, Strategy from, Strategy to, int chunkSize, String numbers, String consequence) {

    /** Checks for null. */
    public Adaptation {
        Objects.requireNonNull(rule, "rule");
        Objects.requireNonNull(from, "from");
        Objects.requireNonNull(to, "to");
        Objects.requireNonNull(numbers, "numbers");
        Objects.requireNonNull(consequence, "consequence");
    }

    /** {@return whether what waits moves to the other engine} */
    public boolean isMove() {
        return from != to;
    }

    /** Reads as a sentence: {@code A-CROSSING, since 45 % of ...: threads are tried ...}. */
    @Override
    public String toString() {
        return rule + (numbers.isEmpty() ? "" : ", since " + numbers) + ": " + consequence;
    }
}
