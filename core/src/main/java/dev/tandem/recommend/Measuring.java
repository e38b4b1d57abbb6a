package dev.tandem.recommend;

import dev.tandem.ParallelRunner;
import dev.tandem.ProcessOptions;
import dev.tandem.Strategy;
import dev.tandem.TaskFunction;
import dev.tandem.TaskOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import org.jspecify.annotations.Nullable;

/**
 * Runs the first items of some work for real, on both engines in turn, until the budget is used up.
 *
 * <p>What makes it more than two stop-watches:
 *
 * <ul>
 *   <li><b>Each item runs once</b>, and what became of it is {@link Kept kept}. An item that turns out not to be able to travel has not
 *       run; it then runs on a thread, or has failed where a gate forbids those. If most cannot, worker JVMs are out, and they are left.
 *   <li><b>No gate is passed to find out what is behind it</b>: what may crash is never tried on threads, and what needs live objects
 *       never in a worker JVM.
 *   <li><b>Warm against warm.</b> A first part on each engine does not count; then rounds visit all engines and numbers of workers in
 *       turn, so that what changes meanwhile (the compiler, the machine, the items) meets all of them. The best round counts.
 *   <li><b>The {@link Budget} holds.</b> No item starts that, if it is as long as the longest so far, would end after it.
 *   <li><b>A loaded machine is no basis.</b> If others used more than 15 % of its cores, nothing is concluded.
 *   <li><b>Worker JVMs are built as advised</b>: what is to be capped has its cap here too.
 * </ul>
 *
 * <p>Made for one measurement, by one thread.
 */
final class Measuring<A extends @Nullable Object, R extends @Nullable Object> {

    /** Of the budget, for what does not count: the first look at an item, and compiling. A worker JVM compiles for itself. */
    private static final double FIRST_LOOK = 0.05;

    private static final double WARMING_THREADS = 0.1;
    private static final double WARMING_PROCESSES = 0.2;
    private static final int ROUNDS = 4;
    private static final long LEAST_SLICE_NANOS = 20_000_000;

    private static final Duration LONGEST = Duration.ofDays(365);

    /** The number of items, where only their iterator knows. */
    static final int UNKNOWN = -1;

    private final WorkloadProfile profile;
    private final Machine machine;
    private final Decision declared;
    private final TaskFunction<? super A, ? extends R> function;
    private final Supply<A> supply;
    private final int count;
    private final Budget budget;
    private final OtherLoad load = new OtherLoad();
    private final List<Strategy> allowed;
    private final Kept<A, R> kept = new Kept<>();
    private final Passage passage = new Passage();
    private final Trials<A, R> trials;
    private final Greeting greeting;

    // ---- what was seen; used by the calling thread ----

    private final List<String> missing = new ArrayList<>();
    private boolean isHomebound; // known at the end

    Measuring(
            WorkloadProfile profile,
            Machine machine,
            Iterator<? extends A> items,
            int count,
            TaskFunction<? super A, ? extends R> function,
            Duration budget,
            long startNanos) {
        this.profile = profile;
        this.machine = machine;
        this.declared = Decision.of(profile, machine);
        this.function = function;
        this.supply = new Supply<>(items);
        this.count = count;
        this.budget = new Budget(nanos(budget), startNanos);
        this.allowed = allowed();
        this.trials = new Trials<>(function, timeOut(), this.budget, supply, kept, passage);
        this.greeting = new Greeting(this.budget);
    }

    Measurement<A, R> run() {
        if (supply.isEmpty(true)) {
            return conclude(OptionalDouble.empty());
        }
        OptionalDouble others;
        try (ParallelRunner threads =
                        ParallelRunner.threads(o -> o.workers(machine.cores()).name("measure-threads"));
                ParallelRunner processes = ParallelRunner.of(advisedOptions()
                        .workers(workersOn(Strategy.PROCESSES))
                        .killGrace(Budget.MOMENT)
                        .name("measure-processes"))) {
            if (allowed.contains(Strategy.THREADS)) {
                trial(threads, 1, FIRST_LOOK, FIRST_LOOK, false);
                trial(threads, workersOn(Strategy.THREADS), WARMING_THREADS, WARMING_THREADS, false);
            }
            if (allowed.contains(Strategy.PROCESSES) && !canCross(processes)) {
                allowed.remove(Strategy.PROCESSES);
            }
            if (allowed.contains(Strategy.PROCESSES)) {
                trial(processes, workersOn(Strategy.PROCESSES), WARMING_PROCESSES, WARMING_PROCESSES, false);
            }
            List<ParallelRunner> runners = new ArrayList<>();
            allowed.forEach(strategy -> runners.add(strategy == Strategy.THREADS ? threads : processes));
            rounds(runners);
            others = load.coresSince(); // closing workers is no part of it
        }
        return conclude(others);
    }

