package dev.tandem.internal.task;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class InterruptGateTest {

    private final InterruptGate gate = new InterruptGate();

    @AfterEach
    void leaveNoInterrupt() {
        Thread.interrupted();
    }

    @Test
    void interruptsTheAttemptThatRuns() {
        gate.begin(7);

        assertThat(gate.interrupt(7)).isTrue();
        assertThat(Thread.currentThread().isInterrupted()).isTrue();

        gate.end();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void leavesEveryOtherAttemptAlone() {
        assertThat(gate.interrupt(7)).isFalse();
        gate.begin(8);
        assertThat(gate.interrupt(7)).isFalse();
        assertThat(gate.interrupt(9)).isFalse();
        gate.end();
        assertThat(gate.interrupt(8)).isFalse();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void putsAsideAnInterruptThatCameBefore() {
        Thread.currentThread().interrupt();
        gate.begin(1);
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        gate.end();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void keepsTheInterruptOfAnOuterAttemptForIt() {
        gate.begin(1);
        gate.begin(2);
        assertThat(gate.interrupt(1)).isTrue();
        assertThat(Thread.currentThread().isInterrupted())
                .as("the inner attempt")
                .isFalse();
        gate.end();
        assertThat(Thread.currentThread().isInterrupted())
                .as("the outer attempt")
                .isTrue();
        gate.end();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
    }

    @Test
    void dropsTheInterruptOfAnInnerAttemptWithIt() {
        gate.begin(1);
        gate.begin(2);
        assertThat(gate.interrupt(2)).isTrue();
        gate.end();
        assertThat(Thread.currentThread().isInterrupted()).isFalse();
        gate.end();
    }

    @Test
    void refusesAnEndWithoutABeginning() {
        assertThatIllegalStateException().isThrownBy(gate::end).withMessageStartingWith("end() without begin()");
    }

    /** B42: cancels raced with natural ends never hit the attempt that follows. */
    @Test
    void neverLetsAnInterruptHitTheFollowingAttempt() throws InterruptedException {
        int rounds = 10_000;
        AtomicLong even = new AtomicLong();
        AtomicBoolean ended = new AtomicBoolean();
        Thread canceller = new Thread(() -> {
            while (!ended.get()) {
                // Only even attempts are cancelled, and as late as can be.
                gate.interrupt(even.get());
            }
        });
        canceller.start();
        int hit = 0;
        // On a machine whose processors are all busy it takes more rounds until the race has taken place.
        for (long attempt = 2; attempt <= 2 * rounds || hit < 100; attempt += 2) {
            gate.begin(attempt);
            even.set(attempt);
            for (int spin = 0; spin < attempt % 200 && !Thread.currentThread().isInterrupted(); spin++) {
                Thread.onSpinWait();
            }
            hit += Thread.currentThread().isInterrupted() ? 1 : 0;
            gate.end();
            gate.begin(attempt + 1);
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
            gate.end();
            assertThat(Thread.currentThread().isInterrupted()).isFalse();
        }
        ended.set(true);
        canceller.join();
    }
}
