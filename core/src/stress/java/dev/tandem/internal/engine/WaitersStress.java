package dev.tandem.internal.engine;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * The seat of {@link Waiters}, on real hardware: sitting down against handing over, and against opening. Whoever waits must go, and
 * a step must be run once; a lost wake-up shows as a test that does not end.
 */
final class WaitersStress {

    private static final Waiters.Source NOWHERE = new Waiters.Source() {};

    private WaitersStress() {}

    /** One waits, one hands the last step over, or does it if nobody is there yet. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "the step was run once, and seen")
    @State
    public static class HandOver {
        private final Waiters waiters = new Waiters();
        private final AtomicInteger steps = new AtomicInteger();

        @Actor
        public void waits(II_Result result) {
            waiters.await(NOWHERE);
            result.r1 = steps.get();
        }

        @Actor
        public void answers(II_Result result) {
            Runnable step = () -> {
                steps.incrementAndGet();
                waiters.open();
            };
            if (!waiters.handOver(step)) {
                step.run();
            }
            result.r2 = 1;
        }
    }

    /** One waits, one opens without a step, as a cancel does. */
    @JCStressTest
    @Outcome(id = "1, 1", expect = ACCEPTABLE, desc = "nobody stays seated")
    @State
    public static class Opening {
        private final Waiters waiters = new Waiters();

        @Actor
        public void waits(II_Result result) {
            waiters.await(NOWHERE);
            result.r1 = 1;
        }

        @Actor
        public void opens(II_Result result) {
            waiters.open();
            result.r2 = 1;
        }
    }
}
