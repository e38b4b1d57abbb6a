package dev.tandem;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * The runner has given up for now, or for good: its workers die faster than its {@link ProcessOptions#restartLimit(int,
 * Duration) restartLimit} allows, or cannot be started. The last of those failures is {@linkplain Throwable#getSuppressed()
 * suppressed}. It also gives up for good if what watches over its workers has failed itself, with an error of this JVM, since nobody could rely on it then.
 *
 * <p>Waiting tasks fail with it, and {@code submit} throws it until the runner has recovered.
 *
 * <p>Safe for use by any number of threads.
 */
public final class RunnerBrokenException extends ParallelException {

    private static final long serialVersionUID = 1L;

    private final String why;
    private final int failures;
    private final @Nullable Duration retryIn;

    /**
     * Describes the failure.
     *
     * @param task the task that cannot run, or {@link TaskRef#NONE}
     * @param why what went wrong, as a whole clause; lines that follow the first are shown below the message
     * @param failures how many workers were lost or could not be started
     * @param retryIn when the runner tries again by itself; null if not just because time passes
     */
    public RunnerBrokenException(TaskRef task, String why, int failures, @Nullable Duration retryIn) {
        super(task, message(task, why, failures, retryIn), null);
        this.why = Objects.requireNonNull(why, "why");
        this.failures = failures;
        this.retryIn = retryIn;
    }

    /** The verdict comes first: what led to it may take many lines. */
    private static String message(TaskRef task, String why, int failures, @Nullable Duration retryIn) {
        String who = task.taskId() == 0 ? "nothing can run" : task + " cannot run";
        String next = retryIn == null
                ? ": the runner gave up because "
                : " now: the runner tries again in " + retryIn.truncatedTo(ChronoUnit.MILLIS) + ". It gave up because ";
        return who + next + why(why, failures);
    }

    /** The count belongs to the first line of what may be many. */
    private static String why(String why, int failures) {
        int end = why.lines().findFirst().orElse("").length();
        return why.substring(0, end) + " (failures=" + failures + ")" + why.substring(end);
    }

    /** {@return what went wrong} */
    public String why() {
        return why;
    }

    /** {@return how many workers were lost or could not be started} */
    public int failures() {
        return failures;
    }

    /** {@return how long after this failure the runner tries again by itself; empty if not just because time passes} */
    public Optional<Duration> retryIn() {
        return Optional.ofNullable(retryIn);
    }
}
