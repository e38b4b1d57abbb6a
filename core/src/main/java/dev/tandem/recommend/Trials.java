package dev.tandem.recommend;

import dev.tandem.NotTransferableException;
import dev.tandem.Outcome;
import dev.tandem.ParallelRunner;
import dev.tandem.Strategy;
import dev.tandem.TaskFunction;
import dev.tandem.TaskOptions;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Runs items of a measurement on one engine at a time, and writes down each {@link Trial}. How many go together follows from what the
 * last ones took. Used by one thread, which consumes the outcomes and adds up.
 */
final class Trials<A extends @Nullable Object, R extends @Nullable Object> {

    /** Items that are shorter go together, so that handing them over is a small part; longer chunks make the budget coarse. */
    private static final double CHUNK_NANOS = 1e6;

    private static final int LARGEST_CHUNK = 1_000;

    /** Longer items need nobody waiting behind them: handing the next one over takes no noticeable time. */
    private static final double LONG_ITEM_NANOS = 2e7;

    private final TaskFunction<? super A, ? extends R> function;
    private final TaskOptions options;
    private final Budget budget;
    private final Kept<A, R> kept;
    private final List<Trial> done = new ArrayList<>();
    private double itemNanos;
    private @Nullable CrossingProbe<A, R> crossing;
    private boolean hasStranded;

    Trials(TaskFunction<? super A, ? extends R> function, TaskOptions options, Budget budget, Kept<A, R> kept) {
        this.function = function;
        this.options = options;
        this.budget = budget;
        this.kept = kept;
    }

    /**
     * Runs items.
     *
     * @param keepsBusy whether each worker has another item at hand when it ends one
     */
    void run(
            ParallelRunner runner, int workers, boolean keepsBusy, boolean isWarm, Iterator<Probe.Numbered<A>> source) {
        Strategy strategy = runner.strategy();
        Tally tally = new Tally(strategy, workers, isWarm);
        int chunk = itemNanos == 0 ? 1 : (int) Math.max(1, Math.min(LARGEST_CHUNK, CHUNK_NANOS / itemNanos));
        int ahead = keepsBusy && itemNanos < LONG_ITEM_NANOS ? 2 : 1;
        TaskOptions together =
                options.unordered().chunkSize(1).window(ahead * workers * chunk).chunkSize(chunk);
        Probe<A, R> probe = new Probe<>(function, strategy == Strategy.PROCESSES);
        try (Stream<Outcome<Probe.Numbered<A>, Probe.Probed<R>>> all =
                runner.with(together).outcomes(() -> source, probe)) {
            all.forEach(outcome -> hear(strategy, outcome, tally));
        }
        budget.took(tally.longestNanos());
        writeDown(tally.trial());
    }

    /** Whether an item or a result was found that cannot travel. */
    boolean hasStranded() {
        return hasStranded;
    }

    List<Trial> done() {
        return List.copyOf(done);
    }

    /** What crossing cost the first item that came back; empty if none did. */
    Optional<Crossing> crossing() {
        return crossing == null ? Optional.empty() : crossing.measure(done);
    }

    private void hear(Strategy strategy, Outcome<Probe.Numbered<A>, Probe.Probed<R>> outcome, Tally tally) {
        if (!kept.keep(outcome)) {
            hasStranded = true;
            return;
        }
        if (outcome instanceof Outcome.Failure<?, ?> failure && failure.failure() instanceof NotTransferableException) {
            hasStranded = true; // it has run, but its result could not come back: no more of those
        }
        tally.add(outcome);
        if (crossing == null
                && strategy == Strategy.PROCESSES
                && outcome instanceof Outcome.Success<Probe.Numbered<A>, Probe.Probed<R>> success) {
            crossing = new CrossingProbe<>(outcome.input(), success.value());
        }
    }

    private void writeDown(Trial trial) {
        if (trial.items() > trial.failures()) {
            itemNanos = 1.0 * trial.inside().toNanos() / (trial.items() - trial.failures());
        }
        if (trial.items() > 0) {
            done.add(trial);
        }
    }
}
