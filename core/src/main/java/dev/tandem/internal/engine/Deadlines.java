package dev.tandem.internal.engine;

import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * The one timer of a runner: time-outs, graces, delays before a retry, heartbeats.
 *
 * <p>What it runs is the library's own, returns at once and never blocks. Thread-safe.
 */
public interface Deadlines {

    /** A timer whose time never comes. */
    Deadlines NEVER = new Never();

    /** Runs an action once, later; null if the runner has ended, where no deadline matters any more. */
    @Nullable
    Deadline after(long delayNanos, Runnable action);

    /** Runs an action again and again until the runner ends; the first time after one period. */
    @Nullable
    Deadline every(long periodNanos, Runnable action);

    /** Who hears that an action has failed, which must never be; on the timer's thread. */
    default void whenFailed(Consumer<Throwable> listener) {}

    /** Drops all deadlines, and takes no more. */
    void shutdown();

    /** A deadline that can be called off. */
    @FunctionalInterface
    interface Deadline {

        /** Calls it off; an action that has begun goes on. */
        void callOff();
    }

    /** See {@link #NEVER}. */
    final class Never implements Deadlines {

        private Never() {}

        @Override
        public @Nullable Deadline after(long delayNanos, Runnable action) {
            return null;
        }

        @Override
        public @Nullable Deadline every(long periodNanos, Runnable action) {
            return null;
        }

        @Override
        public void shutdown() {}
    }
}
