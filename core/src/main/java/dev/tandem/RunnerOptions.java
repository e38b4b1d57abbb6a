package dev.tandem;

/**
 * How a runner is built: {@link ThreadOptions} or {@link ProcessOptions}, from code, configuration or the recommender.
 *
 * <p>Options are values: immutable, safe for use by any number of threads, equal if all that they say is equal. Each setter
 * checks its value and returns a copy.
 */
public sealed interface RunnerOptions permits ThreadOptions, ProcessOptions {

    /** {@return the engine that these options are for} */
    Strategy strategy();

    /** {@return how many tasks may run at once, one per worker} */
    int workers();

    /** {@return how many submissions may wait for a worker} */
    int queueCapacity();

    /** {@return what {@code submit} does when the queue is full} */
    FullQueue onFullQueue();

    /** {@return the name that threads and log lines of the runner start with} */
    String name();

    /** {@return how many events of tasks and workers are kept for reports; 0 for none} */
    int recordEvents();

    /** {@return whether management tools see the runner} */
    boolean isJmx();
}
