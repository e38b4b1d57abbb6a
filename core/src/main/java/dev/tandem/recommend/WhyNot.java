package dev.tandem.recommend;

import dev.tandem.Strategy;

/** What speaks against the engines that were not recommended. */
final class WhyNot {

    private static final String NO_LOCK = "Java has no global lock";

    private WhyNot() {}

    static String of(Strategy strategy, Situation situation, Decision decision) {
        return switch (strategy) {
            case INLINE -> inline(decision);
            case THREADS -> threads(situation, decision);
            case PROCESSES -> processes(situation, decision);
        };
    }

    private static String inline(Decision decision) {
        return decision.sizing().workers() == 1
                ? "one task at a time too, but the caller would wait for it; for debugging"
                : "one task at a time, in the caller's thread; for debugging";
    }

    private static String threads(Situation situation, Decision decision) {
        if (decision.strategy() == Strategy.INLINE) {
            return "they would start after the work is done";
        }
        if (decision.stage() == Decision.Stage.GATES) {
            return "they cannot do what " + decision.decidedBy().rule() + " asks for"
                    + (situation.computes() ? ", though they compute as fast: " + NO_LOCK : "");
        }
        if (decision.stage() == Decision.Stage.COSTS) {
            return "slower, by " + decision.decidedBy().rule() + ": "
                    + decision.decidedBy().number();
        }
        CostModel costs = situation.machine().costs();
        return "they compute as fast (" + NO_LOCK + "), start in "
                + Figures.time(costs.threadsStart())
                + " and take a task over in "
                + Figures.time(costs.handOver())
                + "; take them if no task may hang, crash, leak or change the JVM";
    }

    private static String processes(Situation situation, Decision decision) {
        if (decision.stage() == Decision.Stage.GATES) {
            return "impossible, by " + decision.decidedBy().rule()
                    + (situation.computes() ? "; they would compute no faster: " + NO_LOCK : "");
        }
        if (decision.stage() == Decision.Stage.COSTS) {
            String number = decision.decidedBy().number();
            return "no faster, by " + decision.decidedBy().rule() + (number.isEmpty() ? "" : ": " + number)
                    + (situation.computes() ? "; threads compute as fast: " + NO_LOCK : "");
        }
        CostModel costs = situation.machine().costs();
        String price = Figures.time(costs.workerStart()) + " to start, "
                + Figures.bytes(costs.workerBytes()) + " each and "
                + Figures.time(situation.crossingNanos()) + " for each task";
        if (CostRules.isHarmless(situation)) {
            return price + "; what they keep from happening was denied";
        }
        return situation.waits() || situation.is(Trait.UI_FACING)
                ? price + ", to have them wait; worth it only for what they keep from happening"
                : price + "; worth it for work that may hang, crash, leak or change the JVM";
    }
}
