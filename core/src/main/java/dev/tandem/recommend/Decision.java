package dev.tandem.recommend;

import dev.tandem.Strategy;
import java.util.List;
import java.util.Optional;

/**
 * What the rules come to.
 *
 * @param strategy the engine
 * @param sizing how large to build it
 * @param decidedBy what decided on the engine
 * @param stage in which stage it was decided
 * @param workersBy what decided on the number of workers
 * @param reasons all that spoke, in order, and those of the guide that did not
 * @param gate the gate that leaves one engine only; empty if both are possible
 * @param required that engine
 * @param gates those of the reasons that are gates
 * @param settings those of the reasons that are about the other settings
 * @param contradictions what cannot all be right
 * @param lost what processes would have kept, and threads do not
 */
record Decision(
        Strategy strategy,
        Sizing sizing,
        Reason decidedBy,
        Stage stage,
        Reason workersBy,
        List<Reason> reasons,
        Optional<Reason> gate,
        Optional<Strategy> required,
        List<Reason> gates,
        List<Reason> settings,
        List<Reason> contradictions,
        List<String> lost) {

    /** Where the engine was decided. */
    enum Stage {
        DEFAULT,
        GUIDE,
        GATES,
        COSTS
    }

    static Decision of(WorkloadProfile work, Machine machine) {
        return new Deliberation(Situation.first(work, machine)).decide();
    }

    /** The engine alone, for whoever asks about many profiles. */
    static Strategy strategyFor(WorkloadProfile work, Machine machine) {
        return new Deliberation(Situation.first(work, machine)).decideOnStrategy();
    }

    /** As for the strategy that was decided on. */
    static Sizing sizingOn(Strategy strategy, WorkloadProfile work, Machine machine) {
        return new Deliberation(Situation.first(work, machine).on(strategy)).sizing();
    }

    /** A gate for threads leaves the caller's thread possible too. */
    Optional<Reason> gateAgainst(Strategy strategy) {
        boolean forbids =
                required.isPresent() && (strategy == Strategy.PROCESSES) != (required.get() == Strategy.PROCESSES);
        return forbids ? gate : Optional.empty();
    }

    Confidence confidence(WorkloadProfile work) {
        if (!contradictions.isEmpty() || !lost.isEmpty() || stage == Stage.DEFAULT) {
            return Confidence.LOW;
        }
        boolean hasNumbers = work.find(Quantity.TASK_TIME_NANOS).isPresent()
                || work.find(Quantity.WAIT_RATIO).isPresent();
        boolean isRuleOfThumb = stage == Stage.GUIDE && (strategy == Strategy.PROCESSES || !hasNumbers);
        return isRuleOfThumb ? Confidence.MEDIUM : Confidence.HIGH;
    }
}
