package dev.tandem.internal.threads;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.ParallelRunner;
import dev.tandem.StopOutcome;
import dev.tandem.TaskFuture;
import java.lang.ref.WeakReference;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Tasks that wait for tasks of the same runner. */
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class HelpingTest {

    private static final int MANY = 5_000; // were each to lie on the stack of another, no stack would hold them

    private final ParallelRunner runner =
            ParallelRunner.threads(o -> o.workers(2).stopGrace(Duration.ofSeconds(2)));

    @AfterEach
    void end() {
        runner.shutdownNow();
        runner.close();
    }

    @Test
    void needsNoStackForWhatWaitsInLine() {
        List<Integer> inputs = IntStream.range(0, MANY).boxed().toList();
        List<Integer> doubled = runner.map(
                        inputs,
                        n -> runner.map(List.of(n, n), m -> m).join().stream()
                                .mapToInt(m -> m)
                                .sum())
                .join();
        assertThat(doubled)
                .isEqualTo(IntStream.range(0, MANY).map(n -> 2 * n).boxed().toList());
    }

    @Test
    void needsNoStackForStagesEither() {
        List<Integer> inputs = IntStream.range(0, MANY).boxed().toList();
        List<Integer> next = runner.map(
                        inputs,
                        n -> runner.submit(() -> n).thenApply(m -> m + 1).join())
                .join();
        assertThat(next).isEqualTo(IntStream.rangeClosed(1, MANY).boxed().toList());
    }

    @Test
    void needsNoStackForStagesThatAreTasksThemselves() {
        List<Integer> inputs = IntStream.range(0, MANY).boxed().toList();
        List<Integer> next = runner.map(
                        inputs,
                        n -> runner.submit(() -> n)
                                .thenCompose(m -> runner.submit(() -> m + 1))
                                .join())
                .join();
        assertThat(next).isEqualTo(IntStream.rangeClosed(1, MANY).boxed().toList());
    }

    /** While a stage is late, the thread that waits for it looks for other work; each time it has to look longer. */
    @Test
    void pilesLittleUpWhileCallbacksAreLate() {
        AtomicInteger highest = new AtomicInteger();
        List<Integer> inputs = IntStream.range(0, 300).boxed().toList();
        List<Integer> next = runner.map(inputs, n -> {
                    highest.accumulateAndGet(tasksOnThisStack(), Math::max);
                    TaskFuture<Integer> source = runner.submit(() -> n);
                    return source.thenApply(HelpingTest::lateByTenthOfASecond).join();
                })
                .join();
        assertThat(next).isEqualTo(inputs);
        assertThat(highest.get()).isBetween(1, 20);
    }

    /** What callbacks submit is remembered while it waits, and no longer. */
    @RepeatedTest(20)
    void keepsNothingOfWhatCallbacksHaveSubmitted() {
        WeakReference<byte[]> result = resultOfATaskOfACallback();
        await().until(() -> {
            System.gc();
            return result.get() == null;
        });
    }

    private WeakReference<byte[]> resultOfATaskOfACallback() {
        TaskFuture<Integer> source = runner.submit(() -> 1);
        return new WeakReference<>(
                source.thenCompose(n -> runner.submit(() -> new byte[n])).join());
    }

    private static int lateByTenthOfASecond(int n) {
        long endNanos = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(100);
        while (System.nanoTime() < endNanos) {
            LockSupport.parkNanos(endNanos - System.nanoTime());
        }
        return n;
    }

    private static int tasksOnThisStack() {
        return StackWalker.getInstance()
                .walk(frames ->
                        (int) frames.filter(frame -> frame.getClassName().equals(RunStack.class.getName())
                                        && frame.getMethodName().equals("runAll"))
                                .count());
    }

    /** {@code last} needs {@code second}, which needs {@code first}; the thread of {@code first} must not take {@code last}. */
    @Test
    void putsNothingOnItsStackThatMayWaitForIt() throws Exception {
        CountDownLatch allAreThere = new CountDownLatch(1);
        TaskFuture<Integer> first = runner.submit(() -> {
            allAreThere.await();
            return runner.submit(() -> 1).join();
        });
        TaskFuture<Integer> second = runner.submit(first::join);
        await().until(() -> runner.stats().running() == 2);
        TaskFuture<Integer> last = runner.submit(second::join);
        allAreThere.countDown();
        assertThat(last.get(10, TimeUnit.SECONDS)).isEqualTo(1);
    }

    @Test
    void endsAGetThatIsInterrupted() throws Exception {
        CountDownLatch release = new CountDownLatch(1);
        TaskFuture<@Nullable Void> slow = runner.submit(() -> release.await());
        TaskFuture<@Nullable Void> waiting = runner.submit(() -> {
            slow.get();
        });
        await().until(() -> runner.stats().running() == 2);
        waiting.cancel();
        assertThat(waiting.stopped().toCompletableFuture().get(10, TimeUnit.SECONDS))
                .isEqualTo(StopOutcome.INTERRUPTED);
        release.countDown();
    }
}
