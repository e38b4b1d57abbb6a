package dev.tandem.benchmarks.goals;

/** One way to do the work of a row, opened: ours, a raw primitive or a peer; used by one thread. */
interface Contender extends AutoCloseable {

    /** Works for about as long as the effort says, and says how it went. */
    Figure measure(Effort effort) throws Exception;

    @Override
    void close();
}
