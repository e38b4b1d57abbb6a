package dev.tandem.recommend;

import dev.tandem.Strategy;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/**
 * Says which engine fits some work, and why: named rules, asked in a fixed order, each with its number.
 *
 * <p>{@link #recommend(WorkloadProfile, Machine)} is a pure function: the same profile and machine give the same answer, on any
 * machine; it starts nothing, reads nothing and has no clock. The rules are listed with formulas and sources in {@code docs/ADVICE.md}.
 *
 * <p>Safe for use by any number of threads.
 */
public final class Recommender {

    private Recommender() {}

    /**
     * Recommends an engine for this machine.
     *
     * @param profile what is known of the work
     * @return the recommendation
     */
    public static Recommendation recommend(WorkloadProfile profile) {
        return recommend(profile, Machine.current());
    }

    /**
     * Recommends an engine for a machine.
     *
     * @param profile what is known of the work
     * @param machine where it is to run
     * @return the recommendation
     */
    public static Recommendation recommend(WorkloadProfile profile, Machine machine) {
        Objects.requireNonNull(profile, "profile");
        Objects.requireNonNull(machine, "machine");
        Decision decision = Decision.of(profile, machine);
        Map<Strategy, List<String>> changes = WhatIf.ask(profile, machine, decision.strategy());
        return new Recommendation(
                profile,
                machine,
                decision,
                alternatives(
                        new Situation(
                                profile,
                                machine,
                                decision.strategy(),
                                decision.sizing().workers()),
                        decision),
                Collections.unmodifiableMap(changes));
    }

    private static List<Alternative> alternatives(Situation situation, Decision decision) {
        List<Alternative> others = new ArrayList<>();
        for (Strategy strategy : List.of(Strategy.THREADS, Strategy.PROCESSES, Strategy.INLINE)) {
            if (strategy != decision.strategy()) {
                others.add(new Alternative(strategy, WhyNot.of(strategy, situation, decision)));
            }
        }
        return List.copyOf(others);
    }
}
