package dev.tandem.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 20, unit = TimeUnit.SECONDS)
class KeepAliveTest {

    private final AtomicInteger started = new AtomicInteger();
    private final AtomicInteger sitting = new AtomicInteger();
    private final Executor keepers = body -> {
        started.incrementAndGet();
        sitting.incrementAndGet();
        Thread thread = new Thread(() -> {
            body.run();
            sitting.decrementAndGet();
        });
        thread.setDaemon(true);
        thread.start();
    };
    private final KeepAlive pending = new KeepAlive(keepers);

    @AfterEach
    void end() {
        pending.release();
        await().until(() -> sitting.get() == 0);
    }

    @Test
    void keepsOneKeeperForTasksThatComeOneAfterTheOther() {
        for (int i = 0; i < 10_000; i++) {
            pending.add(1);
            assertThat(pending.remove(1)).isTrue();
        }
        pending.add(1);
        await().until(() -> sitting.get() == 1);
        assertThat(started.get()).isLessThan(10);
    }

    @Test
    void letsTheKeeperGoSoonAfterTheLastAndCallsAnotherForTheNext() {
        pending.add(1);
        assertThat(sitting).hasValue(1);
        pending.remove(1);
        await().until(() -> sitting.get() == 0);
        pending.add(1);
        assertThat(started).hasValue(2);
    }

    @Test
    void tellsWhoWaitsThatNothingIsPending() throws Exception {
        for (int i = 0; i < 500; i++) {
            pending.add(2);
            CountDownLatch begun = new CountDownLatch(1);
            Thread ends = new Thread(() -> {
                begun.countDown();
                pending.remove(1);
                pending.remove(1);
            });
            ends.start();
            begun.await();
            assertThat(pending.awaitEmpty(TimeUnit.SECONDS.toNanos(10))).isTrue();
            ends.join();
        }
    }

    @Test
    void doesNotWaitLongerThanAsked() throws Exception {
        pending.add(1);
        assertThat(pending.awaitEmpty(1)).isFalse();
        pending.remove(1);
        assertThat(pending.isEmpty()).isTrue();
    }
}
