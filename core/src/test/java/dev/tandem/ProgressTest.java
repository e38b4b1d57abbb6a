package dev.tandem;

import static dev.tandem.OptionRules.refuses;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatNullPointerException;

import org.junit.jupiter.api.Test;

final class ProgressTest {

    @Test
    void computesTheShareOfAKnownTotal() {
        assertThat(new Progress(1, 4, "").fraction()).hasValue(0.25);
        assertThat(new Progress(4, 4, "").fraction()).hasValue(1);
        assertThat(new Progress(Long.MAX_VALUE, Long.MAX_VALUE, "").fraction()).hasValue(1);
    }

    @Test
    void hasNoShareOfAnUnknownTotal() {
        assertThat(new Progress(17, 0, "reading").fraction()).isEmpty();
    }

    @Test
    void refusesBadValues() {
        refuses(() -> new Progress(-1, 4, ""), "done must not be negative: done=-1");
        refuses(() -> new Progress(0, -4, ""), "total must not be negative: total=-4");
        refuses(() -> new Progress(5, 4, ""), "done must not exceed total: done=5, total=4");
        assertThatNullPointerException()
                .isThrownBy(() -> new Progress(1, 4, null))
                .withMessage("note");
    }
}
