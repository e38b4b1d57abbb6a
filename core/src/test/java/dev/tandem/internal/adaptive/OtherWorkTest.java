package dev.tandem.internal.adaptive;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** With figures that are made up, for two cores. */
final class OtherWorkTest {

    private static final long SECOND = 1_000_000_000;

    private long all;
    private long own;
    private final OtherWork others = new OtherWork(() -> all, () -> own, 2);

    @Test
    void seesThatOthersTakeMoreThanTheyMay() {
        assertThat(others.isInTheWay(0)).as("too early to tell").isTrue();
        all = 2 * SECOND;
        own = 17 * SECOND / 10;
        assertThat(others.isInTheWay(SECOND / 10)).as("still too early").isTrue();
        assertThat(others.isInTheWay(SECOND)).as("0.3 of 2 cores").isFalse();
        all += SECOND;
        own += SECOND / 2;
        assertThat(others.isInTheWay(SECOND + SECOND / 10))
                .as("what was seen holds for a while")
                .isFalse();
        assertThat(others.isInTheWay(2 * SECOND)).as("0.5 of 2 cores").isTrue();
        others.forget();
        assertThat(others.isInTheWay(9 * SECOND)).isTrue();
        assertThat(others.isInTheWay(10 * SECOND)).isFalse();
    }

    @Test
    void seesNobodyWhereNothingIsKnown() {
        all = -1;
        assertThat(others.isInTheWay(0)).isFalse();
        all = 5;
        own = -1;
        assertThat(others.isInTheWay(SECOND)).isFalse();
    }

    @Test
    void readsWhatThisMachineTells() {
        assertThat(OtherWork.allNanos()).isGreaterThanOrEqualTo(-1);
    }
}
