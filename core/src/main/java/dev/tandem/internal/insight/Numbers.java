package dev.tandem.internal.insight;

import dev.tandem.TaskStatus;
import dev.tandem.internal.insight.Story.Attempt;

/**
 * How many tasks came to what end, each input of a chunk as one task; they add up to those that are known, as in {@code RunnerStats}.
 *
 * <p>An attempt that is tried again counts with those of its inputs that have succeeded; the others are those of the next. What was refused is no task.
 *
 * @param running those that a worker is at, whose future is not done
 * @param stopping those of the failed and cancelled whose worker is still at them
 * @param triedAgain attempts that another followed
 */
record Numbers(
        long succeeded,
        long failed,
        long cancelled,
        long running,
        long waiting,
        long stopping,
        long triedAgain,
        long refused) {

    static Numbers of(Story story) {
        long succeeded = 0;
        long failed = 0;
        long cancelled = 0;
        long running = 0;
        long waiting = 0;
        long stopping = 0;
        long triedAgain = 0;
        for (Attempt attempt : story.attempts()) {
            int rest = attempt.task().inputs() - attempt.succeeded();
            succeeded += attempt.succeeded();
            failed += attempt.status() == TaskStatus.FAILED ? rest : 0;
            cancelled += attempt.status() == TaskStatus.CANCELLED ? rest : 0;
            running += attempt.status() == TaskStatus.RUNNING ? rest : 0;
            waiting += attempt.isTriedAgain() || attempt.status() != TaskStatus.QUEUED ? 0 : rest;
            stopping += attempt.isStopping() ? rest : 0;
            triedAgain += attempt.isTriedAgain() ? 1 : 0;
        }
        long refused = story.refusals().stream()
                .mapToLong(refusal -> refusal.task().inputs())
                .sum();
        return new Numbers(succeeded, failed, cancelled, running, waiting, stopping, triedAgain, refused);
    }

    /** Those whose future is done. */
    long done() {
        return succeeded + failed + cancelled;
    }

    /** All that are known. */
    long tasks() {
        return done() + running + waiting;
    }
}
