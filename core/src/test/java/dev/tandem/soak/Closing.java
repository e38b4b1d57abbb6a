package dev.tandem.soak;

import dev.tandem.ParallelRunner;
import dev.tandem.RunnerBrokenException;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;

/** The ways to end a runner; each returns when the runner has ended. */
enum Closing {
    DRAIN,
    AT_A_DEADLINE,
    NOW,
    NOW_BY_THE_VIEW,
    BY_MANY_AT_ONCE,
    FROM_A_CALLBACK,
    INTERRUPTED;

    /** Whether work that was accepted is run. */
    boolean waitsForWork() {
        return this == DRAIN || this == FROM_A_CALLBACK;
    }

    void end(ParallelRunner runner, Books books, Random random) throws InterruptedException, ExecutionException {
        switch (this) {
            case DRAIN -> {}
            case AT_A_DEADLINE -> runner.close(Duration.ofMillis(random.nextInt(200)));
            case NOW -> runner.shutdownNow();
            case NOW_BY_THE_VIEW -> runner.asExecutorService().shutdownNow();
            case BY_MANY_AT_ONCE -> byMany(runner, random);
            case FROM_A_CALLBACK -> fromACallback(runner, books);
            case INTERRUPTED -> {
                Thread.currentThread().interrupt();
                runner.close();
                if (!Thread.interrupted()) {
                    throw new AssertionError("close() swallowed an interrupt");
                }
            }
            default -> throw new AssertionError(this);
        }
        runner.close();
    }

    private static void byMany(ParallelRunner runner, Random random) throws InterruptedException, ExecutionException {
        Duration deadline = Duration.ofMillis(random.nextInt(100));
        FutureTask<Boolean> withDeadline = new FutureTask<>(() -> runner.close(deadline));
        FutureTask<Boolean> without = new FutureTask<>(runner::close, true);
        new Thread(withDeadline, "soak-closer").start();
        new Thread(without, "soak-closer").start();
        withDeadline.get();
        without.get();
    }

    private static void fromACallback(ParallelRunner runner, Books books)
            throws InterruptedException, ExecutionException {
        FutureTask<Boolean> closed = new FutureTask<>(runner::close, true);
        books.maybeAcceptedInBulk(1);
        try {
            runner.submit(() -> 1).whenComplete((value, failure) -> closed.run());
            closed.get();
        } catch (RejectedExecutionException | RunnerBrokenException e) {
            // broken by chaos: there is no callback to close it from
        }
    }
}
