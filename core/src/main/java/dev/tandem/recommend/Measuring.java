package dev.tandem.recommend;

import dev.tandem.NotTransferableException;
import dev.tandem.Outcome;
import dev.tandem.ParallelRunner;
import dev.tandem.Strategy;
import dev.tandem.TaskFunction;
import dev.tandem.TaskOptions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs the first items of some work for real, on both engines in turn, until the budget is used up.
 *
 * <p>What makes it more than two stop-watches:
 *
 * <ul>
 *   <li><b>Each item runs once</b>, and what became of it is kept. An item that turns out not to be able to travel has not run; it then
 *       runs on a thread, and worker JVMs are out.
 *   <li><b>No gate is passed to find out what is behind it</b>: what may crash is never tried on threads, and what needs live objects
 *       never in a worker JVM.
 *   <li><b>Warm against warm.</b> A first part on each engine does not count; then rounds visit all engines and numbers of workers in
 *       turn, so that what changes meanwhile (the compiler, the machine, the items) meets all of them. The best round counts.
 *   <li><b>The budget holds.</b> No item starts that, if it is as long as the longest so far, would end after it.
 *   <li><b>A loaded machine is no basis.</b> If others used more than 15 % of our cores, nothing is concluded.
 * </ul>
 *
 * <p>All the consuming and adding up is done by the calling thread. Made for one measurement.
 */
final class Measuring<A extends @Nullable Object, R extends @Nullable Object> {

    /** Of the budget, for what does not count: the first look at an item, and compiling. A worker JVM compiles for itself. */
    private static final double FIRST_LOOK = 0.05;

    private static final double WARMING_THREADS = 0.1;
    private static final double WARMING_PROCESSES = 0.2;
    private static final double ASKING = 0.03;
    private static final int ROUNDS = 4;
    private static final long LEAST_SLICE_NANOS = 20_000_000;

    /** Items that are shorter go together, so that handing them over is a small part; longer chunks make the budget coarse. */
    private static final double CHUNK_NANOS = 1e6;

    private static final int LARGEST_CHUNK = 1_000;

    /** Longer items need nobody waiting behind them: handing the next one over takes no noticeable time. */
    private static final double LONG_ITEM_NANOS = 2e7;

    private static final int ASKED_TIMES = 200;

    /** The number of items, where only their iterator knows. */
    static final int UNKNOWN = -1;

    /** Closing worker JVMs takes a moment, which belongs to the budget. */
    private static final long CLOSING_NANOS = 50_000_000;

    private final WorkloadProfile profile;
    private final Machine machine;
    private final TaskFunction<? super A, ? extends R> function;
    private final TaskOptions declared;
    private final Supply<A> supply;
    private final int count;
    private final long budgetNanos;
    private final long end;
    private final OtherLoad load = new OtherLoad();

    // ---- what was seen; used by the calling thread ----

    private final TreeMap<Long, Outcome<A, R>> outcomes = new TreeMap<>();
    private final List<Probe.Numbered<A>> stranded = new ArrayList<>();
    private final List<Trial> trials = new ArrayList<>();
    private final List<String> missing = new ArrayList<>();
    private long longestNanos;
    private double itemNanos;
    private @Nullable CrossingProbe<A, R> crossing;
    private CostModel costs;
    private boolean mayRunHere;
    private boolean isHomebound;

    Measuring(
            WorkloadProfile profile,
            Machine machine,
            Iterator<? extends A> items,
            int count,
            TaskFunction<? super A, ? extends R> function,
            Duration budget) {
        this.profile = profile;
        this.machine = machine;
        this.costs = machine.costs();
        this.declared = Decision.of(profile, machine)
                .sizing()
                .taskOptions()
                .timeout()
                .map(TaskOptions.defaults()::timeout)
                .orElse(TaskOptions.defaults());
        this.supply = new Supply<>(items);
        this.count = count;
        this.function = function;
        this.budgetNanos = budget.toNanos();
        this.end = System.nanoTime() + budgetNanos - Math.min(CLOSING_NANOS, budgetNanos / 10);
    }

    Measurement<A, R> run() {
        List<Strategy> allowed = allowed();
        mayRunHere = allowed.contains(Strategy.THREADS);
        try (ParallelRunner threads =
                        ParallelRunner.threads(o -> o.workers(machine.cores()).name("measure-threads"));
                ParallelRunner processes = ParallelRunner.processes(
                        o -> o.workers(workersOn(Strategy.PROCESSES)).name("measure-processes"))) {
            if (allowed.contains(Strategy.THREADS)) {
                trial(Strategy.THREADS, threads, 1, FIRST_LOOK, false);
                trial(Strategy.THREADS, threads, workersOn(Strategy.THREADS), WARMING_THREADS, false);
            }
            if (allowed.contains(Strategy.PROCESSES) && !canCross(processes)) {
                allowed.remove(Strategy.PROCESSES);
            }
            if (allowed.contains(Strategy.PROCESSES)) {
                trial(Strategy.PROCESSES, processes, workersOn(Strategy.PROCESSES), WARMING_PROCESSES, false);
            }
            rounds(allowed, threads, processes);
            runHere(threads);
        }
        return conclude();
    }

