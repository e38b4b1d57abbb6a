package dev.tandem;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The stage methods, which are the same for every implementation. */
final class TaskFutureTest {

    private static final Executor COUNTED = Runnable::run;

    static Stream<Method> stageMethods() {
        return Arrays.stream(CompletionStage.class.getMethods())
                .filter(method -> CompletionStage.class.equals(method.getReturnType()));
    }

    /** Fails on a JDK whose {@code CompletionStage} has learned a method that we do not redeclare. */
    @ParameterizedTest
    @MethodSource("stageMethods")
    void redeclaresEveryStageMethodCovariantly(Method method) throws Exception {
        Method ours = TaskFuture.class.getDeclaredMethod(method.getName(), method.getParameterTypes());

        assertThat(ours.getReturnType()).isEqualTo(CompletableFuture.class);
        assertThat(ours.isDefault()).isTrue();
    }

    @Test
    void chainsLikeACompletableFuture() {
        TaskFuture<Integer> two = new Done<>(2);
        TaskFuture<Integer> three = new Done<>(3);
        AtomicInteger seen = new AtomicInteger();
        Consumer<Integer> see = seen::addAndGet;
        Runnable ten = () -> seen.addAndGet(10);

        List<CompletableFuture<Integer>> values = List.of(
                two.thenApply(n -> n + 1),
                two.thenApplyAsync(n -> n + 1),
                two.thenApplyAsync(n -> n + 1, COUNTED),
                two.thenCompose(n -> three),
                two.thenComposeAsync(n -> three),
                two.thenComposeAsync(n -> three, COUNTED),
                two.thenCombine(three, (a, b) -> b),
                two.thenCombineAsync(three, (a, b) -> b),
                two.thenCombineAsync(three, (a, b) -> b, COUNTED),
                three.applyToEither(three, n -> n),
                three.applyToEitherAsync(three, n -> n),
                three.applyToEitherAsync(three, n -> n, COUNTED),
                two.handle((n, failure) -> n + 1),
                two.handleAsync((n, failure) -> n + 1),
                two.handleAsync((n, failure) -> n + 1, COUNTED),
                three.whenComplete((n, failure) -> seen.addAndGet(100)),
                three.whenCompleteAsync((n, failure) -> seen.addAndGet(100)),
                three.whenCompleteAsync((n, failure) -> seen.addAndGet(100), COUNTED),
                three.exceptionally(failure -> 0),
                three.exceptionallyAsync(failure -> 0),
                three.exceptionallyAsync(failure -> 0, COUNTED),
                three.exceptionallyCompose(failure -> two),
                three.exceptionallyComposeAsync(failure -> two),
                three.exceptionallyComposeAsync(failure -> two, COUNTED));
        assertThat(values).allSatisfy(value -> assertThat(value.join()).isEqualTo(3));
        assertThat(seen).hasValue(300);

        List<CompletableFuture<Void>> actions = List.of(
                two.thenAccept(see),
                two.thenAcceptAsync(see),
                two.thenAcceptAsync(see, COUNTED),
                two.thenRun(ten),
                two.thenRunAsync(ten),
                two.thenRunAsync(ten, COUNTED),
                two.thenAcceptBoth(three, (a, b) -> seen.addAndGet(b)),
                two.thenAcceptBothAsync(three, (a, b) -> seen.addAndGet(b)),
                two.thenAcceptBothAsync(three, (a, b) -> seen.addAndGet(b), COUNTED),
                two.runAfterBoth(three, ten),
                two.runAfterBothAsync(three, ten),
                two.runAfterBothAsync(three, ten, COUNTED),
                two.acceptEither(two, see),
                two.acceptEitherAsync(two, see),
                two.acceptEitherAsync(two, see, COUNTED),
                two.runAfterEither(three, ten),
                two.runAfterEitherAsync(three, ten),
                two.runAfterEitherAsync(three, ten, COUNTED));
        CompletableFuture.allOf(actions.toArray(CompletableFuture[]::new)).join();
        assertThat(seen).hasValue(300 + 3 * (2 + 10 + 3 + 10 + 2 + 10));
    }

    @Test
    void interruptsWhenItIsCancelledWithoutSayingHow() {
        AtomicReference<Boolean> interrupts = new AtomicReference<>();
        TaskFuture<Integer> future = new Done<>(1) {
            @Override
            public boolean cancel(boolean mayInterruptIfRunning) {
                interrupts.set(mayInterruptIfRunning);
                return true;
            }
        };

        assertThat(future.cancel()).isTrue();
        assertThat(interrupts).hasValue(true);
    }

    /** A future with the methods that have no default. */
    private static class Done<R> implements TaskFuture<R> {

        private final CompletableFuture<R> result;

        Done(R value) {
            result = CompletableFuture.completedFuture(value);
        }

        @Override
        public CompletableFuture<R> toCompletableFuture() {
            return result;
        }

        @Override
        public TaskFuture<R> onProgress(Consumer<? super Progress> listener, Executor executor) {
            return this;
        }

        @Override
        public R join() {
            return result.join();
        }

        @Override
        public R get() {
            return result.join();
        }

        @Override
        public R get(long timeout, TimeUnit unit) {
            return result.join();
        }

        @Override
        public boolean cancel(boolean mayInterruptIfRunning) {
            return false;
        }

        @Override
        public boolean isCancelled() {
            return false;
        }

        @Override
        public boolean isDone() {
            return true;
        }

        @Override
        public long taskId() {
            return 1;
        }

        @Override
        public TaskStatus status() {
            return TaskStatus.SUCCEEDED;
        }

        @Override
        public CompletionStage<StopOutcome> stopped() {
            return CompletableFuture.completedFuture(StopOutcome.FINISHED);
        }

        @Override
        public TaskFuture<R> onProgress(Consumer<? super Progress> listener) {
            return this;
        }
    }
}
