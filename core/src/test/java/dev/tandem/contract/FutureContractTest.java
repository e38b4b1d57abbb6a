package dev.tandem.contract;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowable;

import dev.tandem.ParallelRunner;
import dev.tandem.StandInException;
import dev.tandem.StopOutcome;
import dev.tandem.Task;
import dev.tandem.TaskAction;
import dev.tandem.TaskFailedException;
import dev.tandem.TaskFuture;
import dev.tandem.TaskStatus;
import dev.tandem.testing.Eventually;
import dev.tandem.testing.EveryRunner;
import dev.tandem.testing.Gate;
import dev.tandem.testing.Marks;
import dev.tandem.testing.Need;
import dev.tandem.testing.Runners;
import java.time.Duration;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** B22, B23, B25, B29, B30: what a future says, and when. */
final class FutureContractTest {

    @EveryRunner(needs = Need.ASYNC)
    void tellsWhereItsTaskIs(Runners runners) {
        ParallelRunner runner = runners.open(1);
        Gate gate = runners.gate();
        Marks started = runners.marks();
        TaskFuture<Void> first = runner.submit(() -> {
            started.make("first");
            gate.await();
        });
        TaskFuture<Integer> second = runner.submit(() -> 2);
        started.await("first");
        Eventually.holds("known to run", () -> first.status() == TaskStatus.RUNNING);
        assertThat(first.isDone()).isFalse();
        assertThat(second.status()).isEqualTo(TaskStatus.QUEUED);
        gate.open();
        assertThat(second.join()).isEqualTo(2);
        assertThat(first.status()).isEqualTo(TaskStatus.SUCCEEDED);
        assertThat(first.isDone()).isTrue();
        assertThat(first.isCancelled()).isFalse();
        assertThat(first.stopped().toCompletableFuture().join()).isEqualTo(StopOutcome.FINISHED);
    }

    @EveryRunner
    void cannotBeCancelledWhenItIsDone(Runners runners) {
        TaskFuture<Integer> future = runners.shared().submit(() -> 1);
        assertThat(future.join()).isEqualTo(1);
        assertThat(future.cancel()).isFalse();
        assertThat(future.cancel(false)).isFalse();
        assertThat(future.isCancelled()).isFalse();
        assertThat(future.join()).isEqualTo(1);
    }

    @EveryRunner
    void isFailedAfterAFailure(Runners runners) {
        TaskFuture<Void> future = runners.shared().submit(failing("no"));
        assertThatThrownBy(future::join).isInstanceOf(TaskFailedException.class);
        assertThat(future.status()).isEqualTo(TaskStatus.FAILED);
        assertThat(future.isDone()).isTrue();
        assertThat(future.isCancelled()).isFalse();
        assertThatThrownBy(() -> future.get(1, TimeUnit.SECONDS))
                .isInstanceOf(ExecutionException.class)
                .hasCauseInstanceOf(IllegalStateException.class);
        assertThat(future.stopped().toCompletableFuture().join()).isEqualTo(StopOutcome.FINISHED);
    }

    private static TaskAction failing(String message) {
        return () -> {
            throw new IllegalStateException(message);
        };
    }