    private List<Strategy> allowed() {
        Decision declared = Decision.of(profile, machine);
        List<Strategy> allowed = new ArrayList<>(List.of(Strategy.THREADS, Strategy.PROCESSES));
        if (declared.stage() == Decision.Stage.GATES || !declared.gates().isEmpty()) {
            allowed.remove(declared.strategy() == Strategy.PROCESSES ? Strategy.THREADS : Strategy.PROCESSES);
            String other = declared.strategy() == Strategy.PROCESSES ? "threads" : "worker JVMs";
            missing.add(other + ": " + declared.gates().get(0).rule() + " forbids it");
        }
        return allowed;
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

    /** Waits for all workers, and finds out what asking one costs. */
    private boolean start(ParallelRunner processes) {
        try {
            List<Boolean> all = new ArrayList<>();
            for (int i = 0; i < workersOn(Strategy.PROCESSES); i++) {
                all.add(true);
            }
            processes.map(all, Boolean::booleanValue).get(Math.max(1, end - System.nanoTime()), TimeUnit.NANOSECONDS);
            long until = System.nanoTime() + share(ASKING);
            List<Long> times = new ArrayList<>();
            while (times.size() < ASKED_TIMES && System.nanoTime() < until) {
                long before = System.nanoTime();
                processes.submit(new Nothing()).get(Math.max(1, end - before), TimeUnit.NANOSECONDS);
                times.add(System.nanoTime() - before);
            }
            times.sort(null);
            if (!times.isEmpty()) {
                costs = costs.withCrossing(Duration.ofNanos(times.get(times.size() / 2)));
            }
            return true;
        } catch (ExecutionException e) {
            missing.add("worker JVMs: they do not start ("
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse("") + ")");
        } catch (TimeoutException e) {
            missing.add("worker JVMs: the budget ended before they had started");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            missing.add("worker JVMs: interrupted");
        }
        return false;
    }

    private void rounds(List<Strategy> strategies, ParallelRunner threads, ParallelRunner processes) {
        List<Integer> levels = levels();
        if (strategies.isEmpty()) {
            return;
        }
        double turns = 1.0 * ROUNDS * levels.size() * strategies.size();
        double part = Math.max(LEAST_SLICE_NANOS, left() / turns) / budgetNanos;
        double itemPart = (1 - FIRST_LOOK - WARMING_THREADS - WARMING_PROCESSES) / turns;
        long slice = share(part);
        long before = -1;
        for (int round = 0; left() > slice / 2 && supply.taken() > before; round++) {
            before = supply.taken();
            for (int level : levels) {
                for (int i = 0; i < strategies.size(); i++) {
                    Strategy strategy = strategies.get((i + round) % strategies.size());
                    if (level <= workersOn(strategy) && left() > slice / 2) {
                        ParallelRunner runner = strategy == Strategy.THREADS ? threads : processes;
                        trial(strategy, runner, level, part, itemPart, true);
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

    private void trial(Strategy strategy, ParallelRunner runner, int workers, double part, boolean isWarm) {
        trial(strategy, runner, workers, part, part, isWarm);
    }

    /** Takes that part of the time and, if their number is known, that part of the items: what comes first ends it. */
    private void trial(
            Strategy strategy, ParallelRunner runner, int workers, double part, double itemPart, boolean isWarm) {
        boolean hasStranded = strategy == Strategy.PROCESSES && isHomebound;
        if (hasStranded || left() <= 0 && supply.taken() > 0 || supply.isEmpty()) {
            return;
        }
        long stop = System.nanoTime() + share(part);
        int most = count == UNKNOWN ? Integer.MAX_VALUE : (int) Math.max(workers, Math.ceil(itemPart * count));
        Tally tally = new Tally(strategy, workers, isWarm);
        run(strategy, runner, workers, supply.until(() -> Math.min(stop - System.nanoTime(), left()), most), tally);
        Trial trial = tally.trial();
        if (trial.items() > trial.failures()) {
            itemNanos = 1.0 * trial.inside().toNanos() / (trial.items() - trial.failures());
        }
        if (trial.items() > 0) {
            trials.add(trial);
        }
    }

    /** Found out with one item: whether it can travel before a worker is started, and then by sending it. */
    private boolean canCross(ParallelRunner processes) {
        Iterator<Probe.Numbered<A>> first = supply.until(() -> 1, 1);
        if (!first.hasNext()) {
            return false;
        }
        Probe.Numbered<A> item = first.next();
        Probe<A, R> probe = new Probe<>(function, true);
        boolean travels = CrossingProbe.canTravel(probe) && CrossingProbe.canTravel(item);
        if (!travels) {
            isHomebound = true;
            missing.add("worker JVMs: the items or the function cannot be serialized");
        }
        boolean crosses = travels && start(processes);
        if (crosses || !mayRunHere) {
            List<Probe.Numbered<A>> one = List.of(item);
            run(Strategy.PROCESSES, processes, 1, one.iterator(), new Tally(Strategy.PROCESSES, 1, false));
        } else {
            stranded.add(item);
        }
        return crosses;
    }

    private void run(
            Strategy strategy, ParallelRunner runner, int workers, Iterator<Probe.Numbered<A>> source, Tally tally) {
        int chunk = itemNanos == 0 ? 1 : (int) Math.max(1, Math.min(LARGEST_CHUNK, CHUNK_NANOS / itemNanos));
        boolean isBusy = workers == workersOn(strategy) && workers > 1 && itemNanos < LONG_ITEM_NANOS;
        int window = (isBusy ? 2 : 1) * workers * chunk;
        TaskOptions options = declared.unordered().chunkSize(1).window(window).chunkSize(chunk);
        Probe<A, R> probe = new Probe<>(function, strategy == Strategy.PROCESSES);
        try (Stream<Outcome<Probe.Numbered<A>, Probe.Probed<R>>> all =
                runner.with(options).outcomes(() -> source, probe)) {
            all.forEach(outcome -> keep(strategy, outcome, tally));
        }
        longestNanos = Math.max(longestNanos, tally.longestNanos());
    }

    private void keep(Strategy strategy, Outcome<Probe.Numbered<A>, Probe.Probed<R>> outcome, Tally tally) {
        Probe.Numbered<A> input = outcome.input();
        if (outcome instanceof Outcome.Success<Probe.Numbered<A>, Probe.Probed<R>> success) {
            outcomes.put(
                    input.index(),
                    new Outcome.Success<>(input.item(), success.value().value()));
            tally.add(outcome);
            if (crossing == null && strategy == Strategy.PROCESSES) {
                crossing = new CrossingProbe<>(input, success.value());
            }
        } else if (outcome instanceof Outcome.Failure<Probe.Numbered<A>, Probe.Probed<R>> failure) {
            if (mayRunHere && hasNotRun(failure.failure())) {
                isHomebound = true;
                stranded.add(input);
            } else {
                outcomes.put(input.index(), new Outcome.Failure<>(input.item(), failure.failure()));
                tally.add(outcome);
            }
        }
    }

    private static boolean hasNotRun(RuntimeException failure) {
        return failure instanceof NotTransferableException left
                && (left.part() == NotTransferableException.Part.TASK
                        || left.part() == NotTransferableException.Part.ARGUMENT);
    }

    /** Items that could not travel, and so have not run. */
    private void runHere(ParallelRunner threads) {
        for (Probe.Numbered<A> input : stranded) {
            Iterable<A> one = () -> Collections.singleton(input.item()).iterator();
            try (Stream<Outcome<A, R>> outcome = threads.outcomes(one, function)) {
                outcome.forEach(done -> outcomes.put(input.index(), done));
            }
        }
    }

    private Measurement<A, R> conclude() {
        if (supply.isEmpty()) {
            missing.add("more rounds: the items ran out");
        }
        Optional<Crossing> paid = crossing == null ? Optional.empty() : crossing.measure(trials);
        Observations seen = new Observations(List.copyOf(trials), paid, load.coresSince(), machine.cores(), missing);
        if (seen.isLoaded()) {
            missing.add("a comparison: others used "
                    + Figures.number(seen.otherCores().orElse(0)) + " of " + Figures.count(machine.cores(), "core")
                    + " meanwhile; measure again when the machine is idle");
        }
        return new Measurement<>(
                List.copyOf(outcomes.values()),
                supply.rest(),
                seen,
                Recommender.recommend(known(seen), machine.withCosts(costs)));
    }

    private WorkloadProfile known(Observations seen) {
        WorkloadProfile known = isHomebound ? profile.with(Trait.NOT_SERIALIZABLE) : profile;
        if (seen.itemNanos().isPresent()) {
            known = known.with(Quantity.TASK_TIME_NANOS, seen.itemNanos().getAsDouble());
        }
        if (seen.waitRatio().isPresent()) {
            known = known.with(Quantity.WAIT_RATIO, seen.waitRatio().getAsDouble());
        }
        if (seen.gcShare(Strategy.THREADS).isPresent()) {
            known = known.with(Quantity.GC_SHARE, seen.gcShare(Strategy.THREADS).getAsDouble());
        }
        if (seen.crossing().isPresent()) {
            known = known.payloadBytes(seen.crossing().get().argumentBytes())
                    .resultBytes(seen.crossing().get().resultBytes());
        }
        Optional<Trial> threads = seen.best(Strategy.THREADS);
        Optional<Trial> processes = seen.best(Strategy.PROCESSES);
        return seen.isConclusive() && threads.isPresent() && processes.isPresent()
                ? known.measured(threads.get().nanosPerItem(), processes.get().nanosPerItem())
                : known;
    }

    private long share(double part) {
        return (long) (part * budgetNanos);
    }

    /** Until an item that is as long as the longest so far could not end in time. */
    private long left() {
        return end - System.nanoTime() - longestNanos;
    }
}
