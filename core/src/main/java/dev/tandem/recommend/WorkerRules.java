package dev.tandem.recommend;

import dev.tandem.Strategy;
import java.util.List;
import java.util.Optional;
import java.util.OptionalDouble;

/**
 * How many workers: the first rule of {@link #FIRST} that applies says so, and every rule of {@link #LIMITS} that applies may take some
 * away. There is always at least one.
 */
final class WorkerRules {

    /** A queue whose servers are always busy grows without end; a fifth of head-room keeps it short. */
    private static final double UTILISATION = 0.8;

    /** Assumed where nobody says how much the work waits: as long as it computes for disks, nine times as long for networks. */
    private static final double ASSUMED_RATIO_OF_IO = 1;

    private static final double ASSUMED_RATIO_OF_NETWORK = 9;

    /** Less is no reason for another worker, even on sixteen cores, and not worth the word. */
    private static final double HARDLY_WAITS = 0.05;

    private static final long STACK_BYTES = 1L << 20;
    private static final long VIRTUAL_STACK_BYTES = 10L << 10;
    private static final double PART_FOR_STACKS = 8;
    private static final double SECOND_NANOS = 1e9;

    private static final String GOETZ = "Goetz et al., Java Concurrency in Practice (2006), 8.2";

    static final List<Rule> FIRST = List.of(
            new Rule("N-INLINE", "The caller's thread is one.", "", "what inline means", WorkerRules::inline),
            new Rule(
                    "N-LITTLE",
                    "Where tasks arrive by themselves, as many workers as tasks are under way, with a fifth to spare.",
                    "N = λ × W / 0.8",
                    "Little, A Proof for the Queuing Formula L = λW (1961)",
                    WorkerRules::little),
            new Rule(
                    "N-GOETZ",
                    "Work that waits takes as many workers as keep the cores busy. Where W/C is not said, 1 is assumed for I/O and 9 for networks.",
                    "N = cores × utilisation × (1 + W/C)",
                    GOETZ,
                    WorkerRules::goetz),
            new Rule(
                    "N-UI",
                    "A user interface keeps one core for itself.",
                    "N = cores − 1",
                    "the guide that Tandem was built to",
                    WorkerRules::userInterface),
            new Rule(
                    "N-CORES",
                    "Work that computes takes one worker per core.",
                    "N = cores",
                    GOETZ,
                    WorkerRules::cores));

    static final List<Rule> LIMITS = List.of(
            new Rule("N-TASKS", "No more workers than tasks.", "N ≤ n", "counting", WorkerRules::tasks),
            new Rule(
                    "N-DOWNSTREAM",
                    "No more at once than the other side bears.",
                    "N ≤ limit",
                    "the profile",
                    WorkerRules::downstream),
            new Rule(
                    "N-UNSAFE",
                    "What is not thread-safe runs one at a time in a JVM.",
                    "N ≤ 1 on threads",
                    "the profile",
                    WorkerRules::unsafe),
            new Rule(
                    "N-BUSY",
                    "No more than keep the cores busy: the others would only take turns.",
                    "N ≤ cores × (1 + W/C)",
                    GOETZ,
                    WorkerRules::busy),
            new Rule(
                    "N-SCALING",
                    "No more than add a tenth of what the first does, by how the work scaled when it was measured.",
                    "C(N) − C(N − 1) ≥ 0.1, where C(N) = N / (1 + α(N − 1) + βN(N − 1))",
                    "Gunther, Guerrilla Capacity Planning (2007), ch. 4 and 5",
                    WorkerRules::scaling),
            new Rule(
                    "N-INNER",
                    "Tasks that are parallel inside share the cores; without a number one takes them all.",
                    "N ≤ cores / inner threads",
                    "counting",
                    WorkerRules::inner),
            new Rule(
                    "N-MEMORY",
                    "No more than fit into the memory: worker JVMs into 60 % of it, tasks on threads into the heap.",
                    "N ≤ memory / (an idle worker + max(16 MB, 2 × memory per task)), or heap / (2 × memory per task)",
                    "heap of twice what lives: Jones, Hosking, Moss, The Garbage Collection Handbook (2012), ch. 7",
                    WorkerRules::memory),
            new Rule(
                    "N-STARTS",
                    "No more worker JVMs than all cores start in a second, unless tasks arrive by themselves: what waits needs no JVM of its own.",
                    "N ≤ cores × 1 s / start",
                    "docs/BENCHMARKS.md, row cold-start",
                    WorkerRules::starts),
            new Rule(
                    "N-LOCKS",
                    "No more threads than cores where they wait for locks of the JVM: the others would only wait longer.",
                    "N ≤ cores on threads",
                    "counting",
                    WorkerRules::locks),
            new Rule(
                    "N-STACKS",
                    "No more threads than have room for their stacks in an eighth of the memory.",
                    "N ≤ memory / 8 / 1 MB, or heap / 8 / 10 KB for virtual threads",
                    "the platform",
                    WorkerRules::stacks));

