package dev.tandem.internal.engine;

/**
 * Where a runner reads the time: nanoseconds since some moment, never backwards, good for differences only.
 *
 * <p>{@code System::nanoTime} wherever a program runs; a simulation turns its hands itself. Thread-safe.
 */
@FunctionalInterface
public interface Ticker {

    /** What time it is. */
    long nanoTime();
}
