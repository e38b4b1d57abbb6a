package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.tandem.ParallelRunner;
import dev.tandem.TaskAction;
import dev.tandem.TaskContext;
import dev.tandem.TaskFuture;
import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.Marks;
import dev.tandem.testing.Need;
import dev.tandem.testing.Runners;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.slf4j.MDC;

/** What a task knows of itself. */
final class ContextContractTest {

    @EveryRunner
    void knowsItsTask(Runners runners) {
        TaskFuture<long[]> future = runners.shared().submit(() -> {
            TaskContext context = TaskContext.current();
            return new long[] {context.taskId(), context.attempt(), context.workerIndex()};
        });
        long[] seen = future.join();
        assertThat(seen[0]).isEqualTo(future.taskId());
        assertThat(seen[1]).isEqualTo(1);
        assertThat(seen[2]).isBetween(0L, 1L);
    }

    @EveryRunner
    void isInsideATaskOnly(Runners runners) {
        assertThat(TaskContext.isInsideTask()).isFalse();
        assertThatThrownBy(TaskContext::current)
                .isInstanceOf(IllegalStateException.class)
                .hasMessageContaining(Thread.currentThread().getName());
        assertThat(runners.shared().submit(TaskContext::isInsideTask).join()).isTrue();
        assertThat(TaskContext.isInsideTask()).isFalse();
    }

    @EveryRunner
    void knowsWhenItTimesOut(Runners runners) {
        ParallelRunner runner = runners.shared();
        Duration timeout = Duration.ofSeconds(30);
        Instant before = Instant.now();
        Instant deadline = runner.withTimeout(timeout)
                .submit(() -> TaskContext.current().deadline().orElseThrow())
                .join();
        assertThat(deadline)
                .isBetween(before.plus(timeout).minusSeconds(2), Instant.now().plus(timeout));
        assertThat(runner.submit(() -> TaskContext.current().deadline().isPresent())
                        .join())
                .isFalse();
    }

    @EveryRunner(needs = Need.ASYNC)
    void learnsThatItWasCancelled(Runners runners) {
        ParallelRunner runner = runners.open(settings -> settings.grace(Duration.ofSeconds(20)));
        Marks marks = runners.marks();
        TaskFuture<Void> future = runner.submit(() -> {
            TaskContext context = TaskContext.current();
            marks.make("started " + context.isCancelled());
            while (!context.isCancelled()) {
                Thread.onSpinWait();
            }
            marks.make("noticed");
        });
        marks.await("started false");
        future.cancel();
        marks.await("noticed");
    }

    @EveryRunner
    void belongsToTheThreadOfTheTaskButMayBeHandedOn(Runners runners) {
        TaskFuture<List<Boolean>> future = runners.shared().submit(() -> {
            TaskContext handedOn = TaskContext.current();
            AtomicReference<List<Boolean>> seen = new AtomicReference<>();
            Thread other = new Thread(() -> {
                handedOn.report(1, 2);
                seen.set(List.of(TaskContext.isInsideTask(), handedOn.taskId() > 0));
            });
            other.start();
            other.join();
            return seen.get();
        });
        assertThat(future.join()).containsExactly(false, true);
    }

    @EveryRunner
    void carriesTheDiagnosticContextOfTheSubmitter(Runners runners) {
        ParallelRunner runner = runners.shared();
        MDC.put("request", "4711");
        try {
            TaskFuture<String> inside = runner.submit(() -> {
                String seen = MDC.get("request");
                MDC.put("request", "changed in the task");
                MDC.put("left", "behind");
                return seen;
            });
            assertThat(inside.join()).isEqualTo("4711");
            assertThat(MDC.get("request")).isEqualTo("4711");
            assertThat(MDC.get("left")).isNull();
        } finally {
            MDC.clear();
        }
        assertThat(IntStream.range(0, 10)
                        .mapToObj(i -> runner.submit(() -> MDC.get("request") + MDC.get("left")))
                        .map(TaskFuture::join))
                .as("what one task put there is gone in the next")
                .containsOnly("nullnull");
    }

    @EveryRunner
    void startsEveryTaskWithoutInterrupt(Runners runners) {
        ParallelRunner runner = runners.shared();
        TaskAction leavesAnInterrupt = () -> Thread.currentThread().interrupt();
        for (int i = 0; i < 20; i++) {
            runner.submit(leavesAnInterrupt).join();
            assertThat(runner.submit(() -> Thread.currentThread().isInterrupted())
                            .join())
                    .isFalse();
        }
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }
}
