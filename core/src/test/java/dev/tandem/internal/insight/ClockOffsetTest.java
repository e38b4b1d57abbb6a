package dev.tandem.internal.insight;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

final class ClockOffsetTest {

    @Test
    void findsTheOffsetWithinTheFastestRoundTrip() {
        Random random = new Random(4711);
        for (long truth : new long[] {0, 5_000_000_000L, -7_777_777L}) {
            ClockOffset offset = new ClockOffset();
            long shortest = Long.MAX_VALUE;
            for (int i = 0; i < 200; i++) {
                long there = 1_000 + random.nextInt(100_000);
                long back = 1_000 + random.nextInt(100_000);
                long sent = i * 1_000_000L;
                long began = sent + there - truth;
                offset.learn(sent, began, began + 500, sent + there + 500 + back);
                shortest = Math.min(shortest, there + back);
            }
            assertThat(Math.abs(offset.here(42) - 42 - truth)).isLessThanOrEqualTo(shortest / 2);
        }
    }
}
