package dev.tandem.internal.adaptive;

import dev.tandem.Adaptation;
import dev.tandem.Strategy;
import dev.tandem.recommend.CostModel;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Stays where the recommender has put it, until the numbers contradict that by more than a margin.
 *
 * <p><b>Problem.</b> How fast the other engine would be is not known before it is tried, and to try it costs: worker JVMs have to start and
 * to compile. But what the other engine <em>could</em> gain at most can be seen from here. Threads can save no more than worker JVMs
 * spend on anything but computing; worker JVMs can save no more than one JVM loses to garbage and to waiting for itself, and nothing of items that are shorter
 * than their crossing.
 *
 * <p><b>Mechanism.</b> While such a bound is within the margin, nothing is tried. Once it is beyond it in a few rounds in a row, the other
 * engine is tried with what waits, and judged by wall time per item, after it has had time to warm up. If it is better by more than
 * the margin it stays. Else the way goes back. Ten times as many items have to pass before the next trial; and where one engine was found to
 * be slower by the margin there is none before an item takes as long on the other one.
 *
 * <pre>
 *          A-CROSSING, A-GARBAGE, A-CONTENTION            A-BETTER
 *   settled ───────────────────────────────▶ on trial ───────────────▶ settled, on the other engine
 *      ▲                                        │
 *      └────────────── A-BACK ──────────────────┘ not better by the margin, or the work ran out
 * </pre>
 *
 * <p>Chunks are no matter of trials: how many short inputs must cross together follows from what they take and what crossing costs
 * (A-CHUNK). An engine that turns out not to work is ruled out for good (A-TRAVEL, A-BROKEN).
 *
 * <p>Not thread-safe; whoever asks takes turns.
 */
final class MeasuredCourse implements Course {

    /** As the recommender has it: repeated measurements of the same differ by about as much. */
    static final double MARGIN = 0.15;

    /** Fewer, and one slow moment decides; more, and the change comes late. */
    private static final int ROUNDS = 3;

    /** Until a JVM has compiled what it runs often; threads find it compiled, or compile it in the first round. */
    private static final long WARM_PROCESSES_NANOS = 1_500_000_000;

    private static final long WARM_THREADS_NANOS = 200_000_000;

    private static final int MORE_PATIENCE = 10;
    private static final double WANTED_EFFICIENCY = 0.9;
    private static final long LARGEST_CHUNK = 10_000;
    private static final int CHUNKS_PER_WORKER = 4;
    private static final long NOTICEABLE = 3; // less: it goes to and fro between sizes that hardly differ
    private static final double PERCENT = 100;
    private static final double NANOS_PER_MILLI = 1e6;

    private final CostModel costs;
    private final boolean computes;
    private final Set<Strategy> possible;

    private Strategy current;
    private int chunkSize;
    private final Deque<Round> last = new ArrayDeque<>(); // since it came here, no more than ROUNDS
    private long nanosHere;
    private long itemsDone;
    private long nextTrialAfter;
    private long patience;
    private double before; // nanoseconds an item, where it came from; 0 while it is settled
    private final Map<Strategy, Double> judged =
            new EnumMap<>(Strategy.class); // nanoseconds an item, of the last trial

    /**
     * Starts out.
     *
     * @param computes whether the work is known to compute, so that a core that has nothing to do waits for a lock
     * @param possible the engines that no gate forbids
     */
    MeasuredCourse(CostModel costs, boolean computes, Strategy start, int chunkSize, Set<Strategy> possible) {
        this.costs = costs;
        this.chunkSize = chunkSize;
        this.computes = computes;
        this.current = start;
        this.possible = EnumSet.copyOf(possible);
    }

    @Override
    public Strategy current() {
        return current;
    }

    @Override
    public int chunkSize() {
        return chunkSize;
    }

    @Override
    public boolean isSettled() {
        return !isOnTrial();
    }

    @Override
    public boolean mayBeOn(Strategy strategy) {
        return possible.contains(strategy);
    }

    @Override
    public @Nullable Adaptation propose(@Nullable Round round, boolean isIdle) {
        if (isIdle && isOnTrial()) {
            return to(other(), "A-BACK", "", "the work ran out before it was known whether that is better");
        }
        if (round == null || round.strategy() != current || round.items() == 0) {
            return null;
        }
        itemsDone += round.items();
        nanosHere += round.wallNanos();
        last.addLast(round);
        if (last.size() > ROUNDS) {
            last.removeFirst();
        }
        boolean isWarm = last.size() == ROUNDS
                && nanosHere >= (current == Strategy.PROCESSES ? WARM_PROCESSES_NANOS : WARM_THREADS_NANOS);
        if (isOnTrial()) {
            return isWarm ? judged() : null;
        }
        Adaptation trial = isWarm && possible.size() > 1 && itemsDone >= nextTrialAfter && !isKnownToBeSlower()
                ? trial(round)
                : null;
        return trial != null ? trial : chunks(round);
    }