    @EveryRunner(needs = Need.ASYNC)
    void limitsTheWaitOfItsCallerAndNotItsTask(Runners runners) throws Exception {
        Gate gate = runners.gate();
        TaskFuture<Integer> future = runners.shared().submit(() -> {
            gate.await();
            return 1;
        });
        assertThatThrownBy(() -> future.get(0, TimeUnit.SECONDS)).isInstanceOf(TimeoutException.class);
        long startedNanos = System.nanoTime();
        assertThatThrownBy(() -> future.get(50, TimeUnit.MILLISECONDS)).isInstanceOf(TimeoutException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - startedNanos))
                .isBetween(Duration.ofMillis(50), Duration.ofSeconds(5));
        assertThat(future.isDone()).isFalse();
        gate.open();
        assertThat(future.get(20, TimeUnit.SECONDS)).isEqualTo(1);
    }

    @EveryRunner(needs = Need.ASYNC)
    void letsAWaitingCallerBeInterrupted(Runners runners) {
        Gate gate = runners.gate();
        TaskFuture<Void> future = runners.shared().submit(gate::await);
        Thread.currentThread().interrupt();
        assertThatThrownBy(future::get).isInstanceOf(InterruptedException.class);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        Thread.currentThread().interrupt();
        assertThatThrownBy(() -> future.get(20, TimeUnit.SECONDS)).isInstanceOf(InterruptedException.class);
        gate.open();
        Thread.currentThread().interrupt();
        assertThat(future.join()).isNull();
        assertThat(Thread.interrupted())
                .as("join() keeps the interrupt for later")
                .isTrue();
    }

    @EveryRunner
    void hasAnExceptionOfItsOwn(Runners runners) {
        ParallelRunner runner = runners.shared();
        TaskAction task = failing("each time");
        TaskFuture<Void> first = runner.submit(task);
        TaskFuture<Void> second = runner.submit(task);
        Throwable firstFailure = catchThrowable(first::join);
        assertThat(catchThrowable(second::join)).isNotSameAs(firstFailure);
        int frames = firstFailure.getStackTrace().length;
        for (int i = 0; i < 5; i++) {
            assertThat(catchThrowable(first::join).getStackTrace()).hasSizeLessThanOrEqualTo(frames);
        }
    }

    @EveryRunner
    void takesAReturnedExceptionForAValue(Runners runners) {
        Task<Exception> task = () -> new IllegalStateException("a value");
        TaskFuture<Exception> future = runners.shared().submit(task);
        assertThat(future.join()).isInstanceOf(IllegalStateException.class).hasMessage("a value");
        assertThat(future.status()).isEqualTo(TaskStatus.SUCCEEDED);
    }

    /** An exception without any of the usual constructors, and without a stack. */
    static final class Frozen extends Exception {
        private static final long serialVersionUID = 1L;

        private final int code;

        Frozen(int code, Thread unused) {
            super("frozen " + code, null, false, false);
            this.code = code;
        }
    }

    @EveryRunner
    void bringsAnExceptionWithoutTheUsualConstructors(Runners runners) {
        TaskAction task = () -> {
            throw new Frozen(42, Thread.currentThread());
        };
        assertThatThrownBy(runners.shared().submit(task)::join)
                .cause()
                .isInstanceOfSatisfying(
                        Frozen.class, frozen -> assertThat(frozen.code).isEqualTo(42))
                .hasMessage("frozen 42");
    }

    @EveryRunner
    void bringsCausesAndSuppressedExceptions(Runners runners) {
        TaskAction task = () -> {
            IllegalStateException thrown = new IllegalStateException("top", new java.io.IOException("cause"));
            thrown.addSuppressed(new ArithmeticException("suppressed"));
            throw thrown;
        };
        Throwable cause = catchThrowable(runners.shared().submit(task)::join).getCause();
        assertThat(cause).isNotInstanceOf(StandInException.class).hasMessage("top");
        assertThat(cause.getCause()).isInstanceOf(java.io.IOException.class).hasMessage("cause");
        assertThat(cause.getSuppressed())
                .hasAtLeastOneElementOfType(ArithmeticException.class)
                .extracting(Throwable::getMessage)
                .contains("suppressed");
    }

    @EveryRunner(needs = Need.ASYNC)
    void showsAMirrorWhoseCancelReachesTheTask(Runners runners) {
        Gate gate = runners.gate();
        TaskFuture<Integer> future = runners.shared().submit(() -> {
            gate.await();
            return 1;
        });
        CompletableFuture<Integer> mirror = future.toCompletableFuture();
        assertThat(mirror.cancel(true)).isTrue();
        assertThatThrownBy(future::join).isInstanceOf(CancellationException.class);
        assertThat(future.status()).isEqualTo(TaskStatus.CANCELLED);
        future.stopped().toCompletableFuture().join();
    }

    @EveryRunner(needs = Need.ASYNC)
    void doesNotListenToAMirrorThatIsCompletedByHand(Runners runners) {
        Gate gate = runners.gate();
        TaskFuture<Integer> future = runners.shared().submit(() -> {
            gate.await();
            return 1;
        });
        assertThat(future.toCompletableFuture().complete(99)).isTrue();
        assertThat(future.isDone()).isFalse();
        gate.open();
        assertThat(future.join()).isEqualTo(1);
    }
}
