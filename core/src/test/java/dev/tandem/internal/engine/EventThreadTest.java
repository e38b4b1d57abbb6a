package dev.tandem.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import dev.tandem.ParallelRunner;
import dev.tandem.TaskOptions;
import dev.tandem.testing.HardLimit;
import dev.tandem.testing.LogLines;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

/** Whatever of ours waits on the thread of a user interface is warned of. */
@ExtendWith(HardLimit.class)
final class EventThreadTest {

    private volatile CountDownLatch gate = new CountDownLatch(1);

    private interface Waiting {
        void on(ParallelRunner runner) throws Exception;
    }

    private int gated(int input) throws InterruptedException {
        gate.await();
        return input;
    }

    @Test
    void warnsOfAStreamThatIsConsumedThere() throws Exception {
        assertWarned(
                "the next result of a stream of",
                runner -> assertThat(runner.stream(List.of(1), this::gated)).containsExactly(1));
    }

    @Test
    void warnsOfAStreamWithoutOrder() throws Exception {
        TaskOptions unordered = TaskOptions.defaults().unordered();
        assertWarned(
                "the next result of a stream of",
                runner -> assertThat(runner.with(unordered).outcomes(List.of(1), this::gated))
                        .hasSize(1));
    }

    @Test
    void warnsOfTheJoinOfAStage() throws Exception {
        assertWarned(
                "task 1",
                runner -> runner.submit(() -> gated(1)).toCompletableFuture().join());
        assertWarned(
                "task 1",
                runner -> runner.submit(() -> gated(1)).thenApply(x -> x).get(20, TimeUnit.SECONDS));
    }

    @Test
    void warnsOfTheWaitForTheEndOfTheWork() throws Exception {
        assertWarned(
                "the end of the work of task 1 of waits",
                runner -> runner.submit(() -> gated(1))
                        .stopped()
                        .toCompletableFuture()
                        .join());
        assertWarned(
                "the end of the work of task 1 of waits",
                runner -> runner.submit(() -> gated(1))
                        .stopped()
                        .thenApply(how -> how)
                        .toCompletableFuture()
                        .get(20, TimeUnit.SECONDS));
    }

    @Test
    void warnsOfAClose() throws Exception {
        assertWarned("the end of waits", runner -> {
            runner.submit(() -> gated(1));
            runner.close();
        });
        assertWarned("the end of waits", runner -> {
            runner.submit(() -> gated(1));
            runner.close(Duration.ofSeconds(20));
        });
    }

    @Test
    void warnsOfTheWaitsOfAnExecutorService() throws Exception {
        assertWarned("the end of waits", runner -> {
            runner.submit(() -> gated(1));
            runner.asExecutorService().shutdown();
            runner.asExecutorService().awaitTermination(20, TimeUnit.SECONDS);
        });
        assertWarned(
                "the first of 1 tasks of waits",
                runner -> runner.asExecutorService().invokeAny(List.of(() -> gated(1))));
    }

    @Test
    void warnsOfATaskThatRunsThere() throws Exception {
        try (ParallelRunner inline = ParallelRunner.inline()) {
            assertWarned("a task of the inline runner", runner -> inline.submit(() -> gated(1)));
        }
    }

    @Test
    void isSilentIfNothingIsWaitedFor() throws Exception {
        EventThread.forgetWarning();
        try (LogLines log = new LogLines()) {
            Thread events = new Thread(
                    () -> {
                        ParallelRunner runner = ParallelRunner.threads(o -> o.workers(1));
                        runner.close();
                        assertThatCode(runner::close).doesNotThrowAnyException();
                    },
                    "AWT-EventQueue-8");
            events.start();
            events.join();
            assertThat(log.with("AWT-EventQueue-8")).isEmpty();
        }
    }

    private void assertWarned(String what, Waiting waiting) throws Exception {
        EventThread.forgetWarning();
        gate = new CountDownLatch(1);
        try (LogLines log = new LogLines();
                ParallelRunner runner =
                        ParallelRunner.threads(o -> o.name("waits").workers(1))) {
            Thread events = new Thread(
                    () -> assertThatCode(() -> waiting.on(runner)).doesNotThrowAnyException(), "AWT-EventQueue-8");
            events.start();
            log.await("WARN", what, "is waited for on AWT-EventQueue-8", "with a stack");
            gate.countDown();
            events.join();
            assertThat(log.with("is waited for on")).hasSize(1);
        }
    }
}
