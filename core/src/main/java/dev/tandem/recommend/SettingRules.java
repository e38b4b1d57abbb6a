package dev.tandem.recommend;

import dev.tandem.Strategy;
import dev.tandem.TaskOptions;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** What else follows, once the engine and the number of workers are known. All are asked, and each that applies is heard. */
final class SettingRules {

    /** Of a worker's time; more costs latency and memory for ever less gain. */
    private static final double WANTED_EFFICIENCY = 0.9;

    /** A larger chunk delays the first result and makes the last one late. */
    private static final long LARGEST_CHUNK = 10_000;

    /** So that a slow chunk at the end does not leave the other workers idle. */
    private static final int CHUNKS_PER_WORKER = 4;

    private static final double PART_OF_HEAP_FOR_QUEUE = 10;
    private static final int DEFAULT_QUEUE = 65_536;
    private static final int TIMES_AS_LONG = 10;
    private static final double SHORTEST_TIMEOUT_NANOS = 1e9;
    private static final double LONGEST_TIMEOUT_NANOS = 1e9 * 60 * 60 * 24 * 365;
    private static final long MIB = 1L << 20;

    /** The largest that {@link dev.tandem.ProcessOptions#maxHeap} takes. */
    private static final double LARGEST_HEAP_BYTES = 1L << 50;

    static final List<Rule> ALL = List.of(
            new Rule(
                    "S-CHUNK",
                    "Short tasks share a crossing (or a hand-over) until nine tenths of a worker's time are work, but each worker gets four"
                            + " chunks at least.",
                    "k = η·c / (t − η·(t + b)), η = 0.9",
                    "granularity: Culler, Singh, Gupta, Parallel Computer Architecture (1998), ch. 3",
                    SettingRules::chunk),
            new Rule(
                    "S-QUEUE",
                    "What waits takes at most a tenth of the heap.",
                    "heap / 10 / payload",
                    "a queue is memory",
                    SettingRules::queue),
            new Rule(
                    "S-HEAP",
                    "The heap of a worker JVM is twice what a task holds; what must be capped gets its share of the memory if nobody says more.",
                    "max(16 MB, 2 × memory per task), or memory / N − an idle worker",
                    "Jones, Hosking, Moss, The Garbage Collection Handbook (2012), ch. 7",
                    SettingRules::heap),
            new Rule(
                    "S-TIMEOUT",
                    "What may hang gets ten times its usual time, a second at least and a year at most.",
                    "min(max(1 s, 10 × t), 1 year), if t < 1 year",
                    "a time-out that fires on honest work is worse than none",
                    SettingRules::timeout),
            new Rule(
                    "S-AMDAHL",
                    "What is serial bounds what any number of workers can gain.",
                    "S = 1 / (s + (1 − s) / N)",
                    "Amdahl, Validity of the single processor approach (1967)",
                    SettingRules::amdahl),
            new Rule(
                    "S-GARBAGE",
                    "Work that allocates heavily may gain from separate heaps, at most the share that garbage takes. Only measuring tells.",
                    "gain ≤ 1 / (1 − g)",
                    "Amdahl (1967), for the share g of collecting",
                    SettingRules::garbage),
            new Rule(
                    "S-LOCKS",
                    "Work that waits for locks of the whole JVM may gain from several JVMs. Only measuring tells.",
                    "α of C = N / (1 + α(N − 1) + βN(N − 1))",
                    "Gunther, Guerrilla Capacity Planning (2007), ch. 4",
                    SettingRules::locks));

    private SettingRules() {}

    private static Optional<Finding> chunk(Situation situation) {
        if (situation.taskNanos().isEmpty() || situation.strategy() == Strategy.INLINE) {
            return Optional.empty();
        }
        CostModel costs = situation.machine().costs();
        double time = situation.taskNanos().getAsDouble();
        double transfer = situation.onProcesses() ? costs.transferNanos(situation.crossingBytes()) : 0;
        CostModel paid = situation.onProcesses() ? costs : costs.withCrossing(costs.handOver());
        double alone = CostModel.efficiency(time, paid.crossing().toNanos() + transfer);
        String number = "alone, " + Figures.efficiency(alone);
        if (alone >= WANTED_EFFICIENCY) {
            return Optional.empty();
        }
        long wanted = paid.inputsPerCrossing(time, transfer, WANTED_EFFICIENCY);
        if (wanted == 0) {
            return tells(
                    "its bytes take longer to cross than the work takes",
                    number,
                    "no chunk helps: send a path or a key, and let the worker read; share() what many tasks use");
        }
        double most = situation.tasks().orElse(Double.MAX_VALUE) / CHUNKS_PER_WORKER / situation.workers();
        int chunk = (int) Math.max(1, Math.min((double) Math.min(wanted, LARGEST_CHUNK), most));
        return sets(
                "a task is short",
                number,
                "chunkSize(" + chunk + ") for map and stream",
                tasks -> tasks.chunkSize(chunk));
    }

