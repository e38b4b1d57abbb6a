package dev.tandem.internal.insight;

import static org.assertj.core.api.Assertions.assertThat;

import dev.tandem.TimeSpread;
import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;

final class HistogramTest {

    @Test
    void knowsAnyTimeWithinOnePartInSixteen() {
        Random random = new Random(4711);
        for (int i = 0; i < 10_000; i++) {
            long value = random.nextLong() >>> (1 + random.nextInt(63));
            int bucket = Histogram.bucket(value);
            assertThat(Math.abs(Histogram.middle(bucket) - value))
                    .as("%s", value)
                    .isLessThanOrEqualTo(value / 16);
            assertThat(bucket).isLessThanOrEqualTo(Histogram.bucket(Long.MAX_VALUE));
        }
        assertThat(Histogram.bucket(31) + 1).isEqualTo(Histogram.bucket(32));
    }

    @Test
    void countsWhatATimeStandsFor() {
        Histogram times = new Histogram();
        times.add(1_000, 64);
        times.add(1_000_000, 1);
        times.add(-5, 1); // two clocks that do not agree
        TimeSpread spread = times.spread();
        assertThat(spread.count()).isEqualTo(66);
        assertThat(spread.total()).isEqualTo(Duration.ofNanos(1_064_000));
        assertThat(spread.max()).isEqualTo(Duration.ofMillis(1));
        assertThat(spread.median().toNanos()).isBetween(940L, 1_060L);
        assertThat(spread.p99().toNanos()).isBetween(940_000L, 1_000_000L);
        assertThat(spread.mean()).isEqualTo(Duration.ofNanos(16_121));
    }

    @Test
    void isOfOneMoment() throws InterruptedException {
        Histogram times = new Histogram();
        AtomicBoolean enough = new AtomicBoolean();
        Thread writer = new Thread(() -> {
            while (!enough.get()) {
                times.add(1_000, 1);
            }
        });
        writer.start();
        try {
            for (int i = 0; i < 5_000; i++) {
                TimeSpread spread = times.spread();
                assertThat(spread.total()).isEqualTo(Duration.ofNanos(1_000 * spread.count()));
            }
        } finally {
            enough.set(true);
            writer.join();
        }
    }

    @Test
    void isZeroWithoutTimes() {
        assertThat(new Histogram().spread().p99()).isZero();
        assertThat(new Histogram().spread().mean()).isZero();
    }
}
