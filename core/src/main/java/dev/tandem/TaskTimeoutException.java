package dev.tandem;

import java.time.Duration;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * A task outlived its {@link TaskOptions#timeout(Duration) timeout}, or waited longer than its {@link
 * TaskOptions#queueTimeout(Duration) queueTimeout} and was never started.
 *
 * <p>The future fails on time; the work may take longer to stop. {@link #stopOutcome()} says how that went.
 *
 * <p>Safe for use by any number of threads.
 */
public final class TaskTimeoutException extends ParallelException {

    private static final long serialVersionUID = 1L;

    private final Duration timeout;
    private final boolean queueTimeout;
    private final transient @Nullable Supplier<Optional<StopOutcome>> live;
    private final transient @Nullable Supplier<Optional<String>> liveDump;

    /** What a copy in another JVM knows: written by {@link #writeReplace} only. */
    private volatile @Nullable StopOutcome known;

    private volatile @Nullable String knownDump; // likewise

    /**
     * Describes the failure.
     *
     * @param task which attempt of which task, and where
     * @param timeout the limit that was exceeded
     * @param queueTimeout whether it was the limit of waiting, so that the task was never started
     * @param stopOutcome asked on each call of {@link #stopOutcome()}; must not block
     */
    public TaskTimeoutException(
            TaskRef task, Duration timeout, boolean queueTimeout, Supplier<Optional<StopOutcome>> stopOutcome) {
        this(task, timeout, queueTimeout, stopOutcome, Optional::empty);
    }

    /**
     * Describes the failure.
     *
     * @param task which attempt of which task, and where
     * @param timeout the limit that was exceeded
     * @param queueTimeout whether it was the limit of waiting, so that the task was never started
     * @param stopOutcome asked on each call of {@link #stopOutcome()}; must not block
     * @param threadDump asked on each call of {@link #threadDump()}; must not block
     */
    public TaskTimeoutException(
            TaskRef task,
            Duration timeout,
            boolean queueTimeout,
            Supplier<Optional<StopOutcome>> stopOutcome,
            Supplier<Optional<String>> threadDump) {
        super(task, message(task, timeout, queueTimeout), null);
        this.timeout = timeout;
        this.queueTimeout = queueTimeout;
        this.live = Objects.requireNonNull(stopOutcome, "stopOutcome");
        this.liveDump = Objects.requireNonNull(threadDump, "threadDump");
    }

    private static String message(TaskRef task, Duration timeout, boolean queueTimeout) {
        return queueTimeout
                ? task + " waited longer than its queueTimeout of " + timeout
                        + " and was never started: add workers, submit less at once, or raise queueTimeout"
                : task + " ran longer than its timeout of " + timeout
                        + " and was told to stop (stopOutcome() says how that ended): raise timeout, or make the task smaller";
    }

    /** {@return the limit that was exceeded} */
    public Duration timeout() {
        return timeout;
    }

    /** {@return whether the task waited too long and was never started, rather than ran too long} */
    public boolean isQueueTimeout() {
        return queueTimeout;
    }

    /**
     * How the work itself ended. On a copy that came from another JVM it is what was known when it left.
     *
     * @return empty while the work is still stopping
     */
    public Optional<StopOutcome> stopOutcome() {
        Supplier<Optional<StopOutcome>> source = live;
        return source == null ? Optional.ofNullable(known) : source.get();
    }

    /**
     * What the threads of its worker were doing when that had to be killed, or why that is not known: the stack of the task
     * comes first. It is taken after the interrupt has proved to be in vain, so it shows what does not let itself be stopped.
     *
     * @return empty before that, if the task ended by itself or by its interrupt, and if it ran on a thread
     */
    public Optional<String> threadDump() {
        Supplier<Optional<String>> source = liveDump;
        return source == null ? Optional.ofNullable(knownDump) : source.get();
    }

    private Object writeReplace() {
        known = stopOutcome().orElse(null);
        knownDump = threadDump().orElse(null);
        return this;
    }
}
