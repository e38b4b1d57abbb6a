package dev.tandem.internal.processes;

import static org.openjdk.jcstress.annotations.Expect.ACCEPTABLE;

import dev.tandem.ipc.TransportException;
import java.util.concurrent.atomic.AtomicInteger;
import org.openjdk.jcstress.annotations.Actor;
import org.openjdk.jcstress.annotations.Arbiter;
import org.openjdk.jcstress.annotations.JCStressTest;
import org.openjdk.jcstress.annotations.Outcome;
import org.openjdk.jcstress.annotations.State;
import org.openjdk.jcstress.infra.results.II_Result;

/**
 * The turn of {@link Listening}, on real hardware: a reader that stands by, and a caller. A reader that nobody wakes shows as a test that does not end.
 */
final class ListeningStress {

    private ListeningStress() {}

    /** What is behind the turn has no lock and is not volatile: whoever listens counts there, and nobody's count is lost. */
    @JCStressTest
    @Outcome(id = "0, 1", expect = ACCEPTABLE, desc = "one at a time, each sees what the last one did, and the reader comes back")
    @State
    public static class HandingOn {
        private final Counting worker = new Counting();
        private final Listening listening = new Listening(worker);
        private volatile boolean isBack;

        @Actor
        public void reads() {
            try {
                listening.standBy();
                worker.hear(); // as it does when it has the turn
                isBack = true;
            } catch (TransportException e) {
                throw new IllegalStateException(e);
            }
        }

        @Actor
        public void calls() {
            listening.listen(() -> true);
        }

        @Arbiter
        public void counts(II_Result result) {
            result.r1 = worker.hears.get() - worker.plain;
            result.r2 = isBack ? 1 : 0;
        }
    }

    /** A worker that is at work: nobody who leaves can say that all is answered. */
    private static final class Counting implements Listening.Ear {
        private final AtomicInteger hears = new AtomicInteger();
        private int plain;

        @Override
        public boolean hear() {
            plain++;
            hears.getAndIncrement();
            return false;
        }

        @Override
        public boolean isAllAnswered() {
            return false;
        }

        @Override
        public boolean hasEnded() {
            return false;
        }
    }
}
