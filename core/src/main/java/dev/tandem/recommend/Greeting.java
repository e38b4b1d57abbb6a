package dev.tandem.recommend;

import dev.tandem.ParallelRunner;
import java.util.Collections;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** The first words with worker JVMs: waits until they are there. Used by one thread. */
final class Greeting {

    private final Budget budget;
    private @Nullable String trouble;

    Greeting(Budget budget) {
        this.budget = budget;
    }

    /** Whether all of them are there. */
    boolean greet(ParallelRunner processes, int workers) {
        long limitNanos = budget.limit();
        try {
            processes
                    .map(Collections.nCopies(workers, true), Boolean::booleanValue)
                    .get(limitNanos, TimeUnit.NANOSECONDS);
            return true;
        } catch (ExecutionException e) {
            trouble = "they do not start ("
                    + String.valueOf(e.getMessage()).lines().findFirst().orElse("") + ")";
        } catch (TimeoutException e) {
            trouble = "they had not started after " + Figures.time(1.0 * limitNanos)
                    + ", and what else the budget has is for their end";
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            trouble = "interrupted";
        }
        return false;
    }

    /** Why nobody answered. */
    Optional<String> trouble() {
        return Optional.ofNullable(trouble);
    }
}