    private static Optional<Finding> queue(Situation situation) {
        double payload = situation.work().find(Quantity.PAYLOAD_BYTES).orElse(0);
        double fit = payload == 0 ? DEFAULT_QUEUE : situation.machine().heapBytes() / PART_OF_HEAP_FOR_QUEUE / payload;
        int capacity = CostModel.toCount(Math.max(fit, 2.0 * situation.workers()));
        return capacity >= DEFAULT_QUEUE
                ? Optional.empty()
                : Optional.of(new Finding(
                        "each task that waits holds " + Figures.bytes(payload),
                        "a tenth of " + Figures.bytes(situation.machine().heapBytes()),
                        "queueCapacity(" + capacity + ")",
                        new Effect.Sets(sizing -> sizing.withQueueCapacity(capacity))));
    }

    private static Optional<Finding> heap(Situation situation) {
        if (!situation.onProcesses()) {
            return Optional.empty();
        }
        boolean isKnown = situation.memoryPerTask().isPresent();
        if (!isKnown && !situation.is(Trait.MUST_BE_CAPPED)) {
            return Optional.empty();
        }
        Machine machine = situation.machine();
        double share = (double) machine.memoryForWorkersBytes() / situation.workers()
                - machine.costs().workerBytes();
        double wanted = isKnown ? situation.heapPerWorker() : Math.max(Situation.LEAST_HEAP_BYTES, share);
        double possible = Math.min(LARGEST_HEAP_BYTES, wanted);
        long bytes = isKnown ? roundedUp(possible) : (long) possible / MIB * MIB;
        return Optional.of(new Finding(
                isKnown
                        ? "a task holds "
                                + Figures.bytes(situation.memoryPerTask().getAsDouble())
                        : "a cap is wanted, none is given",
                Figures.bytes(bytes) + " for each worker",
                "maxHeap(\"" + bytes / MIB + "m\")",
                new Effect.Sets(sizing -> sizing.withMaxHeap(bytes))));
    }

    private static long roundedUp(double bytes) {
        return (long) Math.ceil(bytes / MIB) * MIB;
    }

    private static Optional<Finding> timeout(Situation situation) {
        if (!situation.is(Trait.MAY_HANG)) {
            return Optional.empty();
        }
        if (situation.taskNanos().isEmpty()) {
            return tells("how long a task takes is not said", "", "give it a time-out, or nobody will ever stop it");
        }
        double usual = situation.taskNanos().getAsDouble();
        String fact = "a task usually takes " + Figures.time(usual);
        if (usual >= LONGEST_TIMEOUT_NANOS) {
            return tells(fact, "a year or more", "no time-out can tell that it hangs; nobody will ever stop it");
        }
        double wanted = Math.max(SHORTEST_TIMEOUT_NANOS, TIMES_AS_LONG * usual);
        double nanos = Math.min(LONGEST_TIMEOUT_NANOS, wanted);
        Duration timeout = Duration.ofNanos((long) nanos);
        return sets(
                fact,
                "10 × that, " + (wanted > nanos ? "at most a year" : "at least 1 s"),
                "a time-out of " + Figures.time(nanos),
                tasks -> tasks.timeout(timeout));
    }

    private static Optional<Finding> amdahl(Situation situation) {
        if (situation.work().find(Quantity.SERIAL_SHARE).isEmpty()) {
            return Optional.empty();
        }
        double share = situation.work().find(Quantity.SERIAL_SHARE).getAsDouble();
        double speedup = CostModel.speedup(share, situation.workers());
        String most = share == 0 ? "no bound" : "at most " + Figures.number(1 / share) + " with any number";
        return tells(
                Figures.percent(share) + " of the work is serial",
                "S = " + Figures.number(speedup) + ", " + most,
                Figures.times(speedup, "as fast as one worker"));
    }

    private static Optional<Finding> garbage(Situation situation) {
        double share = situation.work().find(Quantity.GC_SHARE).orElse(0);
        if (!situation.is(Trait.ALLOCATION_HEAVY) && share < CostRules.MARGIN) {
            return Optional.empty();
        }
        String number = share == 0 ? "" : "g = " + Figures.percent(share) + ", gain " + atMost(share);
        return tells(
                "the work allocates heavily",
                number,
                "separate heaps may collect more cheaply than one: let Recommender.measure decide");
    }

    private static String atMost(double share) {
        return share == 1 ? "unknown" : "≤ " + Figures.number(1 / (1 - share));
    }

    private static Optional<Finding> locks(Situation situation) {
        return situation.is(Trait.CONTENDS_ON_JVM_LOCKS)
                ? tells(
                        "the work contends for JVM-wide locks",
                        "",
                        "each JVM has those locks for itself: let Recommender.measure decide")
                : Optional.empty();
    }

    private static Optional<Finding> tells(String fact, String number, String consequence) {
        return Optional.of(new Finding(fact, number, consequence, new Effect.Tells()));
    }

    private static Optional<Finding> sets(
            String fact, String number, String consequence, UnaryOperator<TaskOptions> change) {
        return Optional.of(new Finding(
                fact,
                number,
                consequence,
                new Effect.Sets(sizing -> sizing.withTaskOptions(change.apply(sizing.taskOptions())))));
    }
}
