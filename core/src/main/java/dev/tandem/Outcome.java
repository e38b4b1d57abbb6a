package dev.tandem;

import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * What became of one input: its result or its failure, as a value.
 *
 * <p>Immutable and safe for use by any number of threads, as far as input and result are.
 *
 * @param <A> the type of the input
 * @param <R> the type of the result
 */
public sealed interface Outcome<A extends @Nullable Object, R extends @Nullable Object> {

    /** {@return the input, the very object that was given} */
    A input();

    /**
     * The result, if there is one.
     *
     * @return the result, possibly null
     * @throws ParallelException if the input failed
     * @throws java.util.concurrent.CancellationException if the input was cancelled
     */
    R orThrow();

    /** {@return whether there is a result} */
    boolean isSuccess();

    /**
     * The result, or another value if there is none.
     *
     * @param other what to return for a failure, possibly null
     * @return the result or {@code other}
     */
    R orElse(R other);

    /**
     * Applies one function or the other.
     *
     * @param <T> what both return
     * @param onSuccess sees the result
     * @param onFailure sees the failure
     * @return what the function returned
     */
    <T extends @Nullable Object> T fold(
            Function<? super R, ? extends T> onSuccess, Function<? super RuntimeException, ? extends T> onFailure);

    /**
     * A result.
     *
     * @param <A> the type of the input
     * @param <R> the type of the result
     * @param input the input
     * @param value the result, possibly null
     */
    record Success<A extends @Nullable Object, R extends @Nullable Object>(A input, R value) implements Outcome<A, R> {

        @Override
        public R orThrow() {
            return value;
        }

        @Override
        public boolean isSuccess() {
            return true;
        }

        @Override
        public R orElse(R other) {
            return value;
        }

        @Override
        public <T extends @Nullable Object> T fold(
                Function<? super R, ? extends T> onSuccess, Function<? super RuntimeException, ? extends T> onFailure) {
            return onSuccess.apply(value);
        }
    }

    /**
     * A failure.
     *
     * @param <A> the type of the input
     * @param <R> the type of the result
     * @param input the input
     * @param failure a {@link ParallelException}, or a {@link java.util.concurrent.CancellationException} or {@link
     *     java.util.concurrent.RejectedExecutionException} if the runner was shut down before the input was done
     */
    record Failure<A extends @Nullable Object, R extends @Nullable Object>(A input, RuntimeException failure)
            implements Outcome<A, R> {

        /** Checks for null. */
        public Failure {
            Objects.requireNonNull(failure, "failure");
        }

        @Override
        public R orThrow() {
            throw failure;
        }

        @Override
        public boolean isSuccess() {
            return false;
        }

        @Override
        public R orElse(R other) {
            return other;
        }

        @Override
        public <T extends @Nullable Object> T fold(
                Function<? super R, ? extends T> onSuccess, Function<? super RuntimeException, ? extends T> onFailure) {
            return onFailure.apply(failure);
        }
    }
}
