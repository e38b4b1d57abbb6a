package dev.tandem.recommend;

import dev.tandem.Strategy;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalDouble;
import java.util.function.DoubleFunction;

/**
 * Finds out what would change the answer, by asking the same rules about work that differs in one thing. So it is right by itself when a
 * rule is added or changed.
 */
final class WhatIf {

    /** Where thresholds are looked for: in times from a nanosecond to an hour, and so on. */
    private static final double HOUR_NANOS = 3600e9;

    private static final double MOST_BYTES = 1L << 30;
    private static final int HALVINGS = 30; // of a way of twelve orders of magnitude: seven digits

    /** What is so many times as much or as little as was said will not happen, and is not worth a word. */
    private static final double FAR = 1000;

    private final WorkloadProfile work;
    private final WorkloadProfile said;
    private final Machine machine;
    private final Strategy answer;
    private final Map<Strategy, List<String>> changes = new EnumMap<>(Strategy.class);

    private WhatIf(WorkloadProfile work, WorkloadProfile said, Machine machine, Strategy answer) {
        this.work = work;
        this.said = said;
        this.machine = machine;
        this.answer = answer;
    }

    /** What would have to be otherwise, by the answer that would follow. What is not also {@code said} was found out. */
    static Map<Strategy, List<String>> ask(
            WorkloadProfile work, WorkloadProfile said, Machine machine, Strategy answer) {
        WhatIf question = new WhatIf(work, said, machine, answer);
        question.askForLess(
                Quantity.TASK_TIME_NANOS, 1, HOUR_NANOS, value -> "a task took less than " + Figures.time(value));
        question.askForLess(
                Quantity.TASKS,
                1,
                1e9,
                value -> "there were fewer than " + Figures.count((long) Math.ceil(value), "task"));
        question.askForMore(
                Quantity.TASK_TIME_NANOS, HOUR_NANOS, value -> "a task took more than " + Figures.time(value));
        question.askForMore(
                Quantity.PAYLOAD_BYTES,
                MOST_BYTES,
                value -> "more than " + Figures.bytes(value) + " crossed for each task");
        question.askForTraits();
        Map<Strategy, List<String>> ordered = new LinkedHashMap<>();
        for (Strategy then : List.of(Strategy.THREADS, Strategy.PROCESSES, Strategy.INLINE)) {
            List<String> ifs = question.changes.get(then);
            if (ifs != null) {
                ordered.put(then, List.copyOf(ifs));
            }
        }
        return ordered;
    }

    private void askForTraits() {
        for (Trait trait : Trait.values()) {
            if (work.is(trait)) {
                note(
                        work.open(trait),
                        said.is(trait)
                                ? "you take back that it " + trait.predicate()
                                : "measuring had not found that it " + trait.predicate());
            }
        }
        for (Trait trait : Trait.values()) {
            if (!work.is(trait) && !work.isNot(trait)) { // what was denied is no question
                note(work.with(trait), "it " + trait.predicate());
            }
        }
    }

    private void note(WorkloadProfile other, String change) {
        Strategy then = strategyOf(other);
        if (then != answer) {
            changes.computeIfAbsent(then, key -> new ArrayList<>()).add(change);
        }
    }

    private void askForLess(Quantity quantity, double least, double most, DoubleFunction<String> text) {
        OptionalDouble known = work.find(quantity);
        double here = known.orElse(most);
        if (here > least && strategyOf(with(quantity, here)) == answer) {
            threshold(quantity, here, least, text);
        }
    }

    private void askForMore(Quantity quantity, double most, DoubleFunction<String> text) {
        OptionalDouble known = work.find(quantity);
        if (known.isPresent() && known.getAsDouble() < most) {
            threshold(quantity, Math.max(1, known.getAsDouble()), most, text);
        }
    }

    /** Halves the way from a value that leaves the answer as it is to one that changes it, on a scale of orders of magnitude. */
    private void threshold(Quantity quantity, double from, double to, DoubleFunction<String> text) {
        Strategy then = strategyOf(with(quantity, to));
        if (then == answer) {
            return;
        }
        double same = from;
        double changed = to;
        for (int i = 0; i < HALVINGS; i++) {
            double middle = Math.sqrt(same * changed);
            if (strategyOf(with(quantity, middle)) == answer) {
                same = middle;
            } else {
                changed = middle;
            }
        }
        if (Math.max(from / same, same / from) > FAR && work.find(quantity).isPresent()) {
            return;
        }
        Strategy first = strategyOf(with(quantity, changed));
        changes.computeIfAbsent(first, key -> new ArrayList<>()).add(text.apply(same));
    }

    private WorkloadProfile with(Quantity quantity, double value) {
        return work.with(quantity, value);
    }

    private Strategy strategyOf(WorkloadProfile other) {
        return Decision.strategyFor(other, machine);
    }
}