    @Override
    public boolean adopt(Adaptation proposed) {
        if (proposed.from() != current || !possible.contains(proposed.to())) {
            return false;
        }
        boolean moves = proposed.to() != current;
        if (moves) {
            boolean begins = !isOnTrial() && possible.contains(current);
            before = begins ? nanosPerItem() : 0;
            if (!begins) {
                waitLonger();
            }
            current = proposed.to();
            last.clear();
            nanosHere = 0;
        } else if (isOnTrial() && proposed.chunkSize() == chunkSize) {
            before = 0;
            waitLonger();
        }
        chunkSize = proposed.chunkSize();
        return true;
    }

    @Override
    public @Nullable Adaptation ruleOut(Strategy strategy, String rule, String numbers, String consequence) {
        if (possible.size() == 1 || !possible.remove(strategy)) {
            return null;
        }
        return current == strategy
                ? to(other(), rule, numbers, consequence)
                : new Adaptation(rule, current, current, chunkSize, numbers, consequence);
    }

    private boolean isOnTrial() {
        return before > 0;
    }

    private void waitLonger() {
        patience = Math.max(itemsDone, patience) * MORE_PATIENCE;
        nextTrialAfter = itemsDone + patience;
    }

    private Strategy other() {
        return current == Strategy.THREADS ? Strategy.PROCESSES : Strategy.THREADS;
    }

    /** As long as an item takes less here than it took there, by the margin, there is nothing to be found out. */
    private boolean isKnownToBeSlower() {
        Double there = judged.get(other());
        return there != null && nanosPerItem() < there * (1 - MARGIN);
    }

    private double nanosPerItem() {
        return last.stream().mapToDouble(Round::nanosPerItem).min().orElse(0);
    }

    /** Something that the other engine might save, if it was beyond the margin in each of the last rounds. */
    private @Nullable Adaptation trial(Round round) {
        if (current == Strategy.PROCESSES) {
            return last.stream().allMatch(one -> one.idleShare() > MARGIN)
                    ? to(
                            Strategy.THREADS,
                            "A-CROSSING",
                            percent(round.idleShare())
                                    + " of a worker's time goes into something else than computing, which takes "
                                    + millis(round.cpuNanosPerItem()) + " of " + millis(round.workerNanosPerItem())
                                    + " an item; margin " + percent(MARGIN),
                            "threads are tried, for which nothing has to cross")
                    : null;
        }
        if (round.workerNanosPerItem() < costs.crossing().toNanos()) {
            return null; // whatever it might save, crossing would take more
        }
        if (last.stream().allMatch(one -> one.gcShare() > MARGIN)) {
            return to(
                    Strategy.PROCESSES,
                    "A-GARBAGE",
                    percent(round.gcShare()) + " of the time goes into collecting garbage; margin " + percent(MARGIN),
                    "worker JVMs are tried, each with a heap of its own");
        }
        return computes && last.stream().allMatch(one -> one.idleShare() > MARGIN)
                ? to(
                        Strategy.PROCESSES,
                        "A-CONTENTION",
                        "the cores have nothing to do for " + percent(round.idleShare())
                                + " of the time, although the work computes and more of it waits; margin "
                                + percent(MARGIN),
                        "worker JVMs are tried, which do not wait for each other's locks")
                : null;
    }

    private Adaptation judged() {
        double now = nanosPerItem();
        judged.put(current, now);
        judged.put(other(), before);
        String numbers = millis(now) + " an item on " + name(current) + ", " + millis(before) + " on " + name(other())
                + "; margin " + percent(MARGIN);
        return now < before * (1 - MARGIN)
                ? to(current, "A-BETTER", numbers, "it stays on " + name(current))
                : to(other(), "A-BACK", numbers, "no better by the margin: back to " + name(other()));
    }

    /** For worker JVMs; threads group inputs by themselves. */
    private @Nullable Adaptation chunks(Round round) {
        if (current != Strategy.PROCESSES) {
            return null;
        }
        double whole = round.workerNanosPerItem();
        double crossing = costs.crossing().toNanos();
        double work = Math.max(whole - crossing / round.chunkSize(), whole / PERCENT);
        long wanted = Math.min(LARGEST_CHUNK, Math.max(1, costs.inputsPerCrossing(work, 0, WANTED_EFFICIENCY)));
        long fair = Math.max(1, round.waiting() / CHUNKS_PER_WORKER / round.workers());
        long next = wanted > chunkSize ? Math.min(wanted, fair) : wanted;
        boolean isWorthIt = next >= NOTICEABLE * chunkSize || NOTICEABLE * next <= chunkSize;
        return isWorthIt
                ? new Adaptation(
                        "A-CHUNK",
                        current,
                        current,
                        (int) next,
                        millis(whole) + " an item, " + millis(crossing) + " to cross",
                        next + " inputs of a call cross together, where nobody has said how many")
                : null;
    }

    private Adaptation to(Strategy strategy, String rule, String numbers, String consequence) {
        return new Adaptation(rule, current, strategy, strategy == current ? chunkSize : 1, numbers, consequence);
    }

    static String name(Strategy strategy) {
        return strategy == Strategy.PROCESSES ? "worker JVMs" : "threads";
    }

    private static String percent(double share) {
        return Math.round(PERCENT * share) + " %";
    }

    private static String millis(double nanos) {
        return String.format(Locale.ROOT, "%.3f ms", nanos / NANOS_PER_MILLI);
    }
}
