package dev.tandem.recommend;

import dev.tandem.NotTransferableException;
import dev.tandem.Outcome;
import dev.tandem.ParallelRunner;
import dev.tandem.TaskFunction;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * What became of each item of a measurement, in the order of the items. An item that could not travel has not run: it is set aside, to
 * be run on a thread. Used by one thread.
 */
final class Kept<A extends @Nullable Object, R extends @Nullable Object> {

    private final boolean mayRunHere;
    private final TreeMap<Long, Outcome<A, R>> outcomes = new TreeMap<>();
    private final List<Probe.Numbered<A>> stranded = new ArrayList<>();

    Kept(boolean mayRunHere) {
        this.mayRunHere = mayRunHere;
    }

    /** Keeps what became of an item; false if it was set aside. */
    boolean keep(Outcome<Probe.Numbered<A>, Probe.Probed<R>> outcome) {
        Probe.Numbered<A> input = outcome.input();
        if (outcome instanceof Outcome.Success<Probe.Numbered<A>, Probe.Probed<R>> success) {
            outcomes.put(
                    input.index(),
                    new Outcome.Success<>(input.item(), success.value().value()));
        } else if (outcome instanceof Outcome.Failure<Probe.Numbered<A>, Probe.Probed<R>> failure) {
            if (mayRunHere && hasNotRun(failure.failure())) {
                setAside(input);
                return false;
            }
            outcomes.put(input.index(), new Outcome.Failure<>(input.item(), failure.failure()));
        }
        return true;
    }

    /** A result, to see whether results can travel; empty if there is none yet. */
    Optional<Object> someResult() {
        return outcomes.values().stream()
                .flatMap(outcome -> outcome instanceof Outcome.Success<A, R> success
                        ? Stream.ofNullable((Object) success.value())
                        : Stream.empty())
                .findFirst();
    }

    /** For a thread, later. */
    void setAside(Probe.Numbered<A> item) {
        stranded.add(item);
    }

    /** Runs what was set aside. */
    void runHere(ParallelRunner threads, TaskFunction<? super A, ? extends R> function) {
        for (Probe.Numbered<A> input : stranded) {
            Iterable<A> one = Collections.singletonList(input.item());
            try (Stream<Outcome<A, R>> outcome = threads.outcomes(one, function)) {
                outcome.forEach(done -> outcomes.put(input.index(), done));
            }
        }
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
