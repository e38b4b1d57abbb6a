package dev.tandem.recommend;

import dev.tandem.Strategy;
import java.util.function.UnaryOperator;

/** What a rule does to the answer. */
sealed interface Effect {

    /** The guide speaks for an engine; the first rule that does decides, if no gate and no cost says otherwise. */
    record Favours(Strategy strategy) implements Effect {}

    /** Only this engine keeps a promise, or works at all. */
    record Requires(Strategy strategy) implements Effect {}

    /** The figures speak for another engine, unless a gate forbids it; the first rule that does decides. */
    record Moves(Strategy strategy) implements Effect {}

    /** So many workers; the first rule that says so decides. */
    record Workers(int workers) implements Effect {}

    /** At most so many workers; the least counts. */
    record AtMost(int workers) implements Effect {}

    /** Changes another setting. */
    record Sets(UnaryOperator<Sizing> change) implements Effect {}

    /** Facts that cannot all be right. */
    record Contradicts() implements Effect {}

    /** Says something that changes nothing. */
    record Tells() implements Effect {}
}
