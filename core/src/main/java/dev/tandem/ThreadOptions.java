package dev.tandem;

import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * How {@linkplain ParallelRunner#threads(java.util.function.UnaryOperator) a runner on threads} is built.
 *
 * <p>Immutable and safe for use by any number of threads: each setter checks its value and returns a copy.
 */
public final class ThreadOptions implements RunnerOptions {

    private static final int FIRST_JAVA_WITH_VIRTUAL_THREADS = 21;

    private static final Option<Integer> WORKERS = Option.of("workers");
    private static final Option<Boolean> VIRTUAL = Option.of("virtual", false);
    private static final Option<Integer> QUEUE_CAPACITY = Option.of("queueCapacity", 65_536);
    private static final Option<FullQueue> ON_FULL_QUEUE = Option.of("onFullQueue", FullQueue.BLOCK);
    private static final Option<Boolean> REQUIRE_TRANSFERABLE = Option.of("requireTransferable", false);
    private static final Option<Duration> STOP_GRACE = Option.of("stopGrace", Duration.ofSeconds(1));
    private static final Option<Integer> MAX_ABANDONED = Option.of("maxAbandonedThreads");
    private static final int LEAST_DEFAULT_ABANDONED = 8;
    private static final Option<String> NAME = Option.of("name", "tandem");
    private static final Option<Integer> RECORD_EVENTS = Option.of("recordEvents");
    private static final Option<Boolean> JMX = Option.of("jmx", true);

    private static final ThreadOptions DEFAULTS = new ThreadOptions(OptionSet.EMPTY);

    private final OptionSet options;

    private ThreadOptions(OptionSet options) {
        this.options = options;
    }

    /** {@return the options of a runner for which nothing was chosen} */
    public static ThreadOptions defaults() {
        return DEFAULTS;
    }

    /** {@return {@link Strategy#THREADS}} */
    @Override
    public Strategy strategy() {
        return Strategy.THREADS;
    }

    /**
     * Sets how many tasks may run at once.
     *
     * @param workers a positive number
     * @return a copy of these options with that number
     */
    public ThreadOptions workers(int workers) {
        return with(WORKERS, Checks.positive("workers", workers));
    }

    /** {@return how many tasks may run at once; unless set, the number of cores that this JVM may use} */
    @Override
    public int workers() {
        return options.find(WORKERS).orElseGet(Runtime.getRuntime()::availableProcessors);
    }

    /**
     * Runs tasks on virtual threads, which suits tasks that wait.
     *
     * <p><b>Note:</b> {@link #workers(int) workers} remains the limit of tasks at once, and its default is the number of
     * cores: set it to what the other side of the network bears.
     *
     * @return a copy of these options with virtual threads
     * @throws UnsupportedOperationException if this JVM has none: it is older than Java 21
     */
    public ThreadOptions virtual() {
        requireVirtualThreads(Runtime.version());
        return with(VIRTUAL, true);
    }

    /**
     * As {@link #virtual()}, for a JVM of a release that may be another than this one: options that are made here and opened there.
     *
     * <p>Where this JVM has no virtual threads the options can be read and printed, and opening a runner with them throws an {@link
     * UnsupportedOperationException} that names its version.
     *
     * @param javaVersion the feature release of that JVM, such as 21
     * @return a copy of these options with virtual threads
     * @throws IllegalArgumentException if that release has none: it is older than 21
     */
    public ThreadOptions virtualOn(int javaVersion) {
        if (javaVersion < FIRST_JAVA_WITH_VIRTUAL_THREADS) {
            throw Checks.refused(
                    "javaVersion",
                    "be " + FIRST_JAVA_WITH_VIRTUAL_THREADS + " or newer, to have virtual threads",
                    javaVersion);
        }
        return with(VIRTUAL, true);
    }

    static void requireVirtualThreads(Runtime.Version java) {
        if (java.feature() < FIRST_JAVA_WITH_VIRTUAL_THREADS) {
            throw new UnsupportedOperationException("virtual threads need Java " + FIRST_JAVA_WITH_VIRTUAL_THREADS
                    + " or newer, but this JVM is Java " + java + ": use platform() here, or run on a newer JDK");
        }
    }

    /**
     * Runs tasks on platform threads, which is the default.
     *
     * @return a copy of these options with platform threads
     */
    public ThreadOptions platform() {
        return with(VIRTUAL, false);
    }

    /** {@return whether tasks run on virtual threads} */
    public boolean isVirtual() {
        return options.get(VIRTUAL);
    }

    /**
     * Bounds the queue between {@code submit} and the workers.
     *
     * @param submissions how many may wait, a positive number
     * @return a copy of these options with that bound
     */
    public ThreadOptions queueCapacity(int submissions) {
        return with(QUEUE_CAPACITY, Checks.positive("queueCapacity", submissions));
    }

    /** {@return how many submissions may wait for a worker; 65,536 unless set} */
    @Override
    public int queueCapacity() {
        return options.get(QUEUE_CAPACITY);
    }

    /**
     * Sets what {@code submit} does when the queue is full.
     *
     * @param policy to wait or to refuse
     * @return a copy of these options with that policy
     */
    public ThreadOptions onFullQueue(FullQueue policy) {
        return with(ON_FULL_QUEUE, Checks.present("onFullQueue", policy));
    }

    /** {@return what {@code submit} does when the queue is full; it waits unless set} */
    @Override
    public FullQueue onFullQueue() {
        return options.get(ON_FULL_QUEUE);
    }

    /**
     * Makes the runner refuse whatever could not travel to a worker JVM, with the same {@link NotTransferableException}.
     *
     * <p>It costs an encoding per task, argument and result. Use it in tests, so that changing the engine stays one word.
     *
     * @return a copy of these options with that check
     */
    public ThreadOptions requireTransferable() {
        return with(REQUIRE_TRANSFERABLE, true);
    }

    /** {@return whether tasks, arguments and results must be able to travel; false unless set} */
    public boolean isTransferableRequired() {
        return options.get(REQUIRE_TRANSFERABLE);
    }

    /**
     * Sets how long a task may take to end after its interrupt before its thread counts as {@link StopOutcome#ABANDONED
     * ABANDONED} and is replaced.
     *
     * @param grace zero or more
     * @return a copy of these options with that grace
     */
    public ThreadOptions stopGrace(Duration grace) {
        return with(STOP_GRACE, Checks.notNegative("stopGrace", grace));
    }

    /** {@return how long an interrupted task may take to end; one second unless set} */
    public Duration stopGrace() {
        return options.get(STOP_GRACE);
    }

    /**
     * Limits how many threads may be abandoned and still running while the runner puts a new one in the place of each.
     *
     * <p>An abandoned thread cannot be stopped; it keeps its memory, and maybe a core, until its task ends. Beyond this limit it
     * is not replaced, and the runner has one worker less for each until one of them ends after all. Once none is left, what
     * waits fails with a {@link RunnerBrokenException}.
     *
     * @param threads zero or more
     * @return a copy of these options with that limit
     */
    public ThreadOptions maxAbandonedThreads(int threads) {
        return with(MAX_ABANDONED, Checks.notNegative("maxAbandonedThreads", threads));
    }

    /**
     * {@return how many abandoned threads are replaced while they run; unless set, twice the number of workers, but at least
     * 8: by then tasks that spin have taken two thirds of the cores, and what is left of the runner does more harm than good}
     */
    public int maxAbandonedThreads() {
        return options.find(MAX_ABANDONED).orElseGet(() ->
                (int) Math.min(Integer.MAX_VALUE, Math.max(LEAST_DEFAULT_ABANDONED, 2L * workers())));
    }

    /**
     * Names the runner; its threads and log lines start with it.
     *
     * @param name a short text on one line
     * @return a copy of these options with that name
     */
    public ThreadOptions name(String name) {
        return with(NAME, Checks.name("name", name));
    }

    /** {@return the name of the runner; {@code tandem} unless set} */
    @Override
    public String name() {
        return options.get(NAME);
    }

    /**
     * Keeps the latest events of tasks and workers, for {@link ParallelRunner#writeReport} and {@link ParallelRunner#writeTrace}.
     *
     * <p>A task takes three, a chunk of inputs of a {@code map} that run together as well, and each about 70 bytes of memory. When they are too many,
     * the oldest are dropped and counted. It costs three readings of the clock and as many small objects for each task,
     * which a task of a microsecond or less feels.
     *
     * @param events how many to keep, at most 10,000,000; 0 for none
     * @return a copy of these options with that number
     */
    public ThreadOptions recordEvents(int events) {
        return with(RECORD_EVENTS, Checks.events("recordEvents", events));
    }

    /**
     * {@return how many events are kept; unless set, what the system property {@code tandem.recordEvents} says, but at most 10,000,000, and none without it
     * or if it is no number, which is logged; {@code 100_000} is one, too}
     */
    @Override
    public int recordEvents() {
        return options.find(RECORD_EVENTS).orElseGet(RecordEventsProperty::events);
    }

    /**
     * Shows this runner to management tools, or hides it from them, see {@link RunnerMXBean}.
     *
     * @param shown whether it is shown
     * @return a copy of these options with that choice
     */
    public ThreadOptions jmx(boolean shown) {
        return with(JMX, shown);
    }

    /** {@return whether management tools see it; true unless set} */
    @Override
    public boolean isJmx() {
        return options.get(JMX);
    }

    private <T> ThreadOptions with(Option<T> option, T value) {
        return new ThreadOptions(options.with(option, value));
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof ThreadOptions that && options.equals(that.options);
    }

    @Override
    public int hashCode() {
        return options.hashCode();
    }

    /** Lists what differs from the defaults. */
    @Override
    public String toString() {
        return "ThreadOptions" + options;
    }
}
