package dev.tandem.recommend;

import dev.tandem.NotTransferableException;
import dev.tandem.Outcome;
import dev.tandem.RunnerBrokenException;
import java.util.Iterator;
import java.util.List;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What became of each item of a measurement, in the order of the items. Of an item that could not travel nothing is
 * kept, since it has not run, until nobody else runs it either.
 * Used by one thread after the other.
 */
final class Kept<A extends @Nullable Object, R extends @Nullable Object> {

    private final TreeMap<Long, Outcome<A, R>> outcomes = new TreeMap<>();

    /** Keeps what became of an item; false if it has not run. */
    boolean keep(Numbered<A> input, Outcome<A, MeasuredResult<R>> outcome) {
        if (outcome instanceof Outcome.Success<A, MeasuredResult<R>> success) {
            outcomes.put(
                    input.index(),
                    new Outcome.Success<>(input.item(), success.value().value()));
        } else if (outcome instanceof Outcome.Failure<A, MeasuredResult<R>> failure) {
            if (failure.failure() instanceof NotTransferableException refused && Passage.hasNotRun(refused)
                    || failure.failure() instanceof RunnerBrokenException) {
                return false;
            }
            if (failure.failure() instanceof CancellationException) {
                cancelled(input);
            } else {
                failed(input, failure.failure());
            }
        }
        return true;
    }

    /** An item has failed. */
    void failed(Numbered<A> input, RuntimeException failure) {
        outcomes.put(input.index(), new Outcome.Failure<>(input.item(), Renumbered.at(input.index(), failure)));
    }

    /** An item was cancelled, and whether it had begun is not known. */
    void cancelled(Numbered<A> input) {
        outcomes.put(
                input.index(),
                new Outcome.Failure<>(
                        input.item(),
                        new CancellationException(
                                "item " + input.index()
                                        + " was cancelled, since the thread that measures was interrupted; it may have run, in part or whole")));
    }

    int size() {
        return outcomes.size();
    }

    /** The results, to see whether they can travel; without those that are null. */
    Iterator<Numbered<Object>> results() {
        return outcomes.entrySet().stream()
                .flatMap(entry -> entry.getValue() instanceof Outcome.Success<A, R> success && success.value() != null
                        ? Stream.of(new Numbered<Object>(entry.getKey(), success.value()))
                        : Stream.empty())
                .iterator();
    }

    List<Outcome<A, R>> inOrder() {
        return List.copyOf(outcomes.values());
    }
}
