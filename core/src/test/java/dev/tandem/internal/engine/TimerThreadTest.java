package dev.tandem.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.testing.Row;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 20, unit = TimeUnit.SECONDS)
class TimerThreadTest {

    private final AtomicInteger looks = new AtomicInteger();
    private final AtomicLong frozenNanos =
            new AtomicLong(); // between the first look at the clock, when the first action is planned, and the next
    private final TimerThread timer = new TimerThread(
            "timer-test", () -> System.nanoTime() + (looks.getAndIncrement() == 0 ? 0 : frozenNanos.get()));
    private final CountDownLatch done = new CountDownLatch(1);

    @AfterEach
    void end() {
        timer.shutdown();
    }

    @Test
    void runsAnActionOnTime() throws Exception {
        timer.after(1, done::countDown);
        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
    }

    @Test
    @Row("H7")
    void h7LetsTheReadersCatchUpFirstIfThisJvmWasFrozen() throws Exception {
        long startedNanos = System.nanoTime();
        frozenNanos.set(TimeUnit.SECONDS.toNanos(60));
        timer.after(TimeUnit.MILLISECONDS.toNanos(50), done::countDown);
        assertThat(done.await(10, TimeUnit.SECONDS)).isTrue();
        assertThat(Duration.ofNanos(System.nanoTime() - startedNanos)).isGreaterThanOrEqualTo(Duration.ofMillis(300));
    }

    @Test
    @Row("H7")
    void h7CanBeCalledOffWhileTheReadersCatchUp() {
        frozenNanos.set(TimeUnit.SECONDS.toNanos(60));
        Deadlines.Deadline late = Objects.requireNonNull(timer.after(1_000_000, done::countDown));
        CountDownLatch later = new CountDownLatch(1);
        timer.after(
                TimeUnit.MILLISECONDS.toNanos(20),
                () -> { // on time by the new clock
                    late.callOff();
                    later.countDown();
                });
        await().until(() -> later.getCount() == 0);
        CountDownLatch end = new CountDownLatch(1);
        timer.after(TimeUnit.MILLISECONDS.toNanos(400), end::countDown);
        await().until(() -> end.getCount() == 0);
        assertThat(done.getCount()).isEqualTo(1);
    }
}
