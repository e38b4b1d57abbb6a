package dev.tandem.internal.engine;

import java.util.concurrent.Executor;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.DoubleSupplier;

/**
 * What a runner takes from the world around it: time, threads and chance.
 *
 * <p>Everything in a runner that decides anything takes them from here, so that a simulation can supply its own: then
 * nothing happens but what it lets happen, and the same seed gives the same run.
 *
 * @param ticker what time it is
 * @param deadlines the timer
 * @param callbacks where code of the user's runs that is no task
 * @param keeper runs, on a thread that keeps the JVM alive, what waits there while work is pending
 * @param chance numbers from 0 to 1, to keep what failed together from being tried again together
 */
public record Surroundings(
        Ticker ticker, Deadlines deadlines, Callbacks callbacks, Executor keeper, DoubleSupplier chance) {

    /** Those of a runner in a program: threads that are named after it. */
    static Surroundings ofThisJvm(String runnerName) {
        return new Surroundings(
                System::nanoTime,
                new TimerThread(runnerName, System::nanoTime),
                new CallbackThreads(runnerName),
                body -> startKeeper(runnerName, body),
                () -> ThreadLocalRandom.current().nextDouble());
    }

    private static void startKeeper(String runnerName, Runnable body) {
        Thread thread = new Thread(null, body, runnerName + "-keepalive", 0, false);
        thread.setDaemon(false);
        thread.start();
    }
}
