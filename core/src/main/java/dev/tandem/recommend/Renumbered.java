package dev.tandem.recommend;

import dev.tandem.NotTransferableException;
import dev.tandem.ParallelException;
import dev.tandem.PoisonTaskException;
import dev.tandem.RunnerBrokenException;
import dev.tandem.TaskFailedException;
import dev.tandem.TaskRef;
import dev.tandem.TaskTimeoutException;
import dev.tandem.WorkerLostException;

/**
 * Failures of items: each trial counts its inputs from 0, and so do its failures; these are told by the place among all items, and
 * without what is ours in them.
 */
final class Renumbered {

    private static final String OUR_WRAPPING = "a value of " + MeasuredResult.class.getName();

    private Renumbered() {}

    /** The same failure of the item at that index. */
    static RuntimeException at(long index, RuntimeException failure) {
        if (!(failure instanceof ParallelException known) || known.inputIndex().isEmpty()) {
            return failure;
        }
        TaskRef ours = known.task(); // whose name says where its trial begins
        TaskRef task = new TaskRef(ours.taskId(), null, ours.attempt(), ours.worker(), index);
        ParallelException other;
        if (known instanceof TaskFailedException failed) {
            other = new TaskFailedException(task, failed.getCause());
        } else if (known instanceof TaskTimeoutException late) {
            other = new TaskTimeoutException(
                    task, late.timeout(), late.isQueueTimeout(), late::stopOutcome, late::threadDump);
        } else if (known instanceof WorkerLostException lost) {
            other = new WorkerLostException(task, lost.loss(), lost.maybeExecuted());
        } else if (known instanceof PoisonTaskException poison) {
            other = new PoisonTaskException(task, poison.history());
        } else if (known instanceof RunnerBrokenException broken) {
            other = new RunnerBrokenException(
                    task, broken.why(), broken.failures(), broken.retryIn().orElse(null));
        } else if (known instanceof NotTransferableException left) {
            other = new NotTransferableException(task, left.part(), reason(left), left.culprit(), left.path());
        } else {
            return failure; // a worker that does not start is no failure of an item
        }
        other.setStackTrace(known.getStackTrace());
        for (Throwable suppressed : known.getSuppressed()) {
            other.addSuppressed(suppressed);
        }
        return other;
    }

    /** A result crosses in a wrapping of ours, which is named for want of anything better. */
    static String reason(NotTransferableException left) {
        return left.reason().replace(OUR_WRAPPING, "the result");
    }
}
