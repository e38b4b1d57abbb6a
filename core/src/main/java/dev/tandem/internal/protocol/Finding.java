package dev.tandem.internal.protocol;

import org.jspecify.annotations.Nullable;

/**
 * One thing that a task has left behind in its worker.
 *
 * <p>Immutable.
 *
 * @param kind what sort of thing
 * @param isPutBack whether the next task will not meet it
 * @param text what it is, for people
 */
public record Finding(Kind kind, boolean isPutBack, String text) {

    /** Sorts of things, with their numbers on the wire. */
    public enum Kind {
        /** A default locale. */
        LOCALE(1),
        /** The default time zone. */
        TIME_ZONE(2),
        /** System properties. */
        PROPERTIES(3),
        /** {@code System.in}, {@code out} or {@code err}. */
        STREAMS(4),
        /** Name, priority, class loader or exception handler of the task thread. */
        TASK_THREAD(5),
        /** The interrupt status of the task thread. */
        INTERRUPT(6),
        /** The default uncaught exception handler. */
        UNCAUGHT_HANDLER(7),
        /** Threads that still run. */
        THREADS(8),
        /** Something that keeps the worker from looking. */
        UNKNOWN(9);

        private static final Kind[] ALL = values();

        private final int number;

        Kind(int number) {
            this.number = number;
        }

        int number() {
            return number;
        }

        static @Nullable Kind of(int number) {
            for (Kind kind : ALL) {
                if (kind.number == number) {
                    return kind;
                }
            }
            return null;
        }
    }
}
