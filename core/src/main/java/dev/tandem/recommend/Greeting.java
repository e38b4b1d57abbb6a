package dev.tandem.recommend;

import dev.tandem.ParallelRunner;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
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
    private @Nullable Duration crossing;
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
            crossing = median(ask(processes));
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

    /** What a question costs, with its answer; empty if nobody answered. */
    Optional<Duration> crossing() {
        return Optional.ofNullable(crossing);
    }

    /** Why nobody answered. */
    Optional<String> trouble() {
        return Optional.ofNullable(trouble);
    }

    private List<Long> ask(ParallelRunner processes) throws ExecutionException, TimeoutException, InterruptedException {
        long until = System.nanoTime() + budget.share(ASKING);
        List<Long> times = new ArrayList<>();
        while (times.size() < ASKED_TIMES && System.nanoTime() < until) {
            long before = System.nanoTime();
            processes.submit(new Nothing()).get(budget.limit(), TimeUnit.NANOSECONDS);
            times.add(System.nanoTime() - before);
        }
        return times;
    }

    private static @Nullable Duration median(List<Long> times) {
        times.sort(null);
        return times.isEmpty() ? null : Duration.ofNanos(times.get(times.size() / 2));
    }
}
