package dev.tandem.internal.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;
import static org.openjdk.jcstress.annotations.Expect.FORBIDDEN;

import java.util.concurrent.TimeUnit;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.I_Result;

/** The count of {@link KeepAlive} against who waits for its end, on real hardware. */
final class KeepAliveStress {

    private KeepAliveStress() {}

    /** Who waits for nothing to be pending hears of it, however both meet. */
    @JCStressTest
    @State
    @Outcome(id = "1", expect = ACCEPTABLE, desc = "heard of it")
    @Outcome(expect = FORBIDDEN, desc = "never woken")
    public static class LastAgainstWaiter {
        private final KeepAlive pending = new KeepAlive(body -> {});

        /** Makes one with one task. */
        public LastAgainstWaiter() {
            pending.add(1);
        }

        @Actor
        public void end() {
            pending.remove(1);
        }

        @Actor
        public void await(I_Result result) {
            try {
                result.r1 = pending.awaitEmpty(TimeUnit.SECONDS.toNanos(5)) ? 1 : 0;
            } catch (InterruptedException e) {
                result.r1 = -1; // nobody interrupts it
            }
        }
    }
}