    private WorkerRules() {}

    private static Optional<Finding> inline(Situation situation) {
        return situation.strategy() == Strategy.INLINE ? workers("the strategy is inline", "", 1) : Optional.empty();
    }

    private static Optional<Finding> little(Situation situation) {
        if (situation.work().find(Quantity.ARRIVALS_PER_SECOND).isEmpty()
                || situation.taskNanos().isEmpty()) {
            return Optional.empty();
        }
        double rate = situation.work().find(Quantity.ARRIVALS_PER_SECOND).getAsDouble();
        double underWay = CostModel.underWay(rate, situation.taskNanos().getAsDouble());
        return workers(
                rate == 1 ? "1 task arrives per second" : Figures.number(rate) + " tasks arrive per second",
                "L = " + Figures.number(underWay) + " under way",
                CostModel.toCount(Math.ceil(underWay / UTILISATION)));
    }

    private static Optional<Finding> goetz(Situation situation) {
        boolean isKnown = situation.waitRatio().isPresent();
        if (!isKnown && !situation.waits()) {
            return Optional.empty();
        }
        double assumed = situation.is(Trait.NETWORK_BOUND) ? ASSUMED_RATIO_OF_NETWORK : ASSUMED_RATIO_OF_IO;
        double ratio = situation.waitRatio().orElse(assumed);
        int cores = situation.machine().cores();
        String fact = !isKnown
                ? "the work waits, for how long is not said"
                : ratio < HARDLY_WAITS ? "the work hardly waits" : "the work waits";
        return workers(
                fact,
                "W/C = " + Figures.number(ratio) + (isKnown ? "" : " assumed") + ", " + coresOf(cores),
                CostModel.threadsThatWait(cores, 1, ratio));
    }

    private static Optional<Finding> userInterface(Situation situation) {
        int cores = situation.machine().cores();
        return situation.is(Trait.UI_FACING)
                ? workers("the user interface needs a core", coresOf(cores), Math.max(1, cores - 1))
                : Optional.empty();
    }

    private static Optional<Finding> cores(Situation situation) {
        int cores = situation.machine().cores();
        return workers("one per core", coresOf(cores), cores);
    }

    private static Optional<Finding> tasks(Situation situation) {
        return situation.tasks().isPresent()
                ? atMost("there are only so many tasks", situation.tasks().getAsDouble())
                : Optional.empty();
    }

    private static Optional<Finding> downstream(Situation situation) {
        return situation.work().find(Quantity.DOWNSTREAM_LIMIT).isPresent()
                ? atMost(
                        "the other side bears only so many",
                        situation.work().find(Quantity.DOWNSTREAM_LIMIT).getAsDouble())
                : Optional.empty();
    }

    private static Optional<Finding> unsafe(Situation situation) {
        return situation.is(Trait.NOT_THREAD_SAFE) && !situation.onProcesses()
                ? atMost("the work is not thread-safe", 1)
                : Optional.empty();
    }

    private static Optional<Finding> busy(Situation situation) {
        boolean isKnown = situation.waitRatio().isPresent() || situation.computes() && !situation.waits();
        double ratio = situation.waitRatio().orElse(0);
        return isKnown
                ? atMost(
                        "more would not keep the cores busier",
                        CostModel.threadsThatWait(situation.machine().cores(), 1, ratio))
                : Optional.empty();
    }

