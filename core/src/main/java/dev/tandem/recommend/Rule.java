package dev.tandem.recommend;

import java.util.Optional;
import java.util.function.Function;

/**
 * A named rule. It looks at a situation and finds something, or nothing; it has no state, and asks nothing but the situation.
 *
 * <p>To add one, add it to the list of its stage, in the order in which it is to be asked: {@link GuideRules}, {@link GateRules},
 * {@link CostRules}, {@link WorkerRules}, {@link SettingRules} or {@link ContradictionRules}. The page of all rules is made of these lists.
 *
 * @param name how the explanation calls it
 * @param says what it says, in one sentence
 * @param formula how it comes to its number; empty if there is none
 * @param source who says so
 * @param look asks it
 */
record Rule(String name, String says, String formula, String source, Function<Situation, Optional<Finding>> look) {

    Optional<Finding> ask(Situation situation) {
        return look.apply(situation);
    }

    Reason reason(Finding finding) {
        return new Reason(name, true, finding.fact(), finding.number(), formula, finding.consequence(), source);
    }

    /** Why it did not speak. */
    Reason silent(String fact) {
        return new Reason(name, false, fact, "", formula, "", source);
    }
}
