package dev.tandem.internal.engine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(value = 60, unit = TimeUnit.SECONDS)
class WaitersTest {

    private static final Waiters.Source NOWHERE = new Waiters.Source() {};

    private final Waiters waiters = new Waiters();
    private final AtomicReference<Thread> stepRanOn = new AtomicReference<>();
    private final AtomicReference<Throwable> thrown = new AtomicReference<>();

    @Test
    void givesTheLastStepToWhoeverWaits() throws Exception {
        Thread waiting = waiting(() -> waiters.await(NOWHERE));
        assertThat(waiters.handOver(this::lastStep)).isTrue();
        waiting.join();
        assertThat(stepRanOn).hasValue(waiting);
    }

    @Test
    void keepsTheStepIfNobodyWaitsOrOnlyWithALimit() throws Exception {
        assertThat(waiters.handOver(this::lastStep)).isFalse();
        Thread waiting = waiting(() -> waiters.awaitNanos(TimeUnit.MINUTES.toNanos(1), NOWHERE));
        assertThat(waiters.handOver(this::lastStep)).isFalse();
        waiters.open();
        waiting.join();
        assertThat(stepRanOn).hasNullValue();
    }

    @Test
    void letsAllGoWhenOneHasDoneTheStep() throws Exception {
        Thread first = waiting(() -> waiters.await(NOWHERE));
        Thread second = waiting(() -> waiters.await(NOWHERE));
        Thread third = waiting(() -> waiters.awaitNanos(TimeUnit.MINUTES.toNanos(1), NOWHERE));
        assertThat(waiters.handOver(this::lastStep)).isTrue();
        first.join();
        second.join();
        third.join();
        assertThat(stepRanOn).hasValue(first);
    }

    @Test
    void goesOnWaitingAfterAStepThatOpensNothing() throws Exception {
        Thread waiting = waiting(() -> waiters.await(NOWHERE));
        CountDownLatch ran = new CountDownLatch(1);
        assertThat(waiters.handOver(ran::countDown)).isTrue();
        ran.await();
        await().until(() -> waiters.handOver(this::lastStep)); // it has sat down again
        waiting.join();
        assertThat(stepRanOn).hasValue(waiting);
    }

    @Test
    void keepsAnInterruptForLater() throws Exception {
        AtomicBoolean interrupted = new AtomicBoolean();
        Thread waiting = waiting(() -> {
            waiters.await(NOWHERE);
            interrupted.set(Thread.interrupted());
        });
        waiting.interrupt();
        waiters.open();
        waiting.join();
        assertThat(interrupted).isTrue();
    }

    @Test
    void endsAnInterruptibleWait() throws Exception {
        Thread waiting = waiting(() -> waiters.awaitInterruptibly(NOWHERE));
        waiting.interrupt();
        waiting.join();
        assertThat(thrown.get()).isInstanceOf(InterruptedException.class);
        assertThat(waiters.handOver(this::lastStep)).as("somebody sits there").isFalse();
    }

    /** Whatever the order of hand-over, opening, interrupt and leaving is: a step that was taken is done, and nobody stays. */
    @Test
    void losesNoStepAndNoWaiterHoweverTheyRace() {
        ExecutorService reader = Executors.newSingleThreadExecutor();
        Thread waiter = Thread.currentThread();
        for (int round = 0; round < 4_000; round++) {
            Waiters raced = new Waiters();
            AtomicBoolean done = new AtomicBoolean();
            boolean interrupts = round % 4 == 3;
            Future<?> answer = reader.submit(() -> {
                if (interrupts) {
                    waiter.interrupt();
                }
                Runnable step = () -> {
                    done.set(true);
                    raced.open();
                };
                if (!raced.handOver(step)) {
                    step.run();
                }
            });
            try {
                if (round % 2 == 0) {
                    raced.await(NOWHERE);
                } else {
                    raced.awaitInterruptibly(NOWHERE);
                }
                assertThat(done).isTrue();
            } catch (InterruptedException e) {
                // allowed: the step was not for this thread then, and is done all the same
            }
            while (!answer.isDone()) {
                Thread.yield();
            }
            Thread.interrupted(); // it may have come this late
            assertThat(done).isTrue();
        }
        reader.shutdown();
    }

    private void lastStep() {
        stepRanOn.set(Thread.currentThread());
        waiters.open();
    }

    private interface Wait {
        void run() throws InterruptedException;
    }

    private Thread waiting(Wait wait) {
        Thread thread = new Thread(() -> {
            try {
                wait.run();
            } catch (InterruptedException e) {
                thrown.set(e);
            }
        });
        thread.setDaemon(true);
        thread.start();
        await().until(() ->
                thread.getState() == Thread.State.WAITING || thread.getState() == Thread.State.TIMED_WAITING);
        return thread;
    }
}
