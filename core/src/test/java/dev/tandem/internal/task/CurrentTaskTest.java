package dev.tandem.internal.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import dev.tandem.Progress;
import dev.tandem.TaskContext;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

final class CurrentTaskTest {

    private final Context outer = new Context(1);
    private final Context inner = new Context(2);

    @Test
    void isTheInnermostTaskOfTheThread() {
        WorkerLocals locals = new WorkerLocals();
        assertThat(TaskContext.isInsideTask()).isFalse();

        CurrentTask.enter(outer, locals);
        assertThat(TaskContext.current()).isSameAs(outer);
        CurrentTask.enter(inner, new WorkerLocals());
        assertThat(TaskContext.current()).isSameAs(inner);
        assertThat(CurrentTask.locals()).isNotSameAs(locals);
        CurrentTask.exit();
        assertThat(TaskContext.current()).isSameAs(outer);
        assertThat(CurrentTask.locals()).isSameAs(locals);
        assertThat(TaskContext.isInsideTask()).isTrue();
        CurrentTask.exit();

        assertThat(TaskContext.isInsideTask()).isFalse();
        assertThat(CurrentTask.locals()).isNull();
    }

    @Test
    void isNotSeenByOtherThreads() {
        CurrentTask.enter(outer, new WorkerLocals());
        try {
            assertThat(CompletableFuture.supplyAsync(TaskContext::isInsideTask).join())
                    .isFalse();
        } finally {
            CurrentTask.exit();
        }
    }

    @Test
    void saysThatThereIsNone() {
        assertThatIllegalStateException()
                .isThrownBy(TaskContext::current)
                .withMessage(
                        "thread " + Thread.currentThread().getName() + " runs no task, so there is no TaskContext: ask"
                                + " isInsideTask() first, or hand the context to the threads that the task starts");
        assertThatIllegalStateException().isThrownBy(CurrentTask::exit).withMessage("exit() without enter()");
    }

    @Test
    void reportsProgressWithoutANote() {
        outer.report(3, 4);

        assertThat(outer.reports).containsExactly(new Progress(3, 4, ""));
    }

    private static final class Context implements TaskContext {

        private final long id;
        private final List<Progress> reports = new ArrayList<>();

        Context(long id) {
            this.id = id;
        }

        @Override
        public long taskId() {
            return id;
        }

        @Override
        public int attempt() {
            return 1;
        }

        @Override
        public int workerIndex() {
            return 0;
        }

        @Override
        public Optional<Instant> deadline() {
            return Optional.empty();
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public void report(Progress progress) {
            reports.add(progress);
        }
    }
}
