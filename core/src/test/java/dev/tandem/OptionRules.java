package dev.tandem;

import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.assertj.core.api.ThrowableAssert.ThrowingCallable;

/** How every option refuses a bad value. */
final class OptionRules {

    private OptionRules() {}

    static void refuses(ThrowingCallable setter, String message) {
        assertThatThrownBy(setter)
                .isExactlyInstanceOf(IllegalArgumentException.class)
                .hasMessage(message);
    }

    static void refusesNull(ThrowingCallable setter, String option) {
        assertThatThrownBy(setter)
                .isExactlyInstanceOf(NullPointerException.class)
                .hasMessage(option + " must not be null");
    }
}