    private static Optional<Finding> scaling(Situation situation) {
        boolean onProcesses = situation.onProcesses();
        OptionalDouble contention =
                situation.work().find(onProcesses ? Quantity.CONTENTION_ON_PROCESSES : Quantity.CONTENTION_ON_THREADS);
        OptionalDouble coherence =
                situation.work().find(onProcesses ? Quantity.COHERENCE_ON_PROCESSES : Quantity.COHERENCE_ON_THREADS);
        if (contention.isEmpty()) {
            return Optional.empty();
        }
        double alpha = contention.getAsDouble();
        double beta = coherence.orElse(0);
        int most = CostModel.workersWorthHaving(alpha, beta, Integer.MAX_VALUE);
        return most == Integer.MAX_VALUE
                ? Optional.empty()
                : Optional.of(new Finding(
                        "one more would add less than a tenth of what the first does, as it was measured",
                        "N ≤ " + Figures.number(most) + " by α = " + Figures.number(alpha) + ", β = "
                                + Figures.number(beta),
                        "at most " + say(most),
                        new Effect.AtMost(most)));
    }

    private static Optional<Finding> inner(Situation situation) {
        if (!situation.is(Trait.INNER_PARALLELISM)) {
            return Optional.empty();
        }
        int cores = situation.machine().cores();
        double each = situation.work().find(Quantity.INNER_THREADS).orElse(cores);
        return atMost(
                "each task computes on " + (each == 1 ? "1 thread" : Figures.number(each) + " threads"),
                Math.floor(cores / each));
    }

    private static Optional<Finding> memory(Situation situation) {
        Machine machine = situation.machine();
        if (situation.onProcesses()) {
            double each = situation.memoryPerWorker();
            return atMost(
                    "each worker JVM takes " + Figures.bytes(each), Math.floor(machine.memoryForWorkersBytes() / each));
        }
        double each = Situation.HEAP_PER_LIVE_BYTE * situation.memoryPerTask().orElse(0);
        return each > 0
                ? atMost(
                        "each task takes " + Figures.bytes(each) + ", twice what it holds, of a heap of "
                                + Figures.bytes(machine.heapBytes()),
                        Math.floor(machine.heapBytes() / each))
                : Optional.empty();
    }

    private static Optional<Finding> starts(Situation situation) {
        double start = situation.machine().costs().workerStart().toNanos();
        boolean arrive = situation.work().find(Quantity.ARRIVALS_PER_SECOND).isPresent();
        if (!situation.onProcesses() || arrive || start == 0) {
            return Optional.empty();
        }
        int cores = situation.machine().cores();
        return atMost(
                "each worker JVM takes a core for " + Figures.time(start) + " to start, and memory to wait",
                Math.max(cores, Math.floor(cores * SECOND_NANOS / start)));
    }

    private static Optional<Finding> locks(Situation situation) {
        return situation.is(Trait.CONTENDS_ON_JVM_LOCKS) && !situation.onProcesses()
                ? atMost(
                        "more threads would only wait longer for the locks",
                        situation.machine().cores())
                : Optional.empty();
    }

    private static Optional<Finding> stacks(Situation situation) {
        Machine machine = situation.machine();
        if (situation.onProcesses()) {
            return Optional.empty();
        }
        return situation.onVirtualThreads()
                ? atMost("virtual threads take heap", machine.heapBytes() / PART_FOR_STACKS / VIRTUAL_STACK_BYTES)
                : atMost("threads take stacks", machine.memoryBytes() / PART_FOR_STACKS / STACK_BYTES);
    }

    private static Optional<Finding> workers(String fact, String number, int workers) {
        return Optional.of(new Finding(fact, number, say(workers), new Effect.Workers(workers)));
    }

    private static Optional<Finding> atMost(String fact, double most) {
        int workers = CostModel.toCount(most);
        return Optional.of(new Finding(
                fact, "N ≤ " + Figures.number(workers), "at most " + say(workers), new Effect.AtMost(workers)));
    }

    private static String say(int workers) {
        return Figures.count(workers, "worker");
    }

    private static String coresOf(int cores) {
        return Figures.count(cores, "core");
    }
}
