package dev.tandem.recommend;

import dev.tandem.NotTransferableException;
import dev.tandem.Outcome;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CancellationException;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What became of each item of a measurement, in the order of the items. An item that could not travel has not run, so nothing is kept of it.
 * Used by one thread after the other.
 */
final class Kept<A extends @Nullable Object, R extends @Nullable Object> {

    private final TreeMap<Long, Outcome<A, R>> outcomes = new TreeMap<>();

    /** Keeps what became of an item; false if it has not run. */
    boolean keep(Outcome<Probe.Numbered<A>, Probe.Probed<R>> outcome) {
        Probe.Numbered<A> input = outcome.input();
        if (outcome instanceof Outcome.Success<Probe.Numbered<A>, Probe.Probed<R>> success) {
            outcomes.put(
                    input.index(),
                    new Outcome.Success<>(input.item(), success.value().value()));
        } else if (outcome instanceof Outcome.Failure<Probe.Numbered<A>, Probe.Probed<R>> failure) {
            if (hasNotRun(failure.failure())) {
                return false;
            }
            if (failure.failure() instanceof CancellationException) {
                cancelled(input);
            } else {
                outcomes.put(
                        input.index(),
                        new Outcome.Failure<>(input.item(), Renumbered.at(input.index(), failure.failure())));
            }
        }
        return true;
    }

    /** An item was cancelled, and whether it had begun is not known. */
    void cancelled(Probe.Numbered<A> input) {
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

    /** A result, to see whether results can travel; empty if there is none yet. */
    Optional<Object> someResult() {
        return outcomes.values().stream()
                .flatMap(outcome -> outcome instanceof Outcome.Success<A, R> success
                        ? Stream.ofNullable((Object) success.value())
                        : Stream.empty())
                .findFirst();
    }

    List<Outcome<A, R>> inOrder() {
        return List.copyOf(outcomes.values());
    }

    private static boolean hasNotRun(RuntimeException failure) {
        return failure instanceof NotTransferableException left
                && (left.part() == NotTransferableException.Part.TASK
                        || left.part() == NotTransferableException.Part.ARGUMENT);
    }
}
