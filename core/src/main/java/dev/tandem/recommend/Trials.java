package dev.tandem.recommend;

import dev.tandem.NotTransferableException;
import dev.tandem.Outcome;
import dev.tandem.ParallelRunner;
import dev.tandem.RunnerBrokenException;
import dev.tandem.Strategy;
import dev.tandem.TaskFunction;
import dev.tandem.TaskOptions;
import dev.tandem.TaskTimeoutException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.MDC;

/**
 * Runs items of a measurement on one engine at a time, and writes down each {@link Trial}. How many go together follows from what the
 * last ones took.
 *
 * <p>Used by the calling thread. The outcomes of a trial are consumed by another one, which is the only one to touch anything here until
 * it has ended.
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
    private final Supply<A> supply;
    private final Kept<A, R> kept;
    private final Passage passage;
    private final List<Trial> done = new ArrayList<>();
    private final List<CrossingProbe.Outside> outside = new ArrayList<>();
    private double itemNanos;
    private boolean timesOut;
    private @Nullable RunnerBrokenException broken;
    private @Nullable CrossingProbe<A, R> crossing;

    Trials(
            TaskFunction<? super A, ? extends R> function,
            TaskOptions options,
            Budget budget,
            Supply<A> supply,
            Kept<A, R> kept,
            Passage passage) {
        this.function = function;
        this.options = options;
        this.budget = budget;
        this.supply = supply;
        this.kept = kept;
        this.passage = passage;
    }

    /**
     * Runs items.
     *
     * @param keepsBusy whether each worker has another item at hand when it ends one
     * @param nanosLeft until no more may start
     * @param most no more than these
     */
    void run(ParallelRunner runner, int workers, boolean keepsBusy, boolean isWarm, LongSupplier nanosLeft, int most) {
        Strategy strategy = runner.strategy();
        int chunk = itemNanos == 0 ? 1 : (int) Math.max(1, Math.min(LARGEST_CHUNK, CHUNK_NANOS / itemNanos));
        boolean isShort = itemNanos > 0 && itemNanos < LONG_ITEM_NANOS && !timesOut;
        int ahead = keepsBusy && isShort ? 2 : 1; // what waits behind a long one may start when its time is over
        TaskOptions together =
                options.unordered().chunkSize(1).window(ahead * workers * chunk).chunkSize(chunk);
        Relay<A> relay = new Relay<>(supply, strategy == Strategy.THREADS, nanosLeft, most, chunk);
        if (strategy == Strategy.PROCESSES) { // logs count the inputs of a round from 0; this says from where
            together = together.named("from item " + supply.nextIndex());
        }
        Consumption consumption = new Consumption(
                relay,
                runner.with(together).outcomes(() -> relay, new Probe<A, R>(function, strategy == Strategy.PROCESSES)),
                new Tally(strategy, workers, isWarm));
        consumption.start();
        relay.serve(consumption.all::close);
        consumption.end();
        Trial trial = consumption.trial;
        if (trial != null) {
            writeDown(trial, chunk);
        }
    }

    List<Trial> done() {
        return List.copyOf(done);
    }

    /** What crossing cost the first item that came back; empty if none did, or if no round says so. */
    Optional<Crossing> crossing() {
        return crossing == null ? Optional.empty() : crossing.measure(outside);
    }

    /** Why the runner on worker JVMs runs nothing any more; what it had not begun is with the items that have not run. */
    Optional<String> whyBroken() {
        return Optional.ofNullable(broken).map(RunnerBrokenException::why);
    }

    /** Why crossing is not known, although worker JVMs ran items; empty if they did not. */
    Optional<String> whyNoCrossing() {
        boolean wereThere = done.stream().anyMatch(trial -> trial.strategy() == Strategy.PROCESSES);
        String why = outside.isEmpty()
                ? "there was no round on one worker JVM after warming up in which no item failed"
                : "an item or a result that has crossed does not do so again";
        return wereThere && crossing().isEmpty() ? Optional.of("what crossing costs: " + why) : Optional.empty();
    }

    private void writeDown(Trial trial, int chunk) {
        if (trial.items() > trial.failures()) {
            itemNanos = 1.0 * trial.inside().toNanos() / (trial.items() - trial.failures());
        }
        if (trial.items() > 0) {
            done.add(trial);
        }
        boolean saysWhatCrossingCosts = trial.strategy() == Strategy.PROCESSES
                && trial.isWarm()
                && trial.workers() == 1
                && trial.items() > 0
                && trial.failures() == 0; // after a failure another JVM may have had to start
        if (saysWhatCrossingCosts) {
            outside.add(new CrossingProbe.Outside(
                    trial.nanosPerItem() - 1.0 * trial.inside().toNanos() / trial.items(), chunk));
        }
    }

    /** The thread that consumes the outcomes of one trial. It is a thread like the calling one, for whoever looks. */
    private final class Consumption extends Thread {

        private final Relay<A> relay;
        private final Stream<Outcome<A, MeasuredResult<R>>> all;
        private final Tally tally;
        private final @Nullable Map<String, String> context = MDC.getCopyOfContextMap();

        // --- its own, until it has ended ---
        private final List<Stranded<A>> stranded = new ArrayList<>();
        private final List<Numbered<A>> unrun = new ArrayList<>();
        private @Nullable Trial trial;
        private @Nullable Throwable failure;

        Consumption(Relay<A> relay, Stream<Outcome<A, MeasuredResult<R>>> all, Tally tally) {
            super("tandem-measure");
            setDaemon(true);
            this.relay = relay;
            this.all = all;
            this.tally = tally;
        }

        @Override
        public void run() {
            try (all) {
                if (context != null) {
                    MDC.setContextMap(context);
                }
                all.forEach(this::hear);
                trial = tally.trial();
            } catch (Throwable t) {
                failure = t;
            } finally {
                relay.consumed();
            }
        }

        private void hear(Outcome<A, MeasuredResult<R>> outcome) {
            Numbered<A> input = relay.heard(outcome.input());
            if (tally.strategy() == Strategy.PROCESSES) {
                passage.heard(input, outcome);
                if (passage.isClosed()) {
                    relay.stop();
                }
            }
            if (!kept.keep(input, outcome) && outcome instanceof Outcome.Failure<?, ?> failed) {
                if (failed.failure() instanceof NotTransferableException why) {
                    stranded.add(new Stranded<>(input, why));
                    return;
                }
                if (failed.failure() instanceof RunnerBrokenException why) {
                    unrun.add(input);
                    broken = why;
                    relay.stop();
                    return;
                }
            }
            tally.add(outcome);
            timesOut |=
                    outcome instanceof Outcome.Failure<?, ?> failed && failed.failure() instanceof TaskTimeoutException;
            if (crossing == null
                    && tally.strategy() == Strategy.PROCESSES
                    && outcome instanceof Outcome.Success<A, MeasuredResult<R>> success) {
                crossing = new CrossingProbe<>(outcome.input(), success.value());
            }
        }

        /** On the calling thread. */
        void end() {
            awaitItsEnd();
            stranded.forEach(one -> supply.strand(one.item, one.why));
            supply.giveBack(unrun);
            relay.unheard().forEach(kept::cancelled);
            budget.took(tally.longestNanos());
            if (tally.hasLostWorkers()) {
                budget.losesWorkers();
            }
            Throwable thrown = failure;
            if (thrown instanceof Error error) {
                throw error;
            }
            if (thrown != null && !Thread.currentThread().isInterrupted()) {
                throw new IllegalStateException("the outcomes of a trial could not be consumed", thrown);
            }
        }

        /** Of the thread, which has nothing left to do. */
        private void awaitItsEnd() {
            boolean interrupted = Thread.interrupted();
            while (isAlive()) {
                try {
                    join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private record Stranded<A extends @Nullable Object>(Numbered<A> item, NotTransferableException why) {}
}
