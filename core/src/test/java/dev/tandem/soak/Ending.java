package dev.tandem.soak;

import dev.tandem.NotTransferableException;
import dev.tandem.PoisonTaskException;
import dev.tandem.RunnerBrokenException;
import dev.tandem.TaskFailedException;
import dev.tandem.TaskTimeoutException;
import dev.tandem.WorkerLostException;
import java.util.concurrent.CancellationException;
import org.jspecify.annotations.Nullable;

/** The ways in which a task's future may settle. */
enum Ending {
    VALUE,
    TASK_FAILED,
    TIMED_OUT,
    WAITED_TOO_LONG,
    CANCELLED,
    WORKER_LOST,
    POISON,
    NOT_TRANSFERABLE,
    BROKEN,
    /** None of the above, so never allowed. */
    STRANGE;

    static Ending of(@Nullable Throwable failure) {
        if (failure == null) {
            return VALUE;
        }
        if (failure instanceof TaskTimeoutException timeout) {
            return timeout.isQueueTimeout() ? WAITED_TOO_LONG : TIMED_OUT;
        }
        if (failure instanceof TaskFailedException) {
            return TASK_FAILED;
        }
        if (failure instanceof PoisonTaskException) {
            return POISON;
        }
        if (failure instanceof WorkerLostException) {
            return WORKER_LOST;
        }
        if (failure instanceof NotTransferableException) {
            return NOT_TRANSFERABLE;
        }
        if (failure instanceof RunnerBrokenException) {
            return BROKEN;
        }
        return failure instanceof CancellationException ? CANCELLED : STRANGE;
    }
}
