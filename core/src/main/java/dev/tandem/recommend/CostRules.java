package dev.tandem.recommend;

import dev.tandem.Strategy;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Costs that speak for another engine than the one so far. They are asked in this order, each with what the one before has decided, and
 * never against a gate. Where both engines were measured, the figures decide and nothing is estimated.
 */
final class CostRules {

    /** Below it, two measurements are the same: repeated runs on a quiet machine differ by about as much. */
    static final double MARGIN = 0.15;

    /** What only a worker JVM can contain. */
    private static final Set<Trait> KEPT_FROM_HAPPENING = EnumSet.of(
            Trait.MAY_CRASH,
            Trait.MAY_HANG,
            Trait.CALLS_EXIT,
            Trait.CHANGES_GLOBAL_STATE,
            Trait.NOT_THREAD_SAFE,
            Trait.MUST_BE_CAPPED);

    static final List<Rule> ALL = List.of(
            new Rule(
                    "C-MEASURED",
                    "What was measured decides; a difference within the margin is a tie, and a tie goes to threads, since they are simpler.",
                    "|a − b| / max(a, b) > 15 %",
                    "Recommender.measure",
                    CostRules::measured),
            new Rule(
                    "C-SAFE",
                    "Where all that worker JVMs keep from happening is denied they buy nothing: threads compute as fast.",
                    "",
                    "what the engines promise",
                    CostRules::safe),
            new Rule(
                    "C-CROSSING",
                    "A task that is shorter than its crossing to another JVM stays in this one.",
                    "t < o, where o = crossing + bytes / rate",
                    "granularity: Culler, Singh, Gupta, Parallel Computer Architecture (1998), ch. 3",
                    CostRules::crossing),
            new Rule(
                    "C-START",
                    "Work that is done before a worker JVM has started does not wait for one.",
                    "n × t / N < start",
                    "docs/BENCHMARKS.md, row cold-start",
                    CostRules::start),
            new Rule(
                    "C-INLINE",
                    "Work that is done before a pool of threads has started needs no pool.",
                    "n × t < start of threads",
                    "docs/BENCHMARKS.md, ColdStart.threads",
                    CostRules::inline));

    private CostRules() {}

    private static Optional<Finding> measured(Situation situation) {
        if (!isMeasured(situation)) {
            return Optional.empty();
        }
        double threads =
                situation.work().find(Quantity.MEASURED_ON_THREADS_NANOS).getAsDouble();
        double processes =
                situation.work().find(Quantity.MEASURED_ON_PROCESSES_NANOS).getAsDouble();
        String number = Figures.time(threads) + " per task on threads, " + Figures.time(processes) + " on worker JVMs";
        double gap = Math.abs(threads - processes) / Math.max(threads, processes);
        if (gap <= MARGIN) {
            return moved(
                    "both engines were measured, and they are equally fast",
                    number,
                    "a tie: threads, since they are simpler",
                    Strategy.THREADS);
        }
        Strategy faster = threads < processes ? Strategy.THREADS : Strategy.PROCESSES;
        String factor = Figures.number(Math.max(threads, processes) / Math.min(threads, processes));
        String name = faster == Strategy.THREADS ? "threads" : "worker JVMs";
        return moved("both engines were measured", number, name + " are " + factor + " times as fast", faster);
    }

    /** Heaps and locks of their own may be worth something even then. */
    private static Optional<Finding> safe(Situation situation) {
        boolean isSafe = situation.onProcesses()
                && !isMeasured(situation)
                && isHarmless(situation)
                && !situation.is(Trait.ALLOCATION_HEAVY)
                && !situation.is(Trait.CONTENDS_ON_JVM_LOCKS);
        return isSafe
                ? moved(
                        "it was said that the work neither crashes, hangs nor changes its JVM, and needs no cap",
                        "",
                        "threads, which compute as fast",
                        Strategy.THREADS)
                : Optional.empty();
    }

    /** Whether all that only a worker JVM can contain is denied. */
    static boolean isHarmless(Situation situation) {
        return KEPT_FROM_HAPPENING.stream().allMatch(situation.work()::isNot);
    }

    private static Optional<Finding> crossing(Situation situation) {
        if (!situation.onProcesses()
                || isMeasured(situation)
                || situation.taskNanos().isEmpty()) {
            return Optional.empty();
        }
        double time = situation.taskNanos().getAsDouble();
        double overhead = situation.crossingNanos();
        if (time >= overhead) {
            return Optional.empty();
        }
        double efficiency = CostModel.efficiency(time, overhead);
        return moved(
                "a task is shorter than its crossing",
                Figures.time(time) + " < " + Figures.time(overhead) + ", " + Figures.efficiency(efficiency),
                "threads, which hand a task over in " + handOver(situation),
                Strategy.THREADS);
    }

    private static Optional<Finding> start(Situation situation) {
        if (!situation.onProcesses()
                || isMeasured(situation)
                || situation.taskNanos().isEmpty()
                || situation.tasks().isEmpty()) {
            return Optional.empty();
        }
        double tasks = situation.tasks().getAsDouble();
        double workers = Math.min(tasks, situation.machine().cores());
        double time = tasks * situation.taskNanos().getAsDouble() / workers;
        double start = situation.machine().costs().workerStart().toNanos();
        if (time >= start) {
            return Optional.empty();
        }
        return moved(
                "all the work is done before a worker JVM has started",
                Figures.time(time) + " on " + Figures.count((long) workers, "core") + " < " + Figures.time(start),
                "threads, which start at once",
                Strategy.THREADS);
    }

    private static Optional<Finding> inline(Situation situation) {
        if (situation.onProcesses()
                || isMeasured(situation)
                || situation.is(Trait.UI_FACING)
                || situation.taskNanos().isEmpty()
                || situation.tasks().isEmpty()) {
            return Optional.empty();
        }
        double time = situation.tasks().getAsDouble() * situation.taskNanos().getAsDouble();
        double start = situation.machine().costs().threadsStart().toNanos();
        if (time >= start) {
            return Optional.empty();
        }
        return moved(
                "all the work is done before a thread has started",
                Figures.time(time) + " < " + Figures.time(start),
                "inline, in the caller's thread",
                Strategy.INLINE);
    }

    private static boolean isMeasured(Situation situation) {
        return situation.work().find(Quantity.MEASURED_ON_THREADS_NANOS).isPresent()
                && situation.work().find(Quantity.MEASURED_ON_PROCESSES_NANOS).isPresent();
    }

    private static String handOver(Situation situation) {
        return Figures.time(situation.machine().costs().handOver());
    }

    private static Optional<Finding> moved(String fact, String number, String consequence, Strategy strategy) {
        return Optional.of(new Finding(fact, number, consequence, new Effect.Moves(strategy)));
    }
}
