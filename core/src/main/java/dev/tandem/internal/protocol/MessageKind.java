package dev.tandem.internal.protocol;

import org.jspecify.annotations.Nullable;

/**
 * The kinds of messages with their numbers on the wire, grouped by direction.
 *
 * <p>A number is never given to another kind; a kind that is no longer used leaves a gap. Immutable.
 */
public enum MessageKind {
    // Supervisor to worker.
    CONFIGURE(1),
    DEFINE(2),
    RUN(3),
    CANCEL(4),
    STOP(5),
    WITHDRAW(6),
    FOUND(7),
    LEVELS(8),
    PAGE(9),
    RECALL(10),
    RUN_CHUNK(11),
    FORGET(12),

    // Worker to supervisor.
    HELLO(64),
    READY(65),
    ALIVE(66),
    STARTED(67),
    RUNNING(68),
    ENCODING(69),
    REPORTED(70),
    DONE(71),
    FAILED(72),
    DEFINE_RESULT(73),
    START_FAILED(74),
    RETIRING(75),
    STOPPING(76),
    LEFT_BEHIND(77),
    STOP_FAILED(78),
    LOOKUP(79),
    LOGGED(80),
    LOGGER_WANTED(81),
    PAGE_USED(82),
    CHUNK_DONE(83),
    PAGE_REFUSED(84),
    MEASURED(90);

    private static final @Nullable MessageKind[] BY_NUMBER = new MessageKind[256];

    static {
        for (MessageKind kind : values()) {
            BY_NUMBER[kind.number] = kind;
        }
    }

    private final int number;

    MessageKind(int number) {
        this.number = number;
    }

    /**
     * The number on the wire.
     *
     * @return 1 to 255
     */
    public int number() {
        return number;
    }

    /**
     * Finds a kind.
     *
     * @param number the number on the wire
     * @return the kind, or {@code null} if no kind has this number
     */
    public static @Nullable MessageKind of(int number) {
        return number >= 0 && number < BY_NUMBER.length ? BY_NUMBER[number] : null;
    }
}
