package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.ParallelRunner;
import dev.tandem.TaskFuture;
import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.Row;
import dev.tandem.testing.Runners;
import java.util.List;
import java.util.concurrent.CancellationException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/** B19: one runner, many threads. */
final class SharingContractTest {

    private static final int THREADS = 10;
    private static final int SUBMITS = 20;

    @Row("C9")
    @EveryRunner
    void servesManyThreadsThatSubmitMapAndCancel(Runners runners) throws Exception {
        ParallelRunner runner = runners.open(2);
        List<FutureTask<Integer>> users = IntStream.range(0, THREADS)
                .mapToObj(thread -> new FutureTask<>(() -> use(runner, thread)))
                .toList();
        users.forEach(user -> new Thread(user, "user").start());
        int wrong = 0;
        for (FutureTask<Integer> user : users) {
            wrong += user.get(40, TimeUnit.SECONDS);
        }
        assertThat(wrong).isZero();
        runner.close();
        assertThat(runner.stats().submitted()).isEqualTo(THREADS * (2L * 30 + SUBMITS));
        assertThat(runner.stats().done()).isEqualTo(runner.stats().submitted());
        assertThat(runner.stats().failed()).isZero();
    }

    /** Returns how many answers were wrong. */
    private static int use(ParallelRunner runner, int thread) {
        List<Integer> inputs = IntStream.range(0, 30).boxed().toList();
        TaskFuture<List<Integer>> before = runner.map(inputs, x -> x + thread);
        List<TaskFuture<Integer>> futures = IntStream.range(0, SUBMITS)
                .mapToObj(i -> runner.submit(() -> thread * 1000 + i))
                .toList();
        int wrong = 0;
        for (int i = 0; i < SUBMITS; i += 2) {
            TaskFuture<Integer> future = futures.get(i);
            if (future.cancel()) {
                assertThatThrownBy(future::join).isInstanceOf(CancellationException.class);
            }
        }
        for (int i = 1; i < SUBMITS; i += 2) {
            wrong += futures.get(i).join() == thread * 1000 + i ? 0 : 1;
        }
        List<Integer> expected = inputs.stream().map(x -> x + thread).toList();
        wrong += before.join().equals(expected) ? 0 : 1;
        wrong += runner.map(inputs, x -> x + thread).join().equals(expected) ? 0 : 1;
        return wrong;
    }
}
