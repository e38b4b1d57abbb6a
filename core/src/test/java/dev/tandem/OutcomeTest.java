package dev.tandem;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.concurrent.CancellationException;
import org.junit.jupiter.api.Test;

final class OutcomeTest {

    private static final CancellationException CANCELLED = new CancellationException("no longer needed");

    private final Outcome<String, Integer> success = new Outcome.Success<>("one", 1);
    private final Outcome<String, Integer> failure = new Outcome.Failure<>("two", CANCELLED);

    @Test
    void givesTheResultOfASuccess() {
        assertThat(success.isSuccess()).isTrue();
        assertThat(success.input()).isEqualTo("one");
        assertThat(success.orThrow()).isEqualTo(1);
        assertThat(success.orElse(9)).isEqualTo(1);
        assertThat(success.<String>fold(value -> "got " + value, thrown -> "failed"))
                .isEqualTo("got 1");
    }

    @Test
    void throwsTheVeryFailure() {
        assertThat(failure.isSuccess()).isFalse();
        assertThat(failure.input()).isEqualTo("two");
        assertThatThrownBy(failure::orThrow).isSameAs(CANCELLED);
        assertThat(failure.orElse(9)).isEqualTo(9);
        assertThat(failure.<String>fold(value -> "got " + value, Throwable::getMessage))
                .isEqualTo("no longer needed");
    }

    @Test
    void allowsNullsAsInputAndResult() {
        Outcome<String, Integer> nothing = new Outcome.Success<>(null, null);

        assertThat(nothing.input()).isNull();
        assertThat(nothing.orThrow()).isNull();
        assertThat(nothing.orElse(9)).isNull();
    }

    @Test
    void refusesAFailureWithoutReason() {
        assertThatNullPointerException()
                .isThrownBy(() -> new Outcome.Failure<>("two", null))
                .withMessage("failure");
    }
}
