package dev.tandem;

import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import org.jspecify.annotations.Nullable;

/**
 * What applies to the tasks of one {@linkplain TaskSubmitter#with view} of a runner.
 *
 * <p>Immutable and safe for use by any number of threads: each setter checks its value and returns a copy.
 */
public final class TaskOptions {

    private static final Option<Duration> TIMEOUT = Option.of("timeout");
    private static final Option<Duration> QUEUE_TIMEOUT = Option.of("queueTimeout");
    private static final Option<RetryPolicy> RETRY = Option.of("retry", RetryPolicy.none());
    private static final Option<Integer> PRIORITY = Option.of("priority", 0);
    private static final Option<Integer> CHUNK_SIZE = Option.of("chunkSize");
    private static final Option<Integer> WINDOW = Option.of("window");
    private static final Option<Boolean> UNORDERED = Option.of("unordered", false);
    private static final Option<String> NAMED = Option.of("named");

    private static final TaskOptions DEFAULTS = new TaskOptions(OptionSet.EMPTY);

    private final OptionSet options;

    private TaskOptions(OptionSet options) {
        this.options = options;
    }

    /** {@return the options of a task for which nothing was chosen: no time-out, no retry, priority 0, input order} */
    public static TaskOptions defaults() {
        return DEFAULTS;
    }

    /**
     * Limits how long each attempt may run, counted from the start of its run, decoding and encoding included.
     *
     * <p>For a {@code map} or {@code stream} it is per input. When it expires the future fails at once with a {@link
     * TaskTimeoutException}, and the work is interrupted; a worker JVM whose task ignores that is killed after its grace.
     *
     * <p><b>Note:</b> on threads a task that ignores interruption cannot be stopped; it runs on, {@link
     * StopOutcome#ABANDONED abandoned}.
     *
     * @param timeout a positive time
     * @return a copy of these options with that limit
     */
    public TaskOptions timeout(Duration timeout) {
        return with(TIMEOUT, Checks.positive("timeout", timeout));
    }

    /** {@return how long an attempt may run; empty if without limit} */
    public Optional<Duration> timeout() {
        return options.find(TIMEOUT);
    }

    /**
     * Limits how long a task may wait between {@code submit} and its start; a task that waited longer is never run.
     *
     * <p>It waits as long as no worker has it. Inputs that share a chunk go to a worker together, so one that waits there for the
     * others of its chunk waits no longer in this sense.
     *
     * @param timeout a positive time
     * @return a copy of these options with that limit
     */
    public TaskOptions queueTimeout(Duration timeout) {
        return with(QUEUE_TIMEOUT, Checks.positive("queueTimeout", timeout));
    }

    /** {@return how long a task may wait for its start; empty if without limit} */
    public Optional<Duration> queueTimeout() {
        return options.find(QUEUE_TIMEOUT);
    }

    /**
     * Sets what happens after a failure. A task that is retried may run more than once, so it should be idempotent.
     *
     * @param policy how often, after how long and after which failures to try again
     * @return a copy of these options with that policy
     */
    public TaskOptions retry(RetryPolicy policy) {
        return with(RETRY, Checks.present("retry", policy));
    }

    /** {@return what happens after a failure; nothing is tried again unless set} */
    public RetryPolicy retry() {
        return options.get(RETRY);
    }

    /**
     * Sets the rank among the waiting tasks: higher runs first, first come first served inside one priority.
     *
     * @param priority any number
     * @return a copy of these options with that rank
     */
    public TaskOptions priority(int priority) {
        return with(PRIORITY, priority);
    }

    /** {@return the rank among the waiting tasks; 0 unless set} */
    public int priority() {
        return options.get(PRIORITY);
    }

    /**
     * Sets how many inputs of a {@code map} or {@code stream} are sent to a worker together.
     *
     * <p>Each input still succeeds, fails and times out on its own. Unless this is set, the runner may group inputs that turn out to
     * be short, and divides such a group again as soon as a worker has nothing else to do.
     *
     * @param inputs a positive number, not above a {@link #window(int) window} that was set; no more than 16,384 go together in any case
     * @return a copy of these options with that size
     */
    public TaskOptions chunkSize(int inputs) {
        return with(CHUNK_SIZE, Checks.positive("chunkSize", inputs)).checked();
    }

    /** {@return how many inputs are sent together; empty if the runner chooses} */
    public OptionalInt chunkSize() {
        return optionalInt(CHUNK_SIZE);
    }

    /**
     * Sets how many inputs of a {@code stream} may be pulled ahead of what the consumer has taken.
     *
     * @param inputs a positive number, not below a {@link #chunkSize(int) chunkSize} that was set
     * @return a copy of these options with that bound
     */
    public TaskOptions window(int inputs) {
        return with(WINDOW, Checks.positive("window", inputs)).checked();
    }

    /** {@return how many inputs may be pulled ahead; empty if the runner chooses, starting at twice its workers} */
    public OptionalInt window() {
        return optionalInt(WINDOW);
    }

    /**
     * Delivers the results of {@code map}, {@code stream} and {@code outcomes} as they come, first done first.
     *
     * @return a copy of these options without input order
     */
    public TaskOptions unordered() {
        return with(UNORDERED, true);
    }

    /** {@return whether results come first done first; false, which is in input order, unless set} */
    public boolean isUnordered() {
        return options.get(UNORDERED);
    }

    /**
     * Names the tasks, for messages and logs; the thread that runs one has its name, where it is the runner's own.
     *
     * @param name a short text on one line
     * @return a copy of these options with that name
     */
    public TaskOptions named(String name) {
        return with(NAMED, Checks.name("named", name));
    }

    /** {@return the name of the tasks, if they were {@linkplain #named named}} */
    public Optional<String> name() {
        return options.find(NAMED);
    }

    private TaskOptions checked() {
        int chunkSize = chunkSize().orElse(1);
        int window = window().orElse(Integer.MAX_VALUE);
        if (chunkSize > window) {
            throw new IllegalArgumentException("chunkSize must not exceed window: chunkSize=" + chunkSize + ", window="
                    + window + "; raise the window or lower the chunkSize");
        }
        return this;
    }

    private OptionalInt optionalInt(Option<Integer> option) {
        return options.find(option).map(OptionalInt::of).orElseGet(OptionalInt::empty);
    }

    private <T> TaskOptions with(Option<T> option, T value) {
        return new TaskOptions(options.with(option, value));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof TaskOptions that && options.equals(that.options);
    }

    @Override
    public int hashCode() {
        return options.hashCode();
    }

    /** Lists what differs from the defaults. */
    @Override
    public String toString() {
        return "TaskOptions" + options;
    }
}
