package dev.tandem.recommend;

import java.util.Objects;

/**
 * What one named rule said of one profile.
 *
 * <p>Immutable and safe for use by any number of threads; no component is null.
 *
 * @param rule its name, such as {@code G-CPU}
 * @param applied whether it spoke; the four rules of the guide are listed also when they did not
 * @param fact what it went by, such as {@code the work is CPU-bound}
 * @param number the figures that it went by or came to, with their units; empty if there are none
 * @param formula how the number was found; empty if there is none
 * @param consequence what follows
 * @param source who says so
 */
public record Reason(
        String rule, boolean applied, String fact, String number, String formula, String consequence, String source) {

    /** Checks for null. */
    public Reason {
        Objects.requireNonNull(rule, "rule");
        Objects.requireNonNull(fact, "fact");
        Objects.requireNonNull(number, "number");
        Objects.requireNonNull(formula, "formula");
        Objects.requireNonNull(consequence, "consequence");
        Objects.requireNonNull(source, "source");
    }
}
