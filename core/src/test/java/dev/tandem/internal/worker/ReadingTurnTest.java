package dev.tandem.internal.worker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import dev.tandem.internal.protocol.ConnectionPair;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class ReadingTurnTest {

    private final ConnectionPair pair = new ConnectionPair();
    private final ReadingTurn turn = new ReadingTurn(new Outbox(pair.first()));
    private final AtomicInteger taken = new AtomicInteger();
    private final AtomicBoolean gives = new AtomicBoolean();
    private final CountDownLatch watching = new CountDownLatch(1);
    private final Thread watcher = new Thread(this::watch, "watcher");

    private void watch() {
        turn.give();
        watching.countDown();
        while (turn.watch()) {
            taken.incrementAndGet();
            while (!gives.get()) {
                Thread.yield();
            }
            turn.give();
        }
    }

    @BeforeEach
    void start() throws Exception {
        watcher.setDaemon(true);
        watcher.start();
        watching.await();
    }

    @AfterEach
    void end() throws Exception {
        gives.set(true);
        turn.end();
        watcher.join();
        pair.first().close();
        pair.second().close();
    }

    @Test
    void givesTheTurnToTheWatcherWhenNobodyElseWantsIt() {
        await().until(() -> taken.get() == 1);
        assertThat(turn.isTaken()).isTrue();
        assertThat(turn.tryTake()).isFalse();
    }

    @Test
    void keepsTheWatcherAwayWhileTheTurnIsInUseAndWakesItAfterwards() {
        takeFromWatcher();
        int before = taken.get();
        await().until(() -> watcher.getState() == Thread.State.WAITING); // asleep: ticks would be timed
        assertThat(taken).hasValue(before);
        turn.give();
        await().until(() -> taken.get() > before);
    }

    @Test
    void isNotDisturbedByAnInterruptOfTheWatcher() {
        takeFromWatcher();
        await().until(() -> watcher.getState() == Thread.State.WAITING);
        watcher.interrupt();
        await().until(() -> watcher.getState() == Thread.State.WAITING && !watcher.isInterrupted());
        int before = taken.get();
        turn.give();
        await().until(() -> taken.get() > before);
    }

    private void takeFromWatcher() {
        gives.set(true);
        while (!turn.tryTake()) {
            Thread.yield();
        }
    }

    /** The sleeping watcher is woken by whoever gives the turn back, however the two meet. */
    @Test
    void neverLeavesTheTurnToNobody() {
        for (int round = 0; round < 100; round++) {
            takeFromWatcher();
            int before = taken.get();
            if (round % 10 == 0) {
                await().until(() -> watcher.getState() == Thread.State.WAITING);
            }
            turn.give();
            while (taken.get() == before) {
                Thread.yield();
            }
        }
    }
}
