package dev.tandem.recommend;

import dev.tandem.Strategy;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/** Facts that cannot all be right, or cannot all be served. They are reported, never hidden, and lower the confidence. */
final class ContradictionRules {

    private static final double MOSTLY_WAITS = 1;
    private static final double HARDLY_WAITS = 0.1;

    static final List<Rule> ALL = List.of(
            new Rule(
                    "X-BOUND",
                    "Work is bound by what it computes or by what it waits for.",
                    "",
                    "what bound means",
                    ContradictionRules::bound),
            new Rule(
                    "X-RATIO",
                    "What is said of the bound and of the ratio of waiting must agree.",
                    "computes: W/C < 1; waits: W/C > 0.1",
                    "what bound means",
                    ContradictionRules::ratio),
            new Rule(
                    "X-GATES",
                    "What needs processes for one reason and threads for another gets threads, and loses what processes would have kept.",
                    "",
                    "what is possible comes before what is wanted",
                    ContradictionRules::gates),
            new Rule(
                    "X-RATE",
                    "Tasks must not arrive faster than the machine works.",
                    "λ × C ≤ cores",
                    "Little, A Proof for the Queuing Formula L = λW (1961)",
                    ContradictionRules::rate),
            new Rule(
                    "X-HEAP",
                    "A task must fit into the heap that it gets.",
                    "memory per task ≤ heap",
                    "the platform",
                    ContradictionRules::heap));

    private ContradictionRules() {}

    private static Optional<Finding> bound(Situation situation) {
        return situation.computes() && situation.waits()
                ? found(
                        "the work is said to be bound by the processor and by what it waits for",
                        "",
                        "say how much it waits with waitRatio(...), or split it in two")
                : Optional.empty();
    }

    private static Optional<Finding> ratio(Situation situation) {
        if (situation.waitRatio().isEmpty()) {
            return Optional.empty();
        }
        double ratio = situation.waitRatio().getAsDouble();
        String number = "W/C = " + Figures.number(ratio);
        if (situation.computes() && !situation.waits() && ratio >= MOSTLY_WAITS) {
            return found("the work is said to compute, but it mostly waits", number, "the ratio counts");
        }
        if (situation.waits() && !situation.computes() && ratio <= HARDLY_WAITS) {
            return found("the work is said to wait, but it hardly does", number, "is it CPU-bound?");
        }
        return Optional.empty();
    }

    private static Optional<Finding> gates(Situation situation) {
        List<String> needThreads = gatesFor(Strategy.THREADS, situation);
        List<String> needProcesses = gatesFor(Strategy.PROCESSES, situation);
        return needThreads.isEmpty() || needProcesses.isEmpty()
                ? Optional.empty()
                : found(
                        String.join(" and ", needThreads) + (needThreads.size() == 1 ? " leaves" : " leave")
                                + " only threads, but " + String.join(" and ", needProcesses)
                                + (needProcesses.size() == 1 ? " asks" : " ask") + " for processes",
                        "",
                        "threads, without what processes would keep; or separate the part that must stay here");
    }

    private static List<String> gatesFor(Strategy strategy, Situation situation) {
        return GateRules.ALL.stream()
                .filter(rule -> rule.ask(situation)
                        .filter(finding -> finding.effect().equals(new Effect.Requires(strategy)))
                        .isPresent())
                .map(Rule::name)
                .collect(Collectors.toList());
    }

    private static Optional<Finding> rate(Situation situation) {
        boolean isComputing = situation.waitRatio().isPresent() || situation.computes() && !situation.waits();
        if (!isComputing
                || situation.taskNanos().isEmpty()
                || situation.work().find(Quantity.ARRIVALS_PER_SECOND).isEmpty()) {
            return Optional.empty();
        }
        double computing =
                situation.taskNanos().getAsDouble() / (1 + situation.waitRatio().orElse(0));
        double cores = CostModel.underWay(
                situation.work().find(Quantity.ARRIVALS_PER_SECOND).getAsDouble(), computing);
        return cores <= situation.machine().cores()
                ? Optional.empty()
                : found(
                        "tasks arrive faster than this machine computes",
                        Figures.number(cores) + " cores needed, "
                                + situation.machine().cores() + " there",
                        "the queue will fill up: take a larger machine, or fewer tasks");
    }

    private static Optional<Finding> heap(Situation situation) {
        double needed = situation.memoryPerTask().orElse(0);
        double heap = situation.machine().heapBytes();
        double memory = situation.machine().memoryBytes();
        return situation.onProcesses() || needed <= heap
                ? Optional.empty()
                : found(
                        "a task does not fit into the heap of this JVM",
                        Figures.bytes(needed) + " > " + Figures.bytes(heap)
                                + (needed < memory ? "" : ", and the machine has " + Figures.bytes(memory)),
                        needed < memory ? "raise -Xmx" : "take a larger machine, or make the tasks smaller");
    }

    private static Optional<Finding> found(String fact, String number, String consequence) {
        return Optional.of(new Finding(fact, number, consequence, new Effect.Contradicts()));
    }
}