    /** With the heap that follows from the profile, above all: what must be capped is capped from its first item on. */
    private ProcessOptions advisedOptions() {
        return Recommendation.processOptions(Decision.sizingOn(Strategy.PROCESSES, profile, machine));
    }

    private static long nanos(Duration budget) {
        return budget.compareTo(LONGEST) < 0 ? budget.toNanos() : LONGEST.toNanos();
    }

    /** What may hang must end, or the measurement would not. */
    private TaskOptions timeOut() {
        return declared.sizing()
                .taskOptions()
                .timeout()
                .map(TaskOptions.defaults()::timeout)
                .orElse(TaskOptions.defaults());
    }

    private List<Strategy> allowed() {
        List<Strategy> all = new ArrayList<>(List.of(Strategy.THREADS, Strategy.PROCESSES));
        for (Strategy strategy : List.of(Strategy.THREADS, Strategy.PROCESSES)) {
            declared.gateAgainst(strategy).ifPresent(gate -> {
                all.remove(strategy);
                missing.add(
                        (strategy == Strategy.THREADS ? "threads: " : "worker JVMs: ") + gate.rule() + " forbids it");
            });
        }
        return all;
    }

    /** As many as advised, but no more than there are cores: what waits is not compared by how much of it waits at once. */
    private int workersOn(Strategy strategy) {
        Situation situation = Situation.first(profile, machine).on(strategy);
        int most = machine.cores();
        for (Rule rule : WorkerRules.LIMITS) {
            Optional<Finding> found = rule.ask(situation);
            if (found.isPresent() && found.get().effect() instanceof Effect.AtMost limit) {
                most = Math.min(most, limit.workers());
            }
        }
        return most;
    }

    private void rounds(List<ParallelRunner> runners) {
        if (runners.isEmpty()) {
            return;
        }
        List<Integer> levels = levels();
        double turns = 1.0 * ROUNDS * levels.size() * runners.size();
        double part = budget.partOf(Math.max(LEAST_SLICE_NANOS, budget.left() / turns));
        double itemPart = (1 - FIRST_LOOK - WARMING_THREADS - WARMING_PROCESSES) / turns;
        long slice = budget.share(part);
        long before = -1;
        for (int round = 0; budget.left() > slice / 2 && kept.size() > before; round++) {
            before = kept.size();
            for (int level : levels) {
                for (int i = 0; i < runners.size(); i++) {
                    ParallelRunner runner = runners.get((i + round) % runners.size());
                    if (level <= workersOn(runner.strategy()) && budget.left() > slice / 2) {
                        trial(runner, level, part, itemPart, true);
                    }
                }
            }
        }
    }

    /** 1, 2, 4, … and all cores. */
    private List<Integer> levels() {
        List<Integer> levels = new ArrayList<>();
        for (int level = 1; level < machine.cores(); level *= 2) {
            levels.add(level);
        }
        levels.add(machine.cores());
        return levels;
    }

    /** Takes that part of the time and, if their number is known, that part of the items: what comes first ends it. */
    private void trial(ParallelRunner runner, int workers, double part, double itemPart, boolean isWarm) {
        boolean onThreads = runner.strategy() == Strategy.THREADS;
        if (!onThreads && (passage.isClosed() || trials.whyBroken().isPresent())
                || budget.left() <= 0 && kept.size() > 0
                || supply.isEmpty(onThreads)) {
            return;
        }
        long start = System.nanoTime();
        long share = budget.share(part);
        int most = count == UNKNOWN ? Integer.MAX_VALUE : (int) Math.max(workers, Math.ceil(itemPart * count));
        boolean keepsBusy = workers == workersOn(runner.strategy()) && workers > 1;
        trials.run(
                runner,
                workers,
                keepsBusy,
                isWarm,
                () -> Math.min(share - (System.nanoTime() - start), budget.left()),
                most);
    }

    /** Found out by encoding before a worker is started, and then by sending one item. */
    private boolean canCross(ParallelRunner processes) {
        if (supply.isEmpty(false) || !hasTimeForWorkers()) {
            return false;
        }
        passage.look(function, supply, kept.results(), () -> budget.left() > 0);
        boolean crosses = false;
        if (!passage.isClosed() && hasTimeForWorkers()) { // looking may have taken long
            budget.startsWorkers(machine.costs().workerStart());
            crosses = greeting.greet(processes, workersOn(Strategy.PROCESSES));
        }
        greeting.trouble().ifPresent(trouble -> missing.add("worker JVMs: " + trouble));
        if (crosses) {
            trials.run(processes, 1, false, false, () -> 1, 1);
        } else {
            processes.shutdownNow(); // they may still be starting, and nobody waits for that
        }
        return crosses;
    }

