package dev.tandem.recommend;

import dev.tandem.ParallelRunner;
import java.util.Collections;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The first words with worker JVMs: waits until they are there, and asks them for nothing a few times, to see what asking costs. Used
 * by one thread.
 */
final class Greeting {

    /** Of the budget, and how often at most. */
    private static final double ASKING = 0.03;

    private static final int ASKED_TIMES = 200;

    private final Budget budget;
    private OptionalDouble crossingNanos = OptionalDouble.empty();
    private @Nullable String trouble;

    Greeting(Budget budget) {
        this.budget = budget;
    }

    /** Whether all of them are there. */
    boolean greet(ParallelRunner processes, int workers) {
        try {
            processes
                    .map(Collections.nCopies(workers, true), Boolean::booleanValue)
                    .get(budget.limit(), TimeUnit.NANOSECONDS);
            crossingNanos = ask(processes);
            return true;
        } catch (ExecutionException e) {
            trouble = "they do not start ("
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse("") + ")";
        } catch (TimeoutException e) {
            trouble = "the budget ended before they had started";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            trouble = "interrupted";
        }
        return false;
    }

    /** What a question costs, with its answer: the fastest, since the first ones are compiled; empty if nobody answered. */
    OptionalDouble crossingNanos() {
        return crossingNanos;
    }

    /** Why nobody answered. */
    Optional<String> trouble() {
        return Optional.ofNullable(trouble);
    }

    private OptionalDouble ask(ParallelRunner processes)
            throws ExecutionException, TimeoutException, InterruptedException {
        long start = System.nanoTime();
        long fastest = Long.MAX_VALUE;
        int asked = 0;
        while (asked < ASKED_TIMES && System.nanoTime() - start < budget.share(ASKING)) {
            long before = System.nanoTime();
            processes.submit(new Nothing()).get(budget.limit(), TimeUnit.NANOSECONDS);
            fastest = Math.min(fastest, System.nanoTime() - before);
            asked++;
        }
        return asked == 0 ? OptionalDouble.empty() : OptionalDouble.of((double) fastest);
    }
}
