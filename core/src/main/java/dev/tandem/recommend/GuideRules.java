package dev.tandem.recommend;

import dev.tandem.Strategy;
import java.util.List;
import java.util.Optional;

/**
 * The four rules of the guide. They come first and are always named; the first that applies decides, if no gate overrules it and no cost
 * speaks against it.
 */
final class GuideRules {

    private static final String GUIDE = "the guide that Tandem was built to";

    /** From here on waiting is the larger part. */
    private static final double MOSTLY_WAITS = 1;

    static final List<Rule> ALL = List.of(
            new Rule(
                    "G-UI",
                    "Work that a user interface waits for runs on threads, and its results are delivered on the thread of the interface.",
                    "",
                    GUIDE,
                    GuideRules::userInterface),
            new Rule("G-IO", "Work that waits for I/O runs on threads.", "W/C ≥ 1", GUIDE, GuideRules::io),
            new Rule(
                    "G-NET",
                    "Work that waits for the network runs on threads, virtual ones where the JVM has them, as many as the other side bears.",
                    "",
                    GUIDE,
                    GuideRules::network),
            new Rule(
                    "G-CPU",
                    "Work that computes runs on worker JVMs, one per core. (Honestly: threads compute as fast; see below.)",
                    "",
                    GUIDE,
                    GuideRules::cpu));

    private GuideRules() {}

    private static Optional<Finding> userInterface(Situation situation) {
        return situation.is(Trait.UI_FACING)
                ? found(
                        the(Trait.UI_FACING),
                        "",
                        "threads; submit without waiting, and take results on the user interface's own executor",
                        Strategy.THREADS)
                : Optional.empty();
    }

    private static Optional<Finding> io(Situation situation) {
        String consequence = "threads; what waits needs no core, and no JVM of its own";
        if (situation.is(Trait.IO_BOUND)) {
            return found(the(Trait.IO_BOUND), "", consequence, Strategy.THREADS);
        }
        double ratio = situation.waitRatio().orElse(0);
        boolean waitsForSomething = ratio >= MOSTLY_WAITS
                && !situation.is(Trait.NETWORK_BOUND)
                && situation.work().mayBe(Trait.IO_BOUND);
        return waitsForSomething
                ? found(
                        "the work waits longer than it computes",
                        "W/C = " + Figures.number(ratio),
                        consequence,
                        Strategy.THREADS)
                : Optional.empty();
    }

    private static Optional<Finding> network(Situation situation) {
        if (!situation.is(Trait.NETWORK_BOUND)) {
            return Optional.empty();
        }
        String kind = situation.onVirtualThreads() ? "virtual threads" : "threads";
        return found(
                the(Trait.NETWORK_BOUND),
                "",
                kind + "; the other side sets the limit, not our cores",
                Strategy.THREADS);
    }

    private static Optional<Finding> cpu(Situation situation) {
        if (!situation.computes()) {
            return Optional.empty();
        }
        Trait trait = situation.is(Trait.CPU_BOUND) ? Trait.CPU_BOUND : Trait.COMPUTE_INTENSIVE;
        return found(the(trait), "", "worker JVMs, one per core", Strategy.PROCESSES);
    }

    private static Optional<Finding> found(String fact, String number, String consequence, Strategy strategy) {
        return Optional.of(new Finding(fact, number, consequence, new Effect.Favours(strategy)));
    }

    static String the(Trait trait) {
        return "the work " + trait.predicate();
    }
}