    /** Also where they are the only ones: the budget is a promise, and nothing runs then. */
    private boolean hasTimeForWorkers() {
        long needed = Budget.workersNanos(machine.costs().workerStart());
        if (Thread.currentThread().isInterrupted()) {
            missing.add("worker JVMs: interrupted before they were started");
            return false;
        }
        if (budget.left() >= needed) {
            return true;
        }
        missing.add("worker JVMs: of the budget "
                + (budget.left() > 0 ? Figures.time(1.0 * budget.left()) + " are left" : "nothing is left")
                + ", and to start and end them may take " + Figures.time(1.0 * needed));
        return false;
    }

    private Measurement<A, R> conclude(OptionalDouble others) {
        boolean areThreadsAllowed = allowed.contains(Strategy.THREADS);
        boolean isInterrupted = Thread.currentThread().isInterrupted();
        boolean isAllTried = !isInterrupted && supply.isEmpty(areThreadsAllowed);
        isHomebound = passage.isClosedAtTheEnd(isAllTried);
        if (!isHomebound && !areThreadsAllowed) {
            supply.abandon(kept::failed);
        }
        missing.addAll(passage.texts(isHomebound));
        trials.whyBroken().ifPresent(why -> missing.add("more on worker JVMs: " + why));
        Observations seen = new Observations(
                trials.done(), trials.crossing(), others, OtherLoad.allCores(), machine.cores(), missing);
        if (isInterrupted) {
            missing.add("more rounds: interrupted");
        } else if (isAllTried) {
            missing.add(whyNoMore());
        } else {
            tooFewRounds(seen).ifPresent(missing::add);
        }
        trials.whyNoCrossing().ifPresent(missing::add);
        otherJvm().ifPresent(missing::add);
        if (seen.isLoaded()) {
            missing.add("a comparison: others used "
                    + Figures.number(seen.otherCores().orElse(0)) + " of "
                    + Figures.count(seen.allCores(), "core")
                    + " of this machine meanwhile; measure again when it is idle");
        }
        CostModel costs = seen.crossing().map(machine.costs()::measured).orElse(machine.costs());
        return new Measurement<>(
                kept.inOrder(),
                supply.rest(),
                seen,
                Recommender.recommend(known(seen), profile, machine.withCosts(costs), !seen.isConclusive()));
    }

    /** The budget was too short for rounds that count, for which nothing else is to blame. */
    private Optional<String> tooFewRounds(Observations seen) {
        List<String> engines = allowed.stream()
                .filter(strategy -> !seen.isMeasured(strategy))
                .filter(strategy -> strategy == Strategy.THREADS
                        || !isHomebound && trials.whyBroken().isEmpty())
                .map(MeasurementText::name)
                .toList();
        return engines.isEmpty()
                ? Optional.empty()
                : Optional.of("two rounds after warming up, on " + String.join(" and ", engines)
                        + ": the budget was too short for them");
    }

    /** The profile says that another JVM is needed, but not which. */
    private Optional<String> otherJvm() {
        boolean isNeeded = profile.is(Trait.OTHER_JDK) || profile.is(Trait.OTHER_JVM_FLAGS);
        return isNeeded && kept.size() > 0
                ? Optional.of("the JDK or the flags that the work needs: the profile does not name them,"
                        + " and all that ran had the JDK of this JVM and the flags that every worker JVM has")
                : Optional.empty();
    }

    private String whyNoMore() {
        Optional<Throwable> failure = supply.failure();
        if (failure.isPresent()) {
            return "more rounds: the iterator of the items threw " + failure.get();
        }
        return kept.size() == 0 && !isHomebound ? "anything: there are no items" : "more rounds: the items ran out";
    }

    private WorkloadProfile known(Observations seen) {
        WorkloadProfile known = isHomebound ? profile.with(Trait.NOT_SERIALIZABLE) : profile;
        if (seen.itemNanos().isPresent()) {
            known = known.with(Quantity.TASK_TIME_NANOS, seen.itemNanos().getAsDouble());
        }
        if (seen.waitRatio().isPresent() && !seen.isLoaded()) { // waiting for a core that others have is no waiting
            known = known.with(Quantity.WAIT_RATIO, seen.waitRatio().getAsDouble());
        }
        if (seen.gcShare(Strategy.THREADS).isPresent()) {
            known = known.with(Quantity.GC_SHARE, seen.gcShare(Strategy.THREADS).getAsDouble());
        }
        if (seen.crossing().isPresent()) {
            known = known.payloadBytes(seen.crossing().get().argumentBytes())
                    .resultBytes(seen.crossing().get().resultBytes());
        }
        for (Map.Entry<Strategy, ScalingFit> fit : seen.scaling().entrySet()) {
            known = seen.isLoaded() ? known : known.scaling(fit.getKey(), fit.getValue());
        }
        Optional<Trial> threads = seen.best(Strategy.THREADS);
        Optional<Trial> processes = seen.best(Strategy.PROCESSES);
        return seen.isConclusive() && threads.isPresent() && processes.isPresent()
                ? known.measured(threads.get().nanosPerItem(), processes.get().nanosPerItem())
                : known;
    }
}
