package dev.tandem.internal.processes;

import dev.tandem.WorkerLoss.Phase;
import dev.tandem.internal.engine.Submission;

/** One attempt that a worker was sent and has not answered. Guarded by the monitor of its {@link WorkerHandle}. */
final class InFlight {

    private final Submission<?> submission;
    private Phase phase = Phase.IDLE; // until the worker says that it has begun
    private boolean cancelWanted;

    InFlight(Submission<?> submission) {
        this.submission = submission;
    }

    Submission<?> submission() {
        return submission;
    }

    Phase phase() {
        return phase;
    }

    boolean hasBegun() {
        return phase != Phase.IDLE;
    }

    void enter(Phase next) {
        phase = next;
    }

    void wantCancel() {
        cancelWanted = true;
    }

    boolean isCancelWanted() {
        return cancelWanted;
    }
}
